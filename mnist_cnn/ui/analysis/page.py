"""Analysis: what a network gets wrong on the test set, digit by digit and image by image."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import evaluated, header, run_picker
from mnist_cnn.ui.analysis import gallery, matrix, scores
from mnist_cnn.ui.language import explain, t

header.show(t("analysis.title"), t("analysis.about"))
run = run_picker.choose("analysed", t("analysis.run"))
try:
    result = evaluated.result(run)
except (StudioError, OSError) as error:
    st.error(explain(error), icon=":material/error:")
    st.stop()

scores.show_figures(result)
gallery.keep_filter(run, result)
left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    matrix.show(result)
with right.container(border=True, height="stretch"):
    scores.show_digits(result)
with st.container(border=True, key="first-predictions"):
    gallery.show_first(result)
with st.container(border=True, key="misclassified"):
    gallery.show(run, result)
