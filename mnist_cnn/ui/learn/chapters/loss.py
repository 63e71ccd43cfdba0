"""Loss on one digit."""

import math

import numpy as np
import streamlit as st

from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.subject import Subject

LEAST = 1e-7  # probability that counts, as in Keras


def show(run: Run, subject: Subject) -> None:
    """The loss of the network on the digit, and what it would be with another probability."""
    answers = prediction.load(run).predict(subject.image[np.newaxis])[0]
    st.vega_lite_chart(*charts.probabilities(answers), alt=t("draw.probabilities"))
    label = subject.label
    if label is None:
        label = state.choice(st.pills, "told", t("chapter.loss.label"), range(10), str, required=True)
    probability = max(LEAST, float(answers[label]))
    st.markdown(t("chapter.loss.here", probability=probability, loss=abs(math.log(probability))))
    what_if = state.control(st.slider, "what-if", t("chapter.loss.what_if"), min_value=0.01, max_value=1.0, step=0.01)
    st.markdown(t("chapter.loss.then", probability=what_if, loss=abs(math.log(what_if))))
    st.vega_lite_chart(*charts.loss_curve(what_if), alt=t("chapter.loss.curve"))
    st.caption(t("chapter.loss.guessing"))
