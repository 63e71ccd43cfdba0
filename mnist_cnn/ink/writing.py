"""Of what is dark on a sheet: which pieces are writing, and which are specks, shadows, margins, fingers, or of the desk."""

import numpy as np
from scipy import ndimage

from mnist_cnn.ink import paper

TINY = 0.012  # of the longer side; smaller pieces are dirt
BROKEN = 0.008  # of the longer side; gaps in a faint stroke are smaller
ON = 0.5  # of a piece's ink; what has less of it well on the sheet is of the desk, or the sheet's edge
WELL = 0.015  # of the longer side; so far from the edge of the sheet
SPECK = 0.03  # of the largest piece's area; what is smaller is no digit
DEEP = 0.06  # of the longer side; what reaches so far in from the edge may be writing
SOME, THICKER = 0.05, 2.5  # of the longer side, and times: ink so large, and what is so much thicker than it is no pen's
STRAIGHT, LONGER = 0.02, 3  # of a line, its width by its length; how many times as long as another digit it is no one
OPEN = 0.15  # of a piece's outline; where more of it is no edge, the piece is the corner of a shadow
ALIKE = 0.5  # of the largest piece's longer side; pieces so large may be other digits
BESIDE = 1.2  # of that side; how far from each other these may stand
CLOSE = 0.3  # of that side; how far from them smaller pieces belong to them


def find(dark: np.ndarray, contrast: np.ndarray, under: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """The writing among what is dark, masks (H, W).

    Parameters
    ----------
    contrast, under : how much darker than the paper each pixel is, of its brightness, and that brightness, float32 (H, W).
    sheet : where the paper is, a mask (H, W).
    """
    everywhere, longest = np.ones_like(sheet), max(sheet.shape)
    mask = enclosed(ndimage.binary_closing(dark, np.ones((3, 3))), contrast, under)
    pieces, count = ndimage.label(ndimage.maximum_filter(mask, round(BROKEN * longest) | 1), np.ones((3, 3)))
    if not count:
        return mask
    pieces *= mask
    well, far = sheet & ~paper.border(sheet, round(WELL * longest)), ~paper.border(everywhere, round(DEEP * longest))
    ink, on, deep = (np.bincount(pieces.ravel(), (contrast * part).ravel()) for part in (everywhere, well, far))
    slices = ndimage.find_objects(pieces)
    boxes = np.array([0] + [max(part.stop - part.start for part in box) for box in slices])
    ink[(boxes < TINY * longest) | (on < ON * ink)] = 0
    edge = np.setdiff1d(pieces[paper.border(everywhere, 2)], 0)
    edge = edge[ink[edge] > 0]
    inner = np.delete(ink, edge).max()
    if inner > 0:
        rivals = edge[deep[edge] > inner]
        if len(rivals) and not _no_pen(pieces, slices, rivals, int(np.argmax(ink == inner))):  # who knows which is the writing
            return np.zeros_like(mask)
        ink[edge] = 0
    kept = np.flatnonzero(ink > SPECK * ink.max())
    kept = np.setdiff1d(kept, _margin(pieces, slices, kept))
    return np.isin(pieces, _together(slices, kept, mask.shape))


def enclosed(mask: np.ndarray, contrast: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Pieces that paper lies all around; of the corner of a shadow, one side is the shadow itself.

    There, not the picture becomes brighter, but the paper darker.
    """
    pieces, count = ndimage.label(mask, np.ones((3, 3)))
    if not count:
        return mask
    reach = 2 * (2 + round(0.004 * max(mask.shape))) + 1
    numbers = ndimage.maximum_filter(pieces, reach)
    ring = (numbers > 0) & (ndimage.maximum_filter(pieces, reach - 2) == 0)
    inner, depth = (ndimage.maximum_filter(values * mask, reach)[ring] for values in (under, contrast))
    falls, numbers = under[ring] < inner * (1 - 0.6 * depth), numbers[ring]
    share = np.bincount(numbers, falls, count + 1) / np.maximum(np.bincount(numbers, minlength=count + 1), 1)
    return (share <= OPEN)[pieces] & mask


def _no_pen(pieces: np.ndarray, slices: list[tuple[slice, slice]], rivals: np.ndarray, main: int) -> bool:
    """Whether some pieces are all far thicker than the main one, which is of some size: they are fingers."""

    def thickness(number: int) -> float:
        return ndimage.distance_transform_edt(np.pad(pieces[slices[number - 1]] == number, 1)).max()

    size = max(part.stop - part.start for part in slices[main - 1])
    return size > SOME * max(pieces.shape) and min(map(thickness, rivals)) > THICKER * thickness(main)


def _margin(pieces: np.ndarray, slices: list[tuple[slice, slice]], numbers: np.ndarray) -> list[int]:
    """Which pieces, by number from 1, make a straight line too long to be a one beside the largest of the others."""
    points = {number: np.argwhere(pieces[slices[number - 1]] == number) for number in numbers}
    for number, own in points.items():
        own += [part.start for part in slices[number - 1]]
    sizes = {number: np.ptp(own, axis=0).max() + 1 for number, own in points.items()}
    for number in sorted(sizes, key=sizes.get, reverse=True)[:2]:  # the line, or the digit before it
        spread, axes = np.linalg.eigh(np.cov(points[number].T))
        if np.sqrt(max(spread[0], 0)) > STRAIGHT * np.sqrt(spread[1]):
            continue
        apart = {other: (own - points[number].mean(axis=0)) @ axes for other, own in points.items()}
        on = [other for other, own in apart.items() if np.abs(own[:, 0]).max() < BROKEN * max(pieces.shape)]
        if number not in on:  # it is straight, but broad
            continue
        length = np.ptp(np.concatenate([apart[other][:, 1] for other in on]))
        digit = max((size for other, size in sizes.items() if other not in on), default=0)
        if length > LONGER * digit > 2 * LONGER * TINY * max(pieces.shape):
            return on
    return []


def _together(slices: list[tuple[slice, slice]], numbers: np.ndarray, shape: tuple[int, int]) -> list[int]:
    """Of pieces, by number from 1, the largest near the middle, and what stands with it: others are of the desk."""
    if len(numbers) < 2:
        return list(numbers)
    corners = np.array([[(side.start, side.stop) for side in slices[number - 1]] for number in numbers])
    low, high = corners[..., 0], corners[..., 1]
    sizes = (high - low).max(axis=1)
    astray = np.hypot(*((low + high).T / 2 / max(shape) - np.array(shape)[:, np.newaxis] / 2 / max(shape)))
    main = int(np.argmax(sizes * (1 - astray)))
    kept, reach = {main}, np.where(sizes > ALIKE * sizes[main], BESIDE, CLOSE) * sizes[main]
    while True:
        of = sorted(kept)
        gaps = np.maximum(low[:, np.newaxis] - high[of], low[of] - high[:, np.newaxis]).clip(0)
        more = kept | set(np.flatnonzero(np.hypot(*np.moveaxis(gaps, -1, 0)).min(axis=1) < reach).tolist())
        if more == kept:
            return numbers[of].tolist()
        kept = more
