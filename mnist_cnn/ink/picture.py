"""Photos and image files of digits, dark on light or light on dark, as drawings that `sketch.normalise` takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile, paper, rules, writing

ENDINGS = imagefile.ENDINGS
LONGEST = 1000  # pixels of the longer side that a picture is looked at with
SMALL = 100  # pixels of the longer side below which a picture is no photo
CLOSER = 0.3  # of the longer side; smaller ink is looked at again, from nearby
AROUND = 1.0  # of the ink's longer side; the paper that is then kept on each side
LOOKS, MORE = 3, 0.2  # from nearby, at most, and of the ink's longer side, by which it has grown where another is due
EVEN = 0.02  # of white; the frame of what a program drew varies by less
NARROW, BROAD, HAIR = 0.04, 0.15, 0.014  # of the longer side; the widths of most pens, of markers, and of printed lines
NEARBY = 0.09  # of the longer side; the width of any pen, looked at from nearby
FULL = 0.35  # of the narrow width; strokes thicker than that, to each side of their middle, are a marker's
WIDE = 0.11  # of the longer side; what is light and wider is paper, no chalk
FAINT = 0.2  # of white; chalk is brighter than its board by so much
LEAST = 0.1  # contrast with the paper, of its brightness, below which there is no ink
CLEAR = 6  # times the noise; ink stands out from the paper by so much
RISES = (1.0, 1.6, 2.5)  # times as much as it need stand out, one look after the other
SAME = 0.03  # of the ink; where it differs by less, it is no other look
PALE = 0.28  # of the strongest ink's contrast; what is paler is none
NEAR = 0.015  # of the longer side; ink is as strong as what lies so near to it
SOLID = 0.4  # contrast of a marker's ink, at least
HALO = 0.006  # of the longer side; what is light and narrower is no paper
DIRECTIONS = ((0, 1), (1, 2), (1, 1), (2, 1), (1, 0), (2, -1), (1, -1), (1, -2))  # of strokes; pixels down and across
RULED = 1.3  # times the contrast of rules that is taken for theirs


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
    return find(imagefile.read(file, name), name).drawing


def find(seen: imagefile.Picture, name: str) -> Ink:
    """The ink in a picture; raises "image.empty"."""
    return looks(seen, name)[0]


def looks(seen: imagefile.Picture, name: str) -> list[Ink]:
    """The ink in a picture: all of it, and then without what stands out less; raises "image.empty"."""
    grey, nearby, found, last = seen.brightness, {}, [], None
    for drawing, sheet in _inks(_reduced(grey), seen.colours):
        if last is not None and np.abs(drawing - last).sum() < SAME * last.sum():
            continue
        found.append(_closer(drawing, sheet, grey, nearby) or Ink(drawing, 0, 0, grey.shape[0] / drawing.shape[0]))
        last = drawing
    if not found:
        raise StudioError("image.empty", path=name)
    return found


def _reduced(grey: np.ndarray) -> np.ndarray:
    if max(grey.shape) <= LONGEST:
        return grey
    height, width = (max(1, round(side * LONGEST / max(grey.shape))) for side in grey.shape)
    return _resized(grey, (height, width))


def _resized(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.clip(np.asarray(image.resize(shape[::-1], Image.Resampling.LANCZOS)), 0, 1)


def _closer(drawing: np.ndarray, sheet: np.ndarray, grey: np.ndarray, nearby: dict[tuple, np.ndarray | None]) -> Ink | None:
    """The ink of a small part of a picture, found again where it fills more of it; None where nothing is gained.

    `sheet`, a mask, is as large as `drawing`. From nearby, there may be more ink than was seen; then it is looked for again.
    `nearby` remembers what was found in a part.
    """
    scale, found, seen = grey.shape[0] / drawing.shape[0], None, _box(drawing)
    for _ in range(LOOKS):
        size = (seen[1] - seen[0]).max()
        if size > CLOSER * max(drawing.shape):
            break
        low = np.maximum(np.round(seen[0] - AROUND * size).astype(int), 0)
        high = np.minimum(np.round(seen[1] + AROUND * size).astype(int), drawing.shape)
        near = sheet[low[0] : high[0], low[1] : high[1]]
        place = (top, left), (bottom, right) = [tuple(np.round(corner * scale).astype(int).tolist()) for corner in (low, high)]
        part = grey[top:bottom, left:right]
        if part.shape == grey.shape:
            break
        if (place := (*place, id(sheet))) not in nearby:
            part = _reduced(part)
            nearby[place], _ = next(_inks(part, None, _resized(near, part.shape) > 0.5, NEARBY), (None, None))
        closer = nearby[place]
        if closer is None:
            break
        found = Ink(closer, left, top, (bottom - top) / closer.shape[0])
        before, seen = seen, (_box(closer) * found.scale + (top, left)) / scale
        if (np.abs(seen - before) <= MORE * size).all():
            break
    return found


def _box(drawing: np.ndarray) -> np.ndarray:
    """Where its ink begins and ends, (2, 2): rows and columns."""
    lines = [np.flatnonzero((drawing > 0.5).any(axis=axis)) for axis in (1, 0)]
    return np.array([(line[0], line[-1] + 1) for line in lines]).T


def _inks(
    grey: np.ndarray, colours: np.ndarray | None, sheet: np.ndarray | None = None, pen: float = NARROW
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """How much darker than the paper around it each pixel is, stretched to [0, 1]; dark paper with light ink turned.

    Of all that stands out from the paper, if anything does, and then of what stands out more. Besides, the sheet that it is
    on, a mask (H, W), sought unless it is told.
    """
    turned = _turned(grey)
    smooth, everywhere = paper.smoothed(turned), np.ones(grey.shape, bool)
    if max(grey.shape) < SMALL or (smooth is turned and sheet is None and np.ptp(_frame(turned)) < EVEN):
        if (ink := _plain(turned)) is not None:
            yield ink, everywhere
        return
    sheets = [*paper.sheets(smooth, colours if turned is grey else None)] if sheet is None else [sheet]
    contrast = lru_cache(lambda number: _contrast(smooth, sheets[number], pen))
    for rise in RISES:
        inks = ((_on(*contrast(number), on, rise), on) for number, on in enumerate(sheets))
        if found := next((pair for pair in inks if pair[0] is not None), None):
            yield found


def _on(contrast: np.ndarray, under: np.ndarray, sheet: np.ndarray, rise: float) -> np.ndarray | None:
    """The ink on a sheet, a mask (H, W), if there is any that stands out so many times as much as it need."""
    least = rise * max(LEAST, CLEAR * _noise(contrast[sheet]))
    pieces = writing.find(contrast > least, contrast, under, sheet)
    for _ in range(2):
        if not pieces.any():
            return None
        strongest = np.quantile(contrast[pieces], 0.9)
        pieces = writing.find((contrast > max(least, PALE * strongest)) & pieces, contrast, under, sheet)
    if not pieces.any():
        return None
    # What is nearer to the paper than to the ink nearby in tone is paper: grain, folds, compression, pale rules.
    full = ndimage.maximum_filter(contrast * pieces, 1 + 2 * round(NEAR * max(sheet.shape)))
    ink = contrast / np.clip(ndimage.uniform_filter(full, 5), 0.4 * strongest, None)
    return np.clip((ink - 0.3) / 0.4, 0, 1).astype(np.float32) * ndimage.maximum_filter(pieces, 5)


def _turned(grey: np.ndarray) -> np.ndarray:
    """As it is, or light ink on dark paper as dark on light: there, nothing light is wide."""
    dark, light = np.quantile(_frame(grey), (0.05, 0.95))  # of the paper: it may lie half in the shadow
    if max(grey.shape) >= SMALL:
        few = paper.under(grey[::4, ::4], NARROW)
        wide = ndimage.grey_opening(few, (round(WIDE * max(few.shape)),) * 2).max()
        dark, light = max(dark, wide), max(light, wide)  # a sheet on a dark desk: what shines beside it is no chalk
    return 1 - grey if grey.max() - light > max(dark - grey.min(), FAINT) else grey


def _frame(grey: np.ndarray) -> np.ndarray:
    """The outermost pixels, a vector."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _plain(grey: np.ndarray) -> np.ndarray | None:
    """The ink of a picture that a program drew: what is darker than its frame, however wide."""
    contrast = np.clip(1 - grey / max(np.median(_frame(grey)), 0.02), 0, 1)
    if contrast.max() < LEAST:
        return None
    strongest = np.quantile(contrast[contrast > LEAST], 0.9)
    return np.clip((contrast / strongest - 0.3) / 0.4, 0, 1).astype(np.float32)


