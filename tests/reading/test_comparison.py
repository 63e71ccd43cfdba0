"""A comparison of two networks counts right, whichever of them is called A; chance is what statistics calls so."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from pairs import another, answering
from scipy import stats

from mnist_cnn.digits import datasets
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import chance, comparison, evaluation
from mnist_cnn.reading.comparison import GROUPS, Comparison
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Store
from mnist_cnn.words import speaker

counts = st.integers(0, 400)


@st.composite
def pairs(draw) -> Comparison:
    """Of blank images, all of them kept; three answers of four are right."""
    labels = draw(npst.arrays(np.uint8, st.integers(1, 60), elements=st.integers(0, 9)))

    def network() -> Evaluation:
        scores = draw(npst.arrays(np.float32, (len(labels), 10), elements=st.floats(0.125, 1, width=32)))
        scores[np.arange(len(labels)), labels] += draw(
            npst.arrays(np.float32, len(labels), elements=st.sampled_from([0, 1, 1, 1]))
        )
        images = np.zeros((len(labels), 28, 28), np.uint8)
        return Evaluation(
            labels, scores / scores.sum(axis=1, keepdims=True), np.arange(len(labels), dtype=np.int32), images, 0.5
        )

    return Comparison(network(), network())


@given(counts, counts)
def test_the_test_is_scipys_exact_one(only_a, only_b):
    tossed = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert chance.mcnemar(only_a, only_b) == pytest.approx(tossed, abs=1e-12)


def test_the_test_gives_the_values_of_a_table_of_coins():
    """Of 10 coins: 2 · (1 + 10) / 1024 for one against nine; of 6 coins, 2 / 64 for none against six."""
    assert chance.mcnemar(1, 9) == pytest.approx(22 / 1024)
    assert chance.mcnemar(0, 6) == pytest.approx(2 / 64) and chance.more_than(2 / 64)
    assert chance.mcnemar(5, 5) == chance.mcnemar(0, 0) == 1 and not chance.more_than(1)


@given(st.integers(1, 10_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_is_scipys_and_holds_the_share(drawn):
    right, count = drawn
    low, high = chance.wilson(right, count)
    known = stats.binomtest(right, count).proportion_ci(0.95, method="wilson")
    assert (low, high) == (pytest.approx(known.low, abs=1e-12), pytest.approx(known.high, abs=1e-12))
    assert 0 <= low <= right / count + 1e-12 and right / count - 1e-12 <= high <= 1 and low < high


def test_the_interval_of_nothing_is_everything():
    low, high = chance.wilson([0, 5], [0, 5])
    assert (low[0], high[0]) == (0, 1) and 0.5 < low[1] < 1 and high[1] == 1


@given(pairs())
def test_the_four_groups_are_all_images_each_once_and_what_they_are_called(pair):
    groups = {name: pair.group(name) for name in GROUPS}
    assert sorted(np.concatenate([*groups.values()])) == list(range(len(pair.labels)))
    right = {"both": (True, True), "only_a": (True, False), "only_b": (False, True), "neither": (False, False)}
    for name, indices in groups.items():
        for one, expected in zip((pair.a, pair.b), right[name], strict=True):
            assert ((one.predictions == one.labels)[indices] == expected).all()
    assert pair.counts() == {name: len(indices) for name, indices in groups.items()}


@given(pairs())
def test_the_hardest_images_come_first(pair):
    for name in GROUPS:
        found = pair.group(name)
        given = (pair.a.probabilities + pair.b.probabilities)[found, pair.labels[found]]
        assert (np.diff(given) >= 0).all()


@given(pairs())
def test_swapped_it_says_the_same_of_the_other(pair):
    swapped = Comparison(pair.b, pair.a)
    assert np.array_equal(swapped.difference(), -pair.difference())
    assert np.array_equal(swapped.group("only_a"), pair.group("only_b"))
    assert all(np.array_equal(swapped.group(name), pair.group(name)) for name in ("both", "neither"))
    assert swapped.p_value() == pair.p_value()
    told, other = pair.summary(), swapped.summary()
    assert told["recall"] == {"a": other["recall"]["b"], "b": other["recall"]["a"]}


@given(pairs())
def test_a_network_against_itself_differs_in_nothing(pair):
    same = Comparison(pair.a, pair.a)
    assert not len(same.group("only_a")) and not len(same.group("only_b")) and not same.difference().any()
    assert same.p_value() == 1 and not same.summary()["more_than_chance"]
    assert not any(len(same.changed(label, predicted)) for label in range(10) for predicted in range(10))


@given(pairs(), st.integers(0, 9))
def test_the_images_of_a_cell_make_up_its_difference(pair, predicted):
    for label in np.unique(pair.labels):
        found = pair.changed(label, predicted)
        a, b = (one.predictions[found] == predicted for one in (pair.a, pair.b))
        assert (pair.labels[found] == label).all() and (a ^ b).all()
        assert b.sum() - a.sum() == pair.difference()[label, predicted]


@given(pairs())
def test_recall_is_the_evaluations_own(pair):
    assert comparison.recall(pair.a)["recall"] == pytest.approx(pair.a.scores()["recall"])


def changing(only_a: int, only_b: int) -> Comparison:
    """Two networks that read all images but the first few, each its own."""
    a, b = (datasets.load("digits").y_test.astype(int) for _ in range(2))
    a[:only_b] = (a[:only_b] + 1) % 10
    b[only_b : only_b + only_a] = (b[only_b : only_b + only_a] + 1) % 10
    return Comparison(answering(a), answering(b))


@pytest.mark.parametrize(
    ("only_a", "only_b", "sentence"),
    [
        (15, 23, "Of 360 images, B alone reads 23 right and A alone 15: no more than chance (McNemar, p = 0.26)."),
        (1, 9, "Of 360 images, B alone reads 9 right and A alone 1: more than chance (McNemar, p = 0.021)."),
        (40, 2, "Of 360 images, B alone reads 2 right and A alone 40: more than chance (McNemar, p < 0.001)."),
        (0, 0, "Of 360 images, A and B read the very same 360 right."),
    ],
)
def test_what_it_comes_to_is_one_sentence(only_a, only_b, sentence):
    assert changing(only_a, only_b).verdict(speaker("en")) == sentence
    assert str(only_a + only_b and only_b) in changing(only_a, only_b).verdict(speaker("zh"))


def test_every_image_is_at_hand_but_those_that_both_read():
    pair, images = changing(40, 60), datasets.load("digits").x_test
    for name in GROUPS[1:]:
        assert all(np.array_equal(pair.image(index), images[index]) for index in pair.group(name))
    assert np.array_equal(pair.image(0), images[0]) and pair.image(359) is None


def test_networks_with_other_test_images_are_not_compared(trained):
    kept = evaluation.load(trained)
    other = Evaluation(kept.labels[::-1], kept.probabilities, kept.index, kept.images, kept.loss)
    with pytest.raises(StudioError, match="their test images are not the same"):
        Comparison(kept, other)


def test_runs_of_other_datasets_and_a_run_against_itself_are_not_compared(store, trained, new_run, small):
    with pytest.raises(StudioError, match="on different datasets"):
        comparison.load(trained, store.create("big", "mnist", small()))
    with pytest.raises(StudioError, match="with itself shows nothing"):
        comparison.load(trained, trained)


def test_only_the_settings_that_differ_are_told(store, trained):
    run = another(store, trained, epochs=9, batch_norm=True)
    assert comparison.settings(trained, run) == {"batch_norm": (False, True), "epochs": (3, 9)}
    assert comparison.settings(run, trained) == {"batch_norm": (True, False), "epochs": (9, 3)}


def test_two_runs_are_compared_by_what_they_keep(store, trained):
    pair = comparison.load(trained, run := another(store, trained))
    assert np.array_equal(pair.b.probabilities, evaluation.load(run).probabilities)
    assert pair.difference().sum() == 0 and pair.difference().any()


def test_the_runs_that_ship_are_compared_without_tensorflow():
    quick, tutorial = (Store(PROJECT / "models").get(name).folder for name in ("quick", "tutorial"))
    code = f"""import sys
from mnist_cnn.reading import comparison
from mnist_cnn.runs import Run
told = comparison.load(Run({str(quick)!r}), Run({str(tutorial)!r})).summary()
print(sum(told["counts"].values()), {{"tensorflow", "keras", "sklearn"}} & set(sys.modules))"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["10000", "set()"]
