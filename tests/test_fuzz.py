"""A short form of `benchmarks/fuzz.py`: what is no good is refused in words, and nothing falls."""

import warnings

import numpy as np
import pytest

from benchmarks import damage, fuzz
from mnist_cnn.errors import StudioError

COUNTS = {"pictures": 15, "canvas": 15, "collections": 40, "runs": 12, "hyperparameters": 400, "addresses": 500}


@pytest.mark.parametrize("part", COUNTS)
def test_what_is_no_good_is_refused_and_nothing_falls(part):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow and NumPy have much to say of such files
        result = fuzz.fuzz(part, COUNTS[part])
    assert result.fell == []
    assert result.tries == COUNTS[part] and 0 < result.refused < result.tries


def test_pages_open_at_any_address(app_store, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_DATA", "/nowhere/mnist.npz")  # the small digits are quicker
    assert fuzz.fuzz("pages", 3).fell == []


def test_what_falls_is_told_with_what_makes_it_again(monkeypatch):
    seen = []

    def falling(folder):
        def attempt(rng: np.random.Generator) -> None:
            seen.append(rng.integers(2**60))
            if len(seen) == 2:
                raise KeyError("fell")
            raise StudioError("run.none")

        return attempt

    monkeypatch.setitem(fuzz.PARTS, "falling", falling)
    result = fuzz.fuzz("falling", 3, seed=5)
    assert (result.tries, result.refused, len(result.fell)) == (3, 2, 1)
    assert result.fell[0].startswith("--seed 5 --first 1: ") and "KeyError: 'fell'" in result.fell[0]
    fuzz.fuzz("falling", 1, seed=5, first=1)
    assert seen[3] == seen[1] != seen[2]


def test_damage_is_done():
    """Whatever is damaged is another thing afterwards, nearly always, and the same seed does the same to it."""
    record = {"a": [1, 2, {"b": None}], "c": "text"}
    for change, whole in ((damage.mutated, bytes(range(200))), (damage.changed, record)):
        spoilt = [change(np.random.default_rng(seed), whole) for seed in range(50)]
        assert sum(repr(one) != repr(whole) for one in spoilt) > 35 and len({*map(repr, spoilt)}) > 25
        assert repr(change(np.random.default_rng(7), whole)) == repr(spoilt[7])
