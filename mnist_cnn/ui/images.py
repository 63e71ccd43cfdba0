"""Digits as pictures for a page."""

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image, ImageColor, ImageDraw

FOR, AGAINST = np.array((247, 103, 7)), np.array((43, 138, 214))  # orange and blue, for numbers with a sign
GREY = 128
FRAME = 255  # the colour of a frame in a palette of otherwise greys: a third of the bytes of red, green and blue


def enlarge(image: np.ndarray, side: int) -> Image.Image:
    """A 28x28 image, uint8 (also with colours) or float in [0, 1], its pixels as visible squares, `side` pixels wide."""
    if image.dtype != np.uint8:
        image = np.round(image * 255).astype(np.uint8)
    return Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST)


def strip(images: np.ndarray, side: int) -> Image.Image:
    """Images uint8 (N, 28, 28) in a row, each `side` pixels wide."""
    return Image.fromarray(np.concatenate(list(images), axis=1)).resize((side * len(images), side), Image.Resampling.LANCZOS)


def address(picture: Image.Image) -> str:
    """The picture itself as an address, for a component that shows it."""
    picture.save(png := io.BytesIO(), "PNG")
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"


def with_boxes(drawing: np.ndarray, boxes: list[tuple[int, int, int, int]], color: str) -> Image.Image:
    """A drawing, float (H, W) in [0, 1], with frames around parts of it: left, top, right, bottom in its pixels."""
    zoom = max(1, 280 // max(drawing.shape))  # of a small one, so that its frames do not hide it
    picture = Image.fromarray(np.round(drawing * (FRAME - 1)).astype(np.uint8))
    picture.putpalette(
        np.repeat(np.linspace(0, 255, FRAME).round().astype(np.uint8), 3).tobytes() + bytes(ImageColor.getrgb(color))
    )
    picture = picture.resize((picture.width * zoom, picture.height * zoom), Image.Resampling.NEAREST)
    width = max(3, round(max(picture.size) / 200))
    for left, top, right, bottom in (np.multiply(box, zoom) for box in boxes):
        frame = (left - width - 1, top - width - 1, right + width, bottom + width)
        ImageDraw.Draw(picture).rectangle(frame, outline=FRAME, width=width)
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


def evidence(image: np.ndarray, values: np.ndarray) -> np.ndarray:
    """An image, float (28, 28) in [0, 1], its ink orange where values (28, 28) are positive and blue where negative."""
    return _coloured(image[..., np.newaxis], values)


def change(values: np.ndarray, times: int) -> np.ndarray:
    """A change of an image, float (28, 28) in [-1, 1], so many times as strong: grey for none, orange lighter, blue darker."""
    share = np.minimum(np.abs(values) * times, 1)[..., np.newaxis]
    return np.round(GREY * (1 - share) + np.where(values[..., np.newaxis] > 0, FOR, AGAINST) * share).astype(np.uint8)


def kernel_strip(weights: np.ndarray) -> Image.Image:
    """Kernels (K, K, C) in a row, a pixel for each weight: positive ones orange, negative ones blue, white about zero."""
    return Image.fromarray(np.concatenate(list(_coloured(1, np.moveaxis(weights, -1, 0))), axis=1))


def kernel_sheet(kernels: np.ndarray, columns: int, dot: int, gap: int) -> Image.Image:
    """Kernels (F, K, K) in rows on grey, coloured as `kernel_strip` does, `dot` pixels wide each weight, `gap` between them."""
    tiles, step = _coloured(1, kernels), kernels.shape[1] * dot + gap
    size = min(len(tiles), columns) * step + gap, -(-len(tiles) // columns) * step + gap
    made = Image.new("RGB", size, (GREY,) * 3)
    for number, tile in enumerate(tiles):
        place = number % columns * step + gap, number // columns * step + gap
        made.paste(Image.fromarray(tile).resize((step - gap,) * 2, Image.Resampling.NEAREST), place)
    return made


def sheet(images: np.ndarray, columns: int, side: int, gap: int = 2) -> Image.Image:
    """Images uint8 (N, 28, 28), one or more, in rows, each `side` pixels wide, with grey between them."""
    step, rows = side + gap, -(-len(images) // columns)
    made = Image.new("L", (columns * step - gap, rows * step - gap), 128)
    for number, image in enumerate(images):
        made.paste(enlarge(image, side), (number % columns * step, number // columns * step))
    return made


def _coloured(light, values: np.ndarray) -> np.ndarray:
    """Uint8 (..., 3) of a light in [0, 1], white at zero, and the more orange or blue the larger a value is."""
    values = values[..., np.newaxis]
    share = np.abs(values) / max(float(np.abs(values).max()), 1e-6)
    return np.round(light * (255 * (1 - share) + np.where(values > 0, FOR, AGAINST) * share)).astype(np.uint8)
