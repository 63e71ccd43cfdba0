"""Photos and image files of digits, dark on light or light on dark, as drawings that `sketch.normalise` takes."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

from mnist_cnn.errors import StudioError

LIMIT = 50_000_000  # pixels; more is refused before it is decoded
LONGEST = 1000  # pixels that the longer side is reduced to
FAINT = 0.25  # contrast with the paper, of its brightness, below which there is no ink
SMALL = 100  # pixels of the longer side below which a picture is no photo
PEN = 0.3  # of the longer side; darker regions that are wider are shadows
TINY = 0.03  # of the longer side; smaller pieces are dirt
HAIR = 0.0026  # of the longer side; pieces nowhere thicker, to each side of their middle, are left of lines
THIN = 0.012  # of the height; thicker lines are strokes
SPECK = 0.03  # of the largest piece's area; what is smaller is no digit


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
    """How much darker than the paper around it each pixel is, stretched to [0, 1]; dark paper with light ink turned."""
    if max(grey.shape) >= SMALL:
        grey = ndimage.gaussian_filter(grey, 1.5)  # grain
    frame = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark, light = np.quantile(frame, (0.05, 0.95))  # of the paper: it may lie half in the shadow
    if grey.max() - light > max(dark - grey.min(), FAINT / 2):  # fainter light is that of the paper
        grey = 1 - grey
    contrast = np.clip(1 - grey / np.maximum(_paper(grey), 0.02), 0, 1)
    strongest = float(np.quantile(contrast, 0.999)) if contrast.size > 10_000 else float(contrast.max())
    if strongest < FAINT:
        raise StudioError("image.empty", path=name)
    # What is nearer to the paper than to the ink in tone is paper: grain, folds, compression, pale rules.
    ink = np.clip((contrast / strongest - 0.3) / 0.4, 0, 1).astype(np.float32)
    ink *= ndimage.binary_dilation(_writing(ink > 0.5), iterations=2)
    if not ink.any():
        raise StudioError("image.empty", path=name)
    return ink


def _paper(grey: np.ndarray) -> np.ndarray:
    """The brightness (H, W) that the paper has under the ink: a closing, which keeps the edges of shadows."""
    if max(grey.shape) < SMALL:
        return np.full_like(grey, np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    window = round(PEN * max(grey.shape))
    return ndimage.grey_closing(grey, (window, window), mode="nearest")


def _writing(mask: np.ndarray) -> np.ndarray:
    """Without ruled lines, specks, and what only reaches into the picture from its edge."""
    if max(mask.shape) < SMALL:
        return mask
    mask = mask & ~_ruled(mask, 0.4) & ~_ruled(mask.T, 0.7).T  # a thin 1 may be nearly as high as the picture
    mask = ndimage.binary_closing(mask, iterations=2) | mask  # where a line was cut out of a stroke
    pieces, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return mask
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    boxes = [max(part.stop - part.start for part in box) for box in ndimage.find_objects(pieces)]
    radius = ndimage.maximum(ndimage.distance_transform_edt(mask), pieces, np.arange(1, count + 1))
    edge = np.setdiff1d(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]), 0)
    inner = np.setdiff1d(np.arange(1, count + 1), edge)
    if len(inner) and areas[inner].max() > 0.05 * areas.max():
        areas[edge] = 0
    for number in edge:  # corners of shadows are broad, strokes are not
        if radius[number - 1] > 0.15 * boxes[number - 1]:
            areas[number] = 0
    longest = max(mask.shape)
    areas[1:][(np.array(boxes) < TINY * longest) | (radius < HAIR * longest)] = 0
    return np.isin(pieces, np.flatnonzero(areas > SPECK * areas.max()))


def _ruled(mask: np.ndarray, span: float) -> np.ndarray:
    """Where thin, nearly horizontal lines run across such a share of the picture, but for strokes that cross them."""
    height, width = mask.shape
    runs = ndimage.binary_opening(mask, np.ones((1, max(8, width // 16))))
    bands, count = ndimage.label(ndimage.binary_dilation(runs, np.ones((5, 9))), np.ones((3, 3)))
    lines = np.zeros_like(mask)
    for number, (rows, columns) in enumerate(ndimage.find_objects(bands), start=1):
        thickness = runs[rows, columns][bands[rows, columns] == number].sum() / (columns.stop - columns.start)
        if columns.stop - columns.start > span * width and thickness < THIN * height:
            crossing = ndimage.binary_opening(mask[rows, columns], np.ones((round(2 * thickness) + 4, 1)))
            lines[rows, columns] |= (bands[rows, columns] == number) & ~crossing
    return lines


def _short(error: Exception, file) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(file, str | Path) and Path(file).is_dir():
        return "a folder"
    return str(error).split(" <")[0] or type(error).__name__
