"""The logic of the page Map."""

import json

import numpy as np
import pytest
from pages import address, control, open_page, texts

from mnist_cnn.digits import datasets
from mnist_cnn.network import keras_file
from mnist_cnn.reading import embedding, prediction
from mnist_cnn.ui.map import scatter


def data(app, key: str) -> dict:
    """What a component of the page is sent."""
    (component,) = (element.proto for element in app._tree.get("bidi_component") if element.key == key)
    return json.loads(component.json)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_run_the_page_says_so(app_store, language):
    app = open_page("map", lang=language)
    assert app.info and not app.error


def test_the_map_shows_every_test_image_of_a_small_dataset(trained_store, trained):
    app = open_page("map")
    dataset, sent = datasets.load("digits"), data(app, "map")
    reading = embedding.read(prediction.load(trained).network, dataset.x_test)
    assert sent["labels"] == "".join(map(str, dataset.y_test))
    assert sent["predictions"] == "".join(map(str, reading.probabilities.argmax(axis=1)))
    assert max(max(sent["x"]), max(sent["y"])) == scatter.UNIT and min(sent["x"]) == 0
    assert "first 360 test images" in texts(app)
    assert "among the first 160 training images" in texts(app)  # of the 200 that the run had, 40 validated


def test_the_digit_lies_where_it_does_among_the_others_in_both_maps(trained_store, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_DATA", "/nowhere/mnist.npz")  # the digit to look at would be one of MNIST's
    app = open_page("map", **{"subject-digit": "4", "subject-number": "2"})
    number = np.flatnonzero(datasets.load("digits").y_test == 4)[1]
    for kind in ("pca", "tsne"):
        control(app.segmented_control, "projection").set_value(kind).run()
        assert not app.exception
        sent, star = data(app, "map"), data(app, "map-star")
        assert star["number"] == sent["number"] and sent["number"].endswith(kind)
        np.testing.assert_allclose(star["star"], (sent["x"][number], sent["y"][number]), atol=5)
        assert len(star["near"]) == embedding.NEIGHBOURS
    assert address(app)["projection"] == "tsne"


def test_there_is_no_star_while_nothing_is_drawn(trained_store):
    app = open_page("map", subject="own")
    assert data(app, "map-star")["star"] is None and data(app, "map")["labels"]


def test_a_network_that_makes_the_same_of_all_images_is_no_map(trained_store, trained):
    path = next(trained_store.folder.glob("*/model.keras"))
    model = keras_file.load(path, trained.hyperparameters)
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    keras_file.save(model, path)
    assert "nothing to map" in texts(open_page("map"))


def test_a_damaged_model_is_an_error_in_words(trained_store):
    next(trained_store.folder.glob("*/model.keras")).write_bytes(b"no model")
    assert open_page("map").error


def test_a_run_of_mnist_maps_the_small_digits_where_mnist_is_missing(trained_store, trained, monkeypatch):
    record = trained_store.folder / trained.id / "run.json"
    record.write_text(record.read_text("utf-8").replace('"digits"', '"mnist"'), "utf-8")
    monkeypatch.setenv("MNIST_CNN_DATA", "/nowhere/mnist.npz")
    app = open_page("map")
    assert len(data(app, "map")["labels"]) == 360 and app.warning
