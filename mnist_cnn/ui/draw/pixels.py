"""A pixel editor of 28×28, for the keyboard as for mouse and finger."""

import numpy as np
import streamlit as st

from mnist_cnn.ink.sketch import SIZE
from mnist_cnn.ui import state
from mnist_cnn.ui.language import t

# The browser holds the pixels and tells of them when the hand rests.
_editor = st.components.v2.component(
    "mnist_cnn_pixels",
    html="""<canvas tabindex="0" role="application"></canvas><p aria-live="polite"></p>""",
    css="""
    canvas { width: 100%; max-width: 280px; display: block; margin: 0 auto; touch-action: none; cursor: crosshair;
             image-rendering: pixelated; border-radius: 4px; }
    canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
    p { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
    """,
    js="""
    const CELL = 10;
    export default function ({ data, parentElement, setStateValue }) {
      const canvas = parentElement.querySelector("canvas"), said = parentElement.querySelector("p");
      const { side, words } = data, pen = canvas.getContext("2d");
      canvas.width = canvas.height = side * CELL;
      canvas.setAttribute("aria-label", words.label);
      const kept = canvas.kept;  // by an earlier drawing of this component
      const editor = kept && kept.number === data.number ? kept
        : { number: data.number, ink: Array.from(data.pixels.padEnd(side * side, "0"), Number), x: side >> 1, y: side >> 2 };
      canvas.kept = editor;
      const show = () => {
        pen.fillStyle = "#000";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < editor.ink.length; i++) {
          pen.fillStyle = editor.ink[i] ? "#fff" : "#1c1c28";
          pen.fillRect((i % side) * CELL, Math.floor(i / side) * CELL, CELL - 1, CELL - 1);
        }
        pen.strokeStyle = "#12b5a5";
        pen.lineWidth = 2;
        pen.strokeRect(editor.x * CELL, editor.y * CELL, CELL - 1, CELL - 1);
      };
      const tell = () => {
        clearTimeout(editor.timer);
        editor.timer = setTimeout(() => setStateValue("pixels", `${editor.number}:${editor.ink.join("")}`), 200);
      };
      const put = (value) => {
        const place = editor.y * side + editor.x;
        if (editor.ink[place] === value) return;
        editor.ink[place] = value;
        tell();
      };
      const here = () => editor.ink[editor.y * side + editor.x];
      const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      canvas.onkeydown = (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const step = STEPS[event.key];
        if (step) {
          editor.x = Math.min(side - 1, Math.max(0, editor.x + step[0]));
          editor.y = Math.min(side - 1, Math.max(0, editor.y + step[1]));
          if (event.shiftKey) put(1);
        } else if (event.key === " " || event.key === "Enter") put(1 - here());
        else if (event.key === "Backspace" || event.key === "Delete") put(0);
        else return;
        event.preventDefault();
        said.textContent = `${words.row} ${editor.y + 1}, ${words.column} ${editor.x + 1}: ${here() ? words.ink : words.blank}`;
        show();
      };
      const paint = (event) => {
        const box = canvas.getBoundingClientRect();
        editor.x = Math.min(side - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * side)));
        editor.y = Math.min(side - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * side)));
      };
      canvas.onpointerdown = (event) => {
        paint(event);
        editor.brush = 1 - here();
        put(editor.brush);
        canvas.setPointerCapture(event.pointerId);
        show();
      };
      canvas.onpointermove = (event) => {
        if (editor.brush === undefined) return;
        for (const one of event.getCoalescedEvents?.() ?? [event]) {
          paint(one);
          put(editor.brush);
        }
        show();
      };
      canvas.onpointerup = canvas.onpointercancel = () => { editor.brush = undefined; };
      show();
    }
    """,
)


def show() -> np.ndarray | None:
    """The editor and its help; its drawing, float32 (28, 28) of 0 and 1, None while it is empty."""
    number = state.get("pixels-cleared")
    words = {word: t(f"pixels.{word}") for word in ("label", "row", "column", "ink", "blank")}
    data = {"side": SIZE, "number": number, "pixels": state.get("pixels"), "words": words}
    told = _editor(key="pixel-editor", data=data, on_pixels_change=lambda: None).get("pixels") or ""
    of, _, pixels = told.partition(":")
    if of == str(number) and len(pixels) == SIZE**2 and set(pixels) <= {"0", "1"}:  # a browser may send anything
        state.put("pixels", pixels)
    st.caption(t("pixels.count", count=state.get("pixels").count("1")))
    st.caption(t("pixels.help"))
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button(t("draw.clear"), key="clear", on_click=_clear, icon=":material/ink_eraser:")
    ink = np.array(list(state.get("pixels")), np.float32)
    return ink.reshape(SIZE, SIZE) if ink.any() else None


def _clear() -> None:
    state.pop("pixels")
    state.put("pixels-cleared", state.get("pixels-cleared") + 1)
