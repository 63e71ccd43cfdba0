"""The figures of a network on the class's drawings, and which of them do not count for it."""

import streamlit as st

from mnist_cnn.reading import calibration
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.training import class_test
from mnist_cnn.ui import evaluated, server, state, turning
from mnist_cnn.ui.language import t
from mnist_cnn.ui.navigation import PAGES


def show_figures(run: Run) -> Evaluation | None:
    """How many are read right, with the interval; the evaluation, or None where no drawing counts, which is told."""
    test = evaluated.on_drawings(run)
    figures = test.figures(calibration.threshold(run))
    if test.result is None:
        st.info(t("asked.nothing_counts" if server.collection().examples() else "asked.empty"), icon=":material/draw:")
        _to_asked()
    else:
        interval = {"delta": t("asked.figure.between", **figures), "delta_color": "off", "delta_arrow": "off"}
        with st.container(horizontal=True, key="drawings-figures"):
            st.metric(t("asked.figure.right"), t("asked.figure.of", **figures), border=True, height="stretch")
            st.metric(t("asked.figure.share"), f"{figures['share']:.2%}", border=True, height="stretch", **interval)
            st.metric(t("asked.figure.not_sure"), f"{figures['not_sure']:,}", border=True, height="stretch")
        st.caption(t("asked.interval_about"))
    for reason in class_test.REASONS:
        if figures[reason]:
            st.caption(f":material/filter_alt_off: {t(f'asked.{reason}', count=figures[reason])}")
    return test.result


def _to_asked() -> None:
    """The way to Draw, where digits are asked for."""
    going = {"on_click": state.put, "args": ("mode", "asked"), "icon": PAGES["draw"].icon}
    turning.button("draw", t("asked.go"), key="to-asked", **going)
