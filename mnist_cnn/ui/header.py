"""The top of every page."""

import streamlit as st

from mnist_cnn.ui import language, link, state
from mnist_cnn.ui.language import t


def show(title: str, about: str) -> None:
    """The title, the switches of the projector mode and of languages beside it, the link, and a sentence."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-top"):
        st.title(title, anchor=False, width="stretch")
        on = state.get("projector")
        look = {"type": "primary" if on else "secondary", "icon": ":material/co_present:", "help": t("projector.help")}
        st.button(t("projector.label"), key="projector-switch", on_click=state.put, args=("projector", not on), **look)
        link.button()
        language.switch()
    st.container(key="about").caption(about)
