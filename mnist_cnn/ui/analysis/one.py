"""One network on its test set: figures, confusion matrix, scores per digit, first predictions, misclassified images."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import evaluated, run_picker, take_home
from mnist_cnn.ui.analysis import gallery, matrix, scores
from mnist_cnn.ui.language import explain, t


def show() -> None:
    """The choice of the network, and what it made of its test set."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = run_picker.choose("analysed", t("analysis.run"))
        take_home.button(run)
    try:
        result = evaluated.result(run)
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
        return
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
