"""What a drawing says is read digit by digit, touching ones too; one digit stays one."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_cnn.digits import strokes
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.ink.picture import Ink
from mnist_cnn.reading import calibration, prediction, transcript
from mnist_cnn.runs import Store

SEVEN, ONE, FOUR = [[(0, 0), (60, 0), (22, 100)]], [[(0, 0), (0, 100)]], [[(40, 0), (0, 60), (75, 60)], [(55, 25), (55, 100)]]
TWO = [[(5, 25), (12, 6), (32, 0), (55, 8), (60, 28), (45, 55), (0, 100), (65, 100)]]


@pytest.fixture(scope="module")
def read():
    """Transcripts by the shipped Sketch network."""
    run = Store(PROJECT / "models").get("sketch")
    network, threshold = prediction.load(run), calibration.threshold(run)
    return lambda drawing: transcript.read(drawing, network, threshold)


def drawn(*placed, size=(500, 280), pen: int = 12) -> np.ndarray:
    """Digits as (strokes, left, top), 1.5 times their size."""
    canvas = Image.new("L", size)
    for digit, left, top in placed:
        for stroke in digit:
            ImageDraw.Draw(canvas).line([(left + 1.5 * x, top + 1.5 * y) for x, y in stroke], 255, pen, "curve")
    return np.asarray(canvas, np.float32) / 255


def test_nothing_is_nothing(read):
    found = read(np.zeros((280, 280), np.float32))
    assert (found.digits, found.text, found.sure) == ([], "", False)


def test_digits_come_in_reading_order(read):
    found = read(drawn((SEVEN, 40, 20), (ONE, 200, 30), (TWO, 260, 20), (FOUR, 60, 250), (SEVEN, 220, 250), size=(500, 450)))
    assert found.text == "712\n47" and found.sure
    for digit in found.digits:
        assert digit.probabilities.shape == (10,) and digit.sketch.image.shape == (28, 28)
        assert digit.confidence == digit.probabilities[digit.digit]


@pytest.mark.parametrize(("gap", "digits"), [(88, (SEVEN, SEVEN)), (92, (TWO, SEVEN)), (100, (TWO, FOUR))])
def test_two_that_touch_are_two(gap, digits, read):
    first, second = digits
    found = read(drawn((first, 40, 50), (second, 40 + gap, 50)))
    assert found.text == "".join({id(SEVEN): "7", id(TWO): "2", id(FOUR): "4"}[id(digit)] for digit in digits) and found.sure


def test_a_digit_in_pieces_far_apart_is_one(read):
    drawing = drawn((SEVEN, 100, 50))
    drawing[110:120] = 0
    found = read(drawing)
    assert found.text == "7" and found.sure


THREE = (SEVEN, ONE, SEVEN)  # across each other; of them it is not sure


@pytest.mark.parametrize(
    ("looks", "text"),
    [
        ([(SEVEN,)], "7"),
        ([THREE, (SEVEN,)], "7"),
        ([(ONE,), (SEVEN,), (SEVEN,)], "7"),
        ([(ONE,), THREE, (ONE,)], "1"),
        ([(ONE,), (SEVEN,)], None),
        ([(ONE,), (SEVEN,), (FOUR,)], None),
        ([THREE, THREE], None),
    ],
)
def test_of_a_picture_it_is_sure_of_what_most_looks_say(looks, text):
    run = Store(PROJECT / "models").get("sketch")
    inks = [
        Ink(drawn(*((digit, 100 + 15 * place, 50 - 30 * place) for place, digit in enumerate(digits))), 0, 0, 1.0)
        for digits in looks
    ]
    ink, found = transcript.of_picture(inks, prediction.load(run), calibration.threshold(run))
    assert found.sure == (text is not None)
    if text is None:
        assert ink is inks[0] and found.digits
    else:
        assert found.text == text and looks[inks.index(ink)] != THREE


def test_a_blot_is_no_sure_digit(read):
    canvas = Image.new("L", (280, 280))
    ImageDraw.Draw(canvas).ellipse((80, 90, 200, 190), 255)
    assert not read(np.asarray(canvas, np.float32) / 255).sure


def test_digits_of_mnist_stay_whole(mnist_arrays, read):
    images = mnist_arrays["x_test"][:300]
    large = (Image.fromarray(image).resize((112, 112), Image.Resampling.BICUBIC) for image in images)
    cut = sum(len(read(np.asarray(image, np.float32) / 255).digits) > 1 for image in large)
    assert cut <= 3  # of 300


@pytest.mark.skipif(strokes.find() is None, reason="needs pen strokes: set MNIST_CNN_STROKES to the path of strokes.jsonl.gz")
def test_pen_digits_stay_whole(read):
    rng = np.random.default_rng(2)
    pen = [digit for digit in strokes.load(part="test") if digit.whole]
    chosen = [pen[number] for number in rng.choice(len(pen), 200, replace=False)]
    assert sum(len(read(strokes.render(digit.strokes, strokes.STYLES["any"], rng)).digits) > 1 for digit in chosen) <= 2
