"""The top of every page."""

import streamlit as st

from mnist_cnn.ui import language


def show(title: str, about: str) -> None:
    """The title with the switch of languages beside it, and a sentence."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="stretch")
        language.switch()
    st.container(key="about").caption(about)
