"""Digits as pictures for a page."""

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from mnist_cnn.sketch import Sketch


def enlarge(image: np.ndarray, side: int) -> Image.Image:
    """A 28x28 image, uint8 or float in [0, 1], with its pixels as visible squares, `side` pixels wide."""
    if image.dtype != np.uint8:
        image = np.round(image * 255).astype(np.uint8)
    return Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST)


def strip(images: np.ndarray, side: int) -> Image.Image:
    """Images uint8 (N, 28, 28) in a row, each `side` pixels wide."""
    return Image.fromarray(np.concatenate(list(images), axis=1)).resize((side * len(images), side), Image.Resampling.LANCZOS)


def with_box(drawing: np.ndarray, sketch: Sketch, color: str) -> Image.Image:
    """A drawing, float (H, W) in [0, 1], with a frame around its ink."""
    picture = Image.fromarray(np.round(drawing * 255).astype(np.uint8)).convert("RGB")
    left, top, right, bottom = sketch.box
    ImageDraw.Draw(picture).rectangle((left - 6, top - 6, right + 5, bottom + 5), outline=color, width=6)
    return picture


def icon() -> Image.Image:
    """The app's icon: a handwritten seven, drawn here so that no page asks another host for it."""
    picture = Image.new("RGBA", (128, 128))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((4, 4, 124, 124), 28, "#4338ca")
    pen.line([(36, 38), (90, 38), (56, 98)], "white", 14, "curve")
    return picture.resize((64, 64), Image.Resampling.LANCZOS)


def gallery(pictures: list[Image.Image], captions: list[str]) -> None:
    """Pictures in rows, as many to a row as there is room for, each with its caption."""
    with st.container(horizontal=True):
        for picture, caption in zip(pictures, captions, strict=True):
            st.image(picture, caption, alt=caption)
