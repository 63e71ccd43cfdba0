"""Whoever is looking: their number, the nickname that they may have, and the way in for the teacher."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import into_view, people, server, state, teacher
from mnist_cnn.ui.language import explain, t


def show() -> None:
    """The number, and the nickname to be changed."""
    people.touch()  # whoever has just come has a number already
    person = people.people().get(server.visitor_id())
    if person is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="me"):
        st.markdown(t("classroom.you", number=person.number), width="stretch")
        form = st.form("nickname-form", border=False, width=360)
        with form.container(horizontal=True, vertical_alignment="bottom"):
            look = {"max_chars": people.NICKNAME, "placeholder": t("classroom.nickname_hint")}
            look |= {"label_visibility": "collapsed", "autocomplete": "off"}
            st.text_input(t("classroom.nickname"), person.nickname, key="nickname", **look)
            st.form_submit_button(t("classroom.nickname_keep"), key="keep-nickname", on_click=_keep)
    tell()


def _keep() -> None:
    if "nickname" not in st.session_state:  # this page has given way to another meanwhile
        return
    try:
        people.people().call(server.visitor_id(), st.session_state["nickname"])
    except StudioError as error:
        say(explain(error), False)


def say(words: str, good: bool) -> None:
    """Have the page tell what came of a click, where it is seen; for callbacks."""
    state.put("class-said", (words, good))
    into_view.bring("class-said")


def tell() -> None:
    """What came of the last click."""
    if said := state.pop("class-said"):
        words, good = said
        box = st.container(key="class-said")
        (box.success if good else box.error)(words, icon=":material/check_circle:" if good else ":material/error:")


def sign_in() -> None:
    """Where the teacher enters the code, at the page's end."""
    part = st.expander(t("classroom.sign_in"), icon=":material/key:", **state.opens("sign-in-open"))
    with part.form("sign-in", border=False, clear_on_submit=True):
        st.text_input(t("classroom.code"), type="password", key="teacher-code", autocomplete="off", width=360)
        st.form_submit_button(t("classroom.enter"), key="sign-in-button", type="primary", on_click=_sign_in)
        if refused := state.pop("code-refused"):
            st.error(t(refused), icon=":material/error:")


def _sign_in() -> None:
    """A callback, which a run of the page that another one overtakes has called already."""
    code = st.session_state.get("teacher-code", "")
    right = teacher.office().sign_in(server.visitor_id(), code, st.context.ip_address)
    if right:
        people.people().forget(server.visitor_id())
        into_view.bring("page-top")
    else:
        state.put("code-refused", "classroom.too_many" if right is None else "classroom.wrong")


def sign_out() -> None:
    """The browser is anybody's again; a callback."""
    teacher.office().sign_out(server.visitor_id())
    state.pop("class-view")
