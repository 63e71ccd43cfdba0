"""Dialogs: a button opens one, and it stays until it is closed, whatever else the page draws meanwhile."""

from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from mnist_cnn.ui import state


def opener(
    label: str,
    key: str,
    title: str,
    show: Callable[[], None],
    width: str = "small",
    first: Callable[[], None] | None = None,
    **look,
) -> None:
    """The button.

    Parameters
    ----------
    title, show, width : of the dialog; what is in it, and its width as `st.dialog` takes it.
    first : called once, as it opens.
    **look : further arguments of the button.
    """

    def open() -> None:
        if first:
            first()
        state.put("dialog", key)

    st.button(label, key=key, on_click=open, **look)
    if state.get("dialog") == key:
        st.dialog(title, width=width, on_dismiss=forget)(show)()


def close() -> NoReturn:
    """Close the dialog that is drawn, and draw the page anew."""
    forget()
    st.rerun()


def forget() -> None:
    """No dialog is open any more."""
    state.put("dialog", None)
