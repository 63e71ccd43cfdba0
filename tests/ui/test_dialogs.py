"""A dialog stays while the page around it is drawn anew, until it is closed."""

from pages import PAGES, open_page, texts
from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from mnist_cnn.ui import dialogs

    def show() -> None:
        st.markdown(f"Content {st.session_state['times opened']}")
        if st.button("Close", key="close"):
            dialogs.close()

    def first() -> None:
        st.session_state["times opened"] = st.session_state.get("times opened", 0) + 1

    kept = st.session_state
    dialogs.begin(kept.get("page", "home"))
    st.button("Elsewhere", key="elsewhere", on_click=kept.update, args=({"about": kept.get("next", "this")},))
    if kept.get("shown", True):
        dialogs.opener("Open", "opens", "Title", show, first=first, about=kept.get("about", "this"))
    dialogs.end()


def content(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown]


def test_it_stays_until_it_is_closed():
    app = AppTest.from_function(_page).run()
    assert content(app) == []
    app.button("opens").click().run()
    assert content(app) == ["Content 1"]
    app.button("elsewhere").click().run()
    assert content(app) == ["Content 1"]
    app.button("close").click().run()
    assert content(app) == []
    app.button("opens").click().run()
    assert content(app) == ["Content 2"]


def test_it_never_comes_to_be_about_something_else():
    app = AppTest.from_function(_page).run()
    app.button("opens").click().run()
    app.session_state["next"] = "that"
    app.run().button("elsewhere").click().run()
    assert content(app) == []


def test_it_does_not_come_back_once_its_button_was_gone():
    app = AppTest.from_function(_page).run()
    app.button("opens").click().run()
    for app.session_state["shown"] in (False, True):
        app.run()
        assert content(app) == []


def test_it_does_not_follow_to_another_page_and_back(app_store):
    app = open_page("train", lang="en")
    app.button("link").click().run()
    assert "Whoever opens it" in texts(app)
    for page in "data", "train":
        app.switch_page(f"{PAGES}/{page}/page.py").run()
        assert "Whoever opens it" not in texts(app)
