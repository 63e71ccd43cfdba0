"""The language of a session, and the words of the catalogue in it."""

import errno

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui.words import en, zh

CATALOGUES = {"en": en.WORDS, "zh": zh.WORDS}
NAMES = {"en": "EN", "zh": "中文"}


def choose() -> None:
    """Settle the session's language: the one chosen before, else the address's, else the browser's.

    The address comes second, because a browser may send the one from before the switch once more.
    """
    if "language" not in st.session_state:
        asked, browser = st.query_params.get("lang"), "zh" if (st.context.locale or "").startswith("zh") else "en"
        st.session_state["language"] = asked if asked in CATALOGUES else browser
    if st.query_params.get("lang") != current():
        st.query_params["lang"] = current()


def switch() -> None:
    """The control that changes the language in place."""
    st.segmented_control(
        t("language.label"), list(NAMES), format_func=NAMES.get, default=current(), key="language-switch",
        label_visibility="collapsed", on_change=_switched,
    )  # fmt: skip


def current() -> str:
    """The session's language, a key of `CATALOGUES`."""
    return st.session_state.get("language", "en")


def t(key: str, **values) -> str:
    """The text of that key in the session's language, its braces filled in."""
    return CATALOGUES[current()][key].format(**values)


def explain(error: StudioError | OSError) -> str:
    """What went wrong, in the session's language; of what the system reports, a full disk only."""
    if isinstance(error, StudioError):
        return t(error.code, **error.values)
    return t("reason.disk_full") if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)


def _switched() -> None:
    chosen = st.session_state["language-switch"] or current()
    st.session_state["language"] = st.query_params["lang"] = chosen
