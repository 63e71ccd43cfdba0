"""Analysis: what a network gets wrong on the test set, digit by digit and image by image."""

import streamlit as st

from mnist_cnn.ui import header, state
from mnist_cnn.ui.analysis import calibration, one, two
from mnist_cnn.ui.language import t

VIEWS = {"one": one.show, "two": two.show, "calibration": calibration.show}

header.show(t("analysis.title"), t("analysis.about"))
look = {"label_visibility": "collapsed", "required": True}
state.choice(st.segmented_control, "view", t("analysis.view"), VIEWS, lambda name: t(f"analysis.view.{name}"), **look)
VIEWS[state.get("view")]()
