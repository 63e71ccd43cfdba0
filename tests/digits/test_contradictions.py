"""A drawing that was kept as two digits is found; different digits, however alike, are not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.digits import contradictions, datasets
from mnist_cnn.digits.collection import Example

DIGITS = datasets.load("digits")


def kept(*labelled: tuple[int, int]) -> list[Example]:
    """Drawings by the number of their image among the small digits, and the digit that they were kept as."""
    return [Example(f"{place}", digit, DIGITS.x_train[number], None) for place, (number, digit) in enumerate(labelled)]


def ids(groups: list[list[Example]]) -> list[list[str]]:
    return [[example.id for example in group] for group in groups]


def test_the_same_drawing_with_two_labels_contradicts_itself_and_with_one_it_does_not():
    assert ids(contradictions.find(kept((1, 1), (2, 7), (1, 7), (3, 3), (3, 3)))) == [["0", "2"]]
    assert contradictions.find([]) == []


def test_of_three_alike_all_are_shown_together():
    assert ids(contradictions.find(kept((5, 4), (5, 4), (8, 1), (5, 9)))) == [["0", "1", "3"]]


def test_a_drawing_with_a_little_noise_is_the_same_one():
    image = DIGITS.x_train[0]
    noise = np.random.default_rng(1).integers(0, 20, image.shape)
    other = np.clip(image + noise, 0, 255).astype(np.uint8)
    assert contradictions.find([Example("a", 0, image, None), Example("b", 6, other, None)])


def test_no_image_of_mnist_contradicts_another(mnist_arrays):
    images, labels = mnist_arrays["x_test"][:2000], mnist_arrays["y_test"][:2000]
    pairs = zip(images, labels, strict=True)
    assert contradictions.find([Example(str(n), int(digit), image, None) for n, (image, digit) in enumerate(pairs)]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=12))
def test_exactly_the_images_with_two_labels_are_found(labelled):
    labels = {number: {digit for n, digit in labelled if n == number} for number, _ in labelled}
    expected = {str(place) for place, (number, _) in enumerate(labelled) if len(labels[number]) > 1}
    found = ids(contradictions.find(kept(*labelled)))
    assert {one for group in found for one in group} == expected and sum(map(len, found)) == len(expected)
