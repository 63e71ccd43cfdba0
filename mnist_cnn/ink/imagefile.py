"""Image files, whoever made them: opened only where they are of a kind that is meant, decoded only where that is safe."""

import math
import stat
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
MOST_WEBP = 20  # million pixels of a WebP, whose decoder holds four copies of it
MOST_REDUCED = 170  # million pixels of a file that is decoded at a fraction of its size
LONGEST = 3000  # pixels that the longer side is reduced to
STRIP = 64  # rows that are reduced at a time, after reduction
COLOURED = 400  # pixels, at least, of the longer side that colours are kept with
FRAMES = 30  # of an animation that are looked at
TURNS = {2: (0, True), 3: (2, False), 4: (2, True), 5: (1, True), 6: (3, False), 7: (3, True), 8: (1, False)}
"""Quarter turns to the left, and whether what a camera stored is mirrored before, by Exif's orientation."""

# Sizes are checked here, and more strictly.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that was read.

    Attributes
    ----------
    brightness : float32 (H, W) in [0, 1], upright, the longer side at most `LONGEST`.
    scale : pixels of the file to one of these.
    colours : float32 (h, w, 3) in [0, 1], the same at a fraction of the size; None of what may have no colours.
    """

    brightness: np.ndarray
    scale: float
    colours: np.ndarray | None = None


def read(file, name: str) -> Picture:
    """The picture in a file; of an animation the frame that shows the most. What is transparent is paper.

    Parameters
    ----------
    file : a path or a binary file object.
    name : how messages call it.

    Raises
    ------
    StudioError : "image.missing", "image.unreadable" or "image.large".
    """
    try:
        if isinstance(file, str | Path) and not stat.S_ISREG(Path(file).stat().st_mode):
            raise ValueError("a folder, or a pipe that may never end")
        with Image.open(file, formats=list(FORMATS)) as image:
            return max(_frames(image, name), key=lambda frame: frame.brightness.std())
    except StudioError:
        raise
    except Image.DecompressionBombError as error:
        raise StudioError("image.large", path=name, limit=MOST) from error
    except FileNotFoundError as error:
        raise StudioError("image.missing", path=name) from error
    except Exception as error:  # Pillow raises nearly anything on a damaged file
        raise StudioError("image.unreadable", path=name, formats=", ".join(FORMATS)) from error


def _frames(image: Image.Image, name: str) -> Iterator[Picture]:
    """The frames of an open image, as many as are safe; of a phone's JPEG only the photo itself."""
    left = MOST * 10**6
    for number in range(1 if image.format in ("JPEG", "MPO") else FRAMES):
        try:
            image.seek(number)
            pixels, longer = image.width * image.height, max(image.size)
            left -= pixels
            if number and left < 0:
                return
            limit = _limit(image)
            if pixels > limit * 10**6:
                raise StudioError("image.large", path=name, limit=limit)
            grey, colours = _frame(image), _colours(image)
        except Exception:
            if number:
                return  # the end, or damage after a frame that is whole
            raise
        yield Picture(grey, longer / max(grey.shape), colours)


def _limit(image: Image.Image) -> int:
    """Million pixels that an image may have: more where it is reduced while it is decoded."""
    if image.format == "WEBP":
        return MOST_WEBP
    if image.format not in ("JPEG", "MPO") or image.info.get("progressive"):
        return MOST
    image.draft("RGB", (LONGEST // 2, LONGEST // 2))
    return MOST_REDUCED


def _frame(image: Image.Image) -> np.ndarray:
    """Brightness (H, W) of the current frame, reduced strip by strip, since a copy of the whole might not fit."""
    image.load()
    deep = image.mode.startswith(("I", "F"))
    reduced = _reduced(image, -(-max(image.size) // LONGEST), _deep if deep else _plain)
    return _upright(_scaled(reduced) if deep else _on_paper(reduced / 255), image)


def _colours(image: Image.Image) -> np.ndarray | None:
    """Colours (h, w, 3) of a frame that was loaded, as photos have them."""
    if image.mode != "RGB":
        return None
    return _upright(_reduced(image, max(1, max(image.size) // COLOURED), lambda strip: strip) / 255, image)


def _reduced(image: Image.Image, factor: int, taken: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    """What is taken of every strip, at a fraction of the size, float32 (H, W) or (H, W, bands)."""
    high = STRIP * factor
    strips = [image.crop((0, top, image.width, min(top + high, image.height))) for top in range(0, image.height, high)]
    return np.concatenate([np.asarray(taken(strip).reduce(factor), np.float32) for strip in strips])


def _upright(values: np.ndarray, image: Image.Image) -> np.ndarray:
    turns, mirrored = TURNS.get(_orientation(image), (0, False))
    return np.rot90(values[:, ::-1] if mirrored else values, turns)


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
    values = values.astype(np.float64)  # the largest sample and the smallest may lie further apart than float32 reaches
    values -= min(0, values.min())
    most = values.max()
    return (values / (1 if most <= 1 else 2.0 ** max(8, math.ceil(math.log2(most + 1))) - 1)).astype(np.float32)


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
