"""What a browser sends as a drawing, looked at before it is decoded: anybody can send anything."""

from base64 import b64decode
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

FINE = 4  # pixels of the finest screens for one of the page's, either way
PNG = "data:image/png;base64,"


def received(state, width: int, height: int) -> tuple[list[dict] | None, Callable[[], np.ndarray | None]]:
    """The strokes in what `st_canvas` holds, None where no canvas sends such a thing; and what decodes their picture.

    That gives uint8 (H, W, 4), or None where it can be no picture of a canvas of so many pixels.
    """

    def picture() -> np.ndarray | None:
        return _decoded(state["drawing"]["data"], width, height)

    try:
        strokes = state["drawing"]["raw"]["objects"]
        listed = isinstance(strokes, list) and all(isinstance(stroke, dict) for stroke in strokes)
    except Exception:  # whatever a browser may send
        listed = False
    return strokes if listed else None, picture


def told(state) -> int | None:
    """The number of the picture that a pen told before it was lifted; None where no pen tells such a thing."""
    try:
        number = state["picture"]["number"]
    except Exception:  # the same
        return None
    return number if type(number) is int else None


def told_picture(state, side: int) -> np.ndarray | None:
    """That picture, uint8 (H, W, 4); None where it can be none of a square canvas of so many pixels."""
    address = state["picture"].get("image")
    return _decoded(address, side, side) if isinstance(address, str) and len(address) <= 4 * side**2 else None


def _decoded(address, width: int, height: int) -> np.ndarray | None:
    """The picture that is an address itself, uint8 (H, W, 4); None where it can be none of a canvas of so many pixels."""
    try:
        png = b64decode(address.removeprefix(PNG), validate=True)
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return np.asarray(image) if _fits(image, width, height) else None
    except Exception:  # Pillow raises nearly anything on a foreign file
        return None


def sound(png: bytes, width: int, height: int) -> bool:
    """Whether this is a picture that a canvas of so many pixels can have; only its head is read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return _fits(image, width, height)
    except Exception:  # the same
        return False


def _fits(image: Image.Image, width: int, height: int) -> bool:
    return image.mode == "RGBA" and image.width <= FINE * width and image.height <= FINE * height
