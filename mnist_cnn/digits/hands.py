"""How hands differ: pen strokes of a digit as somebody else might have written it."""

import numpy as np

Strokes = list[np.ndarray]  # each float (N, 2), x and y, y down

STEP = 0.02  # of the digit's longer side, between two points of a stroke that is curled
STRAIGHT = 0.1  # width of a line, of its length, up to which it is straight
BARRED = 0.2  # share of zeros and sevens that get a bar, and half as many ones a foot
FLAGGED = 0.4  # share of ones of a single line that get a flag
OTHERWISE = 0.12  # share of twos, fours and nines that are written in another way


def rewritten(strokes: Strokes, strength: float, rng: np.random.Generator) -> Strokes:
    """The strokes in another hand: each one curled, trimmed and moved; parts of the whole larger and smaller;
    all of it turned, slanted, stretched and bent.

    Parameters
    ----------
    strength : from 0, which changes nothing, to 1, where some are hard to read.
    """
    points = np.concatenate(strokes)
    middle, extent = points.mean(axis=0), max(np.ptp(points, axis=0).max(), 1e-6)
    unit = [(stroke - middle) / extent for stroke in strokes]
    for change in (_loosened, _swollen, _bent):
        unit = change(unit, strength, rng)
    return [stroke * extent + middle for stroke in unit]


