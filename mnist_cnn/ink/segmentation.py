"""Several digits in one drawing, taken apart: connected ink, pieces of one digit together, left to right."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mnist_cnn.ink.sketch import INK

Box = tuple[int, int, int, int]  # left, top, right, bottom
EIGHT = np.ones((3, 3), bool)  # ink that touches at a corner is connected
SPECK = 0.01  # of the largest piece's area; what is smaller is no ink
NEAR = 0.05  # of the line's height; pieces so close to each other are one broken line
SMALL = 0.5  # of the line's height; lower pieces may lie beside the digit that they belong to
GAP = 0.12  # of the line's height; how far beside
OVERLAP = 0.5  # of the narrower piece's width; pieces above each other by so much belong together


@dataclass(frozen=True, eq=False)
class Segment:
    """One digit of a drawing.

    Attributes
    ----------
    box : left, top, right, bottom of its ink in the drawing, in pixels; right and bottom exclusive.
    drawing : float32 (bottom - top, right - left) in [0, 1], its own ink only.
    """

    box: Box
    drawing: np.ndarray


def split(drawing: np.ndarray) -> list[Segment]:
    """The digits of a drawing that holds one line of them, from left to right.

    Parameters
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright on dark.
    """
    strongest = float(drawing.max(initial=0))
    if strongest < INK:
        return []
    mask, height = _without_specks(drawing >= INK)
    reach = 2 * (round(NEAR * height) // 2) + 1
    near, _ = ndimage.label(ndimage.maximum_filter(mask, reach, mode="constant"), EIGHT)
    pieces = near * mask
    groups = _grouped([_box(slices) for slices in ndimage.find_objects(pieces)], height)
    return [_segment(drawing, pieces, numbers, box) for box, numbers in sorted(groups)]


def _without_specks(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """The mask without pieces too small to be ink, and the height of what remains."""
    pieces, _ = ndimage.label(mask, EIGHT)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    mask = (areas >= max(1, SPECK * areas.max()))[pieces]
    return mask, int(np.ptp(np.flatnonzero(mask.any(axis=1)))) + 1


def _box(slices) -> Box:
    rows, columns = slices
    return columns.start, rows.start, columns.stop, rows.stop


def _grouped(boxes: list[Box], height: int) -> list[tuple[Box, list[int]]]:
    """The pieces that belong together: their common box and their numbers, from 1."""
    groups: list[tuple[Box, list[int]]] = []
    for number, box in enumerate(boxes, start=1):
        numbers = [number]
        while partner := next((other for other in groups if _belong(other[0], box, height)), None):
            groups.remove(partner)
            box, numbers = _union(partner[0], box), partner[1] + numbers
        groups.append((box, numbers))
    return groups


def _belong(a: Box, b: Box, height: int) -> bool:
    overlap = min(a[2], b[2]) - max(a[0], b[0])
    if overlap >= OVERLAP * min(a[2] - a[0], b[2] - b[0]):
        return True
    low = min(a[3] - a[1], b[3] - b[1]) < SMALL * height
    return low and -overlap <= GAP * height


def _union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _segment(drawing: np.ndarray, pieces: np.ndarray, numbers: list[int], box: Box) -> Segment:
    left, top, right, bottom = box
    own = np.isin(pieces[top:bottom, left:right], numbers)
    return Segment(box, np.where(own, drawing[top:bottom, left:right], np.float32(0)))
