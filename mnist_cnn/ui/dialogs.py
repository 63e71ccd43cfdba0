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
    about: str = "",
    **look,
) -> None:
    """The button.

    Parameters
    ----------
    title, show, width : of the dialog; what is in it, and its width as `st.dialog` takes it.
    first : called once, as it opens.
    about : id of what it is about, where the same button may come to be about something else.
    **look : further arguments of the button.
    """

    def open() -> None:
        if first:
            first()
        state.put("dialog", (key, about))

    st.button(label, key=key, on_click=open, **look)
    if state.get("dialog") == (key, about):
        state.put("dialog-drawn", True)
        st.dialog(title, width=width, on_dismiss=forget)(show)()


def close() -> NoReturn:
    """Close the dialog that is drawn, and draw the page anew."""
    forget()
    st.rerun()


def forget() -> None:
    """No dialog is open any more."""
    state.put("dialog", None)


def begin(page: str) -> None:
    """A page is about to be drawn: a dialog of another one is closed."""
    if page != state.get("page"):
        forget()
    state.put("dialog-drawn", False)


def end() -> None:
    """The whole page is drawn: a dialog whose button is gone does not come back with it."""
    if not state.get("dialog-drawn"):
        forget()
