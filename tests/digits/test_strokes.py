"""Pen strokes become what a canvas would show, and what is no digit is drawn as such."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.digits import datasets, nondigits, strokes
from mnist_cnn.digits.strokes import PARTS, STYLES, Style
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.training import training_set

SEVEN = [np.array([(0, 0), (60, 0), (20, 100)], float)]

paths = st.lists(
    st.lists(st.tuples(st.floats(0, 255), st.floats(0, 255)), min_size=1, max_size=9).map(np.array), min_size=1, max_size=4
)
styles = st.builds(
    Style, shake=st.sampled_from([0.0, 0.03]), gaps=st.integers(0, 4), corner=st.booleans(), bend=st.sampled_from([0.0, 1.0])
)


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def extent(canvas: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(canvas > 0.5)
    return np.array([np.ptp(columns), np.ptp(rows)]) + 1


@pytest.fixture
def pen_file(tmp_path, monkeypatch):
    """A file of 200 sevens by 100 writers, which the environment names."""
    path = tmp_path / "strokes.jsonl.gz"
    with gzip.open(path, "wt") as file:
        for number in range(200):
            line = {"digit": 7, "writer": f"w{number // 2}", "strokes": [stroke.tolist() for stroke in SEVEN]}
            file.write(json.dumps(line) + "\n")
    monkeypatch.setenv("MNIST_CNN_STROKES", str(path))
    return path


def test_redrawing_asks_every_few_drawings_whether_to_go_on(pen_file):
    pen, asked = strokes.load(), []
    images, labels = strokes.redrawn(pen, 2 * strokes.FEW + 1, chance(), lambda: asked.append(1))
    assert len(asked) == 6  # three times for their form, three for their look
    assert np.array_equal(images, strokes.redrawn(pen, 2 * strokes.FEW + 1, chance())[0])


GOOD = {"digit": 7, "writer": "anna", "strokes": [[[0, 0], [60, 0]]]}
BAD = {
    "no digit": {"digit": 11},
    "a digit in words": {"digit": "7"},
    "a truth for a digit": {"digit": True},
    "half a digit": {"digit": 7.0},
    "no strokes": {"strokes": []},
    "empty strokes": {"strokes": [[], []]},
    "a number for strokes": {"strokes": 5},
    "a text for strokes": {"strokes": "ink"},
    "texts for numbers": {"strokes": [[["0", "0"]]]},
    "no number": {"strokes": [[[0, float("nan")]]]},
    "endless": {"strokes": [[[0, float("inf")]]]},
    "too large": {"strokes": [[[0, 10**400]]]},
    "the least": {"strokes": [[[0, -(2**63)]]]},
    "three coordinates": {"strokes": [[[0, 0, 0]]]},
    "no pairs": {"strokes": [[0, 0, 60, 0]]},
    "ragged": {"strokes": [[[0, 0], [1]]]},
}


def written(path, *lines: str):
    with gzip.open(path, "wt") as file:
        file.write("\n".join(lines))
    return path


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_named(tmp_path, change):
    path = written(tmp_path / "strokes.jsonl.gz", json.dumps(GOOD), json.dumps(GOOD | change))
    with pytest.raises(StudioError, match="cannot be read as pen strokes .*line 2"):
        strokes.load(path)


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", "Dear teacher", "[" * 100_000], ids=lambda line: line[:12])
def test_a_line_that_is_no_record_is_named(tmp_path, line):
    path = written(tmp_path / "strokes.jsonl.gz", json.dumps(GOOD), line, json.dumps(GOOD))
    with pytest.raises(StudioError, match="line 2"):
        strokes.load(path)


@pytest.mark.parametrize("cut", [0, 30, -12])
def test_a_file_that_was_cut_or_spoilt_is_told(tmp_path, cut):
    path = written(tmp_path / "strokes.jsonl.gz", *[json.dumps(GOOD)] * 50)
    content = path.read_bytes()
    for bad in (content[:cut], content[:cut] + b"\xff" * 9 + content[cut:]):
        path.write_bytes(bad)
        strokes._read.cache_clear()
        with pytest.raises(StudioError, match="cannot be read as pen strokes"):
            strokes.load(path)


def test_a_good_line_is_read_whether_or_not_it_says_where_it_is_from(tmp_path):
    lines = json.dumps(GOOD), json.dumps(GOOD | {"source": "tablet"})
    digit, other = strokes.load(written(tmp_path / "strokes.jsonl.gz", *lines))
    assert (digit.source, other.source) == ("", "tablet")
    assert (digit.digit, digit.writer) == (7, "anna") and digit.strokes[0].tolist() == [[0, 0], [60, 0]]


@given(paths, styles, st.integers(0, 99))
def test_whatever_is_drawn_leaves_ink_on_the_canvas(drawn, style, seed):
    canvas = strokes.render(drawn, style, chance(seed))
    assert canvas.shape == (280, 280) and canvas.dtype == np.float32
    assert canvas.min() >= 0 and canvas.max() == 1


@pytest.mark.parametrize("size", [0.35, 0.6, 0.9])
def test_the_ink_is_as_large_as_the_style_says(size):
    canvas = strokes.render(SEVEN, Style(brush=(20, 20), size=(size, size)), chance())
    assert extent(canvas).max() == pytest.approx(size * 280, abs=3)


def test_a_wider_brush_leaves_more_ink():
    thin, thick = (strokes.render(SEVEN, STYLES[name], chance()).sum() for name in ("thin", "thick"))
    assert thick > 2.5 * thin


def test_a_drawing_in_a_corner_touches_two_edges():
    for seed in range(8):
        inked = strokes.render(SEVEN, STYLES["corner"], chance(seed)) > 0.5
        rows, columns = inked.any(axis=1), inked.any(axis=0)
        assert (rows[:2].any() or rows[-2:].any()) and (columns[:2].any() or columns[-2:].any())


def test_gaps_break_the_line():
    from scipy.ndimage import label

    style = Style(brush=(10, 10), size=(0.9, 0.9))
    whole, broken = (strokes.render(SEVEN, s, chance()) for s in (style, Style(style.brush, style.size, gaps=3)))
    assert label(whole)[1] == 1 and label(broken)[1] > 1


def test_shaking_moves_the_line_but_not_far():
    from scipy.ndimage import binary_dilation

    style = Style(brush=(10, 10), size=(0.8, 0.8))
    still, shaky = (strokes.render(SEVEN, s, chance()) > 0.5 for s in (style, Style(style.brush, style.size, shake=0.02)))
    assert (still != shaky).any()
    assert (shaky & ~binary_dilation(still, iterations=30)).sum() == 0


def test_a_coarse_pen_joins_few_points_by_straight_lines(monkeypatch):
    drawn = []
    monkeypatch.setattr(strokes, "draw", lambda paths, brush: drawn.append(paths))
    ring = [np.stack([np.cos(np.linspace(0, 6, 90)), np.sin(np.linspace(0, 6, 90))], axis=1)]
    for coarse in (0.0, 0.1):
        strokes.render(ring, Style(coarse=coarse), chance())
    (fine,), (few,) = drawn
    assert len(fine) == 90 and 20 < len(few) < 40


def test_every_digit_is_redrawn_about_as_often():
    def digits(digit, writer, count):
        return [strokes.PenDigit(digit, writer, SEVEN)] * count

    pen = digits(7, "anna", 100) + digits(7, "ben", 4) + digits(2, "anna", 10)
    labels = strokes.redrawn(pen, 300, chance())[1]
    assert 0.4 < (labels == 2).mean() < 0.6


def test_the_same_chance_draws_the_same(pen_file):
    once, again = (strokes.images([SEVEN] * 5, chance(3)) for _ in range(2))
    assert np.array_equal(once, again) and once.dtype == np.uint8 and once.shape == (5, 28, 28)


def test_no_writer_is_in_two_parts_and_everybody_is_in_one(pen_file):
    writers = [{digit.writer for digit in strokes.load(part=part)} for part in PARTS]
    assert sum(map(len, writers)) == len(set.union(*writers)) == 100
    assert sorted(lot for lots in PARTS.values() for lot in lots) == list(range(50))


@pytest.mark.parametrize(
    ("digit", "drawn", "whole"),
    [
        (4, [[(0, 0), (3, 50), (0, 100)]], False),
        (4, [[(0, 0), (3, 50), (0, 100)], [(50, 0), (50, 100)]], True),
        (1, [[(0, 0), (3, 50), (0, 100)]], True),
        (7, [[(0, 0), (60, 0), (20, 100)]], True),
        (0, [[(5, 5)]], False),
    ],
)
def test_a_lone_straight_line_is_a_piece_unless_it_is_a_one(digit, drawn, whole):
    assert strokes.PenDigit(digit, "a", [np.array(stroke, float) for stroke in drawn]).whole == whole


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"digit": 1}',
        '{"digit": 12, "writer": "a", "strokes": [[[0, 0]]]}',
        '{"digit": 1, "writer": "a", "strokes": []}',
        '{"digit": 1, "writer": "a", "strokes": [[["x", 0]]]}',
    ],
)
def test_a_bad_file_of_strokes_is_named(tmp_path, line):
    path = tmp_path / "bad.gz"
    with gzip.open(path, "wt") as file:
        file.write(line + "\n")
    with pytest.raises(StudioError, match="bad.gz"):
        strokes.load(path)


def test_without_a_file_of_strokes_that_is_said(project, monkeypatch):
    monkeypatch.delenv("MNIST_CNN_STROKES", raising=False)
    with pytest.raises(StudioError, match="MNIST_CNN_STROKES"):
        training_set.compose(datasets.load("digits"), Hyperparameters(pen_copies=1))


@pytest.mark.parametrize("judge", [False, True])
@pytest.mark.parametrize("kind", nondigits.KINDS)
def test_every_kind_of_nondigit_leaves_ink_in_the_box(pen_file, kind, judge):
    two = [strokes.PenDigit(2, "a", [np.array([(0, 0), (50, 10), (0, 90), (60, 90)], float)])]
    for seed in range(10):
        image = nondigits.image(kind, chance(seed), two, judge)
        assert image.shape == (28, 28) and image.dtype == np.uint8 and image.max() == 255


def test_letters_for_judging_are_not_drawn_as_those_for_training():
    training, judging = (
        {nondigits.image("letter", chance(seed), [], judge).tobytes() for seed in range(40)} for judge in (False, True)
    )
    assert not training & judging and len(judging) > 30


def test_a_training_set_is_composed_of_images_strokes_and_nondigits(pen_file):
    hp = Hyperparameters(train_images=300, validation_split=0.2, pen_copies=2, nondigits=0.25)
    (x, y), (x_val, y_val) = training_set.compose(datasets.load("digits"), hp)
    pen = 2 * len(strokes.load(part="train"))
    assert len(x) == len(y) == training_set.size(hp, 300)
    assert (y == datasets.NO_DIGIT).sum() == round(0.25 * (240 + pen))
    assert (y[240 : 240 + pen] == 7).all()
    assert len(x_val) == len(y_val) == 60 and y_val.max() < 10


def test_without_additions_the_training_set_is_the_datasets_own():
    dataset = datasets.load("digits")
    (x, y), _ = training_set.compose(dataset, Hyperparameters())
    assert np.shares_memory(x, dataset.x_train) and len(x) == training_set.size(Hyperparameters(), 1437)
