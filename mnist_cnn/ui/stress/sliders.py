"""One digit: the sliders that distort it, and what the network answers."""

import time

import numpy as np
import streamlit as st

from mnist_cnn.reading import stress
from mnist_cnn.reading.stress import DISTORTIONS
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, state, verdict
from mnist_cnn.ui.language import t
from mnist_cnn.ui.subject import Subject

SIDE = 196  # of the distorted image, in pixels


def show() -> dict[str, float]:
    """A slider for every distortion, and the amounts that they say."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('stress.distort')}**", width="stretch")
        unused = all(state.get(f"stress-{name}") == distortion.nothing for name, distortion in DISTORTIONS.items())
        st.button(t("stress.reset"), key="reset", icon=":material/restart_alt:", on_click=_reset, disabled=unused)
    amounts = {}
    for name, distortion in DISTORTIONS.items():
        limits = {"min_value": float(distortion.low), "max_value": float(distortion.high), "step": float(distortion.step)}
        words = t(f"stress.{name}"), t(f"stress.{name}.format")
        amounts[name] = state.control(st.slider, f"stress-{name}", words[0], then=_moved, format=words[1], **limits)
    return amounts


def _moved() -> None:
    state.put("stress-moved", time.monotonic())


def _reset() -> None:
    for name in DISTORTIONS:
        state.pop(f"stress-{name}")


def show_original(digit: Subject | None) -> None:
    """The image as it is; a drawing is seen already, on its canvas."""
    if digit and digit.label is not None:
        with st.container(horizontal_alignment="center"):
            st.image(images.enlarge(digit.image, SIDE), alt=t("subject.test"))


def show_answer(run: Run, digit: Subject | None, amounts: dict[str, float]) -> None:
    """The distorted image over the network's answer to it."""
    st.markdown(f"**{t('stress.distorted')}**")
    image = np.zeros((28, 28), np.float32) if digit is None else digit.image
    image = stress.distort_all(image[np.newaxis], amounts)[0]
    with st.container(key="distorted", horizontal_alignment="center"):
        st.image(images.enlarge(image, SIDE), alt=t("stress.distorted"))
    if digit is None:
        st.caption(t("subject.empty"))
    else:
        verdict.show(run, image)
