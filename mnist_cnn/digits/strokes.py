"""Digits as people write them on a tablet: pen strokes, and what a canvas shows of them.

A file of strokes holds one JSON object a line, gzipped: "digit", "writer" (a person), "strokes" (a list of strokes,
each a list of [x, y], y down), and perhaps "source" (where it was collected). The shipped Sketch network learned from
UNIPEN train_r01_v07 (I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, ICPR 1994), categories 1a and 7, and
from pendigits (E. Alpaydin, F. Alimoglu, UCI, 1998), both CC BY 4.0.
"""

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from mnist_cnn import places
from mnist_cnn.digits import datasets, hands
from mnist_cnn.digits.hands import Strokes
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import sketch

SIDE = 280  # of the canvas, in pixels
STEP = 4.0  # pixels between two points of a path that is shaken or broken
FAR = 1e6  # units of a tablet; no pen goes further
FEW = 50  # drawings, which take a moment
EVENED = 0.5  # share of the drawings to learn from whose lines are made equally wide; others keep their brush's width
PARTS = {"train": [*range(22), *range(36, 50)], "test": range(22, 31), "calibration": range(31, 36)}  # of 50 lots


@dataclass(frozen=True)
class PenDigit:
    """One digit that somebody wrote."""

    digit: int
    writer: str
    strokes: Strokes
    source: str = ""

    @cached_property
    def whole(self) -> bool:
        """Whether this is more than one straight line, or a one: others are pieces that were cut out by mistake."""
        return self.digit == 1 or len(self.strokes) > 1 or not hands.straight(self.strokes[0])


@dataclass(frozen=True)
class Style:
    """How people draw on a canvas.

    Attributes
    ----------
    brush : narrowest and widest, in pixels of a canvas of 280.
    size : longer side of the ink, shares of the canvas.
    corner : in a corner rather than anywhere.
    shake : share of the size that the pen strays.
    gaps : how often the line is broken.
    coarse : share of the size from one point to the next, joined by straight lines: a mouse, or a slow screen.
    bend : how much another hand it is, 0 to 1 (see `hands.rewritten`).
    """

    brush: tuple[float, float] = (12, 24)
    size: tuple[float, float] = (0.5, 0.8)
    corner: bool = False
    shake: float = 0.0
    gaps: int = 0
    coarse: float = 0.0
    bend: float = 0.0


STYLES = {
    "plain": Style(),
    "thin": Style(brush=(8, 8)),
    "thick": Style(brush=(30, 30)),
    "small": Style(size=(0.35, 0.35)),
    "large": Style(size=(0.9, 0.9)),
    "corner": Style(size=(0.35, 0.5), corner=True),
    "pieces": Style(gaps=3),
    "shaky": Style(shake=0.03),
    "mouse": Style(coarse=0.1, shake=0.01),
    "any": Style(brush=(8, 30), size=(0.35, 0.9)),
}
"""The styles that sketches are judged in."""


def find() -> Path | None:
    """The file of strokes: the one `MNIST_CNN_STROKES` names, else the project's; None where there is none."""
    path = places.named("MNIST_CNN_STROKES", datasets.PROJECT / "data" / "strokes.jsonl.gz")
    return path if places.is_file(path) else None


def load(path: Path | None = None, part: str | None = None) -> list[PenDigit]:
    """The digits of a file of strokes, all of them or those of the writers of one of `PARTS`.

    Raises
    ------
    StudioError : "strokes.missing" or "strokes.unreadable".
    """
    path = path or find()
    if path is None:
        raise StudioError("strokes.missing")
    try:
        digits = _read(path, path.stat().st_mtime_ns)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise StudioError("strokes.unreadable", path=path, detail=error) from error
    return [digit for digit in digits if part is None or lot(digit.writer) in PARTS[part]]


@lru_cache(maxsize=1)
def _read(path: Path, modified: int) -> list[PenDigit]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        digits = [_pen_digit(line, number) for number, line in enumerate(file, 1)]
    if not digits:
        raise ValueError("it is empty")
    return digits


def lot(writer: str) -> int:
    """Which of 50 lots a writer draws: always the same one, so that nobody is in two of `PARTS`."""
    return int(hashlib.md5(writer.encode(), usedforsecurity=False).hexdigest(), 16) % 50


def render(strokes: Strokes, style: Style, rng: np.random.Generator) -> np.ndarray:
    """A canvas, float32 (280, 280) in [0, 1], on which the strokes were drawn in that style."""
    brush = rng.uniform(*style.brush)
    if style.bend:
        strokes = hands.rewritten(strokes, style.bend, rng)
    if style.coarse:
        step = style.coarse * max(np.ptp(np.concatenate(strokes), axis=0).max(), 1e-6)
        strokes = [hands.resampled(stroke, step) for stroke in strokes]
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    longest = max(4.0, rng.uniform(*style.size) * SIDE - brush)
    scale = longest / max(extent.max(), 1e-6)
    room = SIDE - brush - extent * scale
    free = rng.integers(0, 2, 2) if style.corner else rng.uniform(0, 1, 2)
    paths = [(stroke - low) * scale + brush / 2 + np.maximum(room, 0) * free for stroke in strokes]
    if style.shake or style.gaps:
        paths = [hands.resampled(path, STEP) for path in paths]
    if style.shake:
        paths = [path + _wobble(len(path), rng) * style.shake * longest for path in paths]
    if style.gaps:
        paths = _broken(paths, style.gaps, brush, rng)
    return draw(paths, brush)


