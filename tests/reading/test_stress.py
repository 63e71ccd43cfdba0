"""Distortions and the attack: exact where they can be, and never more than they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_cnn.digits import datasets
from mnist_cnn.network.plain import Network, Stage
from mnist_cnn.reading import prediction, stress
from mnist_cnn.reading.stress import DISTORTIONS, EPSILONS

IMAGES = arrays(np.float32, (2, 28, 28), elements=st.floats(0, 1, width=32), fill=st.just(np.float32(0)))
NAMES = st.sampled_from(sorted(DISTORTIONS))


def digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    dataset = datasets.load("digits")
    return dataset.x_test[:count].astype(np.float32) / 255, dataset.y_test[:count]


@pytest.fixture(scope="module")
def predictor(trained):
    return prediction.load(trained)


@pytest.fixture(scope="module")
def certain():
    """A network so sure of 0, and of 1 of an image without ink on the left, that no float32 tells it from certainty."""
    weights = np.zeros((28, 28, 10), np.float32)
    weights[:, :14, 0] = 0.2
    weights[:, 14:, 1] = 0.1
    last = Stage("softmax", 1, weights.reshape(784, 10), np.ones(10, np.float32), np.zeros(10, np.float32))
    return prediction.Predictor(Network([Stage("flatten", 1), last]))


@given(images=IMAGES, name=NAMES, share=st.floats(0, 1))
def test_whatever_is_distorted_stays_an_image(images, name, share):
    distortion, before = DISTORTIONS[name], images.copy()
    changed = stress.distort(images, name, distortion.low + share * (distortion.high - distortion.low))
    assert changed.shape == images.shape and changed.dtype == np.float32
    assert changed.min() >= 0 and changed.max() <= 1
    assert np.array_equal(images, before)


@given(images=IMAGES)
def test_nothing_changes_nothing(images):
    nothing = {name: distortion.nothing for name, distortion in DISTORTIONS.items()}
    assert stress.distort_all(images, nothing) is images


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_curve_passes_through_nothing_from_end_to_end(name):
    distortion = DISTORTIONS[name]
    assert distortion.nothing in distortion.amounts
    assert distortion.amounts == tuple(sorted(set(distortion.amounts)))
    assert (distortion.amounts[0], distortion.amounts[-1]) == (distortion.low, distortion.high)


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_little_more_changes_a_little_more(name):
    images, _ = digits(20)
    distortion = DISTORTIONS[name]
    little, much = distortion.nothing + distortion.step, distortion.nothing + 2 * distortion.step
    first, second = (np.abs(stress.distort(images, name, amount) - images).mean() for amount in (little, much))
    assert 0 < first < second < 0.3


@given(images=IMAGES, pixels=st.integers(-10, 10))
def test_a_shift_by_whole_pixels_is_exact(images, pixels):
    for name, axis in ("right", 2), ("down", 1):
        moved = stress.distort(images, name, pixels)
        kept = [slice(None)] * 3
        kept[axis] = slice(max(0, -pixels), 28 - max(0, pixels))
        expected = np.zeros_like(images)
        place = [slice(None)] * 3
        place[axis] = slice(max(0, pixels), 28 + min(0, pixels))
        expected[tuple(place)] = images[tuple(kept)]
        assert np.array_equal(moved, expected)


def test_positive_turns_are_clockwise_and_a_quarter_is_exact():
    images, _ = digits(5)
    assert np.allclose(stress.distort(images, "turn", 90), np.rot90(images, -1, axes=(1, 2)), atol=1e-5)


@settings(max_examples=10)
@given(degrees=st.integers(1, 90))
def test_a_turn_and_a_turn_back_leave_a_round_image_nearly_as_it_was(degrees):
    y, x = np.mgrid[:28, :28] - 13.5
    images = np.exp(-((x - 3) ** 2 + (y + 2) ** 2) / 20).astype(np.float32)[np.newaxis]  # smooth, off the centre
    turned = stress.distort(images, "turn", degrees)
    assert np.abs(turned - images).max() > 0.005
    assert np.abs(stress.distort(turned, "turn", -degrees) - images).max() < 0.05


def test_scaling_keeps_the_centre_and_changes_the_size():
    images = np.zeros((1, 28, 28), np.float32)
    images[0, 8:20, 8:20] = 1
    for factor in (0.5, 1.5):
        scaled = stress.distort(images, "scale", factor)
        assert scaled.sum() == pytest.approx(images.sum() * factor**2, rel=0.05)
        assert np.allclose(scaled, scaled[:, ::-1, ::-1], atol=1e-5)


@pytest.mark.parametrize(("pixels", "rows"), [(2, 5), (1, 4), (-1, 2), (-2, 1)])
def test_a_line_becomes_wider_by_so_many_pixels(pixels, rows):
    images = np.zeros((1, 28, 28), np.float32)
    images[0, 12:15, :] = 1
    assert stress.distort(images, "thicken", pixels)[0, :, 14].sum() == pytest.approx(rows)


def test_noise_is_as_strong_as_said_and_always_the_same():
    grey = np.full((20, 28, 28), 0.5, np.float32)
    noisy = stress.distort(grey, "noise", 0.1)
    assert noisy.std() == pytest.approx(0.1, rel=0.03)
    assert np.array_equal(noisy, stress.distort(grey, "noise", 0.1))


def test_the_curve_at_nothing_is_plain_accuracy_and_falls_from_there(predictor):
    images, labels = digits(100)
    plain = (predictor.predict(images).argmax(axis=1) == labels).mean()
    for name, distortion in DISTORTIONS.items():
        assert stress.right(predictor, images, labels, name, distortion.nothing).mean() == plain
    assert stress.right(predictor, images, labels, "turn", 90).mean() < plain / 2


def test_a_step_of_the_attack_raises_the_loss_and_keeps_its_bound(predictor):
    images, labels = digits(20)
    for image, label in zip(images, labels, strict=True):
        attacked = stress.fgsm(predictor, image, label)
        assert attacked.shape == (len(EPSILONS), 28, 28) and attacked.dtype == np.float32
        assert np.array_equal(attacked[0], image)
        assert attacked.min() >= 0 and attacked.max() <= 1
        changes = np.abs(attacked - image).max(axis=(1, 2))
        assert (changes <= np.array(EPSILONS) + 1e-6).all() and changes[-1] > 0.2
        before, after = predictor.predict(attacked[:2])[:, label]
        assert after < before


def test_the_attack_takes_the_steepest_way_that_the_network_has_not_a_random_one(predictor):
    images, labels = digits(20)
    rng, falls = np.random.default_rng(0), []
    for image, label in zip(images, labels, strict=True):
        random = np.clip(image + EPSILONS[5] * rng.choice([-1, 1], image.shape), 0, 1).astype(np.float32)
        aimed = stress.fgsm(predictor, image, label)[5]
        falls.append(predictor.predict(np.stack([random, aimed]))[:, label])
    random, aimed = np.mean(falls, axis=0)
    assert aimed < random


def test_certainty_up_to_rounding_does_not_hide_the_way(certain):
    image = np.zeros((28, 28), np.float32)
    image[:, :14] = 0.5
    assert certain.predict(image[np.newaxis])[0, 0] == 1
    attacked = stress.fgsm(certain, image, 0)
    assert (attacked[1][:, :14] < 0.5).all()
    assert (attacked[1][:, 14:] > 0).all()


def test_all_views_of_a_network_are_attacked(trained):
    several = prediction.Predictor(prediction.load(trained).network, views=5)
    images, labels = digits(10)
    for image, label in zip(images, labels, strict=True):
        before, after = several.predict(stress.fgsm(several, image, label)[:2])[:, label]
        assert after < before


def test_the_first_change_is_of_the_answer_not_of_its_confidence():
    answers = np.eye(10)[[7, 7, 3, 7]] * 0.6
    assert stress.first_change(answers) == 2
    assert stress.first_change(answers[:2]) is None
