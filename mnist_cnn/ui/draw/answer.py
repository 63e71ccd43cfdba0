"""What a network makes of a drawing: its answer, and the image that it received."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_cnn.ink import segmentation, sketch
from mnist_cnn.ink.picture import Ink
from mnist_cnn.reading import calibration, prediction, transcript
from mnist_cnn.reading.transcript import Transcript
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, images, verdict
from mnist_cnn.ui.language import t

LARGE = 280  # side of an enlarged image, in pixels
TILE = 84  # side of one among several: three fit beside each other in a column
UNSURE = "?"


def show(run: Run, drawing: np.ndarray | None, digit: sketch.Sketch | None, kind: str = "one", doubt: bool = False) -> None:
    """The digit of a drawing, float32 (H, W) in [0, 1], or that the network is not sure, with the ten probabilities.

    Without a digit it is the invitation to draw one, in a `kind` of words. `doubt`: of a picture, other looks say something
    else.
    """
    if digit is None:
        return _invite(t(f"draw.empty.{kind}"), t(f"draw.empty_about.{kind}"))

    def hint() -> str:
        if len(segmentation.split(drawing)) > 1:
            return t("draw.perhaps_several")
        return t("draw.looks_differ") if doubt else ""

    verdict.show(run, digit.image, hint, doubt)


def show_seen(drawing: np.ndarray | None, digit: sketch.Sketch | None) -> None:
    """The image that the network received of a drawing, float (H, W) in [0, 1], and how it came about, if there is one."""
    if digit is None:
        return _show_nothing_seen()
    left, top, right, bottom = digit.box
    st.markdown(f"**{t('draw.seen')}**")
    with st.container(key="seen", horizontal_alignment="center"):
        st.image(images.address(images.enlarge(digit.image, sketch.SIZE)), alt=t("draw.seen"), width=LARGE)
    before, steps = st.columns([1, 3], vertical_alignment="center", wrap=False)
    before.image(images.address(images.with_boxes(drawing, [digit.box], charts.PRIMARY)), alt=t("draw.cropped"))
    sizes = {"width": right - left, "height": bottom - top, "to_width": digit.size[0], "to_height": digit.size[1]}
    steps.container(key="steps").caption(t("draw.steps", wide=drawing.shape[1], high=drawing.shape[0], **sizes))


def _invite(empty: str, about: str) -> None:
    """In place of an answer before anything is drawn."""
    centred = {"horizontal_alignment": "center", "vertical_alignment": "center"}
    with st.container(height="stretch", key="invitation", **centred):
        with st.container(key="prediction"):
            st.header(empty, anchor=False, text_alignment="center")
        st.caption(about, text_alignment="center")


def _show_nothing_seen() -> None:
    """In place of the image that the network received, before anything is drawn."""
    with st.container(horizontal_alignment="center"):
        st.markdown(f"**{t('draw.seen')}**")
        st.image(images.enlarge(np.zeros((28, 28)), LARGE), alt=t("draw.seen"))


def read(run: Run, drawing: np.ndarray) -> Transcript:
    """The digits of a drawing, float32 (H, W) in [0, 1], and what the network thinks of each."""
    return transcript.read(drawing, prediction.load(run), calibration.threshold(run))


def read_picture(run: Run, looks: Sequence[Ink]) -> tuple[Ink, Transcript]:
    """The ink in a picture and its digits, as `transcript.of_picture`."""
    return transcript.of_picture(looks, prediction.load(run), calibration.threshold(run))


def contradictory(run: Run, found: Transcript) -> bool:
    """Whether the network is not sure of digits only because other looks at their picture say something else."""
    return not found.sure and all(digit.confidence >= calibration.threshold(run) for digit in found.digits)


def show_all(found: Transcript, drawing: np.ndarray | None = None) -> None:
    """Several digits: the numbers they make, line by line, then each with its image and confidence.

    Parameters
    ----------
    drawing : shown with a frame around each digit, if given.
    """
    numbers = ["".join(str(digit.digit) if digit.sure else UNSURE for digit in line) for line in found.lines]
    with st.container(key="prediction"):
        st.html(f'<div class="answer row{" rows" if len(numbers) > 1 else ""}">{"<br>".join(numbers)}</div>')
    if not found.sure:
        st.caption(t("draw.unsure_some"))
    if drawing is not None:
        show_found(found, drawing)
    for line in found.lines:
        captions = [t("draw.tile", digit=digit.digit, confidence=digit.confidence) for digit in line]
        images.gallery([images.enlarge(digit.sketch.image, TILE) for digit in line], captions)


def show_found(found: Transcript, drawing: np.ndarray) -> None:
    """The drawing, with a frame around each digit that was found in it."""
    st.markdown(f"**{t('draw.found')}**")
    boxes = [digit.segment.box for digit in found.digits]
    st.image(images.with_boxes(drawing, boxes, charts.PRIMARY), alt=t("draw.found"))
