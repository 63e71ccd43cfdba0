"""Draw: sketch a digit or several, or show a photo; see at once what the network sees and thinks."""

import numpy as np
import streamlit as st

from mnist_cnn.ink import sketch
from mnist_cnn.ui import address, canvas, header, hiding, inside, run_picker, server, state, trouble
from mnist_cnn.ui.draw import answer, asked, one, photo, pixels
from mnist_cnn.ui.language import t

WIDE = 3 * canvas.SIDE  # of the canvas for several digits, in pixels


def draw_one() -> None:
    """One digit: canvas, answer, and what the network received, side by side."""
    one.show(run, visitor, *_columns())


@st.fragment
@trouble.told()
def draw_asked() -> None:
    """The digit that the page asks for, into the class's collection."""
    asked.show(run, visitor)
    address.write("draw", "address-asked")


@st.fragment
@trouble.told()
def draw_pixels() -> None:
    """One digit, pixel by pixel; a keyboard will do."""
    left, middle, right = _columns()
    with left:
        drawing = pixels.show()
    show_one(middle, right, drawing, None if drawing is None else sketch.normalise(drawing))


@st.fragment
@trouble.told()
def draw_several() -> None:
    """Several digits on one wide canvas, in one line or in more."""
    with st.container(border=True, horizontal_alignment="center"):
        drawing = canvas.show("wide-drawing", WIDE)
    with st.container(border=True):
        if drawing is None:
            with st.container(key="prediction"):
                st.header(t("draw.empty.several"), anchor=False)
            st.caption(t("draw.empty_about.several"))
        else:
            answer.show_all(answer.read(run, drawing), drawing)
    address.write("draw", "address-several")


@st.fragment
@trouble.told()
def read_photo() -> None:
    """A picture of a digit, or of several, on paper."""
    left, middle, right = _columns()
    with left:
        drawing, found = photo.show(run) or (None, None)
    if found and len(found.digits) > 1:
        with middle:
            answer.show_all(found)
        with right:
            answer.show_found(found, drawing)
    else:
        doubt = found is not None and answer.contradictory(run, found)
        show_one(middle, right, drawing, found.digits[0].sketch if found else None, "photo", doubt)


def _columns():
    return (column.container(border=True, height="stretch") for column in st.columns(3))


def show_one(
    middle, right, drawing: np.ndarray | None, digit: sketch.Sketch | None, kind: str = "one", doubt: bool = False
) -> None:
    """The answer to one digit and the image that the network received, or the invitation to draw; what lies behind it."""
    with middle:
        answer.show(run, drawing, digit, kind, doubt)
    with right:
        answer.show_seen(drawing, digit)
    inside.show(run, digit)


MODES = {"one": draw_one, "asked": draw_asked, "several": draw_several, "photo": read_photo, "pixels": draw_pixels}

header.show(t("draw.title"), t("draw.about"))
with st.container(horizontal=True, key="reading"):
    run = run_picker.choose("model", t("draw.model"))
    if not hiding.hidden("modes"):
        modes = {name: t(f"draw.mode.{name}") for name in MODES}
        state.choice(st.segmented_control, "mode", t("draw.mode"), MODES, modes.get, required=True, wrap=True)
visitor = server.visitor_id()
run_picker.wake(run)
MODES[state.get("mode")]()
