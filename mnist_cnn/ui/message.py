"""What a browser sends as a drawing, looked at before it is decoded: anybody can send anything."""

from io import BytesIO

import numpy as np
from PIL import Image

FINE = 4  # pixels of the finest screens for one of the page's, either way


def received(result, width: int, height: int) -> tuple[list[dict] | None, np.ndarray | None]:
    """Strokes and picture, uint8 (H, W, 4), in what `st_canvas` returned; None for both where no canvas sends such a thing."""
    try:
        strokes = result.json_data["objects"]
        listed = isinstance(strokes, list) and all(isinstance(stroke, dict) for stroke in strokes)
        return (strokes, result.image_data) if listed and sound(result.image_bytes, width, height) else (None, None)
    except Exception:  # whatever a browser may send
        return None, None


def sound(png: bytes, width: int, height: int) -> bool:
    """Whether this is a picture that a canvas of so many pixels can have; only its head is read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return image.mode == "RGBA" and image.width <= FINE * width and image.height <= FINE * height
    except Exception:  # Pillow raises nearly anything on a foreign file
        return False
