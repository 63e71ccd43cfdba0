"""What a dataset holds: counts that are those of the split, and who is typical and who is odd."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_cnn.digits import datasets, overview
from mnist_cnn.network.hyperparameters import RANGES

SHARE, COUNT = RANGES["validation_split"], RANGES["train_images"]
IMAGES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 30), st.just(28), st.just(28)))


@given(st.floats(SHARE["low"], SHARE["high"]), st.integers(COUNT["low"], COUNT["high"]))
def test_the_counts_are_those_of_the_split(share, count):
    dataset = datasets.load("digits")
    counts = overview.counts(dataset, share, count)
    (_, train), (_, validation) = datasets.split(dataset, share, count)
    assert min(counts["train"]) > 0  # the page shows images of every digit
    for part, labels in (("train", train), ("validation", validation), ("test", dataset.y_test)):
        assert counts[part].tolist() == [int((labels == digit).sum()) for digit in range(10)]
    assert counts["train"].sum() + counts["validation"].sum() == min(count, len(dataset.y_train))


def test_mnist_is_split_as_the_tutorial_splits_it(real_mnist):
    counts = overview.counts(datasets.load("mnist"), 0.2, 60_000)
    assert [part.sum() for part in counts.values()] == [48_000, 12_000, 10_000]


@given(IMAGES)
def test_the_overview_of_any_images(images):
    seen = overview.of_digit(images, len(images))
    np.testing.assert_allclose(seen.mean, images.mean(axis=0) / 255, atol=1e-5)
    assert seen.mean.dtype == np.float32
    np.testing.assert_array_equal(seen.odd, seen.typical[::-1])
    assert sorted(map(bytes, seen.typical)) == sorted(map(bytes, images))


@given(IMAGES, st.integers(1, 40))
def test_equal_images_are_equally_odd(images, count):
    oddness = overview.oddness(np.repeat(images[:1], count, axis=0))
    np.testing.assert_allclose(oddness, 0, atol=1e-3)


def test_a_blot_among_sevens_is_odd_and_no_seven_is_odder():
    dataset = datasets.load("digits")
    sevens = dataset.x_train[dataset.y_train == 7]
    blot = np.zeros((1, 28, 28), np.uint8)
    blot[:, 4:24, 4:24] = 255
    images = np.concatenate([sevens, blot])
    assert overview.oddness(images).argmax() == len(sevens)
    np.testing.assert_array_equal(overview.of_digit(images, 3).odd[0], images[-1])
    assert not (overview.of_digit(images, 10).typical == images[-1]).all(axis=(1, 2)).any()
