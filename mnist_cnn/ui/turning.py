"""From one page to another by a button: the click is not lost, and what the old page still asks for is not done."""

from collections.abc import Callable
from functools import wraps

import streamlit as st
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from mnist_cnn.ui import state
from mnist_cnn.ui.navigation import PAGES


def button(page: str, label: str, on_click: Callable, args: tuple, **look) -> None:
    """A button that does something and opens a page, by its name.

    A run that ends, or a second click, may have Streamlit run the page anew while it deals with the click. What the callback
    did holds then, but the click is forgotten; so the callback notes where it leads, and `go_on` goes there.
    """

    def click(*args) -> None:
        on_click(*args)
        state.put("going", page)

    if st.button(label, on_click=click, args=args, **look):
        go_on()
        st.rerun()  # it is open: all of it is drawn anew, not only the fragment that the button may stand in


def go_on() -> None:
    """Open the page that the last click led to, unless it is open."""
    going = state.get("going")
    state.put("going", None)
    if going not in (None, state.get("page")):
        st.switch_page(PAGES[going].file)


def forget_the_old_page() -> None:
    """Have Streamlit run no fragment of another page than the one that it ran last.

    A page that the server leaves by `st.switch_page` goes on asking for its fragments, by their clocks or by a second click,
    until the browser hears of it. Streamlit would do that once the new page is drawn, as if on the old one: the browser
    then clears the new page, cannot place what comes next ("Bad delta path index"), and stays white.
    """
    run = getattr(ScriptRunner, "_run_script", None)
    if run is None or hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_script(runner: ScriptRunner, asked) -> None:
        if not (asked.fragment_id_queue and _left(runner, asked.page_script_hash)):
            run(runner, asked)

    ScriptRunner._run_script = run_script


def _left(runner: ScriptRunner, page: str) -> bool:
    """Whether another page has been run since."""
    pages = runner._pages_manager
    shown = pages.intended_page_script_hash or pages.current_page_script_hash  # only the latter where an address was opened
    return bool(shown) and page != shown
