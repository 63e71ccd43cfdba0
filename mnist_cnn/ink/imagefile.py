"""Image files, whoever made them: opened only where they are of a kind that is meant, decoded only where that is safe."""

import math
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image

from mnist_cnn.errors import StudioError

FORMATS = {
    "PNG": ["png"],
    "JPEG": ["jpg", "jpeg", "jfif"],
    "WEBP": ["webp"],
    "BMP": ["bmp"],
    "GIF": ["gif"],
    "TIFF": ["tif", "tiff"],
}
ENDINGS = [ending for endings in FORMATS.values() for ending in endings]
"""What the names of files end in that can be read."""
MOST = 50  # million pixels of a file, all its frames together, that are decoded
MOST_REDUCED = 170  # million pixels of a file that is decoded at a fraction of its size
LONGEST = 3000  # pixels that the longer side is reduced to
STRIP = 64  # rows that are reduced at a time, after reduction
FRAMES = 30  # of an animation that are looked at
TURNS = {2: (0, True), 3: (2, False), 4: (2, True), 5: (1, True), 6: (3, False), 7: (3, True), 8: (1, False)}
"""Quarter turns to the left, and whether what a camera stored is mirrored before, by Exif's orientation."""

# Sizes are checked here, and more strictly.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def brightness(file, name: str) -> np.ndarray:
    """The picture in a file as brightness, float32 (H, W) in [0, 1], upright, the longer side at most `LONGEST`.

    Of an animation it is the frame that shows the most; what is transparent is paper.

    Parameters
    ----------
    file : a path or a binary file object.
    name : how messages call it.

    Raises
    ------
    StudioError : "image.missing", "image.unreadable" or "image.large".
    """
    try:
        with Image.open(file, formats=list(FORMATS)) as image:
            return max(_frames(image, name), key=lambda frame: frame.std())
    except StudioError:
        raise
    except Image.DecompressionBombError as error:
        raise StudioError("image.large", path=name, limit=MOST) from error
    except FileNotFoundError as error:
        raise StudioError("image.missing", path=name) from error
    except Exception as error:  # Pillow raises nearly anything on a damaged file
        raise StudioError("image.unreadable", path=name, formats=", ".join(FORMATS)) from error


def upright_size(file) -> tuple[int, int]:
    """Width and height, in pixels, of a picture that `brightness` can read, as a person sees it."""
    with Image.open(file, formats=list(FORMATS)) as image:
        turned = TURNS.get(_orientation(image), (0, False))[0] % 2
        return image.size[::-1] if turned else image.size


def _frames(image: Image.Image, name: str) -> Iterator[np.ndarray]:
    """The frames of an open image, as many as are safe; of a phone's JPEG only the photo itself."""
    left = MOST * 10**6
    for number in range(1 if image.format in ("JPEG", "MPO") else FRAMES):
        try:
            image.seek(number)
            pixels = image.width * image.height
            left -= pixels
            if number and left < 0:
                return
            limit = _limit(image)
            if pixels > limit * 10**6:
                raise StudioError("image.large", path=name, limit=limit)
            frame = _frame(image)
        except Exception:
            if number:
                return  # the end, or damage after a frame that is whole
            raise
        yield frame


def _limit(image: Image.Image) -> int:
    """Million pixels that an image may have: more where it is reduced while it is decoded."""
    if image.format not in ("JPEG", "MPO") or image.info.get("progressive"):
        return MOST
    image.draft("L", (LONGEST // 2, LONGEST // 2))
    return MOST_REDUCED


def _frame(image: Image.Image) -> np.ndarray:
    """Brightness (H, W) of the current frame, reduced strip by strip, since a copy of the whole might not fit."""
    image.load()
    (turns, mirrored), factor = TURNS.get(_orientation(image), (0, False)), -(-max(image.size) // LONGEST)
    deep = image.mode.startswith(("I", "F"))
    high = STRIP * factor
    strips = [image.crop((0, top, image.width, min(top + high, image.height))) for top in range(0, image.height, high)]
    reduced = np.concatenate([np.asarray((_deep if deep else _plain)(strip).reduce(factor), np.float32) for strip in strips])
    grey = _scaled(reduced) if deep else _on_paper(reduced / 255)
    return np.rot90(grey[:, ::-1] if mirrored else grey, turns)


def _plain(strip: Image.Image) -> Image.Image:
    return strip.convert("LA" if strip.has_transparency_data else "L")


def _deep(strip: Image.Image) -> Image.Image:
    return Image.fromarray(np.nan_to_num(np.asarray(strip, np.float32), posinf=0, neginf=0))


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(0x0112, 1)
    except Exception:  # damaged notes of a camera make no picture unreadable
        return 1


def _scaled(values: np.ndarray) -> np.ndarray:
    """Brightness float32 (H, W) in [0, 1] of samples with more than 8 bits, by the least number of bits that holds them."""
    values = values - min(0, float(values.min()))
    most = float(values.max())
    return values / (1 if most <= 1 else 2.0 ** max(8, math.ceil(math.log2(most + 1))) - 1)


def _on_paper(values: np.ndarray) -> np.ndarray:
    """Brightness (H, W) of grey, or of grey and opacity (H, W, 2), over paper that its ink stands out from."""
    if values.ndim == 2:
        return values
    grey, opacity = values[..., 0], values[..., 1]
    if not opacity.any():
        return np.ones_like(grey)
    ink_alone = opacity.mean() < 0.5  # rather than a sheet with holes or round corners
    paper = float(np.average(grey, weights=opacity) < 0.5 if ink_alone else np.median(grey[opacity > 0.5]))
    return grey * opacity + paper * (1 - opacity)
