"""A challenge: who takes part, who leads, and what the class's drawings say of a network."""

import json

import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Collection
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Run
from mnist_cnn.training import challenge
from mnist_cnn.training.challenge import Entry, Examiner
from mnist_cnn.training.rules import SMALL


@pytest.fixture
def measured(store):
    """Make a run of MNIST that ended so: `measured("anna", 0.97)`."""

    def make(owner, accuracy, hp=PRESETS["quick"], dataset="mnist", state="finished", **more) -> Run:
        run = store.create("one", dataset, hp, owner, **more)
        (run.folder / "evaluation.json").write_text(json.dumps({"accuracy": accuracy, "loss": 0.1}))
        run.set_status(state)
        return run

    return make


def test_somebodys_measured_runs_on_mnist_take_part(store, measured):
    good = [measured("anna", 0.9), measured("ben", 0.8, state="stopped")]
    measured(None, 0.9)
    measured("anna", 0.9, dataset="digits")
    measured("anna", 0.9, shipped=True)
    measured("anna", 0.9, hp=PRESETS["finder"])
    measured("anna", 0.9, state="failed")
    store.create("one", "mnist", PRESETS["quick"], "anna").set_status("stopped")  # before it was measured
    assert {run.id for run in challenge.taking_part(store.runs(), "accuracy")} == {run.id for run in good}


def test_a_taught_copy_takes_part_on_drawings_only_and_a_large_network_not_among_small_ones(measured):
    copy, tiny, large = (
        measured("a", 0.9, PRESETS["tiny"], base="quick"),
        measured("b", 0.9, PRESETS["tiny"]),
        measured("c", 0.9),
    )
    assert model.count_parameters(PRESETS["tiny"]) <= SMALL < model.count_parameters(PRESETS["quick"])
    taking_part = {kind: challenge.taking_part([copy, tiny, large], kind) for kind in ("accuracy", "small", "drawings")}
    assert taking_part == {"accuracy": [tiny, large], "small": [tiny], "drawings": [copy, tiny, large]}


def test_each_persons_best_counts_and_whoever_scores_the_same_shares_a_rank(measured):
    shares = [("anna", 0.9), ("ben", 0.95), ("anna", 0.97), ("zoe", 0.95), ("kim", 0.5)]
    best = challenge.best(challenge.on_test_images([measured(*one) for one in shares]))
    assert [(entry.owner, entry.share) for entry in best] == [("anna", 0.97), ("ben", 0.95), ("zoe", 0.95), ("kim", 0.5)]
    assert challenge.ranks(best) == [1, 2, 2, 4]


def test_on_drawings_a_lucky_few_do_not_lead(measured):
    run = measured("a", 0.9)
    lucky, steady = Entry(run, "a", 1.0, 2, 2, 0.34, 1.0), Entry(run, "b", 0.95, 95, 100, 0.89, 0.98)
    assert challenge.best([lucky, steady]) == [steady, lucky]


def test_a_run_without_a_measurement_any_more_scores_nothing(measured):
    run = measured("a", 0.9)
    (run.folder / "evaluation.json").unlink()
    assert challenge.on_test_images([run]) == []


@pytest.fixture
def drawings(tmp_path) -> Collection:
    collection, digits = Collection(tmp_path / "c.jsonl"), datasets.load("digits")
    for number in range(12):
        collection.add(int(digits.y_test[number]), digits.x_test[number] / 255, None)
    return collection


def test_runs_are_examined_in_the_background_once(trained, drawings, until, monkeypatch):
    examined = []
    examine = challenge.class_test.examine
    monkeypatch.setattr(challenge.class_test, "examine", lambda run, *more: examined.append(run.id) or examine(run, *more))
    examiner = Examiner(drawings)
    assert examiner.entries([trained]) == ([], 1)
    until(lambda: examiner.entries([trained])[1] == 0)
    (entry,) = examiner.entries([trained])[0]
    expected = examine(trained, drawings.examples()).figures(0.0)
    assert {key: getattr(entry, key) for key in ("share", "right", "images", "low", "high")} == {
        key: expected[key] for key in ("share", "right", "images", "low", "high")
    }
    assert examined == [trained.id]


def test_new_drawings_are_looked_at_after_a_while(trained, drawings, until, monkeypatch):
    examiner = Examiner(drawings)
    until(lambda: examiner.entries([trained])[1] == 0)
    drawings.add(3, np.ones((28, 28)), None)
    assert examiner.entries([trained])[1] == 0  # not at every stroke
    monkeypatch.setattr(challenge, "AGAIN", 0.0)
    until(lambda: (found := examiner.entries([trained])) and found[1] == 0 and found[0][0].images == 13)


def test_a_network_that_cannot_be_asked_scores_nothing_and_is_not_asked_again(measured, drawings, until):
    examiner, run = Examiner(drawings), measured("a", 0.9)
    run.model_file.write_bytes(b"no model")
    until(lambda: examiner.entries([run]) == ([], 0))
