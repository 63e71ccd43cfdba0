"""The last hidden layer, its maps, and who is near whom in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_cnn.digits import datasets
from mnist_cnn.network import model as network
from mnist_cnn.network import plain
from mnist_cnn.reading import embedding, prediction
from mnist_cnn.reading.embedding import Pca, Tsne

VALUES = st.floats(0, 100, width=32)
HIDDEN = hnp.arrays(np.float32, st.tuples(st.integers(1, 20), st.integers(8, 12)), elements=VALUES)


@pytest.fixture(scope="module")
def images():
    return datasets.load("digits").x_test[:60]


@pytest.fixture(scope="module")
def reading(trained, images):
    return embedding.read(prediction.load(trained).network, images)


@pytest.mark.parametrize("changes", [{}, {"batch_norm": True, "filters3": 2, "second_pooling": True}])
def test_hidden_is_what_the_layers_make_of_an_image_up_to_the_last_but_dropout(small, images, changes):
    model = network.build(small(**changes))
    values = images[..., np.newaxis].astype(np.float32) / 255
    for layer in model.layers[:-2]:
        values = layer(values, training=False)
    assert [type(layer).__name__ for layer in model.layers[-2:]] == ["Dropout", "Dense"]
    reading = embedding.read(plain.network(small(**changes), model.get_weights()), images)
    np.testing.assert_allclose(reading.hidden, values, atol=1e-5)
    assert reading.hidden.dtype == np.float32 and reading.hidden.min() >= 0


def test_answers_are_those_of_the_network(trained, images, reading):
    expected = prediction.load(trained).predict(images.astype(np.float32) / 255)
    np.testing.assert_allclose(reading.probabilities, expected, atol=1e-5)


def test_whole_numbers_and_shares_of_one_are_read_alike_in_any_number_of_batches(trained, images, reading, monkeypatch):
    monkeypatch.setattr(prediction, "PIECE", 25)
    again = embedding.read(prediction.load(trained).network, images.astype(np.float32) / 255)
    np.testing.assert_allclose(again.hidden, reading.hidden, atol=1e-5)


@pytest.mark.parametrize("projection", [Pca, Tsne])
def test_a_map_is_the_same_each_time_and_what_lies_in_it_stays_where_it_is(reading, projection):
    first, second = projection(reading.hidden), projection(reading.hidden)
    assert first.places.shape == (len(reading.hidden), 2) and first.places.std() > 0
    np.testing.assert_array_equal(first.places, second.places)
    np.testing.assert_allclose(first.place(reading.hidden[:9]), first.places[:9], atol=1e-3)


def test_a_new_image_lies_among_its_neighbours_in_tsne(reading):
    tsne = Tsne(reading.hidden[1:])
    near, _ = embedding.nearest(reading.hidden[1:], reading.hidden[0])
    (place,) = tsne.place(reading.hidden[:1])
    around = tsne.places[near]
    assert (around.min(axis=0) <= place).all() and (place <= around.max(axis=0)).all()


@given(HIDDEN, hnp.arrays(np.float32, 12, elements=VALUES))
def test_the_nearest_are_nearer_than_all_others(hidden, one):
    one = one[: hidden.shape[1]]
    found, distances = embedding.nearest(hidden, one)
    exact = np.linalg.norm(hidden.astype(float) - one, axis=1)
    assert len(set(found)) == min(embedding.NEIGHBOURS, len(hidden))
    np.testing.assert_allclose(distances, np.sort(exact)[: len(found)], rtol=1e-3, atol=1e-2)


def test_an_image_is_nearest_to_itself(reading):
    for number in (0, 7, 59):
        found, distances = embedding.nearest(reading.hidden, reading.hidden[number])
        assert found[0] == number and distances[0] == 0 and (np.diff(distances) >= 0).all()


@given(HIDDEN)
def test_equal_and_infinite_values_are_no_map(hidden):
    assert not embedding.is_map(np.repeat(hidden[:1], 5, axis=0))
    assert embedding.is_map(hidden) == (len(np.unique(hidden, axis=0)) > 1)
    for bad in (np.nan, np.inf):
        hidden[-1, 0] = bad
        assert not embedding.is_map(hidden)
