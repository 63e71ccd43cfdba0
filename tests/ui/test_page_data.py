"""The logic of the page Data."""

import numpy as np
import pytest
from pages import address, control, open_page, texts

from mnist_cnn.digits import datasets
from mnist_cnn.network import forward
from mnist_cnn.ui.data import augmentation


@pytest.fixture
def small_digits(app_store, monkeypatch):
    """A server that has no MNIST and cannot get it."""
    monkeypatch.setenv("MNIST_CNN_DATA", "/nowhere/mnist.npz")


def totals(app) -> list[str]:
    return [metric.value for metric in app.metric]


def versions(app) -> list[str]:
    """Addresses of the original and of its versions; equal pictures have equal ones."""
    return [element.proto.imgs[0].url for element in app.get("image")][-1 - augmentation.VERSIONS :]


def test_the_split_is_that_of_the_settings_on_train(small_digits):
    app = open_page("data", dataset="digits", preset="tutorial")
    assert totals(app) == ["1,149", "288", "360"]
    control(app.slider, "validation_split").set_value(0.5).run()
    assert totals(app) == ["718", "719", "360"]
    control(app.number_input, "train_images").set_value(200).run()
    assert totals(app) == ["100", "100", "360"]
    app.switch_page("mnist_cnn/ui/train/page.py").run()
    assert control(app.number_input, "train_images").value == 200
    assert control(app.slider, "validation_split").value == 0.5


def test_without_validation_its_bars_are_empty(small_digits):
    app = open_page("data", validation_split="0.0")
    assert totals(app) == ["1,437", "0", "360"] and not app.exception


def test_mnist_is_shown_where_it_is(app_store, real_mnist):
    app = open_page("data", preset="tutorial", lang="zh")
    assert totals(app) == ["48,000", "12,000", "10,000"]
    count = (datasets.load("mnist").y_train[:48_000] == 3).sum()
    assert f"3 的 {count:,} 张训练图像中的 60 张" in texts(app)


def test_other_images_and_other_digits_are_shown_on_demand(small_digits):
    app = open_page("data", **{"data-digit": "4"})
    labels = datasets.split(datasets.load("digits"), 0.05, 60_000)[0][1]
    assert f"60 of {(labels == 4).sum()} training images of 4" in texts(app)
    before = [element.proto.imgs[0].url for element in app.get("image")]
    after = [element.proto.imgs[0].url for element in app.button(key="others").click().run().get("image")]
    assert after[0] != before[0] and after[1:4] == before[1:4]  # others of the same digit: mean and extremes stay
    control(app.pills, "data-digit").set_value(5).run()
    assert "training images of 5" in texts(app) and address(app)["data-digit"] == "5"


def test_at_strength_0_every_version_is_the_image_itself(small_digits):
    app = open_page("data", augmentation="0.0")
    assert len(set(versions(app))) == 1
    control(app.slider, "augmentation").set_value(0.8).run()
    shown = versions(app)
    assert len(set(shown)) == len(shown)
    fresh = versions(app.button(key="fresh").click().run())
    assert fresh[0] == shown[0] and not set(fresh[1:]) & set(shown)


def test_versions_are_made_by_the_function_that_trains(monkeypatch):
    image, asked = datasets.load("digits").x_test[0], []

    def augment(images, strength, seed):
        asked.append((images.shape, images.dtype, strength))
        return original(images, strength, seed)

    original = forward.augment
    monkeypatch.setattr(forward, "augment", augment)
    np.testing.assert_array_equal(
        augmentation.versions(image, 0.0, 5), np.repeat(image[np.newaxis] / np.float32(255), 8, axis=0)
    )
    assert asked == [((8, 28, 28, 1), np.float32, 0.0)]
    assert np.ptp(augmentation.versions(image, 0.3, 5), axis=0).max() > 0.1


def test_an_address_opens_what_it_was_taken_from(small_digits):
    query = {"dataset": "digits", "data-digit": "8", "validation_split": "0.3", "augmentation": "0.5", "lang": "zh"}
    assert address(open_page("data", **query)) == query
