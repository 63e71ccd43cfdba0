"""Draw: sketch a digit or several, or show a photo; see at once what the network sees and thinks."""

import numpy as np
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import picture, segmentation, sketch
from mnist_cnn.reading import prediction
from mnist_cnn.ui import header, inside, run_picker, server
from mnist_cnn.ui.draw import answer, canvas, teach
from mnist_cnn.ui.language import explain, t

WIDE = 3 * canvas.SIDE  # of the canvas for several digits, in pixels

header.show(t("draw.title"), t("draw.about"))
with st.container(horizontal=True):
    run = run_picker.choose("model", t("draw.model"))
    modes = {"one": ":material/looks_one:", "several": ":material/pin:", "photo": ":material/photo_camera:"}
    mode = st.segmented_control(
        t("draw.mode"), list(modes), format_func=lambda name: f"{modes[name]} {t(f'draw.mode.{name}')}", default="one",
        required=True, key="mode", persist_state="session", width="content",
    )  # fmt: skip
visitor = server.visitor()


def paper(name: str, width: int) -> np.ndarray | None:
    """The canvas with its controls; its drawing, float32 (H, W) in [0, 1], or None while it is empty."""
    place, controls = st.container(horizontal_alignment="center"), st.container(horizontal=True, horizontal_alignment="center")
    with controls.popover(t("draw.brush"), icon=":material/brush:"):
        kept = {"key": "brush", "persist_state": "session", "label_visibility": "collapsed"}
        brush = st.slider(t("draw.brush"), 8, 40, 18, **kept)
    with place:
        result = canvas.show(name, brush, width)
    strokes = (result.json_data or {}).get("objects", [])
    with controls:
        button = {"on_click": canvas.undo, "args": (name,), "disabled": not strokes, "icon": ":material/undo:"}
        undone = st.button(t("draw.undo"), key="undo", **button)
        button = {"on_click": canvas.clear, "args": (name,), "type": "primary", "icon": ":material/ink_eraser:"}
        cleared = st.button(t("draw.clear"), key="clear", **button)
    # Until the canvas has answered, what it last sent is the drawing before the click.
    blank = result.image_data is None or not strokes or cleared or (undone and len(strokes) == 1)
    return None if blank else sketch.ink(result.image_data)


@st.fragment
def draw_one() -> None:
    """One digit: canvas, answer, and what the network received, side by side."""
    left, middle, right = (column.container(border=True, height="stretch") for column in st.columns(3))
    with left, st.container(horizontal_alignment="center"):
        drawing = paper("drawing", canvas.SIDE)
    digit = None if drawing is None else sketch.normalise(drawing)
    show_one(middle, right, drawing, digit)
    teach.show(run, digit, visitor)


@st.fragment
def draw_several() -> None:
    """Several digits on one wide canvas, read left to right."""
    with st.container(border=True, horizontal_alignment="center"):
        drawing = paper("wide-drawing", WIDE)
    with st.container(border=True):
        if drawing is None:
            with st.container(key="prediction"):
                st.subheader(t("draw.empty_several"), anchor=False)
            st.caption(t("draw.empty_several_about"))
        else:
            answer.show_row(run, [sketch.normalise(segment.drawing) for segment in segmentation.split(drawing)])


@st.fragment
def read_photo() -> None:
    """A picture of a digit, or of several, on paper."""
    left, middle, right = (column.container(border=True, height="stretch") for column in st.columns(3))
    with left:
        types = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]
        file = st.file_uploader(t("draw.upload"), types, key="photo", max_upload_size=20)
        try:
            drawing = picture.read(file, file.name) if file else None
        except StudioError as error:
            st.error(explain(error), icon=":material/broken_image:")
            drawing = None
        if file and drawing is not None:
            st.image(file, t("draw.uploaded"))
    parts = [] if drawing is None else segmentation.split(drawing)
    if len(parts) > 1:
        with middle:
            answer.show_row(run, [sketch.normalise(part.drawing) for part in parts])
        right.markdown(f"**{t('draw.found')}**")
        right.image(drawing, alt=t("draw.found"))
    else:
        show_one(middle, right, drawing, sketch.normalise(drawing) if parts else None, photo=True)


def show_one(middle, right, drawing: np.ndarray | None, digit: sketch.Sketch | None, photo: bool = False) -> None:
    """The answer to one digit and the image that the network received, or the invitation to draw; what lies behind it."""
    if digit is None:
        kind = "photo" if photo else "one"
        answer.show_nothing(middle, right, t(f"draw.empty.{kind}"), t(f"draw.empty_about.{kind}"))
    else:
        with middle:
            answer.show(run, digit, several=len(segmentation.split(drawing)) > 1)
        with right:
            answer.show_seen(drawing, digit)
    inside.show(run, digit)


try:
    with st.spinner(t("draw.warming")):
        prediction.load(run)
except StudioError as error:
    st.error(explain(error), icon=":material/error:")
    st.stop()
{"one": draw_one, "several": draw_several, "photo": read_photo}[mode]()
