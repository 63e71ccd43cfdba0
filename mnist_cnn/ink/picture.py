"""Photos and image files of digits, dark on light or light on dark, as drawings that `sketch.normalise` takes."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile, paper

ENDINGS = imagefile.ENDINGS
LONGEST = 1000  # pixels of the longer side that a picture is looked at with
SMALL = 100  # pixels of the longer side below which a picture is no photo
CLOSER = 0.3  # of the longer side; smaller ink is looked at again, from nearby
AROUND = 1.0  # of the ink's longer side; the paper that is then kept on each side
FAINT = 0.25  # contrast with the paper, of its brightness, below which there is no ink
TINY = 0.015  # of the longer side; smaller pieces are dirt
HAIR = 0.0026  # of the longer side; pieces nowhere thicker, to each side of their middle, are left of lines
SPECK = 0.03  # of the largest piece's area; what is smaller is no digit
BROAD = 0.15  # of a piece's longer side; what reaches in from the edge and is thicker is no stroke


@dataclass(frozen=True, eq=False)
class Ink:
    """Ink that was found in a picture.

    Attributes
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright, background 0.
    left, top : where it begins in the picture, in pixels of that.
    scale : pixels of the picture to one of the drawing.
    """

    drawing: np.ndarray
    left: int
    top: int
    scale: float

    def in_picture(self, box: tuple[int, int, int, int]) -> tuple[float, ...]:
        """Left, top, right, bottom of a part of the drawing, in pixels of the picture."""
        return tuple(edge * self.scale + start for edge, start in zip(box, (self.left, self.top) * 2, strict=True))


def read(file, name: str | None = None) -> np.ndarray:
    """Read a PNG, JPEG or other image as float32 (H, W) in [0, 1], ink bright, background 0.

    Parameters
    ----------
    file : a path or a binary file object.
    name : how messages call it; the path, unless given.

    Raises
    ------
    StudioError : "image.missing", "image.unreadable", "image.large" or "image.empty".
    """
    name = name or str(file)
    return find(imagefile.brightness(file, name), name).drawing


def find(grey: np.ndarray, name: str) -> Ink:
    """The ink in a picture of that brightness, float32 (H, W) in [0, 1]; raises "image.empty"."""
    drawing = _ink(_reduced(grey))
    if drawing is None:
        raise StudioError("image.empty", path=name)
    return _closer(drawing, grey) or Ink(drawing, 0, 0, grey.shape[0] / drawing.shape[0])


def _reduced(grey: np.ndarray) -> np.ndarray:
    if max(grey.shape) <= LONGEST:
        return grey
    height, width = (max(1, round(side * LONGEST / max(grey.shape))) for side in grey.shape)
    return np.clip(np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.LANCZOS)), 0, 1)


def _closer(drawing: np.ndarray, grey: np.ndarray) -> Ink | None:
    """The ink of a small part of a picture, found again where it fills more of it; None where nothing is gained."""
    rows, columns = (np.flatnonzero((drawing > 0.5).any(axis=axis)) for axis in (1, 0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    if size > CLOSER * max(drawing.shape):
        return None
    scale = grey.shape[0] / drawing.shape[0]
    top, bottom = (round((edge + side * AROUND * size) * scale) for edge, side in ((rows[0], -1), (rows[-1] + 1, 1)))
    left, right = (round((edge + side * AROUND * size) * scale) for edge, side in ((columns[0], -1), (columns[-1] + 1, 1)))
    left, top = max(0, left), max(0, top)
    part = grey[top:bottom, left:right]
    closer = _ink(_reduced(part)) if part.shape < grey.shape else None
    return None if closer is None else Ink(closer, left, top, part.shape[0] / closer.shape[0])


def _ink(grey: np.ndarray) -> np.ndarray | None:
    """How much darker than the paper around it each pixel is, stretched to [0, 1]; dark paper with light ink turned.

    None where nothing stands out from the paper.
    """
    photo = max(grey.shape) >= SMALL
    if photo:
        grey = paper.smoothed(grey)
    sheet = paper.sheet(grey) if photo else np.ones(grey.shape, bool)
    grey = paper.extended(grey, sheet)
    dark, light = np.quantile(_frame(grey), (0.05, 0.95))  # of the paper: it may lie half in the shadow
    if grey.max() - light > max(dark - grey.min(), FAINT / 2):  # fainter light is that of the paper
        grey = 1 - grey
    under = paper.under(grey) if photo else np.full_like(grey, np.median(_frame(grey)))
    contrast = np.clip(1 - grey / np.maximum(under, 0.02), 0, 1)
    if not (contrast > FAINT).any():
        return None
    strongest = np.quantile(contrast[contrast > FAINT], 0.9)
    # What is nearer to the paper than to the ink in tone is paper: grain, folds, compression, pale rules.
    ink = np.clip((contrast / strongest - 0.3) / 0.4, 0, 1).astype(np.float32)
    if photo:
        ink *= ndimage.binary_dilation(_writing(ink > 0.5, sheet), iterations=2)
    return ink if ink.any() else None


def _frame(grey: np.ndarray) -> np.ndarray:
    """What lies along the edges."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _writing(mask: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Without ruled lines, specks, and what only reaches onto the sheet from its edge."""
    rules = paper.ruled(mask, sheet)
    mask = mask & sheet & ~rules
    if rules.any():
        mask = ndimage.binary_closing(mask, iterations=2) | mask  # where a line was cut out of a stroke
    pieces, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return mask
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    boxes = np.array([0] + [max(part.stop - part.start for part in box) for box in ndimage.find_objects(pieces)])
    radius = np.append(0, ndimage.maximum(ndimage.distance_transform_edt(mask), pieces, np.arange(1, count + 1)))
    edge = np.setdiff1d(pieces[paper.border(sheet, 1)], 0)
    inner = np.setdiff1d(np.arange(1, count + 1), edge)
    if len(inner) and areas[inner].max() > 0.05 * areas.max():
        areas[edge] = 0
    areas[edge[radius[edge] > BROAD * boxes[edge]]] = 0  # corners of shadows are broad, strokes are not
    longest = max(mask.shape)
    areas[(boxes < TINY * longest) | (rules.any() & (radius < HAIR * longest))] = 0
    return np.isin(pieces, np.flatnonzero(areas > SPECK * areas.max()))
