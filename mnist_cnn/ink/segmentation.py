"""Several digits in one drawing, taken apart: rows of them, connected ink, the pieces of one digit together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_cnn.ink.sketch import INK

Box = tuple[int, int, int, int]  # left, top, right, bottom
Group = tuple[Box, list[int]]  # pieces that belong together: their common box, and their numbers
EIGHT = np.ones((3, 3), bool)  # ink that touches at a corner is connected
SPECK = 0.01  # of the largest piece's area; what is smaller is no ink
MOST = 400  # pieces that are looked at, the largest; who writes leaves fewer
NEAR = 0.05  # of the line's height; pieces so close to each other are one broken line
HIGH = 0.5  # of the highest piece; such pieces stand in lines, lower ones go with the nearest of them
SMALL = 0.5  # of the line's height; lower pieces may lie beside the digit that they belong to
GAP = 0.12  # of the line's height; how far beside
OVERLAP = 0.5  # of the smaller piece; what stands above each other, or side by side, by so much belongs together
MARK = 0.3  # of the line's height; what is lower is a point, a comma or a hyphen
FLAT = 0.2  # of the line's height; a hyphen is lower
WIDE = 0.6  # of the height; what is narrower is one digit
FINE = 60  # height at which ways through the ink are sought, in pixels
WAYS = 12  # ways that are tried
STRAY = 0.25  # of the height; how far a way may lead to either side
ASLANT = 0.02  # ink that a step to the side is worth
CROSSED = 0.2  # of the height; ways through more ink cut through a digit
SLIVER = 0.12  # of the height; what is narrower than this is no digit's half


@dataclass(frozen=True, eq=False)
class Segment:
    """One digit of a drawing.

    Attributes
    ----------
    box : left, top, right, bottom of its ink in the drawing, in pixels; right and bottom exclusive.
    drawing : float32 (bottom - top, right - left) in [0, 1], its own ink only.
    line : the row of digits that it stands in, 0 for the uppermost.
    """

    box: Box
    drawing: np.ndarray
    line: int = 0


def split(drawing: np.ndarray) -> list[Segment]:
    """The digits of a drawing, line by line, each from left to right; without points, commas and hyphens.

    Parameters
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright on dark.
    """
    if float(drawing.max(initial=0)) < INK:
        return []
    pieces = _strokes(_pieces(drawing >= INK))
    groups = [(_box(slices), [number]) for number, slices in enumerate(ndimage.find_objects(pieces), start=1)]
    return [
        _segment(drawing, np.isin(pieces[top:bottom, left:right], numbers), (left, top), number)
        for number, line in enumerate(_lines(groups))
        for (left, top, right, bottom), numbers in _digits(line, _blobs(pieces, line))
    ]


def together(segments: list[Segment]) -> Segment:
    """The same ink as one segment: a digit whose pieces lie far apart."""
    left, top, right, bottom = reduce(_union, (segment.box for segment in segments))
    drawing = np.zeros((bottom - top, right - left), np.float32)
    for segment in segments:
        (x, y), (height, width) = segment.box[:2], segment.drawing.shape
        place = drawing[y - top : y - top + height, x - left : x - left + width]
        np.maximum(place, segment.drawing, out=place)
    return Segment((left, top, right, bottom), drawing, segments[0].line)


def gap(segments: list[Segment]) -> float:
    """How far the loneliest of two or more segments lies from its nearest, a share of the highest one's height."""
    boxes = [segment.box for segment in segments]
    nearest = [min(_distance(box, other) for other in boxes if other is not box) for box in boxes]
    return max(nearest) / max(_extent(box, 1) for box in boxes)


def cuts(segment: Segment) -> list[tuple[Segment, Segment]]:
    """Ways to take ink apart into a left and a right digit that may touch, those through the least ink first.

    Ink that is narrow for its height is one digit, and there is no way. A way leads from the upper edge to the
    lower through as little ink as it finds within `STRAY` of where it begins.
    """
    height, width = segment.drawing.shape
    if width < WIDE * height:
        return []
    small = Image.fromarray(segment.drawing).resize((max(2, round(width * FINE / height)), FINE), Image.Resampling.BOX)
    fine, ways = np.asarray(small), {}
    for start in np.linspace(SLIVER * FINE, fine.shape[1] - SLIVER * FINE, WAYS):
        way = _way(fine, start)
        ways[tuple(way)] = fine[np.arange(FINE), way].sum()
    cheapest = [np.array(way) for way, ink in sorted(ways.items(), key=lambda item: item[1]) if ink <= CROSSED * FINE]
    return [pair for way in cheapest if (pair := _parted(segment, way))]


