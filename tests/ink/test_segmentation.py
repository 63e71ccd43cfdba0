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
