"""The lines that are printed on paper: long, straight, thin, and nearly parallel in one or two directions.

Their contrast is found as the median along each line, which ink that crosses it hardly changes, so that it can be
subtracted and the ink stays.
"""

import numpy as np
from scipy import ndimage

STEEPEST = 0.42  # slope of a rule, of a camera that is not held straight
STEP = 0.0075  # of slopes that are tried
SLOPES = np.arange(-STEEPEST, STEEPEST, STEP)
APART, ASTRAY = 0.055, 0.3  # slopes of parallel rules differ by more from their usual, seen aslant, and by less
POINTS = 20_000  # of lines whose slope is sought
BLOCK = 5  # pixels along a line whose contrast is averaged
GRAIN = 0.75  # of the strongest contrast; what is more is rules
LEAST = 0.025  # contrast of a rule
HIDDEN = 0.45  # of either half of a rule may be hidden
PARALLEL = 8  # such lines, each at every slope that fits, make others alike rules, too, wherever they end
DRIFT = 7  # rows that the halves of a line, whose slope is not quite known, may lie apart
NEARBY, THERE = 5, 0.5  # blocks; of a line's contrast, at least, over so many of them: else it leads beside the rule
MISSED = 0.06  # of either half of a line that is alone may be hidden
ALIKE = 1.7  # of the rules' usual contrast; what is darker is ink


def contrast(thin: np.ndarray) -> np.ndarray:
    """How much of the contrast of thin lines is that of rules, both float32 (H, W) in [0, 1]."""
    height, width = thin.shape
    if min(height, width) < 4 * BLOCK:  # too narrow a strip to tell
        return np.zeros_like(thin)
    small = np.pad(thin, [(0, side % 2) for side in thin.shape])
    small = np.maximum(np.maximum(small[::2, ::2], small[1::2, ::2]), np.maximum(small[::2, 1::2], small[1::2, 1::2]))
    grain = _grain(small)
    small = np.maximum(small - grain, 0)
    found = np.maximum(_across(small), _across(small.T).T)
    found[found > 0] += grain
    return ndimage.maximum_filter(found.repeat(2, axis=0).repeat(2, axis=1)[:height, :width], 3)


def _grain(thin: np.ndarray) -> float:
    """The contrast that bare paper has; none, where nearly all that stands out does so alike: those are rules."""
    some = thin[thin > 0]
    usual, strong = np.quantile(some, (0.5, 0.9)) if len(some) else (0, 0)
    return usual if usual < GRAIN * strong else 0


def _across(thin: np.ndarray) -> np.ndarray:
    """The contrast of rules that lead from left to right."""
    found, blocks = np.zeros_like(thin), thin.shape[1] // BLOCK
    others = np.median(_means(thin, blocks), axis=0)  # rules that lead from top to bottom, which every line crosses
    sheared = [(slope, np.maximum(_means(_sheared(thin, slope), blocks) - others, 0)) for slope in _slopes(thin)]
    counts = [ndimage.label(_whole(means, HIDDEN).min(axis=1) >= LEAST)[1] for _, means in sheared]
    many = sum(counts) >= PARALLEL  # as lines converge, each slope has but a few
    for slope, means in sheared:
        level = _along(means) if many else _whole(means, MISSED)[:, np.arange(blocks) * 2 // blocks]
        level = np.where(ndimage.uniform_filter1d(means, NEARBY, axis=1) > THERE * level, level, 0)
        level = level[:, np.arange(thin.shape[1]) * level.shape[1] // thin.shape[1]]
        found = np.maximum(found, _sheared(level, slope, back=len(thin)))
    found[found < LEAST] = 0
    return np.minimum(found, ALIKE * np.quantile(found[found > 0], 0.7)) if many and found.any() else found


def _means(level: np.ndarray, blocks: int) -> np.ndarray:
    """Means of so many parts of each row, (H, blocks)."""
    starts = np.arange(blocks) * level.shape[1] // blocks
    return np.add.reduceat(level, starts, axis=1) / np.diff(starts, append=level.shape[1])


def _halves(means: np.ndarray) -> list[np.ndarray]:
    """The left, the middle and the right half."""
    blocks = means.shape[1]
    half = (blocks + 1) // 2
    return [means[:, start : start + half] for start in (0, (blocks - half) // 2, blocks - half)]


def _whole(means: np.ndarray, hidden: float) -> np.ndarray:
    """The least contrast of either half of each line (H, 2), but for such a share; both must be of a line, or nearly."""
    left, _, right = (np.quantile(half, hidden, axis=1) for half in _halves(means))
    near = [ndimage.maximum_filter1d(side, DRIFT) for side in (right, left)]
    return np.minimum(np.stack([left, right], axis=1), np.stack(near, axis=1))


def _along(means: np.ndarray) -> np.ndarray:
    """The median contrast along level lines, over whichever half has more of it, (H, blocks)."""
    found = np.zeros_like(means)
    for part, half in zip(_halves(found), _halves(means), strict=True):
        np.maximum(part, np.median(half, axis=1)[:, np.newaxis], out=part)
    return found


def _slopes(thin: np.ndarray) -> np.ndarray:
    """The slopes that thin lines may have: seen aslant, those of the upper ones differ from those of the lower ones."""
    half = len(thin) // 2
    usual, upper, lower = _slope(thin), _slope(thin[:half]), _slope(thin[half:])
    low, high = min(upper, lower), max(upper, lower)
    if high - low > ASTRAY or not low - STEP <= usual <= high + STEP:  # there are no lines in either
        low, high = usual - APART, usual + APART
    more = APART + (high - low) / 2
    return np.arange(low - more, high + more, 1.5 * STEP)


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
    shift = np.round(slope * (np.arange(values.shape[1]) - values.shape[1] // 2)).astype(int)
    room = np.abs(shift).max(initial=0)
    if back is None:
        values = np.pad(values, ((room, room), (0, 0)))
    rows = np.arange(len(values))[:, np.newaxis] + (shift if back is None else -shift)
    moved = np.take_along_axis(values, rows % len(values), axis=0)
    return moved if back is None else moved[room : room + back]
