"""A drawing becomes an image like MNIST's, wherever, however large and however faint it is drawn."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image, ImageDraw
from scipy import ndimage

from mnist_cnn.ink import sketch

CANVAS = 280

drawings = npst.arrays(
    np.float32, npst.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(0, 1, width=32)
).filter(lambda drawing: drawing.max() >= 0.5)

points = st.tuples(st.integers(0, 100), st.integers(0, 100))
strokes = st.lists(points, min_size=2, max_size=8).filter(lambda line: np.ptp(np.array(line), axis=0).max() >= 30)


def placed(drawing: np.ndarray, left: int, top: int, side: int = 100) -> np.ndarray:
    canvas = np.zeros((side, side), np.float32)
    canvas[top : top + drawing.shape[0], left : left + drawing.shape[1]] = drawing
    return canvas


def drawn(line, scale: float = 1.0, brush: float = 12.0) -> np.ndarray:
    """A polyline with round ends on a canvas, its pen as wide as a marker's."""
    image = Image.new("L", (1000, 1000))
    pen, track = brush * scale, [(100 + x * scale, 100 + y * scale) for x, y in line]
    drawing = ImageDraw.Draw(image)
    drawing.line(track, fill=255, width=round(pen), joint="curve")
    for x, y in track:
        drawing.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(image, np.float32) / 255


