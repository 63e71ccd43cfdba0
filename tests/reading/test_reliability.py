"""Confidence is held against accuracy, and a threshold against what it refuses and lets through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from mnist_cnn.reading import calibration, reliability
from mnist_cnn.reading.evaluation import Evaluation


def sure(confidence: np.ndarray) -> np.ndarray:
    """Probabilities (N, 10) that say 0 so surely, and share the rest."""
    others = np.repeat((1 - confidence)[:, np.newaxis] / 9, 9, axis=1)
    return np.concatenate([confidence[:, np.newaxis], others], axis=1)


def evaluation_of(confidence, right) -> Evaluation:
    """Answers of that confidence, each the digit 0, right or wrong."""
    confidence, right = np.array(confidence, np.float32), np.array(right, bool)
    labels, count = np.where(right, 0, 1).astype(np.uint8), len(right)
    kept = np.arange(count, dtype=np.int32), np.zeros((count, 28, 28), np.uint8)
    return Evaluation(labels, sure(confidence).astype(np.float32), *kept, 0.5)


answered = st.lists(st.tuples(st.floats(0.11, 1), st.booleans()), min_size=1, max_size=60).map(
    lambda pairs: evaluation_of(*zip(*pairs, strict=True))
)


def perfectly_calibrated() -> tuple[np.ndarray, np.ndarray]:
    """Answers 60 %, 80 % and 100 % sure, of each of which exactly so many are right."""
    confidence = np.repeat([0.6, 0.8, 1.0], 10)
    right = np.concatenate([np.arange(10) < 10 * share for share in (0.6, 0.8, 1.0)])
    return sure(confidence), np.where(right, 0, 1)


def test_the_perfectly_calibrated_has_no_error_and_lies_on_the_diagonal():
    probabilities, labels = perfectly_calibrated()
    bins = reliability.bins(probabilities, labels)
    filled = bins.count > 0
    assert bins.count[filled].tolist() == [10, 10, 10]
    assert bins.accuracy[filled] == pytest.approx(bins.confidence[filled]) and np.isnan(bins.accuracy[~filled]).all()
    assert calibration.expected_error(probabilities, labels) == pytest.approx(0, abs=1e-12)


@given(
    npst.arrays(np.float64, (30, 10), elements=st.floats(0.01, 1)),
    npst.arrays(np.uint8, 30, elements=st.integers(0, 9)),
)
def test_the_bins_divide_the_answers_and_make_up_the_expected_error(scores, labels):
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    bins = reliability.bins(probabilities, labels)
    assert bins.count.sum() == 30 and bins.right.sum() == (probabilities.argmax(axis=1) == labels).sum()
    gaps = np.nan_to_num(np.abs(bins.accuracy - bins.confidence)) * bins.count
    assert gaps.sum() / 30 == pytest.approx(calibration.expected_error(probabilities, labels))
    edges = np.arange(calibration.BINS + 1) / calibration.BINS
    mean = bins.confidence[bins.count > 0]
    assert ((edges[:-1][bins.count > 0] <= mean + 1e-9) & (mean <= edges[1:][bins.count > 0] + 1e-9)).all()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_temperature_is_found_on_one_half_and_helps_the_other(scale):
    chance = np.random.default_rng(5)
    logits = chance.normal(0, 2, (6000, 10))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (true.cumsum(axis=1) > chance.random((6000, 1))).argmax(axis=1)
    fitted = reliability.temperature(calibration.scaled(true, 1 / scale), labels)
    assert fitted.value == pytest.approx(scale, rel=0.06) and fitted.before.count.sum() == 3000
    assert fitted.error_after < 0.03 and (fitted.error_before > 0.1) == (scale > 1)


def test_what_a_threshold_does_is_counted():
    result = evaluation_of([0.3, 0.4, 0.6, 0.7, 0.9], [False, True, False, True, True])
    refusal = reliability.refuse(result, 0.5)
    assert (refusal.refused, refusal.refused_right, refusal.answered, refusal.wrong) == (2, 1, 3, 1)
    assert refusal.accuracy == pytest.approx(2 / 3)
    assert np.isnan(reliability.refuse(result, 0.99).accuracy)


@given(answered)
def test_the_higher_the_threshold_the_more_is_refused_and_the_fewer_mistakes_pass(result):
    refused_right, wrong = reliability.curve(result, np.linspace(0, 1, 21))
    assert (np.diff(refused_right) >= 0).all() and (np.diff(wrong) <= 0).all()
    assert refused_right[0] == 0 and wrong[0] == (result.predictions != result.labels).sum()


@given(answered, st.floats(0, 1))
def test_every_answer_is_refused_or_given(result, threshold):
    refusal = reliability.refuse(result, threshold)
    assert refusal.refused + refusal.answered == len(result.labels)
    assert refusal.refused_right <= refusal.refused and refusal.wrong <= refusal.answered
