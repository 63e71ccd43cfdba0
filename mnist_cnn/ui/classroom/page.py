"""Class: the board for the projector, and what the teacher may do."""

from pathlib import Path

import streamlit as st

from mnist_cnn.ui import classroom, header, server, state, teacher
from mnist_cnn.ui.classroom import board, desk, me
from mnist_cnn.ui.language import t

VIEWS = ("board", "desk")

header.show(t("classroom.title"), t("classroom.about"))
st.html(Path(classroom.__file__).with_name("board.css"))
if not server.met():
    board.expect()
elif teacher.here():
    look = {"label_visibility": "collapsed", "required": True}
    words = {name: t(f"classroom.view.{name}") for name in VIEWS}
    with st.container(horizontal=True, vertical_alignment="center"):
        view = state.choice(st.segmented_control, "class-view", t("classroom.view"), VIEWS, words.get, **look)
        st.space("stretch")
        st.button(t("classroom.sign_out"), key="sign-out", icon=":material/logout:", type="tertiary", on_click=me.sign_out)
    board.show() if view == "board" else desk.show()
else:
    me.show()
    board.show()
    me.sign_in()
