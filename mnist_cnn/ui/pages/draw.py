"""Draw: sketch a digit, see at once what the network sees and thinks."""

import numpy as np
import streamlit as st

from mnist_cnn import prediction, sketch
from mnist_cnn.errors import StudioError
from mnist_cnn.ui import canvas, charts, header, images, run_picker
from mnist_cnn.ui.language import explain, t

header.show(t("draw.title"), t("draw.about"))
run = run_picker.choose("model", t("draw.model"))


@st.fragment
def draw() -> None:
    paper, answer, seen = st.columns(3)
    with paper.container(border=True, height="stretch", horizontal_alignment="center"):
        width = st.slider(t("draw.brush"), 8, 40, 18, key="brush", persist_state="session")
        result = canvas.show(width)
        strokes = (result.json_data or {}).get("objects", [])
        with st.container(horizontal=True, horizontal_alignment="center"):
            undone = st.button(t("draw.undo"), key="undo", icon=":material/undo:", disabled=not strokes, on_click=canvas.undo)
            icon = ":material/ink_eraser:"
            cleared = st.button(t("draw.clear"), key="clear", icon=icon, type="primary", on_click=canvas.clear)

    # Until the canvas has answered, what it last sent is the drawing before the click.
    blank = result.image_data is None or not strokes or cleared or (undone and len(strokes) == 1)
    drawing = None if blank else sketch.ink(result.image_data)
    digit = None if blank else sketch.normalise(drawing)
    if digit is None:
        show_nothing(answer, seen)
    else:
        show_answer(answer, digit)
        show_seen(seen, drawing, digit)


def show_nothing(answer, seen) -> None:
    with answer.container(border=True, height="stretch", horizontal_alignment="center", vertical_alignment="center"):
        with st.container(key="prediction"):
            st.subheader(t("draw.empty"), anchor=False, text_alignment="center")
        st.caption(t("draw.empty_about"), text_alignment="center")
    with seen.container(border=True, height="stretch", horizontal_alignment="center"):
        st.markdown(f"**{t('draw.seen')}**")
        st.image(images.enlarge(np.zeros((28, 28)), canvas.SIDE), alt=t("draw.seen"))


def show_answer(answer, digit: sketch.Sketch) -> None:
    probabilities = prediction.load(run).predict(digit.image[np.newaxis])[0]
    best = int(probabilities.argmax())
    with answer.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(key="prediction", width="content"):
                st.html(f'<div style="font-size: 5.5rem; line-height: 1; font-weight: 700">{best}</div>')
            st.metric(t("draw.confidence"), f"{probabilities[best]:.1%}", width="content")
        st.altair_chart(charts.probabilities(probabilities), alt=t("draw.probabilities"))


def show_seen(seen, drawing: np.ndarray, digit: sketch.Sketch) -> None:
    left, top, right, bottom = digit.box
    with seen.container(border=True, height="stretch", horizontal_alignment="center"):
        st.markdown(f"**{t('draw.seen')}**")
        with st.container(key="seen", width="content"):
            st.image(images.enlarge(digit.image, canvas.SIDE), alt=t("draw.seen"))
        before, steps = st.columns([1, 3], vertical_alignment="center", wrap=False)
        before.image(images.with_box(drawing, digit, charts.PRIMARY), alt=t("draw.cropped"))
        done = {"width": right - left, "height": bottom - top, "to_width": digit.size[0], "to_height": digit.size[1]}
        steps.caption(t("draw.steps", side=canvas.SIDE, **done))


try:
    with st.spinner(t("draw.warming")):
        prediction.load(run)
except StudioError as error:
    st.error(explain(error), icon=":material/error:")
    st.stop()
draw()