def _contrast(grey: np.ndarray, sheet: np.ndarray, pen: float) -> tuple[np.ndarray, np.ndarray]:
    """How much darker than the paper around it each pixel is, of its brightness, without rules; and that brightness."""

    halo = round(HALO * max(grey.shape)) | 1
    plain = ndimage.grey_opening(grey, (halo, halo))  # without the light seams that cameras sharpen edges with

    def beside(width: float) -> tuple[np.ndarray, np.ndarray]:
        under = np.maximum(paper.under(plain, width), 0.02)
        return np.clip(1 - grey / under, 0, 1), under

    contrast, under = beside(pen)
    rows, columns = ndimage.find_objects(sheet.astype(int))[0]
    printed = np.zeros_like(contrast)
    printed[rows, columns] = rules.contrast((beside(HAIR)[0] * sheet)[rows, columns])
    ink = np.maximum(contrast - RULED * printed, 0)
    if printed.any():
        contrast = np.where(printed > 0, np.minimum(_bridged(ink, round(HAIR / 2 * max(grey.shape))), contrast), contrast)
    if pen > NARROW:
        return contrast, under
    broad, beyond = beside(BROAD)
    hair = round(HAIR * max(grey.shape)) | 1
    solid = ndimage.grey_opening((broad > SOLID) & sheet, (hair, hair))
    thick = ndimage.minimum_filter(solid, round(2 * FULL * NARROW * max(grey.shape)))
    pieces, _ = ndimage.label(solid, np.ones((3, 3)))
    marker = writing.enclosed(solid & np.isin(pieces, pieces[thick]), broad, beyond)
    marker = ndimage.maximum_filter(marker, 7)
    return np.where(marker, broad, contrast), np.where(marker, beyond, under)


def _bridged(ink: np.ndarray, reach: int) -> np.ndarray:
    """With strokes mended that rules were cut out of: as dark as the paler side, where ink is near on two opposite sides."""

    def beside(step: tuple[int, int]) -> np.ndarray:
        side, seen, steps = np.roll(ink, step, (0, 1)), 1, max(1, reach // max(map(abs, step)))
        while seen < steps:
            more = min(seen, steps - seen)
            side = np.maximum(side, np.roll(side, (step[0] * more, step[1] * more), (0, 1)))
            seen += more
        return side

    between = (np.minimum(beside((down, across)), beside((-down, -across))) for down, across in DIRECTIONS)
    return reduce(np.maximum, between, ink)


def _noise(contrast: np.ndarray) -> float:
    """How much the contrast of bare paper deviates."""
    return 1.48 * float(np.median(np.abs(contrast - np.median(contrast)))) if contrast.size else 0.0
