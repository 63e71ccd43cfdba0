"""A run is examined on the class's drawings that it has not learned from, and of whose label there is no doubt."""

import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Example
from mnist_cnn.reading import chance, prediction
from mnist_cnn.runs import Run
from mnist_cnn.training import class_test, teaching


@pytest.fixture(scope="module")
def drawings() -> list[Example]:
    """Thirty test images of small digits, as if the class had drawn them."""
    dataset = datasets.load("digits")
    pairs = zip(dataset.x_test[:30], dataset.y_test[:30].tolist(), strict=True)
    return [Example(f"d{number}", digit, image, None) for number, (image, digit) in enumerate(pairs)]


def test_what_counts_is_what_the_network_reads(trained, drawings):
    test = class_test.examine(trained, drawings)
    images = np.stack([drawing.image for drawing in drawings]) / np.float32(255)
    right = (prediction.load(trained).predict(images).argmax(axis=1) == [drawing.digit for drawing in drawings]).sum()
    figures = test.figures(threshold=0.0)
    assert (figures["images"], figures["right"], figures["not_sure"]) == (30, right, 0)
    assert (figures["low"], figures["high"]) == chance.wilson(right, 30) and figures["share"] == right / 30
    assert test.figures(threshold=1.1)["not_sure"] == 30
    assert test.result.whole and np.array_equal(test.result.image(7), drawings[7].image)


def test_contradictory_drawings_do_not_count(trained, drawings):
    other = Example("other", (drawings[0].digit + 1) % 10, drawings[0].image, None)
    test = class_test.examine(trained, [*drawings, other])
    assert (test.contradictory, test.learned, len(test.result.labels)) == (2, 0, 29)
    alone = class_test.examine(trained, [drawings[0], other])
    assert alone.result is None and alone.figures(0.5) == {"images": 0, "learned": 0, "contradictory": 2}


def test_no_drawings_are_no_test(trained):
    assert class_test.examine(trained, []).figures(0.5)["images"] == 0


def test_what_a_copy_or_its_base_learned_from_does_not_count_and_what_was_held_out_does(trained, drawings, store):
    copy = teaching.prepare(store, trained, drawings[:20], "copy", None)
    held = teaching.held_out([drawing.digit for drawing in drawings[:20]]).sum()
    (copy.folder / "model.keras").write_bytes(trained.model_file.read_bytes())
    test = class_test.examine(copy, drawings)
    assert test.learned == 20 - held and len(test.result.labels) == 10 + held
    again = teaching.prepare(store, copy, drawings[20:], "copy of the copy", None)
    more = teaching.held_out([drawing.digit for drawing in drawings[20:]]).sum()
    assert len(teaching.learned(again)) == 30 - held - more
    assert len(teaching.learned(trained)) == 0


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_damaged_drawings_of_a_copy_are_no_worse_than_none(trained, drawings, store, content):
    copy = teaching.prepare(store, trained, drawings, "copy", None)
    (copy.folder / "taught.npz").write_bytes(content)
    assert len(teaching.learned(Run(copy.folder))) == 0
