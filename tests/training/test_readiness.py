"""A training that finds its network ready is the training that it would have been."""

import numpy as np
import pytest

from mnist_cnn.training import readiness, training


def figures(run) -> list[dict]:
    training.train(run)
    return [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()]


@pytest.mark.parametrize("changes", [{"seed": 3}, {"seed": 1, "dropout2": 0.3}], ids=["another seed", "another network"])
def test_what_was_prepared_changes_nothing(store, new_run, small, monkeypatch, changes):
    monkeypatch.setattr(readiness, "LIKELY", small(dropout1=0.5, augmentation=0.5))
    monkeypatch.setattr(readiness, "DATASET", "digits")
    settings = {"dropout1": 0.5, "augmentation": 0.5} | changes
    expected = figures(new_run(store, **settings))
    readiness.prepare()
    (prepared,) = readiness._ready
    run = new_run(store, **settings)
    assert figures(run) == expected
    used = np.allclose(prepared.model.get_weights()[0], training.Training(run, print, lambda: None).model.get_weights()[0])
    assert used == ("dropout2" not in changes) and not readiness._ready


def test_without_mnist_a_process_is_ready_all_the_same(project):
    readiness.prepare()
    assert not readiness._ready
