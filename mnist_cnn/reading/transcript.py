"""What a drawing or a picture says: every digit in it, line by line, and whether the network is sure of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from mnist_cnn.ink import segmentation, sketch
from mnist_cnn.ink.picture import Ink
from mnist_cnn.ink.segmentation import Segment
from mnist_cnn.reading.prediction import Predictor

SURELY = 0.9  # confidence from which wide ink is one digit and no cut is tried
BREAK = 0.15  # of the highest piece's height; a smaller gap may well be in one digit
PIECES = 4  # that a single digit may be in, far apart
HALF = 0.8  # confidence that what was cut apart needs: letters fall into digits, too
TOUCHING = 3  # digits that may touch each other in a row


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit of a drawing and what the network thinks of it.

    Attributes
    ----------
    segment : where it is in the drawing, and its ink.
    sketch : what the network receives of it; its box lies in the drawing.
    probabilities : float32 (10,).
    sure : whether the network is confident enough to answer.
    """

    segment: Segment
    sketch: sketch.Sketch
    probabilities: np.ndarray
    sure: bool

    @property
    def digit(self) -> int:
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        return float(self.probabilities.max())


@dataclass(frozen=True, eq=False)
class Transcript:
    """The digits of a drawing in reading order; none where there is no ink."""

    digits: list[Digit]

    @property
    def lines(self) -> list[list[Digit]]:
        """The digits, line by line."""
        return [list(line) for _, line in groupby(self.digits, key=lambda digit: digit.segment.line)]

    @property
    def text(self) -> str:
        """The most likely digits, lines joined by a line break."""
        return "\n".join("".join(str(digit.digit) for digit in line) for line in self.lines)

    @property
    def sure(self) -> bool:
        """Whether there are digits, and the network is sure of all."""
        return bool(self.digits) and all(digit.sure for digit in self.digits)


def of_picture(looks: Sequence[Ink], predictor: Predictor, threshold: float) -> tuple[Ink, Transcript]:
    """Read what was found in a picture, look by look: what most of those say of which the network is sure.

    Where they contradict each other, it is sure of nothing.

    Parameters
    ----------
    looks : as `picture.looks` gives them, at least one.
    threshold : confidence, 0 to 1, from which the network is sure.

    Returns
    -------
    The ink that was read, and what it says.
    """
    answers = [(ink, read(ink.drawing, predictor, threshold)) for ink in looks]
    votes = Counter(found.text for _, found in answers if found.sure).most_common()
    if not votes:
        return answers[0]
    if len(votes) > 1 and votes[0][1] == votes[1][1]:
        ink, found = answers[0]
        return ink, Transcript([replace(digit, sure=False) for digit in found.digits])
    return next((ink, found) for ink, found in answers if found.sure and found.text == votes[0][0])


def read(drawing: np.ndarray, predictor: Predictor, threshold: float) -> Transcript:
    """Take a drawing apart and read every digit in it; digits that touch are cut where both halves are digits.

    Parameters
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright on dark.
    threshold : confidence, 0 to 1, from which the network is sure.
    """
    segments = segmentation.split(drawing)
    if 1 < len(segments) <= PIECES:
        *digits, whole = _asked([*segments, segmentation.together(segments)], predictor, threshold)
        enough = min(SURELY if segmentation.gap(segments) < BREAK else 1, _confidence(digits))
        if whole.sure and whole.confidence > enough:
            return Transcript([whole])
    else:
        digits = _asked(segments, predictor, threshold)
    return Transcript([part for digit in digits for part in _apart(digit, predictor, threshold, TOUCHING)])


def _asked(segments: list[Segment], predictor: Predictor, threshold: float) -> list[Digit]:
    """What the network thinks of every segment."""
    sketches = [_normalised(segment) for segment in segments]
    answers = predictor.predict(np.stack([digit.image for digit in sketches])) if sketches else []
    return [
        Digit(segment, digit, answer, bool(answer.max() >= threshold))
        for segment, digit, answer in zip(segments, sketches, answers, strict=True)
    ]


def _normalised(segment: Segment) -> sketch.Sketch:
    """The segment as the network receives it; its box lies in the whole drawing."""
    digit = sketch.normalise(segment.drawing)
    left, top, right, bottom = digit.box
    x, y = segment.box[:2]
    return replace(digit, box=(left + x, top + y, right + x, bottom + y))


def _apart(digit: Digit, predictor: Predictor, threshold: float, most: int) -> list[Digit]:
    """The digit, or the digits that it is when cut, where at most so many touch."""
    if digit.confidence >= max(threshold, SURELY) or most < 2:
        return [digit]
    cuts = segmentation.cuts(digit.segment)
    halves = _asked([half for pair in cuts for half in pair], predictor, threshold)
    pairs = list(zip(halves[::2], halves[1::2], strict=True))
    enough = max(threshold, HALF, digit.confidence)
    best = max(pairs, key=_confidence, default=())
    if best and _confidence(best) > enough:
        return list(best)
    first, rest = max(pairs, key=lambda pair: pair[0].confidence, default=(digit, digit))
    others = _apart(rest, predictor, threshold, most - 1) if first.confidence > enough else []
    return [first, *others] if len(others) > 1 else [digit]


def _confidence(digits: Sequence[Digit]) -> float:
    """That of the least certain."""
    return min(digit.confidence for digit in digits)
