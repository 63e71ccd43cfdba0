"""An evaluation counts right, and is kept, or computed again where what was kept is no good."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn import metrics

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation, prediction
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run

answers = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        npst.arrays(np.uint8, n, elements=st.integers(0, 9)),
        npst.arrays(np.float32, (n, 10), elements=st.floats(0.125, 1, width=32)),
    )
)


def evaluation_of(labels, probabilities) -> Evaluation:
    """An evaluation of blank images, all of them kept."""
    count, scores = len(labels), np.asarray(probabilities, np.float32)
    scores = scores / scores.sum(axis=1, keepdims=True)
    images = np.zeros((count, 28, 28), np.uint8)
    return Evaluation(np.asarray(labels, np.uint8), scores, np.arange(count, dtype=np.int32), images, 0.5)


def sure(digit: int, confidence: float = 0.9) -> list[float]:
    return [confidence if number == digit else (1 - confidence) / 9 for number in range(10)]


@pytest.fixture
def small_example() -> Evaluation:
    """Six images: 0 and 1 right, 1 read as 7 twice, 7 right, 3 read as 8."""
    answers = [(0, 0, 0.9), (1, 1, 0.8), (1, 7, 0.5), (1, 7, 0.95), (7, 7, 0.6), (3, 8, 0.7)]
    return evaluation_of([label for label, _, _ in answers], [sure(digit, share) for _, digit, share in answers])


def test_scores_of_a_small_example_are_those_computed_by_hand(small_example):
    scores = small_example.scores()
    assert small_example.accuracy == pytest.approx(3 / 6)
    assert scores["support"].tolist() == [1, 3, 0, 1, 0, 0, 0, 1, 0, 0]
    assert scores["precision"][[0, 1, 3, 7, 8]].tolist() == pytest.approx([1, 1, 0, 1 / 3, 0])
    assert scores["recall"][[0, 1, 3, 7, 8]].tolist() == pytest.approx([1, 1 / 3, 0, 1, 0])
    assert scores["f1"][[0, 1, 3, 7, 8]].tolist() == pytest.approx([1, 1 / 2, 0, 1 / 2, 0])


def test_the_confusion_matrix_has_a_row_per_label_and_a_column_per_prediction(small_example):
    matrix = small_example.confusion_matrix()
    assert matrix.shape == (10, 10) and matrix.sum() == 6
    assert (matrix[0, 0], matrix[1, 1], matrix[1, 7], matrix[7, 7], matrix[3, 8]) == (1, 1, 2, 1, 1)


@given(answers)
def test_matrix_accuracy_and_scores_agree(drawn):
    result = evaluation_of(*drawn)
    matrix, scores = result.confusion_matrix(), result.scores()
    right = np.diagonal(matrix)
    assert matrix.sum() == len(drawn[0]) and result.accuracy == pytest.approx(right.sum() / matrix.sum())
    assert matrix.sum(axis=1).tolist() == scores["support"].tolist() == np.bincount(drawn[0], minlength=10).tolist()
    assert scores["recall"] == pytest.approx(right / np.maximum(matrix.sum(axis=1), 1))
    assert scores["precision"] == pytest.approx(right / np.maximum(matrix.sum(axis=0), 1))
    assert len(result.misclassified()) == matrix.sum() - right.sum()


@given(answers)
def test_scores_are_scikit_learns(drawn):
    result = evaluation_of(*drawn)
    options = {"labels": range(10), "average": None, "zero_division": 0}
    scores = result.scores()
    assert np.allclose(scores["precision"], metrics.precision_score(result.labels, result.predictions, **options))
    assert np.allclose(scores["recall"], metrics.recall_score(result.labels, result.predictions, **options))
    assert np.allclose(scores["f1"], metrics.f1_score(result.labels, result.predictions, **options))


def test_the_most_confident_mistakes_come_first(small_example):
    assert small_example.misclassified().tolist() == [3, 5, 2]


def test_mistakes_can_be_chosen_by_label_and_prediction(small_example):
    assert small_example.misclassified(label=1).tolist() == [3, 2]
    assert small_example.misclassified(label=3).tolist() == [5]
    assert small_example.misclassified(predicted=7).tolist() == [3, 2]
    assert small_example.misclassified(label=0).tolist() == small_example.misclassified(predicted=0).tolist() == []
    assert small_example.misclassified(label=1, predicted=8).tolist() == []


@given(answers)
def test_mistakes_are_all_wrong_and_sorted(drawn):
    result = evaluation_of(*drawn)
    wrong = result.misclassified()
    assert (result.predictions[wrong] != result.labels[wrong]).all()
    assert (np.diff(result.confidence[wrong]) <= 0).all()
    assert sorted(wrong) == np.flatnonzero(result.predictions != result.labels).tolist()


def test_an_evaluation_agrees_with_the_predictions_it_is_made_of(trained):
    digits = datasets.load("digits")
    result = evaluation.evaluate(prediction.load(trained), digits)
    assert np.array_equal(result.labels, digits.y_test)
    chances = result.probabilities.astype(float)
    loss = metrics.log_loss(digits.y_test, chances / chances.sum(axis=1, keepdims=True))
    assert result.loss == pytest.approx(loss, rel=1e-4)
    assert 0.2 < result.accuracy < 1 and len(result.misclassified()) > 0


def test_the_first_images_and_all_mistakes_are_kept(trained):
    digits, result = datasets.load("digits"), evaluation.load(trained)
    wanted = set(range(evaluation.FIRST)) | set(result.misclassified().tolist())
    assert result.index.tolist() == sorted(wanted)
    assert all(np.array_equal(result.image(index), digits.x_test[index]) for index in wanted)


def test_the_summary_is_json_and_agrees(trained):
    result, summary = evaluation.load(trained), evaluation.summary(trained)
    assert json.loads(json.dumps(result.summary())) == summary
    assert summary["images"] == 360 == sum(summary["support"]) == np.sum(summary["confusion_matrix"])
    assert summary["accuracy"] == pytest.approx(result.accuracy, abs=1e-6)
    assert summary["loss"] == pytest.approx(result.loss, abs=1e-6)


def test_what_is_kept_is_what_was_saved(store, new_run):
    run, example = new_run(store), evaluation_of([1] * 360, [sure(1), sure(7)] * 180)
    evaluation.save(run, example)
    kept = evaluation.load(run)
    for key in evaluation.ARRAYS:
        saved = getattr(example, key)
        assert np.array_equal(getattr(kept, key), saved) and getattr(kept, key).dtype == saved.dtype
    assert kept.loss == example.loss


def test_what_is_discarded_is_gone(store, new_run, small_example):
    run = new_run(store)
    evaluation.save(run, small_example)
    evaluation.discard(run)
    evaluation.discard(run)
    assert evaluation.summary(run) is None
    with pytest.raises(StudioError, match="no model"):
        evaluation.load(run)


SPOILT = {
    "nothing kept": {"predictions.npz": None, "evaluation.json": None},
    "no summary": {"evaluation.json": None},
    "damaged summary": {"evaluation.json": b'{"loss": '},
    "foreign summary": {"evaluation.json": b"[1]"},
    "no predictions": {"predictions.npz": None},
    "damaged predictions": {"predictions.npz": b"PK\x03\x04"},
    "text for predictions": {"predictions.npz": b"hello"},
}


@pytest.mark.parametrize("changes", SPOILT.values(), ids=SPOILT.keys())
def test_an_evaluation_that_is_no_good_is_computed_again(trained, tmp_path, changes):
    run = Run(shutil.copytree(trained.folder, tmp_path / trained.id))
    for name, content in changes.items():
        (run.folder / name).unlink()
        if content is not None:
            (run.folder / name).write_bytes(content)
    kept, computed = evaluation.load(trained), evaluation.load(run)
    assert np.allclose(computed.probabilities, kept.probabilities, atol=1e-5)
    assert computed.loss == pytest.approx(kept.loss, abs=1e-5)
    assert np.array_equal(computed.index, kept.index)


def probabilities_with(value: float):
    def change(arrays: dict) -> dict:
        arrays["probabilities"][3, 4] = value
        return arrays

    return change


CONTRADICTIONS = {
    "fewer labels": lambda arrays: arrays | {"labels": arrays["labels"][:-1]},
    "fewer probabilities": lambda arrays: arrays | {"probabilities": arrays["probabilities"][:-1]},
    "nine digits": lambda arrays: arrays | {"probabilities": arrays["probabilities"][:, :9]},
    "nothing": lambda arrays: {key: array[:0] for key, array in arrays.items()},
    "no number": probabilities_with(np.nan),
    "less than nothing": probabilities_with(-0.5),
    "more than all": probabilities_with(2),
    "a label of 10": lambda arrays: arrays | {"labels": arrays["labels"] + np.uint8(10)},
    "labels in halves": lambda arrays: arrays | {"labels": arrays["labels"].astype(np.float32)},
    "words": lambda arrays: arrays | {"labels": arrays["labels"].astype(str)},
    "an index beyond": lambda arrays: arrays | {"index": arrays["index"] + np.int32(360)},
    "an index before": lambda arrays: arrays | {"index": arrays["index"] - np.int32(1)},
    "index out of order": lambda arrays: arrays | {"index": arrays["index"][::-1]},
    "mistakes left out": lambda arrays: arrays | {"index": arrays["index"][:25], "images": arrays["images"][:25]},
    "fewer images": lambda arrays: arrays | {"images": arrays["images"][:-1]},
    "small images": lambda arrays: arrays | {"images": arrays["images"][:, ::2, ::2]},
    "one number": lambda arrays: arrays | {"labels": np.array(3)},
}


@pytest.mark.parametrize("change", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_predictions_that_contradict_each_other_are_computed_again(trained, tmp_path, change):
    run = Run(shutil.copytree(trained.folder, tmp_path / trained.id))
    with np.load(run.folder / "predictions.npz") as kept:
        arrays = dict(kept)
    np.savez(run.folder / "predictions.npz", **change(arrays))
    kept, computed = evaluation.load(trained), evaluation.load(run)
    for key in evaluation.ARRAYS:
        assert np.allclose(getattr(computed, key), getattr(kept, key), atol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 9, 359, 361])
def test_an_evaluation_of_more_or_fewer_images_than_there_are_is_computed_again(trained, tmp_path, count):
    run = Run(shutil.copytree(trained.folder, tmp_path / trained.id))
    evaluation.save(run, evaluation_of([1] * count, [sure(1)] * count))
    assert len(evaluation.load(run).labels) == 360


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b'"x"',
        b"1",
        b"null",
        b'{"x": 1}',
        b'{"accuracy": 1',
        b'{"accuracy": NaN, "loss": 1}',
        b'{"accuracy": 2, "loss": 1}',
        b'{"accuracy": 1, "loss": 1e999}',
        bytes(range(256)),
    ],
)
def test_a_damaged_summary_is_none(store, new_run, content):
    run = new_run(store)
    (run.folder / "evaluation.json").write_bytes(content)
    assert evaluation.summary(run) is None


def test_a_run_without_an_evaluation_has_no_summary(store, new_run):
    assert evaluation.summary(new_run(store)) is None
