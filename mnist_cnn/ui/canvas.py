"""The square to draw on."""

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

SIDE = 280  # of the canvas, in pixels

# The canvas brings a toolbar that waits, unseen, over its upper right corner: strokes that begin
# there would press its buttons. The page has undo and clear of its own, so the toolbar goes.
_without_toolbar = st.components.v2.component(
    "mnist_cnn_canvas_without_toolbar",
    js="""
    export default function () {
      let frame;
      const hide = () => {
        for (const host of document.querySelectorAll(".st-key-canvas *")) {
          const root = host.shadowRoot;
          if (root?.querySelector(".dc-toolbar") && !root.querySelector("style[data-toolbar]")) {
            const style = document.createElement("style");
            style.dataset.toolbar = "hidden";
            style.textContent = ".dc-toolbar { display: none !important }";
            root.append(style);
            return;
          }
        }
        frame = requestAnimationFrame(hide);
      };
      hide();
      return () => cancelAnimationFrame(frame);
    }
    """,
)


def show(brush: int) -> CanvasResult:
    """A black canvas for white ink. It begins with, and after `undo` or `clear` goes on from, the strokes kept."""
    start = st.session_state.setdefault("canvas-start", {"objects": [], "number": 0})
    with st.container(key="canvas", width="content", gap=None):
        result = st_canvas(
            stroke_width=brush, stroke_color="#ffffff", background_color="#000000", height=SIDE, width=SIDE,
            initial_drawing=start, return_image_data=True, key="drawing",
        )  # fmt: skip
        _without_toolbar(key="canvas-without-toolbar", height=1)
    return result


def clear() -> None:
    """Take all strokes away; for a button's callback, as is `undo`."""
    _restart([])


def undo() -> None:
    """Take the last stroke away, of those that the canvas has sent by now."""
    drawing = st.session_state["drawing"].get("drawing") or {"raw": {}}
    _restart(drawing["raw"].get("objects", [])[:-1])


def _restart(strokes: list[dict]) -> None:
    """Have the canvas show these strokes; a new number makes it load them even if it had them before."""
    number = st.session_state["canvas-start"]["number"] + 1
    st.session_state["canvas-start"] = {"objects": strokes, "number": number}
