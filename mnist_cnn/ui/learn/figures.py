"""What a network makes of the digit, for the chapters on its layers."""

import numpy as np
import streamlit as st

from mnist_cnn.reading import explanation, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, images
from mnist_cnn.ui.language import t

KINDS = {"convolution": "Conv2D", "pooling": "MaxPooling2D", "dense": "Dense"}


def network(run: Run, image: np.ndarray, stage: str) -> None:
    """The first layer of that kind, "convolution", "pooling" or "dense", and what it makes of float32 (28, 28) in [0, 1]."""
    stages = explanation.feature_maps(prediction.load(run).model, image)
    shown = next(found for found in stages if found.kind == KINDS[stage])
    height, width, count = shown.maps.shape
    if shown.kernels is not None:
        st.image(images.kernels(shown.kernels), alt=t("inside.kernels"), width="stretch")
        st.caption(t("inside.kernels_about", side=len(shown.kernels), count=count))
    st.image(images.feature_maps(shown.maps), alt=t("inside.maps"), width="stretch")
    st.caption(t(f"inside.{shown.kind}_about", height=height, width=width, count=count))


def answer(run: Run, image: np.ndarray) -> np.ndarray:
    """The ten probabilities as bars, and as float32 (10,)."""
    answers = prediction.load(run).predict(image[np.newaxis])[0]
    st.vega_lite_chart(*charts.probabilities(answers), alt=t("draw.probabilities"))
    return answers
