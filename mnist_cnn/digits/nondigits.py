"""Drawings that are no digit, so that a network can learn not to be sure: letters, scribbles, pairs, dots.

To train on them with all ten digits equally right is outlier exposure (D. Hendrycks, M. Mazeika,
T. Dietterich, ICLR 2019). Each kind of drawing has a side for training and another for judging.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mnist_cnn.digits import hands, strokes
from mnist_cnn.digits.strokes import PenDigit, Strokes, Style
from mnist_cnn.ink import sketch

# Pen strokes on a grid of 6x6, points as "xy", strokes apart by spaces. Letters that are written like a
# digit (O, I, l, S, Z, B, D, G, g, q, b, y, Y, u, i, s, z) are left out.
PEN = {
    "A": "063066 1454", "C": "514030120305264655", "E": "60000666 0353", "F": "600006 0353", "H": "0006 6066 0363",
    "J": "60645646264614", "K": "0006 600366", "L": "000666", "M": "0600336066", "N": "06006660", "P": "0600406142336303",
    "Q": "30100105265645604030 4466", "R": "06004060616243032366", "T": "0060 3036", "U": "00041626364656646660",
    "V": "003660", "W": "0016335660", "X": "0066 6006", "a": "523212030516364554 525456", "d": "6066 6232130415263656",
    "e": "046462422213040526465564", "f": "6050413236 1353", "h": "0006 04132343545456", "k": "0006 400366 0344",
    "m": "0106 0312223336 334252636466", "n": "0106 03122242535356", "p": "0106 02122242534435251505",
    "r": "0206 0413223242", "t": "30354656 1151", "w": "0116335661", "x": "1155 5115", "+": "3036 0363",
    "#": "2026 4046 0262 0464", "?": "0110305152433334 3636", "@": "43332434454252 5440200103052656", "*": "3036 0165 0561",
    "<": "600366", "~": "03122333435462", "=": "0262 0464", "-": "0363", "^": "033063", "/\\": "0630 3066",
    "triangle": "30660630", "star": "305602621630", "house": "06033063660636",
}  # fmt: skip
HALF = {letter: number % 2 for number, letter in enumerate(PEN)}  # trained as 0: pen, 1: print; judged the other way
KINDS = ("letter", "scribble", "several", "turned", "crossed", "blot")
LEARNED = (*KINDS, "letter", "letter", "scribble", "scribble")  # the hardest more often


def images(
    count: int,
    rng: np.random.Generator,
    digits: list[PenDigit],
    judge: bool = False,
    check: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """What a network receives of so many drawings that are no digit, uint8 (count, 28, 28).

    Parameters
    ----------
    digits : of whom some drawings are made; without any there are fewer kinds.
    judge : for judging rather than training: other letters, other scribbles.
    check : see `strokes.checked`.
    """
    kinds = LEARNED if digits else ("letter", "scribble", "blot")
    made = np.zeros((count, sketch.SIZE, sketch.SIZE), np.uint8)
    for number in strokes.checked(range(count), check):
        made[number] = image(kinds[number % len(kinds)], rng, digits, judge)
    return made


def image(kind: str, rng: np.random.Generator, digits: list[PenDigit], judge: bool = False) -> np.ndarray:
    """One drawing of that kind, uint8 (28, 28)."""
    letter = str(rng.choice([key for key in PEN if len(key) == 1 and key.isalpha() or not judge]))
    if kind == "letter" and HALF[letter] != judge and len(letter) == 1 and letter.isalpha():
        drawing = _print(letter, rng)
    else:
        drawn = _strokes(kind, letter, rng, digits, judge)
        drawing = strokes.render(drawn, _style(kind, rng, judge), rng)
    even = judge or rng.random() < strokes.EVENED
    return np.round(sketch.normalise(drawing, even).image * 255).astype(np.uint8)


def _style(kind: str, rng: np.random.Generator, judge: bool) -> Style:
    if kind == "blot":
        return Style(brush=(20, 60), size=(0.1, 1.0), bend=0.3)
    brush = (8, 24) if judge else (6, 28)
    return Style(brush=brush, size=(0.4, 0.9), shake=0.015 * (rng.random() < 0.5), bend=0.5 if judge else 1.0)


def _strokes(kind: str, letter: str, rng: np.random.Generator, digits: list[PenDigit], judge: bool) -> Strokes:
    if kind == "letter":
        return _pen(letter)
    if kind == "scribble":
        return _tangle(rng) if judge else _scribble(rng)
    if kind == "blot":
        return _blot(rng)
    one = digits[rng.integers(len(digits))]
    if kind == "several":
        return _several([digits[rng.integers(len(digits))] for _ in range(rng.integers(2, 4))], rng)
    if kind == "crossed":
        return [*one.strokes, *_cross(one.strokes, rng)]
    while one.digit in (0, 1, 8, 6, 9):  # turned, these are still digits, or nearly
        one = digits[rng.integers(len(digits))]
    turns = [np.array([[0, -1], [1, 0]]), np.array([[0, 1], [-1, 0]])]
    if one.digit in (3, 4, 7):
        turns.append(np.diag([-1, 1]))  # a mirrored 2 or 5 could pass for the other
    turn = turns[rng.integers(len(turns))]
    return [stroke @ turn.T for stroke in one.strokes]


def _pen(letter: str) -> Strokes:
    """A letter of `PEN`, its corners rounded as a hand would."""
    return [hands.rounded(np.array(list(stroke), float).reshape(-1, 2)) for stroke in PEN[letter].split()]


def _print(letter: str, rng: np.random.Generator) -> np.ndarray:
    """A printed letter in Pillow's own font, slanted and fattened at random; float32 (280, 280)."""
    canvas = Image.new("L", (strokes.SIDE, strokes.SIDE))
    font = ImageFont.load_default(200)
    ImageDraw.Draw(canvas).text((140, 140), letter, 255, font, "mm", stroke_width=int(rng.integers(0, 9)))
    slant, turn = rng.uniform(-0.3, 0.3), rng.uniform(-15, 15)
    canvas = canvas.transform(canvas.size, Image.Transform.AFFINE, (1, slant, -140 * slant, 0, 1, 0), Image.Resampling.BILINEAR)
    return np.asarray(canvas.rotate(turn, Image.Resampling.BILINEAR), np.float32) / 255


