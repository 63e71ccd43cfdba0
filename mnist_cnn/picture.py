"""Image files of digits, dark on light or light on dark, as drawings that `sketch.normalise` takes."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from mnist_cnn.errors import StudioError

LIMIT = 50_000_000  # pixels; more is refused before it is decoded
LONGEST = 1000  # pixels that the longer side is reduced to
FAINT = 0.15  # contrast with the background, of the whole range, below which there is no ink


def read(file, name: str | None = None) -> np.ndarray:
    """Read a PNG, JPEG or other image as float32 (H, W) in [0, 1], ink bright, background 0.

    Parameters
    ----------
    file : a path or a binary file object.
    name : how messages call it; the path, unless given.

    Raises
    ------
    StudioError : "image.unreadable", "image.large" or "image.empty".
    """
    name = name or str(file)
    try:
        with Image.open(file) as image:
            if image.width * image.height > LIMIT:
                pixels = round(image.width * image.height / 1e6)
                raise StudioError("image.large", path=name, pixels=pixels, limit=LIMIT // 10**6)
            image.draft("L", (LONGEST, LONGEST))
            grey = _grey(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise StudioError("image.unreadable", path=name, detail=_short(error, file)) from error
    return _ink(grey, name)


def _grey(image: Image.Image) -> np.ndarray:
    """Brightness (H, W) in [0, 1]; what is transparent counts as white paper."""
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    if image.mode.startswith(("I", "F")):
        image = ImageOps.autocontrast(image.convert("F").convert("L"))
    return np.asarray(image.convert("L"), np.float32) / 255


def _ink(grey: np.ndarray, name: str) -> np.ndarray:
    """Distance from the background, towards whichever side is farther from it, stretched to [0, 1]."""
    frame = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = float(np.median(frame))
    darker, lighter = background - float(grey.min()), float(grey.max()) - background
    ink = background - grey if darker >= lighter else grey - background
    strongest = max(darker, lighter)
    if strongest < FAINT:
        raise StudioError("image.empty", path=name)
    # What is nearer to the paper than to the ink in tone is paper: grain, folds, compression.
    return np.clip((ink / strongest - 0.25) / 0.5, 0, 1).astype(np.float32)


def _short(error: Exception, file) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(file, str | Path) and Path(file).is_dir():
        return "a folder"
    return str(error).split(" <")[0] or type(error).__name__
