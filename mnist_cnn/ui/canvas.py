"""The black paper to draw on."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_cnn.ui import message, pen, state
from mnist_cnn.ui.drawing import Drawing
from mnist_cnn.ui.language import t

LARGER = 1.6  # times, at most, in front of a projector
SIDE = 280  # of the canvas for one digit, and height of every canvas, in pixels

# The canvas brings a toolbar that waits, unseen, over its upper right corner: strokes that begin
# there would press its buttons. The page has undo and clear of its own, so the toolbar goes.
# A canvas that is wider than a phone is shown smaller, because a finger cannot both draw and scroll; and a little
# smaller on a low one, so that the answer fits under it. In front of a projector it is as large as its column.
_fitted = st.components.v2.component(
    "mnist_cnn_fitted_canvas",
    js="""
    export default function ({ data }) {
      let frame;
      const fit = () => {
        const canvas = document.querySelector(".st-key-canvas");
        for (const host of canvas?.querySelectorAll("*") ?? []) {
          const root = host.shadowRoot?.querySelector(".dc-root");
          if (!root) continue;
          const paper = root.querySelector("canvas");
          paper.setAttribute("role", "img");
          paper.setAttribute("aria-label", data.label);
          const most = innerWidth < 640 && innerHeight < 760 ? 0.8 : data.most;
          const wide = paper.offsetWidth;
          root.style.zoom = wide ? Math.min(most, canvas.parentElement.parentElement.clientWidth / wide) : 1;
          if (!host.shadowRoot.querySelector("style[data-toolbar]")) {
            const style = document.createElement("style");
            style.dataset.toolbar = "hidden";
            style.textContent = ".dc-toolbar { display: none !important }";
            host.shadowRoot.append(style);
          }
          return;
        }
        frame = requestAnimationFrame(fit);
      };
      fit();
      window.addEventListener("resize", fit);
      return () => {
        cancelAnimationFrame(frame);
        window.removeEventListener("resize", fit);
      };
    }
    """,
)


def _nothing() -> None:
    """What more is done about another drawing, unless a page says so."""


def show(name: str, width: int = SIDE, then: Callable[[], None] = _nothing) -> np.ndarray | None:
    """A canvas for white ink over its controls; its drawing, float32 (H, W) in [0, 1], None while it is empty.

    Parameters
    ----------
    name : key of the canvas in the session; several canvases of other names keep their own strokes.
    width : in pixels.
    then : called when the canvas has told of a drawing, or a button has changed it; it may choose what of the page is drawn
        again.
    """
    drawing = state.get("drawings").setdefault(name, Drawing())
    if name not in st.session_state:  # it was not on the page until now
        drawing.restart(drawing.strokes)
    place, controls = st.container(horizontal_alignment="center"), st.container(horizontal=True, horizontal_alignment="center")
    with controls.popover(t("draw.brush"), icon=":material/brush:"):
        limits = {"min_value": 8, "max_value": 40, "label_visibility": "collapsed"}
        brush = state.control(st.slider, "brush", t("draw.brush"), **limits)
    with place.container(key="canvas", width="content", gap=None):
        st_canvas(
            stroke_width=brush, stroke_color="#ffffff", background_color="#000000", height=SIDE, width=width,
            initial_drawing=drawing.start, return_image_data=True, key=name,
            on_change=partial(_after, partial(take, name, width), then),
        )  # fmt: skip
        most = LARGER if state.get("projector") else 1
        _fitted(key=f"{name}-fitted", data={"label": t("draw.canvas"), "most": most}, height=1)
    take(name, width)
    with controls:
        button = {"on_click": _after, "args": (partial(_undo, name), then), "icon": ":material/undo:"}
        st.button(t("draw.undo"), key="undo", disabled=not drawing.strokes, **button)
        button = {"on_click": _after, "args": (partial(_clear, name), then), "icon": ":material/ink_eraser:"}
        st.button(t("draw.clear"), key="clear", **button)
    return drawing.ink


def take(name: str, width: int = SIDE) -> None:
    """Take over what a canvas has told, where that is another drawing."""
    drawing = state.get("drawings")[name]
    before = drawing.strokes
    drawing.take(*message.received(st.session_state.get(name), width, SIDE))
    pen.lifted(drawing, drawing.strokes != before)


def _after(act: Callable[[], None], then: Callable[[], None]) -> None:
    act()
    then()


def _clear(name: str) -> None:
    drawing = state.get("drawings")[name]
    drawing.restart([], drawing.strokes)


def _undo(name: str) -> None:
    """Take the last stroke away, of those that the canvas has sent by now."""
    drawing = state.get("drawings")[name]
    sent = st.session_state.get(name)
    strokes, _ = message.received(sent, SIDE, SIDE)
    if strokes is None or not sent["drawing"].get("data") or strokes == drawing.left:
        strokes = drawing.strokes
    drawing.restart(strokes[:-1], strokes)
