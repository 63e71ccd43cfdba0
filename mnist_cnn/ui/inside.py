"""Inside the network: what its layers make of a drawing, and which ink speaks for its answer."""

import numpy as np
import streamlit as st

from mnist_cnn.ink import sketch
from mnist_cnn.reading import explanation, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import hiding, images, numbers, state
from mnist_cnn.ui.language import t

SIDE = 280  # of the image with its evidence, in pixels


def show(run: Run, digit: sketch.Sketch | None) -> None:
    """Both, under a heading that opens them; what nobody looks at is not computed."""
    if hiding.hidden("inside"):
        return
    with st.expander(t("inside.title"), icon=":material/layers:", **state.opens("inside")) as opened:
        if not opened.open:
            return
        if digit is None:
            st.caption(t("inside.empty"))
            return
        predictor = prediction.load(run)
        best, second = np.argsort(-predictor.predict(digit.image[np.newaxis])[0])[:2]
        show_numbers(run, digit.image)
        show_evidence(run, digit.image, best, second)


def show_numbers(run: Run, image: np.ndarray, stage: str = "image") -> None:
    """Every number that a network computes from an image, float32 (28, 28) in [0, 1]; `stage` is opened first."""
    if run.hyperparameters.views > 1:
        st.caption(t("inside.views", views=run.hyperparameters.views))
    numbers.show(run, image, stage, key=f"numbers-{stage}")


def show_evidence(run: Run, image: np.ndarray, digit: int, other: int) -> None:
    """The image, float32 (28, 28) in [0, 1], its ink coloured by which of two digits it speaks for."""
    title = t("inside.why", digit=digit, other=other)
    values = explanation.evidence(prediction.load(run).network, image, digit, other)
    st.markdown(f"**{title}**")
    with st.container(key="evidence", horizontal_alignment="center"):
        st.image(images.enlarge(images.evidence(image, values), SIDE), alt=title)
    st.caption(t("inside.evidence", digit=digit, other=other, side=explanation.SQUARE))
