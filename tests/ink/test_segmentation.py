"""Several digits are taken apart, the pieces of one stay together, and every digit keeps its own ink."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image, ImageDraw

from mnist_cnn.digits.strokes import STYLES, render
from mnist_cnn.ink import segmentation, sketch

STROKES = {
    "4": [[(60, 0), (0, 110), (110, 110)], [(80, 60), (80, 180)]],
    "5": [[(10, 0), (0, 80), (80, 90), (70, 170), (0, 180)], [(10, -8), (90, -8)]],
    "7": [[(0, 0), (90, 0), (30, 180)]],
    "1": [[(0, 0), (0, 180)]],
    "8": [[(50, 0), (0, 45), (90, 130), (45, 180), (0, 130), (90, 45), (50, 0)]],
}
rows = st.lists(st.tuples(st.sampled_from(sorted(STROKES)), st.integers(30, 70), st.integers(-25, 25)), min_size=1, max_size=6)
drawings = npst.arrays(np.float32, npst.array_shapes(min_dims=2, max_dims=2, max_side=30), elements=st.floats(0, 1, width=32))


def row(digits) -> np.ndarray:
    """Digits side by side: which one, the gap before it, its baseline."""
    canvas, x = Image.new("L", (1200, 280)), 0
    pen = ImageDraw.Draw(canvas)
    for digit, gap, up in digits:
        x += gap + 10
        for stroke in STROKES[digit]:
            pen.line([(x + a, 55 + up + b) for a, b in stroke], 255, 14, "curve")
        x += max(a for stroke in STROKES[digit] for a, _ in stroke)
    return np.asarray(canvas, np.float32) / 255


@given(rows)
def test_a_row_of_digits_falls_into_as_many_parts_from_left_to_right(digits):
    parts = segmentation.split(row(digits))
    assert len(parts) == len(digits)
    assert [part.box for part in parts] == sorted(part.box for part in parts)


@pytest.mark.parametrize("digit", STROKES)
@pytest.mark.parametrize("style", sorted(set(STYLES) - {"pieces"}))
def test_one_digit_is_one_part_however_it_is_drawn(digit, style):
    chance = np.random.default_rng(4)
    paths = [np.array(stroke, float) for stroke in STROKES[digit]]
    assert all(len(segmentation.split(render(paths, STYLES[style], chance))) == 1 for _ in range(5))


@given(drawings)
def test_every_part_has_ink_of_its_own_and_none_is_shared(drawing):
    taken = np.zeros_like(drawing)
    for part in segmentation.split(drawing):
        left, top, right, bottom = part.box
        assert part.drawing.shape == (bottom - top, right - left) and part.drawing.max() > 0
        assert sketch.normalise(part.drawing) is not None
        assert not (taken[top:bottom, left:right] * part.drawing).any()
        taken[top:bottom, left:right] += part.drawing
    assert (taken <= drawing).all()


@given(rows, st.integers(0, 50), st.integers(0, 50))
def test_the_place_does_not_matter(digits, left, top):
    here, there = (segmentation.split(np.pad(row(digits), pad)) for pad in (0, ((top, 0), (left, 0))))
    assert all(np.array_equal(a.drawing, b.drawing) for a, b in zip(here, there, strict=True))


def test_a_neighbours_ink_in_the_box_is_left_out():
    drawing = np.zeros((100, 100), np.float32)
    drawing[10:90, 10:14] = drawing[86:90, 10:60] = 1  # an L
    drawing[10:70, 50:54] = drawing[10:14, 50:99] = 1  # over its foot
    drawing[10:70, 95:99] = 1
    first, second = segmentation.split(drawing)
    assert first.drawing.sum() + second.drawing.sum() == drawing.sum()
    assert first.drawing[:70, 40:].sum() == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (1, 1), (280, 840)])
def test_an_empty_drawing_has_no_part(shape):
    assert segmentation.split(np.zeros(shape, np.float32)) == []


def test_specks_are_no_digits():
    drawing = row([("8", 40, 0)])
    drawing[5:7, 1100:1102] = 1
    assert len(segmentation.split(drawing)) == 1


def page(*lines, gap: float = 0.35) -> np.ndarray:
    """Lines of digits under each other, each 180 high; "." and "-" are marks, a space is a wider gap."""
    canvas = Image.new("L", (1200, round(60 + len(lines) * 200 * (1 + gap))))
    pen = ImageDraw.Draw(canvas)
    for row, line in enumerate(lines):
        x, y = 40, 40 + row * 195 * (1 + gap)
        for sign in line:
            if sign == ".":
                pen.ellipse((x, y + 165, x + 20, y + 185), 255)
            elif sign == ",":
                pen.line([(x + 12, y + 160), (x + 2, y + 200)], 255, 12)
            elif sign == "-":
                pen.line([(x, y + 95), (x + 60, y + 90)], 255, 14)
            for stroke in STROKES.get(sign, []):
                pen.line([(x + a, y + b) for a, b in stroke], 255, 14, "curve")
            x += {".": 45, ",": 45, "-": 90}.get(sign) or 40 + max(
                (a for stroke in STROKES.get(sign, []) for a, _ in stroke), default=60
            )
    return np.asarray(canvas, np.float32) / 255


@pytest.mark.parametrize("lines", [("7",), ("77",), ("1", "7"), ("777", "777"), ("48", "1", "5 5 5"), ("1 1", " 4")])
@pytest.mark.parametrize("gap", [0.15, 0.35, 1.0])
def test_lines_are_read_one_after_the_other(lines, gap):
    parts = segmentation.split(page(*lines, gap=gap))
    assert [part.line for part in parts] == [row for row, line in enumerate(lines) for _ in line.replace(" ", "")]
    for row in range(len(lines)):
        edges = [part.box[0] for part in parts if part.line == row]
        assert edges == sorted(edges)


@pytest.mark.parametrize("line", ["7.7", "1,5", "4-8", "75.48", "-5", "8.", "1 , 1", "77-1.5"])
@pytest.mark.parametrize("lines", [1, 2])
def test_points_commas_and_hyphens_are_no_digits(line, lines):
    parts = segmentation.split(page(*[line] * lines))
    digits = sum(map(str.isdigit, line))
    assert [part.line for part in parts] == [row for row in range(lines) for _ in range(digits)]
    assert all(part.drawing.shape[0] > 150 for part in parts)


@pytest.mark.parametrize("line", [".", "-", "...", ","])
def test_what_is_only_small_is_a_part_all_the_same(line):
    assert segmentation.split(page(line))


def test_countless_pieces_are_not_all_looked_at():
    dots = np.zeros((600, 600), np.float32)
    dots[::4, ::4] = 1
    assert len(segmentation.split(dots)) <= segmentation.MOST


def whole(drawing: np.ndarray) -> segmentation.Segment:
    return segmentation.together(segmentation.split(drawing))


def test_together_is_the_drawing_cropped():
    drawing = page("75", "48")
    segment = whole(drawing)
    left, top, right, bottom = segment.box
    assert np.array_equal(segment.drawing, np.where(drawing >= sketch.INK, drawing, 0)[top:bottom, left:right])


def test_the_gap_is_that_of_the_loneliest():
    drawing = np.zeros((100, 400), np.float32)
    for left in (10, 60, 160):
        drawing[20:70, left : left + 20] = 1
    assert segmentation.gap(segmentation.split(drawing)) == 80 / 50


def test_two_that_touch_can_be_cut_between_them():
    drawing = np.zeros((120, 200), np.float32)
    for left in (10, 100):  # two squares, joined by a bar
        drawing[10:110, left : left + 10] = drawing[10:110, left + 70 : left + 80] = 1
        drawing[10:20, left : left + 80] = drawing[100:110, left : left + 80] = 1
    drawing[55:65, 90:100] = 1
    (segment,) = segmentation.split(drawing)
    first, second = segmentation.cuts(segment)[0]
    assert first.box[0] == 10 and 88 <= first.box[2] <= 102 and second.box[2] == 180
    assert first.drawing.sum() + second.drawing.sum() == segment.drawing.sum()


@given(rows)
def test_halves_share_the_ink_between_them(digits):
    segment = whole(row(digits))
    for pair in segmentation.cuts(segment):
        sums = sum(half.drawing.sum(dtype=float) for half in pair)
        assert sums == pytest.approx(segment.drawing.sum(dtype=float), rel=1e-6)
        for half in pair:
            left, top, right, bottom = half.box
            assert half.drawing.shape == (bottom - top, right - left) and half.line == segment.line
            assert segment.box[0] <= left < right <= segment.box[2] and segment.box[1] <= top < bottom <= segment.box[3]


@pytest.mark.parametrize("digit", ["1", "5"])
def test_what_is_narrow_is_not_cut(digit):
    assert segmentation.cuts(whole(page(digit))) == []