def _pieces(mask: np.ndarray) -> np.ndarray:
    """Which piece of connected ink, from 1, each pixel belongs to, int (H, W); 0 for paper and for specks."""
    pieces, _ = ndimage.label(mask, EIGHT)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    areas[np.argsort(-areas, kind="stable")[MOST:]] = 0
    return ndimage.label((areas >= max(1, SPECK * areas.max()))[pieces], EIGHT)[0]


def _strokes(pieces: np.ndarray) -> np.ndarray:
    """The same where pieces so near each other that they are one broken stroke are one."""
    height = max(rows.stop - rows.start for rows, _ in ndimage.find_objects(pieces))
    return ndimage.label(ndimage.maximum_filter(pieces > 0, _reach(height), mode="constant"), EIGHT)[0] * (pieces > 0)


def _lines(pieces: list[Group]) -> list[list[Group]]:
    """The pieces of each line, the uppermost line first; those of a digit that is broken across are one."""
    highest = max(_extent(box, 1) for box, _ in pieces)
    high = {numbers[0]: (box, numbers) for box, numbers in pieces if _extent(box, 1) >= HIGH * highest}

    def broken(a: Group, b: Group) -> bool:  # a single column of pieces with little between them
        columns = _grouped([high[number] for number in a[1] + b[1]], lambda c, d: -_overlap(c[0], d[0], 0) <= NEAR * highest)
        return len(columns) == 1 and _distance(a[0], b[0]) < NEAR * highest

    rows = _grouped(list(high.values()), _beside)
    lines = []
    for digit in sorted(_grouped(rows, broken), key=lambda line: line[0][1]):
        lines.append([high[number] for number in digit[1]] if digit in rows else [digit])
    members = [(line, group[0]) for line in lines for group in line]
    for box, numbers in pieces:
        if numbers[0] not in high:
            min(members, key=lambda member: _distance(box, member[1]))[0].append((box, numbers))
    return lines


def _blobs(pieces: np.ndarray, line: list[Group]) -> dict[int, int]:
    """Pieces of a line by number: those so near each other that they are one broken stroke have the same blob."""
    left, top, right, bottom = reduce(_union, (box for box, _ in line))
    numbers = [number for _, group in line for number in group]
    part = pieces[top:bottom, left:right]
    blobs, _ = ndimage.label(ndimage.maximum_filter(np.isin(part, numbers), _reach(bottom - top), mode="constant"), EIGHT)
    return dict(zip(numbers, ndimage.maximum(blobs, part, numbers), strict=True))


