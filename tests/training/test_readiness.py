"""A training that finds its network ready is the training that it would have been."""

import pytest

from mnist_cnn.training import readiness, training


def figures(run) -> list[dict]:
    training.train(run)
    return [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()]


CASES = {
    "a seed": ({"seed": 3}, True),
    "a network": ({"dropout2": 0.3}, False),
    "steps": ({"epochs": 1, "batch_size": 70, "learning_rate": 0.01}, True),
    "an optimizer": ({"optimizer": "sgd"}, False),
    "a seed of a cycle": ({"schedule": "one-cycle", "seed": 3}, True),
    "a longer cycle": ({"schedule": "one-cycle", "epochs": 1}, False),
}


@pytest.mark.parametrize(("changes", "used"), CASES.values(), ids=CASES)
def test_a_training_is_the_same_with_what_was_prepared(store, new_run, small, monkeypatch, changes, used):
    settings = {"dropout1": 0.5, "augmentation": 0.5, "batch_norm": True}
    likely = small(**settings | {"schedule": changes.get("schedule", "constant")})
    monkeypatch.setattr(readiness, "DATASET", "digits")
    taken, steps = [], readiness.steps
    monkeypatch.setattr(readiness, "steps", lambda *given: taken.append(steps(*given)) or taken[-1])
    expected = figures(new_run(store, **settings | changes))
    readiness.prepare(likely)
    (prepared,) = readiness._ready
    assert figures(new_run(store, **settings | changes)) == expected
    assert (taken[-1] is prepared) == used and not readiness._ready


def test_without_mnist_a_process_is_ready_all_the_same(project):
    readiness.prepare()
    assert not readiness._ready
