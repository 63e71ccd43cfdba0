"""The image itself: its numbers, and what becomes of them before they go in."""

import numpy as np
import streamlit as st
from PIL import ImageDraw

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.ui import charts, images, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import tables
from mnist_cnn.ui.subject import Subject

SIDE = 28
ZOOM = 11  # pixels of the page for one of the image
SOME = 7  # pixels that a table shows
OF_DRAWINGS = 3  # label to begin with where an image has none


def show_row(subject: Subject) -> None:
    """The image with a frame around one row, and the row's numbers."""
    pixels = np.round(subject.image * 255).astype(int)
    row = state.control(st.slider, "pixel-row", t("chapter.image.row"), min_value=1, max_value=SIDE)
    picture = images.enlarge(subject.image, SIDE * ZOOM).convert("RGB")
    frame = (0, (row - 1) * ZOOM, SIDE * ZOOM - 1, row * ZOOM - 1)
    ImageDraw.Draw(picture).rectangle(frame, outline=charts.FRAME, width=2)
    numbers = pixels[row - 1]
    left, right = st.columns(2)
    left.image(picture, alt=t("chapter.image"))
    with right:
        cells = "".join(f"<span{' class=ink' * bool(number)}>{number}</span>" for number in numbers)
        st.html(f'<div class="pixels">{cells}</div>')
        st.markdown(t("chapter.image.sum", row=row, total=numbers.sum()))
        if numbers.sum() == pixels.sum(axis=1).max():
            state.put("fullest", True)
            st.success(t("chapter.image.fullest"), icon=":material/check_circle:")


def show_input(subject: Subject | None) -> None:
    """Pixels before and after the division, the shapes, and a label one-hot."""
    if subject:
        _show_pixels(subject)
    st.markdown(f"**{t('chapter.input.shapes')}**")
    _show_shapes()
    label = subject.label if subject else None
    digit = next((one for one in (state.get("one-hot"), label) if one is not None), OF_DRAWINGS)
    state.choice(st.pills, "one-hot", t("chapter.input.hot"), range(10), str, shown=digit, required=True)
    head = t("chapter.input.place"), *map(str, range(10))
    hot = t("chapter.input.value"), *(str(int(place == digit)) for place in range(10))
    tables.show(head, [hot], t("chapter.input.value"))


def _show_pixels(subject: Subject) -> None:
    """Some of the row with the most ink, before the division and after."""
    pixels = np.round(subject.image * 255).astype(int)
    row = int(pixels.sum(axis=1).argmax())
    start = int(np.flatnonzero(pixels[row])[0])
    some = pixels[row, max(0, min(start - 1, SIDE - SOME)) :][:SOME]
    label = t("chapter.input.pixels", row=row + 1)
    st.markdown(f"**{label}**")
    before = t("chapter.input.before"), *map(str, some)
    after = t("chapter.input.after"), *(f"{number / 255:.3f}" for number in some)
    tables.show(before, [after], label)


def _show_shapes() -> None:
    """A row for one image, a batch of it, and the whole training set."""
    try:
        count = len(datasets.load("mnist").x_train)
    except StudioError:
        count = datasets.TRAIN_IMAGES["digits"]
    head = [t(f"chapter.input.{word}") for word in ("what", "shape", "count")]
    shapes = {"one": (SIDE, SIDE), "batch": (1, SIDE, SIDE, 1), "all": (count, SIDE, SIDE, 1)}
    rows = [(t(f"chapter.input.{name}", count=count), str(shape), f"{np.prod(shape):,}") for name, shape in shapes.items()]
    tables.show(head, rows, t("chapter.input.shapes"))
