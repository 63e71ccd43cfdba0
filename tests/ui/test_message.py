"""What a browser sends as its drawing is looked at before it is decoded."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from mnist_cnn.ui import message


def picture(width: int, height: int, mode: str = "RGBA", kind: str = "PNG") -> bytes:
    stream = BytesIO()
    Image.new(mode, (width, height)).save(stream, kind)
    return stream.getvalue()


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that says it is so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_a_drawing_is_taken_from_every_screen(scale):
    assert message.sound(picture(280 * scale, 280 * scale), 280, 280)
    assert message.sound(picture(840 * scale, 280 * scale), 840, 280)


@pytest.mark.parametrize("size", [(1200, 1200), (2**31 - 1, 2**31 - 1), (1, 1121), (1_254_400, 1)], ids=str)
def test_a_picture_longer_than_any_canvas_is_not_decoded(size, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: pytest.fail("decoded"))
    assert not message.sound(bomb(*size), 280, 280)


@pytest.mark.parametrize("content", [b"", b"no picture", picture(280, 280, "L"), picture(280, 280, "RGB", "JPEG")], ids=len)
def test_what_is_no_drawing_is_refused(content):
    assert not message.sound(content, 280, 280)
