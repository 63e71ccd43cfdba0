"""Hyperparameters are what the tutorial says, or what their ranges allow, or an error that says so."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters

DEFAULTS = Hyperparameters().to_dict()
NUMBERS = [field for field, allowed in RANGES.items() if "low" in allowed]
WHOLE = [field for field in RANGES if type(DEFAULTS[field]) is int]
FRACTIONS = [field for field in RANGES if type(DEFAULTS[field]) is float]
SWITCHES = [field for field in RANGES if type(DEFAULTS[field]) is bool]
TEXTS = [field for field in RANGES if type(DEFAULTS[field]) is str]


def allowed_values(field: str):
    allowed = RANGES[field]
    if "choices" in allowed:
        return st.sampled_from(allowed["choices"])
    if field in SWITCHES:
        return st.booleans()
    return (st.integers if field in WHOLE else st.floats)(allowed["low"], allowed["high"])


def refusal(field: str, value) -> StudioError:
    with pytest.raises(StudioError) as caught:
        Hyperparameters(**{field: value})
    assert caught.value.values["field"] == field
    assert str(caught.value).startswith(f"{field} is {value!r}") or str(caught.value).startswith(f"{field} is {value}")
    return caught.value


def test_the_defaults_are_the_tutorials():
    assert DEFAULTS == {
        "filters1": 16, "kernel1": 5, "filters2": 36, "kernel2": 5, "dense_units": 128, "dropout1": 0.25, "dropout2": 0.5,
        "batch_norm": False, "second_pooling": False, "optimizer": "adam", "learning_rate": 0.001, "schedule": "constant",
        "batch_size": 300, "epochs": 20, "validation_split": 0.2, "train_images": 60000, "augmentation": 0.0, "seed": 1,
            "filters3": 0, "convolutions": 1, "pen_copies": 0, "nondigits": 0.0, "views": 1,
    }  # fmt: skip
    assert PRESETS["tutorial"] == Hyperparameters()


def test_the_ranges_cover_every_field_in_order():
    assert list(RANGES) == list(DEFAULTS)
    assert {*NUMBERS, *SWITCHES, *(field for field in RANGES if "choices" in RANGES[field])} == set(RANGES)


@given(st.fixed_dictionaries({}, optional={field: allowed_values(field) for field in RANGES}))
def test_what_the_ranges_allow_survives_json(values):
    hp = Hyperparameters.from_dict(values)
    assert hp.to_dict() == DEFAULTS | values
    assert Hyperparameters.from_dict(json.loads(json.dumps(hp.to_dict()))) == hp


@pytest.mark.parametrize("field", NUMBERS)
def test_both_ends_of_a_range_belong_to_it(field):
    for end in ("low", "high"):
        value = RANGES[field][end]
        assert getattr(Hyperparameters(**{field: value}), field) == value


@pytest.mark.parametrize("field", NUMBERS)
def test_a_number_out_of_range_is_refused_with_the_range(field):
    low, high = RANGES[field]["low"], RANGES[field]["high"]
    step = 1 if field in WHOLE else 0.001
    for value in (low - step, high + step, -(10**15), 10**15):
        error = refusal(field, value if field in WHOLE else float(value))
        assert error.code == "hyperparameter.range"
        assert f"from {low} to {high}" in str(error)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", FRACTIONS)
def test_what_is_not_a_finite_number_is_refused(field, value):
    assert refusal(field, value).code == "hyperparameter.range"


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["huge", "hugely negative"])
@pytest.mark.parametrize("field", NUMBERS)
def test_a_whole_number_beyond_floats_is_refused(field, value):
    with pytest.raises(StudioError, match=field):
        Hyperparameters(**{field: value})


@pytest.mark.parametrize("value", [True, False, 3.0, "3", None, [3], np.int64(3)])
@pytest.mark.parametrize("field", WHOLE)
def test_a_whole_number_must_be_one(field, value):
    error = refusal(field, value)
    assert error.code == "hyperparameter.type" and "must be a whole number" in str(error)


@pytest.mark.parametrize("value", [True, False, "0.5", None, [0.5]])
@pytest.mark.parametrize("field", FRACTIONS)
def test_a_number_must_be_one(field, value):
    error = refusal(field, value)
    assert error.code == "hyperparameter.type" and "must be a number" in str(error)


@pytest.mark.parametrize("value", [0, 1, "true", None])
@pytest.mark.parametrize("field", SWITCHES)
def test_a_switch_is_true_or_false(field, value):
    error = refusal(field, value)
    assert error.code == "hyperparameter.type" and "must be true or false" in str(error)


@pytest.mark.parametrize("value", [1, True, None, ["adam"]])
@pytest.mark.parametrize("field", TEXTS)
def test_a_text_must_be_one(field, value):
    error = refusal(field, value)
    assert error.code == "hyperparameter.type" and "must be text" in str(error)


@pytest.mark.parametrize(
    ("field", "value", "choices"),
    [
        ("kernel1", 4, "3, 5, 7"),
        ("kernel2", 9, "3, 5, 7"),
        ("optimizer", "Adam", "adam, rmsprop, sgd"),
        ("schedule", "", "constant, one-cycle"),
    ],
)
def test_what_is_not_among_the_choices_is_refused_with_them(field, value, choices):
    error = refusal(field, value)
    assert error.code == "hyperparameter.choice" and f"one of {choices}" in str(error)


@pytest.mark.parametrize("field", FRACTIONS)
def test_a_whole_number_does_where_a_number_is_asked_for(field):
    whole = int(RANGES[field]["high"])
    value = getattr(Hyperparameters(**{field: whole}), field)
    assert type(value) is float and value == whole


@pytest.mark.parametrize("name", ["", "filters", "Filters1", "__class__", "filters1 "])
def test_an_unknown_hyperparameter_is_refused_with_the_known_ones(name):
    with pytest.raises(StudioError, match="filters1, kernel1") as caught:
        Hyperparameters.from_dict({"epochs": 3, name: 3})
    assert caught.value.code == "hyperparameter.unknown" and caught.value.values["field"] == name


def test_what_is_left_out_keeps_its_default():
    assert Hyperparameters.from_dict({}) == Hyperparameters()
    assert Hyperparameters.from_dict({"epochs": 3}) == Hyperparameters(epochs=3)


def test_hyperparameters_cannot_be_changed():
    with pytest.raises(AttributeError):
        Hyperparameters().epochs = 3


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid(name):
    assert Hyperparameters.from_dict(PRESETS[name].to_dict()) == PRESETS[name]


def test_no_two_presets_are_the_same():
    assert len(set(PRESETS.values())) == len(PRESETS)


def test_the_ranges_and_the_presets_cannot_be_changed():
    for mapping in (RANGES, PRESETS, RANGES["epochs"]):
        with pytest.raises(TypeError):
            mapping["epochs"] = 3
