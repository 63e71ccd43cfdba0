"""Whom the rules let train: every number that they limit, at its edge."""

from dataclasses import replace

import pytest

from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.records import Membership
from mnist_cnn.training import admission
from mnist_cnn.training.rules import Rules

HP = Hyperparameters(epochs=5, train_images=2000)
MEMBERS = {name: Membership(name, None, ("epochs",)) for name in ("one", "two")}


def refused(rules: Rules, runs=(), settings=(HP,), dataset="mnist", **more) -> tuple[str, dict] | None:
    error = admission.refusal(rules, [*runs], "me", settings, dataset, **more)
    return error and (error.code, error.values)


def test_by_the_rules_that_hold_until_somebody_changes_them_anybody_may_train():
    assert refused(Rules()) is None


@pytest.mark.parametrize(
    ("rule", "value", "dataset"),
    [("epochs", 5, "mnist"), ("train_images", 2000, "mnist"), ("train_images", 1437, "digits"),
     ("parameters", model.count_parameters(HP), "mnist")],
)  # fmt: skip
def test_what_is_limited_may_be_as_much_as_is_allowed_and_no_more(rule, value, dataset):
    assert refused(Rules(**{rule: value}), dataset=dataset) is None
    told = {"rule": rule, "value": value, "most": value - 1}
    assert refused(Rules(**{rule: value - 1}), dataset=dataset) == ("class.limit", told)
    small = replace(HP, epochs=1, train_images=100, dense_units=16)
    assert refused(Rules(**{rule: value - 1}), settings=[small, HP, small], dataset=dataset) == ("class.limit", told)


def test_of_a_copy_that_is_taught_only_the_size_is_limited():
    measures = admission.OF_COPIES
    assert refused(Rules(epochs=1, train_images=100), measures=measures) is None
    assert refused(Rules(parameters=1000), measures=measures)[0] == "class.limit"


def test_where_training_is_closed_nothing_begins_or_goes_on(store, new_run):
    assert refused(Rules(open=False)) == refused(Rules(open=False), again=[new_run(store)]) == ("class.closed", {})


def test_a_series_counts_as_one_and_nobodys_runs_count_for_others(store, small):
    def make(owner, series=None, state="finished"):
        store.create("x", "digits", small(), owner, series=series).set_status(state)

    for member in (MEMBERS["one"], MEMBERS["one"], MEMBERS["two"], None):
        make("me", member)
    for _ in range(5):
        make("other", state="queued")
        make(None, state="queued")
    store.create("ships", "digits", small(), "me", shipped=True)
    assert refused(Rules(runs=4), store.runs()) is None
    assert refused(Rules(runs=3), store.runs()) == ("class.runs", {"most": 3})
    assert refused(Rules(runs=3), store.runs(), again=[store.runs()[-1]]) is None  # it is kept already


def test_what_is_under_way_or_waits_counts_and_what_goes_on_is_not_in_its_own_way(store, small):
    for state, series in (("queued", MEMBERS["one"]), ("running", MEMBERS["one"]), ("queued", None), ("stopped", None)):
        run = store.create("x", "digits", small(), "me", series=series)
        run.set_status(state)
        if state == "running":  # in hand
            lock = run.claim()
    with lock:
        assert refused(Rules(waiting=3), store.runs()) is None
        assert refused(Rules(waiting=2), store.runs()) == ("class.waiting", {"most": 2})
        assert refused(Rules(waiting=2), store.runs(), again=[run]) == ("class.waiting", {"most": 2})
        of_series = [run for run in store.runs() if run.series]
        assert refused(Rules(waiting=2), store.runs(), again=of_series) is None
