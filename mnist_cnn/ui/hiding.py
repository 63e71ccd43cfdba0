"""What the present link leaves out, so that a lesson shows only what it is about; and the way back."""

from collections.abc import Iterable

import streamlit as st

from mnist_cnn.ui import state
from mnist_cnn.ui.hideable import HIDEABLE
from mnist_cnn.ui.language import t


def hidden(name: str) -> bool:
    """Whether that entry of `HIDEABLE` is left out; asked where it is drawn."""
    HIDEABLE[name]  # a name that is not in it is a mistake
    return name in state.get("hide")


def seen(fields: Iterable[str]) -> list[str]:
    """Those hyperparameters of some that are not left out, in their order."""
    gone = {field for name in state.get("hide") for field in HIDEABLE[name]}
    return [field for field in fields if field not in gone]


def way_back() -> None:
    """At the end of a page: that something is left out, and how to have it all."""
    if state.get("hide"):
        showing = {"type": "tertiary", "on_click": state.put, "args": ("hide", []), "icon": ":material/visibility:"}
        with st.container(horizontal=True, vertical_alignment="center", key="way-back"):
            st.caption(t("link.hidden"), width="content")
            st.button(t("link.show_all"), key="show-all", **showing)
