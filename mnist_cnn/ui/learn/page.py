"""Learn: the tutorial in chapters, lessons to walk through, and what a teacher needs for them."""

import streamlit as st

from mnist_cnn.ui import header, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import reading, teacher, walking

VIEWS = {"chapters": reading.show, "lessons": walking.show, "teacher": teacher.show}

header.show(t("learn.title"), t("learn.about"))
words = {name: t(f"learn.{name}") for name in VIEWS}
look = {"required": True, "label_visibility": "collapsed"}
bar = st.container(horizontal=True, vertical_alignment="bottom")
with bar:
    view = state.choice(st.segmented_control, "learn-view", t("learn.view"), VIEWS, words.get, **look)
VIEWS[view](bar)
