"""The language of a session, and the words of the catalogue in it."""

import errno

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import address, state
from mnist_cnn.words import CATALOGUES, speaker

NAMES = {"en": "EN", "zh": "中文"}
RULES = {
    "epochs": "hyperparameter.epochs", "train_images": "hyperparameter.train_images", "parameters": "train.parameters",
}  # fmt: skip  # what a rule that limits a training is called

# By it a screen reader chooses its voice, and a browser the forms of Chinese characters. Streamlit says English always.
_tell = st.components.v2.component(
    "mnist_cnn_language", js="export default function ({ data }) { document.documentElement.lang = data.language; }"
)


def choose() -> None:
    """Settle the session's language: the address's, else the browser's."""
    address.read()
    if state.get("lang") is None:
        state.put("lang", "zh" if (st.context.locale or "").startswith("zh") else "en")


def tell() -> None:
    """On every page: have the browser know the language."""
    with st.container(key="language"):
        _tell(key="language-told", data={"language": current()}, height=1)


def switch() -> None:
    """The control that changes the language in place."""
    look = {"label_visibility": "collapsed", "required": True}
    state.choice(st.segmented_control, "lang", t("language.label"), NAMES, NAMES.get, **look)


def current() -> str:
    """The session's language, a key of `CATALOGUES`."""
    return state.get("lang") or "en"


def t(key: str, /, **values) -> str:
    """The text of that key in the session's language, its braces filled in."""
    return speaker(current())(key, **values)


def template(key: str) -> str:
    """The text of that key with its braces, which a component fills in in the browser."""
    return CATALOGUES[current()][key]


def explain(error: StudioError | OSError) -> str:
    """What went wrong, in the session's language; of what the system reports, a full disk only."""
    if isinstance(error, StudioError):
        named = {"rule": t(RULES[error.values["rule"]])} if error.code == "class.limit" else {}
        return t(error.code, **error.values | named)
    return t("reason.disk_full") if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)
