"""The black paper to draw on."""

import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

SIDE = 280  # of the canvas for one digit, and height of every canvas, in pixels

# The canvas brings a toolbar that waits, unseen, over its upper right corner: strokes that begin
# there would press its buttons. The page has undo and clear of its own, so the toolbar goes.
# A canvas that is wider than a phone is shown smaller, because a finger cannot both draw and scroll.
_fitted = st.components.v2.component(
    "mnist_cnn_fitted_canvas",
    js="""
    export default function () {
      let frame;
      const fit = () => {
        const canvas = document.querySelector(".st-key-canvas");
        for (const host of canvas?.querySelectorAll("*") ?? []) {
          const root = host.shadowRoot?.querySelector(".dc-root");
          if (!root) continue;
          const wide = root.querySelector("canvas").offsetWidth;
          root.style.zoom = wide ? Math.min(1, canvas.parentElement.clientWidth / wide) : 1;
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


def show(name: str, brush: int, width: int = SIDE) -> CanvasResult:
    """A canvas for white ink. It begins with, and after `undo` or `clear` goes on from, the strokes kept.

    Parameters
    ----------
    name : key of the canvas in the session; several canvases of other names keep their own strokes.
    brush, width : in pixels.
    """
    start = st.session_state.setdefault(f"{name}-start", {"objects": [], "number": 0})
    with st.container(key="canvas", width="content", gap=None):
        result = st_canvas(
            stroke_width=brush, stroke_color="#ffffff", background_color="#000000", height=SIDE, width=width,
            initial_drawing=start, return_image_data=True, key=name,
        )  # fmt: skip
        _fitted(key=f"{name}-fitted", height=1)
    return result


def clear(name: str) -> None:
    """Take all strokes away; for a button's callback, as is `undo`."""
    _restart(name, [])


def undo(name: str) -> None:
    """Take the last stroke away, of those that the canvas has sent by now."""
    drawing = st.session_state[name].get("drawing") or {"raw": {}}
    _restart(name, drawing["raw"].get("objects", [])[:-1])


def _restart(name: str, strokes: list[dict]) -> None:
    """Have the canvas show these strokes; a new number makes it load them even if it had them before."""
    number = st.session_state[f"{name}-start"]["number"] + 1
    st.session_state[f"{name}-start"] = {"objects": strokes, "number": number}