def draw(paths: Strokes, brush: float) -> np.ndarray:
    """Paths in pixels, drawn with a round brush; float32 (280, 280) in [0, 1]."""
    canvas = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(canvas)
    for path in paths:
        flat = [tuple(point) for point in path.tolist()]
        pen.line(flat, 255, round(brush))
        for x, y in flat:
            pen.ellipse((x - brush / 2, y - brush / 2, x + brush / 2, y + brush / 2), 255)
    return np.asarray(canvas, np.float32) / 255


def images(
    drawings: list[Strokes], rng: np.random.Generator, style: Style | None = None, check: Callable[[], None] = lambda: None
) -> np.ndarray:
    """What a network receives of each drawing, uint8 (N, 28, 28); in a style of its own unless one is given.

    Parameters
    ----------
    check : see `checked`.
    """
    made = np.zeros((len(drawings), sketch.SIZE, sketch.SIZE), np.uint8)
    for number, strokes in enumerate(checked(drawings, check)):
        canvas = render(strokes, style or _some_style(rng), rng)
        normalised = sketch.normalise(canvas, even=style is not None or rng.random() < EVENED)
        if normalised:
            made[number] = np.round(normalised.image * 255)
    return made


def checked(items: Iterable, check: Callable[[], None]) -> Iterator:
    """The items, one after the other; `check` is called every few, and ends it all by raising."""
    for number, item in enumerate(items):
        if number % FEW == 0:
            check()
        yield item


def redrawn(
    pen: list[PenDigit], count: int, rng: np.random.Generator, check: Callable[[], None] = lambda: None
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels to learn from, uint8 (count, 28, 28) and (count,): digits drawn anew, each in its own way.

    People who wrote much are chosen less often than their share, so that more hands are learned; every digit is as often.

    Parameters
    ----------
    check : see `checked`.
    """
    much = Counter(digit.writer for digit in pen)
    weights = np.array([much[digit.writer] ** -0.5 for digit in pen])
    each = np.array([digit.digit for digit in pen])
    weights /= np.bincount(each, weights)[each]
    chosen = [pen[number] for number in rng.choice(len(pen), count, p=weights / weights.sum())]
    drawings = [hands.another_form(digit.digit, digit.strokes, rng) for digit in checked(chosen, check)]
    return images(drawings, rng, check=check), np.array([digit.digit for digit in chosen], np.uint8)


def _some_style(rng: np.random.Generator) -> Style:
    """Any way of drawing, a little beyond those that are judged, for training."""
    shake, gaps = rng.uniform(0, 0.04) * (rng.random() < 0.4), int(rng.integers(1, 5) * (rng.random() < 0.25))
    coarse = rng.uniform(0.05, 0.15) * (rng.random() < 0.25)
    return Style(brush=(6, 32), size=(0.32, 0.95), shake=shake, gaps=gaps, coarse=coarse, bend=1.0)


def _pen_digit(line: str, number: int) -> PenDigit:
    """The digit of a line, which messages call by its number. Raises ValueError."""
    try:
        record = json.loads(line)
        digit, writer, source = record["digit"], str(record["writer"]), str(record.get("source", ""))
        strokes = [_stroke(points) for points in record["strokes"] if points]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"line {number}: {error!r}") from error
    if not strokes or type(digit) is not int or digit not in range(10):
        raise ValueError(f"line {number} holds no digit from 0 to 9 with its strokes")
    return PenDigit(digit, writer, strokes, source)


def _stroke(points: list) -> np.ndarray:
    """A list of [x, y] as float (N, 2). Raises ValueError."""
    path = np.array(points)
    numbers = path.dtype.kind in "iuf" and path.ndim == 2 and path.shape[1] == 2
    if not numbers or not (np.abs(path.astype(float)) < FAR).all():
        raise ValueError("a stroke is a list of points [x, y]")
    return path.astype(float)


def _wobble(count: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise (count, 2) of about unit size: a hand that trembles."""
    window = np.hanning(9) / np.sqrt((np.hanning(9) ** 2).sum())
    noise = rng.normal(size=(count + 8, 2))
    return np.stack([np.convolve(noise[:, axis], window, "valid") for axis in (0, 1)], axis=1)


def _broken(paths: Strokes, gaps: int, brush: float, rng: np.random.Generator) -> Strokes:
    """Lift the pen for a moment here and there; what is left of a path has two points or more."""
    width = round((brush + rng.uniform(3, 10)) / STEP)
    for _ in range(gaps):
        number = int(np.argmax([len(path) + rng.uniform(0, 10) for path in paths]))
        longest = paths[number]
        if len(longest) < 2 * width + 8:
            break
        start = int(rng.integers(4, len(longest) - width - 3))
        paths = [*paths[:number], longest[:start], longest[start + width :], *paths[number + 1 :]]
    return paths
