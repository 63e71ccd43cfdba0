"""The digit that a page is about: an image of the test set, or what the reader has drawn."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.ink import sketch
from mnist_cnn.ui import canvas, state
from mnist_cnn.ui.language import t

AMONG = 100  # test images of each digit that "another one" goes through
KINDS = ("test", "own")


@dataclass(frozen=True, eq=False)
class Subject:
    """An image to look at.

    Attributes
    ----------
    image : float32 (28, 28) in [0, 1].
    label : of an image of the test set; None for a drawing.
    """

    image: np.ndarray
    label: int | None = None


def choose() -> Subject | None:
    """The controls, and what they choose; None while there is no drawing. The drawing is the one that Draw has."""
    look = {"required": True, "label_visibility": "collapsed"}
    kinds = {kind: t(f"subject.{kind}") for kind in KINDS}
    if state.choice(st.segmented_control, "subject", t("subject.label"), KINDS, kinds.get, **look) == "own":
        drawing = canvas.show("drawing")
        digit = None if drawing is None else sketch.normalise(drawing)
        if digit is None:
            st.caption(t("subject.empty"))
        return digit and Subject(digit.image)
    return _from_test_set()


def _from_test_set() -> Subject:
    dataset = datasets.at_hand()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        digit = state.choice(
            st.pills, "subject-digit", t("subject.digit"), range(10), str, then=_first, required=True, wrap=True
        )
        images = dataset.x_test[dataset.y_test == digit][:AMONG]
        another = {"on_click": _another, "args": (len(images),), "icon": ":material/casino:"}
        st.button(t("subject.another"), key="another-subject", **another)
    number = min(state.get("subject-number"), len(images))
    st.caption(t("subject.image", number=number, digit=digit))
    return Subject(images[number - 1].astype(np.float32) / 255, digit)


def _first() -> None:
    state.put("subject-number", 1)


def _another(count: int) -> None:
    """The next of so many images; after the last, and from an address beyond it, the first."""
    number = state.get("subject-number")
    state.put("subject-number", number + 1 if number < count else 1)
