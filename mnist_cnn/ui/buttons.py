"""Buttons whose click is not lost."""

import time
from collections.abc import Callable
from functools import wraps

import streamlit as st
from streamlit.runtime.state.safe_session_state import SafeSessionState

from mnist_cnn.ui import state

REST = 0.8  # seconds in which nobody means to do the same again


def clicked(
    label: str, key: str, make: Callable = st.button, on_click: Callable | None = None, args: tuple = (), **look
) -> bool:
    """Show a button; whether it was clicked.

    A run of the page that tells so may give way to another before it comes to the button: when something else on the page
    changes or ends meanwhile. Streamlit forgets the click then. So a callback notes it, and the first run that comes to the
    button takes the note. Whoever asks does at once what was asked for, before more of the page is drawn.

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


def again(what: str) -> bool:
    """Whether that was done a moment ago: the second click of a double click asks for it once more, or for its neighbour."""
    return time.monotonic() - state.get("acted").get(what, -REST) < REST


def acted(what: str) -> None:
    """That is done now."""
    state.put("acted", state.get("acted") | {what: time.monotonic()})


def once(what: str, act: Callable, *args) -> None:
    """Do something, unless it was done a moment ago."""
    if not again(what):
        acted(what)
        act(*args)


def forget() -> None:
    """The whole page is drawn: a click that nothing asked for has no meaning any more."""
    state.put("clicked", None)


def let_callbacks_end() -> None:
    """Have Streamlit begin no other run of the page while callbacks are called.

    It would, wherever one of them reads or changes the session, and even before the first: a click just before something
    else happens, as when a browser tells who it is, would be forgotten or done by half.
    """
    original = getattr(SafeSessionState, "on_script_will_rerun", None)
    if original is None or hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def undisturbed(session: SafeSessionState, *arguments, **more) -> None:
        gives_way = session._yield_callback
        object.__setattr__(session, "_yield_callback", lambda: None)
        try:
            original(session, *arguments, **more)
        finally:
            object.__setattr__(session, "_yield_callback", gives_way)

    SafeSessionState.on_script_will_rerun = undisturbed
