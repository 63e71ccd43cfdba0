"""What a network answers to one image."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts
from mnist_cnn.ui.language import t


def show(run: Run, image: np.ndarray, hint: Callable[[], str] = str, doubt: bool = False) -> None:
    """The digit, or that the network is not sure, with the ten probabilities.

    Parameters
    ----------
    image : float32 (28, 28) in [0, 1].
    hint : what is told where it is not sure, asked for only there.
    doubt : whether something else speaks against the answer, so that it is not sure.
    """
    answers = prediction.load(run).predict(image[np.newaxis])[0]
    best, second = np.argsort(-answers)[:2]
    sure = not doubt and answers[best] >= calibration.threshold(run)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(key="prediction", width="content"):
            st.html(f'<div class="answer{"" if sure else " unsure"}">{best if sure else t("draw.unsure")}</div>')
        if sure:
            st.metric(t("draw.confidence"), f"{answers[best]:.1%}", width="content")
    with st.container():  # though it be empty: the chart keeps its place, and a browser the chart
        if not sure:
            values = {"best": best, "first": answers[best], "second": second, "share": answers[second]}
            st.caption(t("draw.runner_up", **values))
            if told := hint():
                st.caption(told)
    st.vega_lite_chart(*charts.probabilities(answers), alt=t("draw.probabilities"))
