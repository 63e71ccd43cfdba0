"""Train: choose hyperparameters, click, watch the network learn; stop, resume, compare. Or a series of runs at once."""

import streamlit as st

from mnist_cnn.ui import data_notice, header, server, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.train import one, run_list, series_form, series_view, single_step

VIEWS = {"one": (one.choose, one.show), "series": (series_form.choose, series_view.show)}

header.show(t("train.title"), t("train.about"))
data_notice.show()

runs, damaged = server.store().scan()
visitor = server.visitor_id()
left, right = st.columns([2, 3], gap="medium")

with left.container(border=True):
    look = {"label_visibility": "collapsed", "required": True, "width": "stretch"}
    words = {view: t(f"series.view.{view}") for view in VIEWS}
    state.choice(st.segmented_control, "train-view", t("series.view"), VIEWS, words.get, **look)
    choose, show = VIEWS[state.get("train-view")]
    chosen = choose(runs, visitor)

with right:
    show(runs, visitor)

if chosen:
    single_step.show(*chosen)
run_list.show(runs, damaged, visitor)
