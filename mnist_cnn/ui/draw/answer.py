"""What a network makes of a drawing: its answer, and the image that it received."""

import numpy as np
import streamlit as st

from mnist_cnn.ink import sketch
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, images
from mnist_cnn.ui.language import t

LARGE = 280  # side of an enlarged image, in pixels
UNSURE = "?"


def ask(run: Run, digits: list[sketch.Sketch]) -> tuple[np.ndarray, float]:
    """Probabilities float32 (N, 10) of N drawings, and the confidence from which the network is sure."""
    received = np.stack([digit.image for digit in digits])
    return prediction.load(run).predict(received), calibration.threshold(run)


def show(run: Run, digit: sketch.Sketch, several: bool = False) -> None:
    """The digit, or that the network is not sure, with the ten probabilities.

    Parameters
    ----------
    several : whether the drawing falls into parts that may be digits of their own.
    """
    answers, sure_from = ask(run, [digit])
    best, second = np.argsort(-answers[0])[:2]
    sure = answers[0][best] >= sure_from
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(key="prediction", width="content"):
            size = "5.5rem" if sure else "2.6rem"
            text = best if sure else t("draw.unsure")
            st.html(f'<div style="font-size: {size}; line-height: 1; font-weight: 700">{text}</div>')
        if sure:
            st.metric(t("draw.confidence"), f"{answers[0][best]:.1%}", width="content")
    if not sure:
        values = {"best": best, "first": answers[0][best], "second": second, "share": answers[0][second]}
        st.caption(t("draw.runner_up", **values))
        if several:
            st.caption(t("draw.perhaps_several"))
    st.vega_lite_chart(*charts.probabilities(answers[0]), alt=t("draw.probabilities"))


def show_seen(drawing: np.ndarray, digit: sketch.Sketch) -> None:
    """The image that the network received of a drawing, float (H, W) in [0, 1], and how it came about."""
    left, top, right, bottom = digit.box
    st.markdown(f"**{t('draw.seen')}**")
    with st.container(key="seen", horizontal_alignment="center"):
        st.image(images.enlarge(digit.image, LARGE), alt=t("draw.seen"))
    before, steps = st.columns([1, 3], vertical_alignment="center", wrap=False)
    before.image(images.with_box(drawing, digit, charts.PRIMARY), alt=t("draw.cropped"))
    sizes = {"width": right - left, "height": bottom - top, "to_width": digit.size[0], "to_height": digit.size[1]}
    steps.container(key="steps").caption(t("draw.steps", wide=drawing.shape[1], high=drawing.shape[0], **sizes))


def show_nothing(answer, seen, empty: str, about: str) -> None:
    """The two containers before anything is drawn."""
    with answer, st.container(height="stretch", horizontal_alignment="center", vertical_alignment="center"):
        with st.container(key="prediction"):
            st.subheader(empty, anchor=False, text_alignment="center")
        st.caption(about, text_alignment="center")
    with seen, st.container(horizontal_alignment="center"):
        st.markdown(f"**{t('draw.seen')}**")
        st.image(images.enlarge(np.zeros((28, 28)), LARGE), alt=t("draw.seen"))


def show_row(run: Run, digits: list[sketch.Sketch]) -> None:
    """Several digits, left to right: the number they make, then each with its image and confidence."""
    answers, sure_from = ask(run, digits)
    best, confidence = answers.argmax(axis=1), answers.max(axis=1)
    number = "".join(str(d) if c >= sure_from else UNSURE for d, c in zip(best, confidence, strict=True))
    with st.container(key="prediction"):
        st.html(f'<div style="font-size: 4rem; line-height: 1.1; font-weight: 700; letter-spacing: .15em">{number}</div>')
    if UNSURE in number:
        st.caption(t("draw.unsure_some"))
    captions = [t("draw.tile", digit=d, confidence=c) for d, c in zip(best, confidence, strict=True)]
    images.gallery([images.enlarge(digit.image, 112) for digit in digits], captions)
