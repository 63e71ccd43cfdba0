"""One network on its test set, or on the class's drawings: figures, matrix, scores per digit, misclassified images."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.ui import evaluated, run_picker, server, state, take_home
from mnist_cnn.ui.analysis import drawings, gallery, matrix, scores
from mnist_cnn.ui.language import explain, t


def show() -> None:
    """The choice of the network and of the images, and what it made of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = run_picker.choose("analysed", t("analysis.run"))
        kinds = {
            "test": t("analysis.tested.test", dataset=t(f"data.{run.dataset}")),
            "drawings": t("analysis.tested.drawings", count=len(server.collection().examples())),
        }
        state.choice(st.segmented_control, "tested-on", t("analysis.tested"), kinds, kinds.get, required=True)
        take_home.button(run)
    try:
        if state.get("tested-on") == "drawings":
            result = drawings.show_figures(run)
        else:
            result = evaluated.result(run)
            scores.show_figures(result)
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
        return
    if result is not None:
        _show(run, result, state.get("tested-on") == "test")


def _show(run: Run, result: Evaluation, in_order: bool) -> None:
    """Matrix, scores and images; the first predictions where the images have an order that others know."""
    gallery.keep_filter(run, result)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        matrix.show(result)
    with right.container(border=True, height="stretch"):
        scores.show_digits(result)
    if in_order:
        with st.container(border=True, key="first-predictions"):
            gallery.show_first(result)
    with st.container(border=True, key="misclassified"):
        gallery.show(run, result)