def centre_of_mass(image: np.ndarray) -> np.ndarray:
    """Column and row, in pixels from the image's left and upper edge."""
    middles = np.arange(28) + 0.5
    return np.array([image.sum(axis=0) @ middles, image.sum(axis=1) @ middles]) / image.sum()


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of two images where they fit best: rounding moves the centre by at most a pixel."""
    shifts = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return min(np.abs(one - np.roll(other, shift, (1, 0))).mean() for shift in shifts)


def inked_size(image: np.ndarray) -> tuple[int, int]:
    rows, columns = np.nonzero(image)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@given(drawings, st.integers(0, 60), st.integers(0, 60))
def test_the_place_on_the_canvas_does_not_matter(drawing, left, top):
    here, there = sketch.normalise(placed(drawing, 0, 0)), sketch.normalise(placed(drawing, left, top))
    assert np.array_equal(here.image, there.image)
    assert np.subtract(there.box, here.box).tolist() == [left, top, left, top]


@given(drawings, st.integers(0, 60))
def test_empty_canvas_around_a_drawing_does_not_matter(drawing, margin):
    assert np.array_equal(sketch.normalise(drawing).image, sketch.normalise(np.pad(drawing, margin)).image)


@given(strokes, st.floats(1.5, 7))
@example([(13, 82), (65, 38), (60, 59), (0, 96)], 2.0)
def test_the_size_on_the_canvas_hardly_matters(line, scale):
    canvas = drawn(line)
    # Where strands run into each other, a pixel decides whether they are one line, or two, or a blot.
    assume(ndimage.distance_transform_edt(canvas > 0.5).max() <= 1.5 * 12 / 2)
    small, large = sketch.normalise(canvas).image, sketch.normalise(drawn(line, scale)).image
    assert difference(small, large) < 0.65 * small.mean()


@given(drawings, st.sampled_from([0.5, 0.25]))
def test_how_faint_the_pen_is_does_not_matter(drawing, strength):
    faint = sketch.normalise(drawing * np.float32(strength))
    assert np.allclose(sketch.normalise(drawing).image, faint.image, atol=1e-6)


@given(drawings)
@example(np.ones((1, 1), np.float32))
@example(np.ones((280, 280), np.float32))
@example(np.ones((1, 280), np.float32))
@example(np.ones((280, 1), np.float32))
@example(np.eye(280, dtype=np.float32))
def test_any_drawing_becomes_an_image_like_mnists(drawing):
    digit = sketch.normalise(drawing)
    assert digit.image.shape == (28, 28) and digit.image.dtype == np.float32
    assert digit.image.min() >= 0 and 0.999 < digit.image.max() <= 1
    assert max(digit.size) == 20 and min(digit.size) >= 1
    left, top = digit.offset
    assert 0 <= left <= 28 - digit.size[0] and 0 <= top <= 28 - digit.size[1]
    assert digit.image.sum() == pytest.approx(digit.image[top : top + digit.size[1], left : left + digit.size[0]].sum())


@given(drawings)
def test_ink_is_centred_by_mass_as_far_as_the_image_allows(drawing):
    digit = sketch.normalise(drawing)
    for axis, centre in enumerate(centre_of_mass(digit.image)):
        at_an_edge = digit.offset[axis] in (0, 28 - digit.size[axis])
        assert abs(centre - 14) <= 0.51 or at_an_edge


@given(strokes)
def test_a_stroke_fills_a_box_of_twenty_pixels_around_the_centre(line):
    digit = sketch.normalise(drawn(line, 2))
    assert max(inked_size(digit.image)) in (19, 20)
    assert np.abs(centre_of_mass(digit.image) - 14).max() <= 1


@given(st.integers(60, 200), st.integers(60, 200), st.integers(8, 24))
def test_the_shape_is_kept(width, height, brush):
    assume(max(width, height) >= 100)
    size = sketch.normalise(drawn([(0, 0), (width, 0), (width, height), (0, height)], brush=brush)).size
    line = 20 * sketch.WIDTH
    wanted = np.array([width, height]) / max(width, height) * (20 - line) + line
    assert np.abs(np.array(size) - wanted).max() <= 1.2


@given(
    st.floats(5, 20),
    st.sampled_from([[(0, 0), (70, 0), (20, 100)], [(60, 0), (0, 60), (80, 60)], [(0, 40), (90, 0), (90, 80)]]),
)
def test_the_brush_hardly_matters(brush, line):
    usual, other = sketch.normalise(drawn(line, 3)).image, sketch.normalise(drawn(line, 3, brush)).image
    assert difference(usual, other) < 0.5 * usual.mean()


@pytest.mark.parametrize("brush", [6, 20])
def test_a_line_is_as_wide_as_mnists(brush):
    image = sketch.normalise(drawn([(0, 0), (0, 100), (100, 100)], 2, brush)).image
    assert image[:, 8:24].sum(axis=0)[3:-4] == pytest.approx(np.full(9, 20 * sketch.WIDTH), abs=0.6)


def test_what_is_finer_than_most_does_not_vanish():
    canvas = np.maximum(drawn([(0, 0), (0, 100), (60, 100)], 2, 20), drawn([(0, 0), (80, 0)], 2, 5))
    assert sketch.normalise(canvas).image[2:8, 14:20].max() > 0.6


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (280, 280), (0, 0), (280, 0)])
def test_an_empty_canvas_holds_no_digit(shape):
    assert sketch.normalise(np.zeros(shape, np.float32)) is None


def test_a_shadow_fainter_than_ink_holds_no_digit():
    assert sketch.normalise(np.full((280, 280), 0.09, np.float32)) is None


def test_smudges_fainter_than_a_tenth_of_the_ink_are_cropped():
    canvas = placed(np.ones((40, 10), np.float32), 100, 60, CANVAS)
    canvas[5, 5] = 0.05
    assert sketch.normalise(canvas).box == (100, 60, 110, 100)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (140, 140), (279, 279), (0, 279)])
def test_a_single_dot_is_a_digit_in_the_middle(row, column):
    digit = sketch.normalise(placed(np.ones((1, 1), np.float32), column, row, CANVAS))
    assert digit.box == (column, row, column + 1, row + 1)
    assert centre_of_mass(digit.image) == pytest.approx([14, 14], abs=0.5)


@pytest.mark.parametrize("shape", [(200, 1), (1, 200), (279, 2)])
def test_a_hairline_becomes_a_line_unless_it_is_left_as_it_is(shape):
    digit = sketch.normalise(placed(np.ones(shape, np.float32), 0, 0, CANVAS))
    assert sorted(digit.size) == [2, 20]
    assert (digit.image > 0.9).sum() >= 20
    left = sketch.normalise(placed(np.ones(shape, np.float32), 0, 0, CANVAS), even=False)
    assert sorted(left.size) == [1, 20]
    assert (left.image > 0.9).sum() == 20 and left.image.sum() == pytest.approx(20)


def test_a_full_canvas_is_a_square_of_twenty_pixels():
    image = sketch.normalise(np.ones((280, 280), np.float32)).image
    assert image[4:24, 4:24].min() == 1 and image.sum() == 400


def test_the_drawing_itself_is_left_alone():
    drawing = drawn([(0, 0), (50, 100)])
    before = drawing.copy()
    sketch.normalise(drawing)
    assert np.array_equal(drawing, before)


def test_ink_is_what_is_bright_and_opaque():
    pixels = [[255, 255, 255, 255], [255, 255, 255, 0], [0, 0, 0, 255], [255, 255, 255, 51], [255, 0, 0, 255]]
    ink = sketch.ink(np.array([pixels], np.uint8))
    assert ink.shape == (1, 5) and ink.dtype == np.float32
    assert ink[0].tolist() == pytest.approx([1, 0, 0, 0.2, 1 / 3])


@given(npst.arrays(np.uint8, (3, 2, 4)))
def test_ink_of_any_canvas_is_within_zero_and_one(rgba):
    ink = sketch.ink(rgba)
    assert ink.shape == (3, 2) and ink.min() >= 0 and ink.max() <= 1
