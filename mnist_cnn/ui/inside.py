"""Inside the network: what its layers make of a drawing, and which ink speaks for its answer."""

import numpy as np
import streamlit as st

from mnist_cnn.ink import sketch
from mnist_cnn.reading import explanation, prediction
from mnist_cnn.reading.explanation import FeatureMaps
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, state
from mnist_cnn.ui.language import t

SIDE = 280  # of the image with its evidence, in pixels


def show(run: Run, digit: sketch.Sketch | None) -> None:
    """Both, under a heading that opens them; what nobody looks at is not computed."""
    opening = {"key": "inside", "icon": ":material/layers:", "on_change": "rerun"}
    with st.expander(t("inside.title"), **opening) as opened:
        if not opened.open:
            return
        if digit is None:
            st.caption(t("inside.empty"))
            return
        predictor = prediction.load(run)
        best, second = np.argsort(-predictor.predict(digit.image[np.newaxis])[0])[:2]
        left, right = st.columns([5, 3], gap="large")
        with left:
            _show_layers(explanation.feature_maps(predictor.model, digit.image))
        with right:
            show_evidence(run, digit.image, best, second)


def show_evidence(run: Run, image: np.ndarray, digit: int, other: int) -> None:
    """The image, float32 (28, 28) in [0, 1], its ink coloured by which of two digits it speaks for."""
    title = t("inside.why", digit=digit, other=other)
    values = explanation.evidence(prediction.load(run).model, image, digit, other)
    st.markdown(f"**{title}**")
    with st.container(key="evidence", horizontal_alignment="center"):
        st.image(images.enlarge(images.evidence(image, values), SIDE), alt=title)
    st.caption(t("inside.evidence", digit=digit, other=other, side=explanation.SQUARE))


def _show_layers(stages: list[FeatureMaps]) -> None:
    names = [t(f"inside.{stage.kind}", number=stage.number) for stage in stages]
    st.markdown(f"**{t('inside.layers')}**")
    look = {"required": True, "wrap": True, "label_visibility": "collapsed"}
    stage = stages[state.choice(st.pills, "layer", t("inside.layers"), range(len(stages)), names.__getitem__, **look)]
    height, width, count = stage.maps.shape
    if stage.kernels is not None:
        st.image(images.kernels(stage.kernels), alt=t("inside.kernels"), width="stretch")
        st.caption(t("inside.kernels_about", side=len(stage.kernels), count=count))
    with st.container(key="feature-maps"):
        st.image(images.feature_maps(stage.maps), alt=t("inside.maps"), width="stretch")
    st.caption(t(f"inside.{stage.kind}_about", height=height, width=width, count=count))
