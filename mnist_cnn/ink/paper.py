"""The paper in a picture: where the sheet lies, how bright it is under the ink, and the lines that are printed on it.

Everywhere, a picture is float32 (H, W) in [0, 1], and a sheet a mask (H, W).
"""

import numpy as np
from scipy import ndimage

GRAIN = 0.004  # noise of a pixel below which a picture was drawn by a program, and needs no smoothing
PEN = 0.3  # of the longer side; darker regions that are wider are shadows
STROKE = 0.06  # of the longer side; darker regions that are narrower are no desk
ROOM = 0.14  # of the longer side; a sheet has a disc with so large a radius free of the desk
DROP = 0.75  # of the sheet's brightness just inside its edge; the desk just outside is darker
RING = 0.02  # of the longer side; how far beside the edge that is
MARGIN = 0.012  # of the longer side; so near to its edge, a sheet may be curled or blurred
NEAR = 0.03  # of the longer side; lines that come so near to the sheet's edge run off it
THIN = 0.012  # of the height; thicker lines are strokes
SLOPES = np.linspace(-0.2, 0.2, 81)  # of rules: a camera is never held straight
PARALLEL = 3  # lines alike are rules wherever they end


def smoothed(grey: np.ndarray) -> np.ndarray:
    """Without grain, where there is any."""
    rough = grey - ndimage.median_filter(grey, 3)
    noise = 1.48 * np.median(np.abs(rough[rough != 0])) if np.mean(rough != 0) > 0.3 else 0
    return ndimage.gaussian_filter(grey, 1.5) if noise > GRAIN else grey


def under(grey: np.ndarray) -> np.ndarray:
    """The brightness that the paper has under the ink: a closing, which keeps the edges of shadows."""
    window = round(PEN * max(grey.shape))
    return ndimage.grey_closing(grey, (window, window), mode="nearest")


def sheet(grey: np.ndarray) -> np.ndarray:
    """Where a light sheet lies on a dark desk; everywhere, where there is no desk.

    The desk begins at the sheet's edge: it is darker there at once, unlike in a shadow or where light fades, and it
    lies along most of that edge.
    """
    longest, everywhere = max(grey.shape), np.ones(grey.shape, bool)
    window = round(STROKE * longest)
    plain = ndimage.grey_closing(grey, (window, window), mode="nearest")
    pieces, _ = ndimage.label(plain > _otsu(plain))
    found = pieces == np.argmax(np.bincount(pieces.ravel(), minlength=2)[1:]) + 1
    inside, outside = (ndimage.distance_transform_edt(np.pad(side, 1, mode="edge"))[1:-1, 1:-1] for side in (found, ~found))
    within, beyond = ((side > 0.5 * RING * longest) & (side <= 2 * RING * longest) for side in (inside, outside))
    if found.all() or inside.max() < ROOM * longest or not beyond.any() or not within.any():
        return everywhere
    frame = np.concatenate([found[0], found[-1], found[:, 0], found[:, -1]])
    if frame.mean() > 0.5 or np.median(plain[beyond]) > DROP * np.median(plain[within]):  # a shadow, or the light fades
        return everywhere
    return ndimage.binary_fill_holes(found) & (inside > MARGIN * longest)


def _otsu(grey: np.ndarray) -> float:
    """The brightness that parts dark from light best (N. Otsu, 1979)."""
    counts, edges = np.histogram(grey, 128)
    middles = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * middles)
    above = np.maximum(below[-1] - below, 1)
    means = sums / np.maximum(below, 1), (sums[-1] - sums) / above
    return float(edges[1 + np.argmax(below * above * (means[0] - means[1]) ** 2 * (below < below[-1]))])


def extended(grey: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """As if the sheet went on to the edges of the picture."""
    if sheet.all():
        return grey
    _, nearest = ndimage.distance_transform_edt(~sheet, return_indices=True)
    window = round(STROKE * max(grey.shape))
    plain = ndimage.grey_closing(np.where(sheet, grey, 0), (window, window), mode="nearest")
    return np.where(sheet, grey, plain[tuple(nearest)])


def border(sheet: np.ndarray, width: float) -> np.ndarray:
    """What lies so many pixels or less from the sheet's edge, on it."""
    return sheet & (ndimage.distance_transform_edt(np.pad(sheet, 1))[1:-1, 1:-1] <= width)


def ruled(mask: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """Ruled lines across or down, in a mask of what is dark, but for strokes that cross them."""
    edge = border(sheet, NEAR * max(mask.shape))
    return _across(mask, edge, 0.4) | _across(mask.T, edge.T, 0.7).T  # a thin 1 may be nearly as high as the picture


def _across(mask: np.ndarray, edge: np.ndarray, span: float) -> np.ndarray:
    """Thin, straight lines over such a share of the picture that run off the sheet, or that are many."""
    slope = _slope(mask)
    level, edge = _sheared(mask, slope), _sheared(edge, slope)
    height, width = mask.shape
    runs = ndimage.binary_opening(level, np.ones((1, max(8, width // 16))))
    bands, _ = ndimage.label(ndimage.binary_dilation(runs, np.ones((5, 9))), np.ones((3, 3)))
    lines = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(bands), start=1):
        band = bands[rows, columns] == number
        thickness = (runs[rows, columns] & band).sum() / band.shape[1]
        if band.shape[1] > span * width and thickness < THIN * height:
            crossing = ndimage.binary_opening(level[rows, columns], np.ones((round(2 * thickness) + 4, 1)))
            lines.append((rows, columns, band & ~crossing, (band & edge[rows, columns]).any()))
    found = np.zeros_like(level)
    for rows, columns, line, off in lines:
        if off or len(lines) >= PARALLEL:
            found[rows, columns] |= line
    return _sheared(found, slope, back=height)


def _slope(mask: np.ndarray) -> float:
    """The slope of thin lines in a mask: along it, they fall on the fewest rows."""
    rows, columns = np.nonzero(mask & ~ndimage.binary_opening(mask, np.ones((7, 7))))
    if not len(rows):
        return 0.0
    crowded = [(np.bincount(np.round(rows - slope * columns).astype(int) + mask.shape[1]) ** 2.0).sum() for slope in SLOPES]
    return float(SLOPES[np.argmax(crowded)])


def _sheared(mask: np.ndarray, slope: float, back: int | None = None) -> np.ndarray:
    """Columns shifted so that lines of a slope lie level, on a higher picture; or back to so many rows."""
    shift = np.round(slope * np.arange(mask.shape[1])).astype(int)
    room = np.abs(shift).max(initial=0)
    if back is None:
        mask = np.pad(mask, ((room, room), (0, 0)))
    rows = np.arange(len(mask))[:, np.newaxis] + (shift if back is None else -shift)
    moved = np.take_along_axis(mask, rows % len(mask), axis=0)
    return moved if back is None else moved[room : room + back]
