"""The ways in which an image is looked at when it is read: as it is, turned either way, larger and smaller."""

import math
from functools import cache

import numpy as np

TURNS = ((0.1, 1.0), (-0.1, 1.0), (0.0, 1.07), (0.0, 0.93))  # radians and scale of what else is looked at
SIDE = 28  # pixels


def seen(images: np.ndarray, views: int) -> np.ndarray:
    """All views of images float32 (N, 28, 28), the first views of all of them first: (views * N, 28, 28)."""
    return np.concatenate([images, *(turned(images, *turn) for turn in TURNS[: views - 1])])


def gathered(slopes: np.ndarray, views: int) -> np.ndarray:
    """The gradient by each pixel of images (N, 28, 28), from that by those of their views, (views * N, 28, 28)."""
    first, *others = np.split(slopes, views)
    pixels = first.reshape(len(first), -1).copy()
    for turn, part in zip(TURNS, others, strict=False):
        for places, shares in zip(*_neighbours(*turn), strict=True):
            np.add.at(pixels, (slice(None), places), part.reshape(len(part), -1) * shares)
    return pixels.reshape(first.shape)


def turned(images: np.ndarray, angle: float, zoom: float) -> np.ndarray:
    """Images float32 (N, 28, 28) turned about their centre, in radians, and scaled; what comes from beyond the edge is 0."""
    places, shares = _neighbours(angle, zoom)
    return (images.reshape(len(images), SIDE * SIDE)[:, places] * shares).sum(axis=1).reshape(images.shape)


@cache
def _neighbours(angle: float, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    """The four pixels that each pixel is mixed from, and how much of each: int64 and float32 (4, 784)."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) - np.float32((SIDE - 1) / 2)
    cos, sin = np.float32(math.cos(angle) / zoom), np.float32(math.sin(angle) / zoom)
    row, column = (part + np.float32((SIDE - 1) / 2) for part in (sin * x + cos * y, cos * x - sin * y))
    places, shares = [], []
    for top in (np.floor(row), np.floor(row) + 1):
        for left in (np.floor(column), np.floor(column) + 1):
            inside = (top >= 0) & (top < SIDE) & (left >= 0) & (left < SIDE)
            places.append(np.where(inside, top * SIDE + left, 0).astype(np.int64).ravel())
            shares.append(np.where(inside, (1 - abs(row - top)) * (1 - abs(column - left)), 0).astype(np.float32).ravel())
    return np.stack(places), np.stack(shares)