def _reach(height: int) -> int:
    """The size of a filter that joins what is near in a line of that height."""
    return 2 * (round(NEAR * height) // 2) + 1


def _digits(line: list[Group], blobs: dict[int, int]) -> list[Group]:
    """The digits of a line, from left to right, without what is low."""
    height = _extent(reduce(_union, (box for box, _ in line)), 1)
    near = _grouped(line, lambda a, b: bool({blobs[number] for number in a[1]} & {blobs[number] for number in b[1]}))
    digits = _grouped(near, lambda a, b: _above(a, b) or _part(a[0], b[0], height) or _part(b[0], a[0], height))
    highest = max(_extent(box, 1) for box, _ in digits)
    return sorted(digit for digit in digits if _extent(digit[0], 1) >= MARK * highest)


def _part(low: Box, box: Box, height: int) -> bool:
    """Whether a low piece is a part of the digit beside it, rather than a mark after or before it."""
    if _extent(low, 1) >= SMALL * height or -_overlap(low, box, 0) > GAP * height:
        return False
    middle = ((low[1] + low[3]) / 2 - box[1]) / _extent(box, 1)
    point = max(_extent(low, 0), _extent(low, 1)) < MARK * height and middle > 0.75
    hyphen = _extent(low, 1) < FLAT * height and 0.25 < middle < 0.75
    return not point and not hyphen


def _grouped(groups: list[Group], belong: Callable[[Group, Group], bool]) -> list[Group]:
    """Groups that belong together as one, and what then belongs to that."""
    found: list[Group] = []
    for group in groups:
        while partner := next((other for other in found if belong(other, group)), None):
            found.remove(partner)
            group = _union(partner[0], group[0]), partner[1] + group[1]
        found.append(group)
    return found


def _above(a: Group, b: Group) -> bool:
    return _overlap(a[0], b[0], 0) >= OVERLAP * min(_extent(a[0], 0), _extent(b[0], 0))


def _beside(a: Group, b: Group) -> bool:
    return _overlap(a[0], b[0], 1) >= OVERLAP * min(_extent(a[0], 1), _extent(b[0], 1))


def _overlap(a: Box, b: Box, axis: int) -> int:
    """Pixels that two boxes share on an axis, 0 across, 1 down; below 0 it is the gap between them."""
    return min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])


def _extent(box: Box, axis: int) -> int:
    return box[axis + 2] - box[axis]


def _distance(a: Box, b: Box) -> float:
    return float(np.hypot(*(max(0, -_overlap(a, b, axis)) for axis in (0, 1))))


def _union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _box(slices) -> Box:
    rows, columns = slices
    return columns.start, rows.start, columns.stop, rows.stop


def _segment(drawing: np.ndarray, own: np.ndarray, place: tuple[int, int], line: int) -> Segment:
    """The ink under a mask (H, W) that lies at a place, left and top, in the drawing."""
    (left, top), (height, width) = place, own.shape
    ink = drawing[top : top + height, left : left + width]
    return Segment((left, top, left + width, top + height), np.where(own, ink, np.float32(0)), line)


def _way(ink: np.ndarray, start: float) -> np.ndarray:
    """The way down through the least ink (H, W) near a column: its column in every row, int (H,)."""
    height, width = ink.shape
    low, high = (int(np.clip(start + side * STRAY * height, 0, width - 1)) for side in (-1, 1))
    cost = ink[:, low : high + 1] + 0.002 * np.abs(np.arange(low, high + 1) - start) / height  # where ink decides nothing
    total, came = cost[0], np.zeros(cost.shape, int)
    for row in range(1, height):
        beside = np.pad(total, 1, constant_values=np.inf)
        choices = np.stack([total, beside[:-2] + ASLANT, beside[2:] + ASLANT])
        came[row] = np.array([0, -1, 1])[choices.argmin(axis=0)]
        total = choices.min(axis=0) + cost[row]
    way = np.full(height, total.argmin())
    for row in range(height - 1, 0, -1):
        way[row - 1] = way[row] + came[row, way[row]]
    return way + low


def _parted(segment: Segment, way: np.ndarray) -> tuple[Segment, Segment] | None:
    """What lies left and right of a way (FINE,) through a segment, or None where either is too small to be a digit."""
    height, width = segment.drawing.shape
    column = np.interp((np.arange(height) + 0.5) * FINE / height - 0.5, np.arange(FINE), way) + 0.5
    left = np.arange(width) < column[:, np.newaxis] * height / FINE
    ink = segment.drawing >= INK
    boxes = [ndimage.find_objects((ink & side).astype(int)) for side in (left, ~left)]
    if not all(boxes):
        return None
    (first,), (second,) = boxes
    halves = _half(segment, left, *first), _half(segment, ~left, *second)
    sizes = [half.drawing.shape for half in halves]
    return halves if all(high >= HIGH * height and wide >= SLIVER * height for high, wide in sizes) else None


def _half(segment: Segment, side: np.ndarray, rows: slice, columns: slice) -> Segment:
    left, top = segment.box[0] + columns.start, segment.box[1] + rows.start
    ink = np.where(side, segment.drawing, np.float32(0))[rows, columns]
    return Segment((left, top, left + ink.shape[1], top + ink.shape[0]), ink, segment.line)
