"""The confusion matrix. A click on a cell has the gallery show its images."""

import streamlit as st

from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.ui import charts, into_view, state
from mnist_cnn.ui.language import t

UNITS = ("count", "of_label", "of_prediction")


def show(result: Evaluation) -> None:
    """The matrix in counts or shares, with the cell framed that the gallery shows."""
    st.markdown(f"**{t('analysis.matrix')}**")
    st.caption(t("analysis.matrix_about"))
    look = {"label_visibility": "collapsed", "required": True}
    unit = state.choice(st.segmented_control, "unit", t("analysis.unit"), UNITS, lambda name: t(f"analysis.{name}"), **look)
    cell = state.get("label"), state.get("predicted")
    key = f"confusion-matrix-{cell[0]}-{cell[1]}"  # a new one has no cell selected: every click is a choice
    st.altair_chart(
        charts.confusion_matrix(result.confusion_matrix(), unit, cell), key=key, on_select=lambda: _take(key, cell),
        selection_mode="cell", alt=t("analysis.matrix"),
    )  # fmt: skip


def _take(key: str, before: tuple[int | None, int | None]) -> None:
    """Filter the gallery by the cell that was clicked; the one that was chosen before is let go."""
    cells = st.session_state[key]["selection"]["cell"] if key in st.session_state else None
    if not cells:
        return
    cell = int(cells[0]["label"]), int(cells[0]["prediction"])
    for name, digit in zip(("label", "predicted"), (None, None) if cell == before else cell, strict=True):
        state.put(name, digit)
    state.put("gallery-page", 1)
    into_view.bring("misclassified")
