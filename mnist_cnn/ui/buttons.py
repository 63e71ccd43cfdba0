"""Buttons whose click is not lost."""

from collections.abc import Callable

import streamlit as st

from mnist_cnn.ui import state


def clicked(
    label: str, key: str, make: Callable = st.button, on_click: Callable | None = None, args: tuple = (), **look
) -> bool:
    """Show a button; whether it was clicked.

    A run of the page that tells so may give way to another before it comes to the button: when something else on the page
    changes or ends meanwhile. Streamlit forgets the click then. So a callback, which nothing interrupts, notes it, and the
    first run that comes to the button takes the note.

    Parameters
    ----------
    make : `st.button` or `st.form_submit_button`.
    on_click, args : what is called at once, for what need not be done while the page is drawn.
    **look : further arguments of the button.
    """

    def note() -> None:
        if on_click:
            on_click(*args)
        state.put("clicked", key)

    make(label, key=key, on_click=note, **look)
    if state.get("clicked") != key:
        return False
    state.put("clicked", None)
    return True


def forget() -> None:
    """The whole page is drawn: a click that nothing asked for has no meaning any more."""
    state.put("clicked", None)
