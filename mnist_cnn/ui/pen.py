"""What the pen has drawn before it is lifted, told a few times a second while few draw and the server answers at once."""

import threading
import time
from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_cnn.ink import sketch
from mnist_cnn.ui import message
from mnist_cnn.ui.drawing import Drawing

KEY = "pen"  # of the component
FEW = 4  # sessions that draw at once
RECENT = 10.0  # seconds

# The browser tells the next picture when the page has shown what became of the last one, and no sooner than three times
# as long as that took. Where that took too long, others need the server more, and it rests.
_pen = st.components.v2.component(
    "mnist_cnn_pen",
    js="""
    const PACE = 200, LATE = 400, REST = 10000, LOOK = 40;  // milliseconds
    let listening, paper, timer, moved, server, waiting = 0, sent = -REST, pace = PACE, rest = 0;

    const picture = (side) => {
      const whole = document.createElement("canvas"), brush = whole.getContext("2d");
      whole.width = whole.height = side;
      brush.fillRect(0, 0, side, side);
      for (const layer of paper.querySelectorAll("canvas")) brush.drawImage(layer, 0, 0, side, side);
      return whole.toDataURL();
    };
    const look = () => {
      if (!paper?.isConnected) return;
      timer = setTimeout(look, LOOK);
      const now = performance.now();
      if (!server.offered || !moved || now < rest || now - sent < (waiting ? REST : pace)) return;
      moved = false;
      sent = now;
      waiting = Date.now();
      server.tell("picture", { number: waiting, image: picture(server.side) });
    };
    const hold = () => {  // a page that grew shorter might move the canvas under the pen
      const page = document.querySelector("[data-testid=stMainBlockContainer]");
      page.style.minHeight = paper ? `${page.getBoundingClientRect().height}px` : "";
    };
    const down = (event) => {
      if (!event.isPrimary || event.button) return;
      paper = event.composedPath().find((element) => element.classList?.contains("dc-container"));
      moved = false;
      clearTimeout(timer);
      if (paper) timer = setTimeout(look, LOOK);
      hold();
    };
    const up = (event) => {
      if (!event.isPrimary) return;
      paper = undefined;
      hold();
    };

    export default function ({ data, setStateValue }) {
      server = { ...data, tell: setStateValue };
      if (waiting && data.seen === waiting) {
        const took = performance.now() - sent;
        waiting = 0;
        pace = Math.max(PACE, 3 * took);
        if (took > LATE) rest = performance.now() + REST;
      }
      if (paper) hold();
      listening?.abort();
      const mine = (listening = new AbortController());
      const on = (kind, then) => addEventListener(kind, then, { capture: true, passive: true, signal: mine.signal });
      on("pointerdown", down);
      on("pointermove", () => { moved = true; });
      on("pointerup", up);
      on("pointercancel", up);
      return () => mine.abort();
    }
    """,
)


class Crowd:
    """Who drew a moment ago; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._lock = clock, threading.Lock()
        self._drew: dict[str, float] = {}  # session, and when

    def touch(self, session: str) -> None:
        """Somebody draws."""
        with self._lock:
            self._drew[session] = self._clock()

    def few(self) -> bool:
        """Whether so few draw that each may be answered before the pen is lifted."""
        with self._lock:
            since = self._clock() - RECENT
            self._drew = {session: drew for session, drew in self._drew.items() if drew >= since}
            return len(self._drew) <= FEW


@st.cache_resource(show_spinner=False)
def crowd() -> Crowd:
    return Crowd()


def lifted(drawing: Drawing, changed: bool) -> None:
    """What the canvas reports counts now; a picture told before or together with it does not.

    Parameters
    ----------
    changed : whether its strokes are others.
    """
    drawing.told = message.told(st.session_state.get(KEY))
    if changed:
        _drew()


def drawn(drawing: Drawing, side: int) -> np.ndarray | None:
    """What is on a square canvas while the pen is down, float32 (side, side) in [0, 1]; None where nothing new was told.

    For a fragment inside of the canvas's own: the run that answers the pen then draws nothing else.
    """
    told, ink = st.session_state.get(KEY), None
    number = message.told(told)
    if number not in (None, drawing.told):
        drawing.told = number
        _drew()
        if (image := message.told_picture(told, side)) is not None:
            ink = sketch.ink(image)
    _pen(key=KEY, data={"offered": crowd().few(), "seen": number, "side": side}, on_picture_change=lambda: None, height=1)
    return ink


def _drew() -> None:
    if context := get_script_run_ctx():
        crowd().touch(context.session_id)
