"""The lines that are printed on paper: long, straight, thin, and nearly parallel in one or two directions.

Their contrast is found as the median along each line, which ink that crosses it hardly changes, so that it can be
subtracted and the ink stays.
"""

import numpy as np
from scipy import ndimage

STEEPEST = 0.42  # slope of a rule, of a camera that is not held straight
SLOPES = np.linspace(-STEEPEST, STEEPEST, 113)
CONVERGING = np.linspace(-0.09, 0.09, 13)  # that slopes of parallel rules differ by, seen aslant
POINTS = 20_000  # of lines whose slope is sought
BLOCK = 5  # pixels along a line whose contrast is averaged
LEAST = 0.025  # contrast of a rule
PARALLEL = 4  # lines alike are rules wherever they end; fewer cross the whole sheet
ALIKE = 1.7  # of the rules' usual contrast; what is darker is ink


def contrast(thin: np.ndarray) -> np.ndarray:
    """How much of the contrast of thin lines is that of rules, both float32 (H, W) in [0, 1]."""
    height, width = thin.shape
    small = np.pad(thin, [(0, side % 2) for side in thin.shape])
    small = np.maximum(np.maximum(small[::2, ::2], small[1::2, ::2]), np.maximum(small[::2, 1::2], small[1::2, 1::2]))
    found = np.maximum(_across(small), _across(small.T).T)
    return ndimage.maximum_filter(found.repeat(2, axis=0).repeat(2, axis=1)[:height, :width], 3)


def _across(thin: np.ndarray) -> np.ndarray:
    """The contrast of rules that lead from left to right."""
    middle, found = _slope(thin), np.zeros_like(thin)
    sheared = [(slope, _along(_sheared(thin, slope))) for slope in middle + CONVERGING]
    lines = max(_count(along) for _, along in sheared)
    for slope, along in sheared:
        along = along.max(axis=0) if lines >= PARALLEL else np.broadcast_to(along.min(axis=(0, 2)), along.shape[2:0:-1]).T
        level = along.repeat(BLOCK, axis=1)[:, : thin.shape[1]]
        level = np.pad(level, ((0, 0), (0, thin.shape[1] - level.shape[1])), mode="edge")
        found = np.maximum(found, _sheared(level, slope, back=len(thin)))
    found[found < LEAST] = 0
    if lines >= PARALLEL:
        found = np.minimum(found, ALIKE * np.median(found[found > 0]))
    return found


def _along(level: np.ndarray) -> np.ndarray:
    """The median contrast along level lines, over three halves of the width, (3, H, blocks), 0 where a half has no part."""
    height, blocks = len(level), level.shape[1] // BLOCK
    means = level[:, : blocks * BLOCK].reshape(height, blocks, BLOCK).mean(axis=2)
    half, found = (blocks + 1) // 2, np.zeros((3, height, blocks), level.dtype)
    for number, start in enumerate((0, (blocks - half) // 2, blocks - half)):
        found[number, :, start : start + half] = np.median(means[:, start : start + half], axis=1)[:, None]
    return found


def _count(along: np.ndarray) -> int:
    """Lines of most halves."""
    return int(np.median([ndimage.label(half.max(axis=1) >= LEAST)[1] for half in along]))


def _slope(thin: np.ndarray) -> float:
    """The slope of thin lines: along it, they fall on the fewest rows."""
    rows, columns = np.nonzero(thin >= max(LEAST, np.quantile(thin, 0.8)))
    if not len(rows):
        return 0.0
    some = slice(None, None, 1 + len(rows) // POINTS)
    rows, columns = rows[some], columns[some]
    crowded = [(np.bincount(np.round(rows - slope * columns).astype(int) + thin.shape[1]) ** 2.0).sum() for slope in SLOPES]
    return float(SLOPES[np.argmax(crowded)])


def _sheared(values: np.ndarray, slope: float, back: int | None = None) -> np.ndarray:
    """Columns shifted so that lines of a slope lie level, on a higher picture; or back to so many rows."""
    shift = np.round(slope * np.arange(values.shape[1])).astype(int)
    room = np.abs(shift).max(initial=0)
    if back is None:
        values = np.pad(values, ((room, room), (0, 0)))
    rows = np.arange(len(values))[:, np.newaxis] + (shift if back is None else -shift)
    moved = np.take_along_axis(values, rows % len(values), axis=0)
    return moved if back is None else moved[room : room + back]
