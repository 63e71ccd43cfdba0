"""What a browser sends as a drawing, looked at before it is decoded: anybody can send anything."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

FINE = 4  # pixels of the finest screens for one of the page's, either way


def received(result, width: int, height: int) -> tuple[list[dict] | None, Callable[[], np.ndarray | None]]:
    """The strokes in what `st_canvas` returned, None where no canvas sends such a thing; and what decodes their picture.

    That gives uint8 (H, W, 4), or None where it can be no picture of a canvas of so many pixels.
    """

    def picture() -> np.ndarray | None:
        try:
            return result.image_data if sound(result.image_bytes, width, height) else None
        except Exception:  # whatever a browser may send
            return None

    try:
        strokes = result.json_data["objects"]
        listed = isinstance(strokes, list) and all(isinstance(stroke, dict) for stroke in strokes)
    except Exception:  # the same
        listed = False
    return strokes if listed else None, picture


def sound(png: bytes, width: int, height: int) -> bool:
    """Whether this is a picture that a canvas of so many pixels can have; only its head is read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return image.mode == "RGBA" and image.width <= FINE * width and image.height <= FINE * height
    except Exception:  # Pillow raises nearly anything on a foreign file
        return False
