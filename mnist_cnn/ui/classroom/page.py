"""Class: the board for the projector, and what the teacher may do."""

import streamlit as st

from mnist_cnn.ui import header, server, teacher
from mnist_cnn.ui.language import t

header.show(t("classroom.title"), t("classroom.about"))
visitor = server.visitor()
if not teacher.office().is_teacher(visitor):
    with st.form("sign-in", border=True, clear_on_submit=True):
        code = st.text_input(t("classroom.code"), type="password", key="teacher-code", autocomplete="off")
        if st.form_submit_button(t("classroom.sign_in"), key="sign-in-button"):
            right = teacher.office().sign_in(visitor, code)
            if right:
                st.rerun()
            st.error(t("classroom.too_many" if right is None else "classroom.wrong"), icon=":material/error:")
