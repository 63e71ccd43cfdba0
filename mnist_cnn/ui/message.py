"""What a browser sends as a drawing, looked at before it is decoded: anybody can send anything."""

from io import BytesIO

from PIL import Image

FINE = 4  # pixels of the finest screens for one of the page's, either way


def sound(png: bytes, width: int, height: int) -> bool:
    """Whether this is a picture that a canvas of so many pixels can have; only its head is read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            return image.mode == "RGBA" and image.width <= FINE * width and image.height <= FINE * height
    except Exception:  # Pillow raises nearly anything on a foreign file
        return False
