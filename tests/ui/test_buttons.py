"""A click that a run of the page could not deal with, because it gave way to another."""

import ast
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from mnist_cnn import ui
from mnist_cnn.ui import buttons

PAGES = sorted(Path(ui.__file__).parent.rglob("*.py"))
NOTE_IT = {"buttons.py", "turning.py"}  # themselves


def answers(code: str) -> list[int]:
    """Lines where what Streamlit's own button answers is used."""
    nodes = list(ast.walk(ast.parse(code)))
    alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
    used = [node.func for node in nodes if isinstance(node, ast.Call) and node not in alone]
    own = {"st.button", "st.form_submit_button"}
    return sorted(func.lineno for func in used if ast.unparse(func) in own)


def _page() -> None:
    import streamlit as st

    from mnist_cnn.ui import buttons

    kept = st.session_state
    if kept.pop("gives-way", False):
        st.rerun()  # as when something else on the page changes
    st.button("Elsewhere", key="elsewhere")
    if kept.get("shown", True) and buttons.clicked("Do it", key="do-it", on_click=kept.update, args=({"gives-way": True},)):
        kept["done"] = kept.get("done", 0) + 1
    buttons.forget()


def test_is_dealt_with_by_the_next_and_once():
    app = AppTest.from_function(_page).run()
    assert "done" not in app.session_state
    app.button("do-it").click().run()
    assert app.session_state["done"] == 1
    app.button("elsewhere").click().run()
    assert app.session_state["done"] == 1
    app.button("do-it").click().run()
    assert app.session_state["done"] == 2


def test_means_nothing_once_the_page_was_drawn_without_the_button():
    app = AppTest.from_function(_page).run()
    app.session_state["shown"] = False
    app.button("do-it").click().run()
    app.session_state["shown"] = True
    app.run()
    assert "done" not in app.session_state


def test_nothing_comes_between_a_click_and_the_end_of_its_callbacks(monkeypatch):
    def give_way():
        raise RerunException(RerunData())

    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", SafeSessionState.on_script_will_rerun)
    buttons.let_callbacks_end()
    session, done = SafeSessionState(SessionState(), give_way), []

    def callbacks(*arguments, **more) -> None:
        session["noted"] = True
        done.append(session["noted"])

    monkeypatch.setattr(SessionState, "on_script_will_rerun", callbacks)
    session.on_script_will_rerun(None)
    assert done == [True]
    with pytest.raises(RerunException):  # as before
        session["noted"]


def test_no_page_asks_streamlits_own_button():
    assert answers("st.button('a')\nif x and st.button('b'):\n    pass\nc = st.form_submit_button('c')") == [2, 4]
    assert [path.name for path in PAGES if path.name not in NOTE_IT and answers(path.read_text("utf-8"))] == []


def test_the_second_click_of_a_double_click_counts_once(monkeypatch):
    monkeypatch.setattr(buttons, "REST", 60.0)

    def page():
        from mnist_cnn.ui import buttons, state

        for _ in range(2):
            if not buttons.again("begin"):
                buttons.acted("begin")
                state.put("asked-turn", state.get("asked-turn") + 1)
        state.put("it-was", buttons.again("another"))

    app = AppTest.from_function(page).run()
    assert app.session_state["asked-turn"] == 1 and app.session_state["it-was"] is False