def another_form(digit: int, strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Now and then as only some people write it: a zero slashed, a seven crossed, a one with a flag or a foot,
    a two with corners, a four open above, a nine whose tail curls.
    """
    change = {0: _slashed, 1: _embellished, 2: _angular, 4: _opened, 7: _crossed, 9: _hooked}.get(digit)
    return change(strokes, rng) if change else strokes


def rounded(path: np.ndarray) -> np.ndarray:
    """A path (N, 2) without its corners: Chaikin's cutting, twice (G. Chaikin, 1974); the ends stay."""
    for _ in range(2):
        near, far = 0.8 * path[:-1] + 0.2 * path[1:], 0.2 * path[:-1] + 0.8 * path[1:]
        path = np.concatenate([path[:1], np.stack([near, far], axis=1).reshape(-1, 2), path[-1:]])
    return path


def straight(path: np.ndarray) -> bool:
    """Whether a path (N, 2) is about a straight line, or a dot."""
    centred = path - path.mean(axis=0)
    width, length = np.linalg.eigvalsh(centred.T @ centred)  # both squared
    return bool(width <= STRAIGHT**2 * length)


def resampled(path: np.ndarray, step: float) -> np.ndarray:
    """The same path with a point at about every step."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, round(along[-1] / step)))
    return np.stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)], axis=1)


def _slashed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    if len(strokes) > 1 or rng.random() > BARRED:
        return strokes
    angle, reach = rng.uniform(-0.3, 1.7), rng.uniform(0.45, 1.1)
    return [*strokes, _bar(strokes, rng.normal(0.5, 0.06, 2), np.array([np.cos(angle), -np.sin(angle)]) * reach)]


def _crossed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    if rng.random() > BARRED:
        return strokes
    return [*strokes, _bar(strokes, (0.55, rng.uniform(0.4, 0.6)), (rng.uniform(0.2, 0.4), rng.uniform(-0.1, 0.1)))]


def _embellished(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A one: with a flag where it is but a line, and on a foot."""
    if len(strokes) == 1 and straight(strokes[0]) and rng.random() < FLAGGED:
        strokes = [_flagged(strokes[0], rng)]
    if rng.random() < BARRED / 2:
        points = np.concatenate(strokes)
        half = np.ptp(points, axis=0).max() * np.array([rng.uniform(0.14, 0.4), rng.uniform(-0.04, 0.04)])
        strokes = [*strokes, points[points[:, 1].argmax()] + np.outer((-1, 1), half)]
    return strokes


def _flagged(line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A line from its upper end down, after an upstroke from the left: steeper than a seven's top, straight or bowed."""
    down = line if line[0, 1] < line[-1, 1] else line[::-1]
    stem = down[-1] - down[0]
    angle = rng.uniform(0.4, max(0.41, np.arctan2(stem[1], -stem[0]) - 0.35))  # below level, and beside the stem
    reach, bow = rng.uniform(0.15, 0.65) * np.hypot(*stem), rng.uniform(-0.2, 0.6)
    flag, upwards = np.array([-np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), -np.cos(angle)])
    along = np.linspace(1, 0, 9)[:, None]
    return np.concatenate([down[0] + reach * along * (flag + bow * (1 - along) * upwards), down[1:]])


def _angular(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A two without a loop, its foot straight and at times short."""
    if rng.random() > OTHERWISE:
        return strokes
    left, right, low, reach, rise = rng.uniform((0, 0.45, 0.15, 0.4, -0.08), (0.2, 0.9, 0.4, 1.0, 0.08))
    arc = [(left, rng.uniform(0.05, 0.35)), (left + 0.1, 0), (right, 0), (right, low)]
    foot = np.array([rng.uniform(-0.1, 0.2), 1])
    arc = rounded(np.array([*arc, foot])) if rng.random() < 0.8 else np.array([*arc[1:], foot])
    return [np.concatenate([arc, [foot + (reach * max(right, 0.6), rise)]])]


def _opened(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A four that nothing closes above: down and across, then a second upright; at times without lifting the pen."""
    if rng.random() > OTHERWISE:
        return strokes
    across, gap, lean, over, slant = rng.uniform((0.4, 0.18, -0.05, 0, -0.05), (0.75, 0.6, 0.3, 0.3, 0.1))
    bar = np.array([gap, across + rng.uniform(-0.08, 0.05)])
    second = np.array([(gap + slant, across - rng.uniform(0.05, 0.9) * across), (gap - rng.uniform(0, 0.1), 1)])
    first = np.array([(lean, rng.uniform(0, 0.2)), (0, across), bar])
    if rng.random() < 0.5:
        first = rounded(first)
    if rng.random() < 0.4:
        return [np.concatenate([first, second])]
    return [np.concatenate([first, [bar + (over, 0)]]), second]


def _hooked(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose tail goes on and curls to the left, as an S or a 3 would, or a little to the right."""
    points, tail = np.concatenate(strokes), strokes[-1]
    height = np.ptp(points[:, 1])
    if rng.random() > OTHERWISE or len(tail) < 2 or tail[-1, 1] < points[:, 1].max() - 0.2 * height:
        return strokes
    end = resampled(tail, max(0.06 * height, 1e-6))[-2:]
    turn = rng.uniform(0.6, 2.2) if rng.random() < 0.8 else rng.uniform(-1.6, -0.6)
    angle = np.arctan2(*(end[1] - end[0])[::-1]) + turn * np.linspace(0.1, 1, 10)
    steps = np.stack([np.cos(angle), np.sin(angle)], axis=1) * height * rng.uniform(0.15, 0.4) / 10
    return [*strokes[:-1], np.concatenate([tail, tail[-1] + np.cumsum(steps, axis=0)])]


def _bar(strokes: Strokes, middle: tuple[float, float], half: tuple[float, float]) -> np.ndarray:
    """A line across a digit, its middle and half its length in shares of the digit's width and height."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    extent = np.maximum(extent, max(1, 0.25 * extent.max()))
    return low + extent * (np.asarray(middle) + np.outer((-1, 1), half))


def _loosened(strokes: Strokes, strength: float, rng: np.random.Generator) -> Strokes:
    """Each stroke curled more or less, so that loops open or cross, cut short, and set a little beside its place."""
    paths = [_curled(resampled(stroke, STEP), strength, rng) for stroke in strokes]
    if len(paths) > 1:
        paths = [path + rng.normal(0, 0.025 * strength, 2) for path in paths]
    return paths


def _curled(path: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """A path whose direction turns by up to a tenth more or less, and sways; then perhaps cut short."""
    if len(path) < 7:
        return path
    steps = np.diff(path, axis=0)
    length, angle = np.hypot(*steps.T), np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    more, sway, waves, phase = rng.uniform((-0.1, 0, 0.3, 0), (0.1, 0.25, 1.5, 1))
    along = np.linspace(0, 1, len(angle))
    angle = angle + strength * ((angle - angle.mean()) * more + sway * np.sin(2 * np.pi * (waves * along + phase)))
    curled = np.cumsum(length[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0)
    curled = np.concatenate([np.zeros((1, 2)), curled])
    curled += path.mean(axis=0) - curled.mean(axis=0)
    cut = (rng.uniform(0, 0.1 * strength, 2) * (rng.random() < 0.3) * len(path)).astype(int)
    return curled[cut[0] : len(path) - cut[1]]


def _swollen(strokes: Strokes, strength: float, rng: np.random.Generator) -> Strokes:
    """Along each axis some parts larger and others smaller, such as the loop of a nine."""
    height, waves, phase = rng.uniform(0, 0.08 * strength, 2), rng.uniform(0.5, 1.2, 2), rng.uniform(0, 2 * np.pi, 2)
    return [stroke + height * np.sin(2 * np.pi * waves * stroke + phase) for stroke in strokes]


def _bent(strokes: Strokes, strength: float, rng: np.random.Generator) -> Strokes:
    """Turned, slanted, stretched, and each axis bent in a gentle wave along the other."""
    angle, slant, stretch = rng.uniform(-strength, strength, 3) * (0.2, 0.3, 0.35)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[np.exp(stretch / 2), slant], [0, np.exp(-stretch / 2)]])
    height, waves, phase = rng.uniform(0, 0.06 * strength, 2), rng.uniform(0.3, 1.3, 2), rng.uniform(0, 2 * np.pi, 2)
    return [(stroke + height * np.sin(2 * np.pi * waves * stroke[:, ::-1] + phase)) @ matrix.T for stroke in strokes]
