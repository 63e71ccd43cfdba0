"""One digit on Draw, in parts: after a stroke only those are drawn again that show something else than before."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from mnist_cnn.ink import sketch
from mnist_cnn.runs import Run
from mnist_cnn.ui import address, canvas, hiding, inside, pen, state, trouble
from mnist_cnn.ui.draw import answer, teach
from mnist_cnn.ui.drawing import Drawing

NAME = "drawing"  # of the canvas
NONE = "none"  # a part that shows nothing: what is drawn again when nothing need be


def show(run: Run, visitor: str, left, middle, right) -> None:
    """The parts, three of them in columns."""
    state.put("drawn", {})
    with left:
        paper()
    with middle, st.container(height="stretch", key="answering"):
        answered(run)
    with right:
        seen()
    if not hiding.hidden("inside"):
        behind(run)
    if not hiding.hidden("teach"):
        taught(run, visitor)
    none()


def part(shows: Callable[[Drawing], Any]):
    """A function of this name draws a part of the page.

    Parameters
    ----------
    shows : what of a drawing it shows; where that is what it has shown, it need not be drawn again.
    """

    def named(draw):
        @st.fragment(key=draw.__name__)
        @trouble.told()
        @wraps(draw)
        def drawn(*arguments) -> None:
            draw(*arguments)
            state.get("drawn")[draw.__name__] = shows(_drawing())  # not before: it may be interrupted

        PARTS[draw.__name__] = shows
        return drawn

    return named


PARTS: dict[str, Callable[[Drawing], Any]] = {}  # in the order in which they are drawn again


def _again() -> None:
    """Have those parts drawn again that are on the page and show something else now."""
    drawn = state.get("drawn")
    with suppress(StreamlitAPIException):  # they are not on the page: the canvas tells after it has given way to another mode
        st.rerun([name for name, shows in PARTS.items() if name in drawn and drawn[name] != shows(_drawing())] or NONE)


def _drawing() -> Drawing:
    return state.get("drawings").setdefault(NAME, Drawing())


@part(lambda drawing: (drawing.changes, drawing.told))
def answered(run: Run) -> None:
    """The answer to what is drawn by now, though the pen be down."""
    drawing = _drawing()
    ink = pen.drawn(drawing, canvas.SIDE)
    if ink is not None and (so_far := sketch.normalise(ink)):
        answer.show(run, ink, so_far)
    else:
        answer.show(run, drawing.ink, drawing.digit())


@part(lambda drawing: (drawing.start["number"], not drawing.strokes))
def paper() -> None:
    """The canvas and its controls."""
    with st.container(horizontal_alignment="center"):
        canvas.show(NAME, canvas.SIDE, _again)
    address.write("draw", "address-one")


@part(lambda drawing: drawing.changes)
def seen() -> None:
    """The image that the network received."""
    drawing = _drawing()
    answer.show_seen(drawing.ink, drawing.digit())


@part(lambda drawing: bool(st.session_state.get("inside")) and drawing.changes)
def behind(run: Run) -> None:
    """What its layers make of that image."""
    inside.show(run, _drawing().digit())


@part(teach.shows)
def taught(run: Run, visitor: str) -> None:
    """What the drawing was, and the class's drawings."""
    teach.show(run, _drawing().digit(), visitor)


@st.fragment(key=NONE)
def none() -> None:
    """Nothing."""
