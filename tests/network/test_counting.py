"""Every product says what Keras's summary says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.network import counting, model
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters

FIELDS = (
    "filters1",
    "kernel1",
    "filters2",
    "kernel2",
    "filters3",
    "convolutions",
    "dense_units",
    "batch_norm",
    "second_pooling",
)


def values(field: str):
    allowed = RANGES[field]
    if "choices" in allowed:
        return st.sampled_from(allowed["choices"])
    return st.integers(allowed["low"], allowed["high"]) if allowed else st.booleans()


def assert_true(hp: Hyperparameters) -> None:
    counts = counting.explain(hp)
    assert [count.layer for count in counts] == model.describe(hp)
    for count in counts:
        assert count.total == count.layer.parameters
        assert eval(count.formula.replace("·", "*").replace(",", "")) == count.layer.parameters


@pytest.mark.parametrize("name", PRESETS)
def test_the_products_of_every_preset_are_its_layers_parameters(name):
    assert_true(PRESETS[name])


@given(st.fixed_dictionaries({field: values(field) for field in FIELDS}))
def test_the_products_of_any_network_are_its_layers_parameters(changes):
    assert_true(Hyperparameters(**changes))


def test_the_tutorials_numbers_are_written_as_on_a_blackboard():
    learned = [f"{count.formula} = {count.total:,}" for count in counting.explain(Hyperparameters()) if count.factors]
    assert learned == ["5·5·1·16 + 16 = 416", "5·5·16·36 + 36 = 14,436", "1,764·128 + 128 = 225,920", "128·10 + 10 = 1,290"]
    dense = next(count for count in counting.explain(PRESETS["transcript"]) if count.layer.kind == "Dense")
    assert f"{dense.formula} = {dense.total:,}" == "324·128 + 128 = 41,600"
