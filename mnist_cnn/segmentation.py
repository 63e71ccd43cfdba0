"""Several digits in one drawing, taken apart: connected ink, pieces of one digit together, left to right."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mnist_cnn.sketch import INK

EIGHT = np.ones((3, 3), bool)  # ink that touches at a corner is connected
SPECK = 0.01  # of the largest piece's area; what is smaller is no ink
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

    box: tuple[int, int, int, int]
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
    pieces, count = ndimage.label(drawing > INK * strongest, EIGHT)
    areas = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    boxes = [_box(slices) for slices in ndimage.find_objects(pieces)]
    kept = [number for number in range(count) if areas[number] >= SPECK * areas.max()]
    height = max(boxes[n][3] for n in kept) - min(boxes[n][1] for n in kept)
    groups = _grouped({(number,): boxes[number] for number in kept}, height)
    return [_segment(drawing, pieces, numbers, box) for numbers, box in sorted(groups.items(), key=lambda item: item[1])]


def _box(slices) -> tuple[int, int, int, int]:
    rows, columns = slices
    return columns.start, rows.start, columns.stop, rows.stop


def _grouped(groups: dict[tuple, tuple], height: int) -> dict[tuple, tuple]:
    """Pieces by number and their common boxes, those that belong together as one."""
    merged: dict[tuple, tuple] = {}
    for numbers, box in groups.items():
        while partner := next((other for other in merged if _belong(merged[other], box, height)), None):
            numbers, box = (*numbers, *partner), _union(merged.pop(partner), box)
        merged[numbers] = box
    return merged


def _belong(a: tuple, b: tuple, height: int) -> bool:
    overlap = min(a[2], b[2]) - max(a[0], b[0])
    if overlap >= OVERLAP * min(a[2] - a[0], b[2] - b[0]):
        return True
    low = min(a[3] - a[1], b[3] - b[1]) < SMALL * height
    return low and -overlap <= GAP * height


def _union(a: tuple, b: tuple) -> tuple[int, int, int, int]:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _segment(drawing: np.ndarray, pieces: np.ndarray, numbers: tuple, box: tuple) -> Segment:
    left, top, right, bottom = box
    own = np.isin(pieces[top:bottom, left:right], np.array(numbers) + 1)
    return Segment(box, np.where(own, drawing[top:bottom, left:right], np.float32(0)))
