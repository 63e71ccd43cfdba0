"""The paper in a picture: where the sheet lies, and how bright it is under the ink.

Everywhere, a picture is float32 (H, W) in [0, 1], and a sheet a mask (H, W).
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image
from scipy import ndimage

GRAIN = 0.004  # noise of a pixel below which a picture was drawn by a program, and needs no smoothing
FINE, COARSE = 400, 200  # pixels of the longer side that colours are looked at with, before and after ink is removed
LINES = 9  # pixels of the finer one; darker lines that are narrower are ink, rules or texture
STEP, TINT = 0.035, 0.02  # of brightness and of colour, their logarithms, from a pixel to the next; edges are steeper
BUSY = 0.16  # mean contrast of lines in the neighbourhood; cloth and checks have more
ALIKE = 0.07  # distance of colours, their logarithms; a shadow changes them by less
SHADE = 0.38  # of the sheet's brightness; shadows are brighter, dark desks darker
GREY = 0.52  # the same in a picture without colours, which would tell a desk from a shadow
GLOW = 1.4  # of the sheet's brightness, where light is that of a lamp
LEAST = 0.004  # of the picture; smaller parts of a sheet are between checks
SMALLEST = 0.06  # of the picture; what is smaller is no sheet
TRIES = 3  # sheets that ink is sought on
SEAM = 4  # pixels of the coarser picture; the edges of shadows, and of fingers, are narrower
MARGIN = 0.008  # of the longer side; so near to its edge, a sheet may be curled or blurred


def smoothed(grey: np.ndarray) -> np.ndarray:
    """Without grain, where there is any."""
    if min(grey.shape) < 3:
        return grey
    first, middle, last = grey[::3, :-2], grey[::3, 1:-1], grey[::3, 2:]
    rough = middle - np.maximum(np.minimum(first, middle), np.minimum(np.maximum(first, middle), last))  # than the median
    noise = 1.48 * np.median(np.abs(rough[rough != 0])) if np.mean(rough != 0) > 0.2 else 0
    return ndimage.gaussian_filter(grey, 1.5 if noise > 3 * GRAIN else 1) if noise > GRAIN else grey


def under(grey: np.ndarray, width: float) -> np.ndarray:
    """The brightness that the paper has under ink up to such a width, a share of the longer side.

    A closing, which keeps the edges of shadows.
    """
    window = max(3, round(width * max(grey.shape)))
    return ndimage.grey_closing(grey, (window, window), mode="nearest")


def sheets(grey: np.ndarray, colours: np.ndarray | None) -> Iterator[np.ndarray]:
    """Where the sheet may lie, without fingers on it, the likeliest first; everywhere, where no sheet is found.

    A sheet is of one colour, which shadows hardly change, and of one brightness, but for their edges; it is smooth, and
    the brightest and nearest to the middle of what is so. `colours` are those of the picture, (h, w, 3), if it has any.
    """
    tones, busy = _tones(grey[..., np.newaxis] if colours is None else colours)
    regions, count = ndimage.label(_flat(tones) & (busy < BUSY))
    found = [_whole(_grown(np.isin(regions, same), tones)) for same in _alike(regions, count, tones, busy)] if count else []
    found = [mask for mask in found if mask.mean() > SMALLEST]
    for number, mask in enumerate(found):
        if any((mask & other).any() for other in found[:number]):
            continue  # a part of what was told already
        mask = ndimage.minimum_filter(mask, round(2 * MARGIN * COARSE) + 1)
        yield np.asarray(Image.fromarray(mask).resize(grey.shape[::-1], Image.Resampling.NEAREST))
    if not found:
        yield np.ones(grey.shape, bool)


def _alike(regions: np.ndarray, count: int, tones: np.ndarray, busy: np.ndarray) -> list[np.ndarray]:
    """Regions, by number from 1, that may be one sheet, half in the shadow; the likeliest sheet first."""
    numbers = np.arange(1, count + 1)
    area = np.bincount(regions.ravel())[1:] / regions.size
    light, *tint = (ndimage.median(tone, regions, numbers) for tone in tones)
    rough = ndimage.mean(np.abs(tones[0] - ndimage.gaussian_filter(tones[0], 2)) + 0.3 * busy, regions, numbers)
    worth = ndimage.sum(_central(regions.shape), regions, numbers) / (rough + 0.02)
    found, shade = {}, SHADE if tones[1:].any() else GREY
    for main in np.flatnonzero(area > 2 * LEAST):
        red, blue, glow = (values - values[main] for values in (*tint, light))
        same = (area > LEAST) & (np.hypot(red, blue) < ALIKE) & (glow > np.log(shade)) & (glow < np.log(GLOW))
        found[tuple(numbers[same])] = worth[same].sum() * np.exp(2 * light[same].max())
    return [np.array(same) for same in sorted(found, key=found.get, reverse=True)[:TRIES]]


def _grown(found: np.ndarray, tones: np.ndarray) -> np.ndarray:
    """With the edges of soft shadows: pixels nearby of the same colour, no darker than the shadow."""
    low, high = (np.quantile(tones[:, found], share, axis=1)[:, np.newaxis, np.newaxis] for share in (0.05, 0.95))
    room = np.array((0, TINT, TINT))[:, np.newaxis, np.newaxis]
    same = ((tones >= low - room) & (tones <= high + room)).all(axis=0)
    return found | (ndimage.binary_dilation(found, iterations=3 * SEAM) & same)


def _tones(colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Brightness, red and blue of the paper under thin lines, as logarithms (3, h, w); and how many lines are near."""
    fine = _scaled(colours, FINE)
    plain = np.stack([ndimage.grey_closing(band, (LINES, LINES), mode="nearest") for band in fine])
    busy = ndimage.uniform_filter((1 - (fine + 0.02) / (plain + 0.02)).mean(axis=0), 2 * LINES)
    logs = np.log(_scaled(np.moveaxis(plain, 0, -1), COARSE) + 0.02)
    first, middle, last = logs[0], logs[len(logs) // 2], logs[-1]
    return np.stack([logs.mean(axis=0), first - middle, last - middle]), _scaled(busy[..., np.newaxis], COARSE)[0]


def _scaled(values: np.ndarray, longest: int) -> np.ndarray:
    """The bands of (h, w, bands) first, the longer side of so many pixels."""
    size = [max(1, round(side * longest / max(values.shape[:2]))) for side in values.shape[1::-1]]
    bands = np.ascontiguousarray(np.moveaxis(values, -1, 0), np.float32)
    return np.stack([np.asarray(Image.fromarray(band).resize(size, Image.Resampling.BOX)) for band in bands])


def _flat(tones: np.ndarray) -> np.ndarray:
    """Where neither brightness nor colour has an edge."""
    light = ndimage.gaussian_gradient_magnitude(tones[0], 1, mode="nearest")
    tint = np.hypot(*(ndimage.gaussian_gradient_magnitude(tone, 1.5, mode="nearest") for tone in tones[1:]))
    return ndimage.binary_opening((light < STEP) & (tint < TINT), np.ones((3, 3)))


def _central(shape: tuple[int, int]) -> np.ndarray:
    """How much a pixel counts, (h, w): the more, the nearer to the middle, where the sheet is."""
    across = [np.exp(-3 * np.linspace(-1, 1, side) ** 2) for side in shape]
    return np.outer(*across)


def _whole(found: np.ndarray) -> np.ndarray:
    """Parts of a sheet as one, with what is written on it, without what reaches onto it."""
    found = np.pad(found, 2 * SEAM, mode="edge")
    found = ndimage.binary_fill_holes(ndimage.binary_closing(found, iterations=SEAM))
    return ndimage.binary_opening(found, iterations=SEAM)[2 * SEAM : -2 * SEAM, 2 * SEAM : -2 * SEAM]


def border(sheet: np.ndarray, width: int) -> np.ndarray:
    """What lies so many pixels or less from the sheet's edge, or the picture's, on it."""
    return sheet & ~ndimage.minimum_filter(sheet, 2 * width + 1, mode="constant")