def _scribble(rng: np.random.Generator) -> Strokes:
    """A pen that wanders: back and forth, round and round, in a flower, in many arcs, or anywhere."""
    count = int(rng.integers(40, 160))
    way = rng.integers(5)
    if way == 0:  # back and forth
        turns = int(rng.integers(5, 14))
        path = np.stack([np.arange(turns) / turns * rng.uniform(0.8, 2), np.arange(turns) % 2 + rng.normal(0, 0.15, turns)], 1)
        return [hands.rounded(path)]
    if way == 1:  # round and round
        angle = np.linspace(0, rng.uniform(3, 9) * 2 * np.pi, count)
        drift = rng.uniform(-0.08, 0.08, 2) * angle[:, None]
        return [np.stack([np.cos(angle), np.sin(angle)], 1) * (0.3 + rng.uniform(0, 1) * angle[:, None] / angle[-1]) + drift]
    if way == 2:  # a flower
        angle, petals = np.linspace(0, 2 * np.pi, 120), rng.integers(3, 9)
        far = 1 + rng.uniform(0.4, 1.5) * np.cos(petals * angle + rng.uniform(0, 6))
        return [np.stack([np.cos(angle) * rng.uniform(0.6, 1.5), np.sin(angle)], 1) * far[:, None]]
    if way == 3:  # many arcs
        return [hands.rounded(rng.uniform(0, 1, 2) + rng.normal(0, 0.4, (3, 2))) for _ in range(rng.integers(4, 9))]
    heading = np.cumsum(np.convolve(rng.normal(0, 0.5, count), np.hanning(7) / 2, "same"))
    return [np.cumsum(np.stack([np.cos(heading), np.sin(heading)], 1), axis=0)]


def _tangle(rng: np.random.Generator) -> Strokes:
    """Scribbles to judge by: a Lissajous figure, straight strokes across each other, or a polygon gone wild."""
    way = rng.integers(3)
    if way == 0:
        angle, (a, b) = np.linspace(0, 2 * np.pi, 120), rng.permutation([3, 4, 5, 7])[:2]
        return [np.stack([np.sin(a * angle + rng.uniform(0, 3)), np.sin(b * angle)], 1)]
    if way == 1:
        return list(rng.uniform(0, 1, (rng.integers(5, 10), 2, 2)))
    return [hands.rounded(rng.uniform(0, 1, (rng.integers(8, 14), 2)))]


def _blot(rng: np.random.Generator) -> Strokes:
    """A dot, or a patch that is filled."""
    if rng.random() < 0.4:
        return [np.zeros((1, 2))]
    rows, wide = 12, rng.uniform(0.6, 1.6)
    path = np.stack([np.arange(rows * 2) // 2 % 2 * wide, np.arange(rows * 2) // 2 / rows], 1)[1:]
    return [path + rng.normal(0, 0.02, path.shape)]


def _several(digits: list[PenDigit], rng: np.random.Generator) -> Strokes:
    """Digits side by side, of about one height."""
    drawn, right = [], 0.0
    for digit in digits:
        points = np.concatenate(digit.strokes)
        scale = rng.uniform(0.8, 1.2) / max(np.ptp(points[:, 1]), 0.3 * np.ptp(points[:, 0]), 1)
        shift = np.array([right, rng.uniform(-0.1, 0.1)]) - points.min(axis=0) * scale
        drawn += [stroke * scale + shift for stroke in digit.strokes]
        right += np.ptp(points[:, 0]) * scale + rng.uniform(0.15, 0.4)
    return drawn


def _cross(drawn: Strokes, rng: np.random.Generator) -> Strokes:
    """An X, or a zigzag, over a digit."""
    points = np.concatenate(drawn)
    low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 0.5 * np.ptp(points, axis=0).max() + 1)
    if rng.random() < 0.5:
        shape = [np.array([[0, 0], [1, 1]]), np.array([[1, 0], [0, 1]])]
    else:
        turns = int(rng.integers(5, 9))
        shape = [np.stack([np.arange(turns) % 2, np.linspace(0, 1, turns)], 1)]
    return [line * extent + low + rng.normal(0, 0.05, line.shape) * extent for line in shape]
