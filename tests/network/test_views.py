"""The ways to look at an image: those of TensorFlow, about its centre, and the gradient through them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_cnn.network import views


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 28, 28), np.float32)


@settings(max_examples=30)
@given(st.floats(-0.3, 0.3), st.floats(0.8, 1.25))
def test_an_image_is_turned_as_tensorflow_turns_it(angle, zoom):
    from mnist_cnn.network import forward

    expected = forward.turned(noise(2)[..., np.newaxis], angle, zoom).numpy()[..., 0]
    assert np.allclose(views.turned(noise(2), angle, zoom), expected, atol=2e-5)


def test_an_image_is_turned_and_scaled_about_its_centre():
    bar = np.zeros((1, 28, 28), np.float32)
    bar[0, 4:24, 13:15] = 1
    assert np.allclose(views.turned(bar, np.pi / 2, 1.0)[0], bar[0].T, atol=1e-3)
    assert views.turned(bar, 0.0, 1.2).sum() == pytest.approx(1.44 * bar.sum(), rel=0.15)
    assert np.allclose(views.turned(bar, 0.0, 1.0), bar, atol=1e-5)


@pytest.mark.parametrize("count", [1, 5])
def test_what_slopes_make_of_views_they_make_of_images(count):
    images, slopes = noise(3), noise(3 * count, 1)
    by_views, by_images = (
        np.vdot(*pair) for pair in ((views.seen(images, count), slopes), (images, views.gathered(slopes, count)))
    )
    assert by_views == pytest.approx(by_images, rel=1e-5)
