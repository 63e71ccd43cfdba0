"""A series is the product of its values and seeds, within limits; what came of it is told value by value."""

import dataclasses
import json
import re
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn import places
from mnist_cnn.digits.datasets import DATASETS, TRAIN_IMAGES
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, VARIABLE, Hyperparameters
from mnist_cnn.reading import snapshots
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import estimate, jobs, outcome, series
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.outcome import Group, Standing
from mnist_cnn.training.series import MOST, READY, SEEDS, Series
from mnist_cnn.words import CATALOGUES

MINUTES = 5  # that a ready-made series takes at most on two cores, as far as can be told


def plan(varied: dict[str, tuple], seeds: int = 2, **changes) -> Series:
    return Series("tutorial", Hyperparameters(**changes), "digits", varied, seeds)


def code(action, *arguments) -> str:
    with pytest.raises(StudioError) as caught:
        action(*arguments)
    return caught.value.code


def test_every_value_meets_every_other_with_every_seed():
    settings = plan({"dropout2": (0.0, 0.5), "optimizer": ("adam", "sgd", "rmsprop")}, seeds=3, epochs=7, seed=9).settings()
    assert len(settings) == len(set(settings)) == 2 * 3 * 3
    assert {(hp.dropout2, hp.optimizer, hp.seed) for hp in settings} == {
        (dropout, optimizer, seed) for dropout in (0.0, 0.5) for optimizer in ("adam", "sgd", "rmsprop") for seed in (1, 2, 3)
    }
    assert all(hp == Hyperparameters(epochs=7, dropout2=hp.dropout2, optimizer=hp.optimizer, seed=hp.seed) for hp in settings)
    assert [hp.seed for hp in settings] == sorted(hp.seed for hp in settings)  # all values are seen early


@pytest.mark.parametrize(
    ("varied", "seeds", "why"),
    [
        ({}, 3, "series.varied"),
        ({"dropout2": (0.5,)}, 3, "series.varied"),
        ({"dropout2": (0.5, 0.5)}, 3, "series.varied"),
        ({"seed": (1, 2)}, 3, "series.varied"),
        ({"epochs": (1, 2), "dropout1": (0.0, 0.5), "dropout2": (0.0, 0.5)}, 1, "series.varied"),
        ({"epochs": (1, 2)}, 0, "series.varied"),
        ({"epochs": (1, 2)}, SEEDS + 1, "series.varied"),
        ({"epochs": tuple(range(1, MOST // SEEDS + 2))}, SEEDS, "series.many"),
        ({"epochs": tuple(range(400)), "dropout1": tuple(range(400))}, 1, "series.many"),
        ({"epochs": (1, 1000)}, 1, "hyperparameter.range"),
        ({"train_images": (1000, TRAIN_IMAGES["digits"] + 1)}, 1, "hyperparameter.range"),
    ],
)
def test_a_series_that_cannot_be_is_refused(varied, seeds, why):
    assert code(plan, varied, seeds) == why


def test_too_many_runs_are_counted_and_not_made(monkeypatch):
    monkeypatch.setattr(Series, "settings", lambda one: pytest.fail("made"))
    assert code(plan, {"batch_size": tuple(range(1, 401)), "filters1": tuple(range(1, 401))}, 1) == "series.many"


def test_as_many_runs_as_there_may_be_are_allowed():
    assert len(plan({"epochs": tuple(range(1, MOST // SEEDS + 1))}, SEEDS).settings()) == MOST


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("name", READY)
def test_a_ready_made_series_takes_a_few_minutes_and_has_words(name, dataset):
    one = series.ready(name, dataset)
    took = series.seconds(one.settings(), dataset, estimate.RATE * 2)
    assert estimate.STARTING * len(one.settings()) < took < 60 * MINUTES
    assert all({f"series.{name}", f"series.{name}.about"} <= set(words) for words in CATALOGUES.values())


def test_the_ready_made_ones_ask_what_they_are_said_to():
    fields = {name: set(one.varied) for name, one in READY.items()}
    assert fields["images"] == {"train_images"} and fields["dropout"] == {"dropout2"}
    assert READY["convolutions"].varied == {"convolutions": (1, 2)}
    assert not series.ready("convolutions", "mnist").base.second_pooling
    assert max(series.ready("images", "digits").varied["train_images"]) <= TRAIN_IMAGES["digits"]
    assert code(series.ready, "luck", "mnist") == "series.missing"


@pytest.mark.parametrize("name", sorted(VARIABLE))
def test_what_is_suggested_is_a_series_and_read_back_as_it_was_told(name):
    values = series.parse(name, series.suggested(name))
    assert len(plan({name: values}, 1).settings()) == len(values) >= 2
    assert series.parse(name, series.told(values)) == values


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("dropout2", " 0,0.5;0.25  0.5，", (0.0, 0.25, 0.5)),
        ("epochs", "3、1，2", (1, 2, 3)),
        ("optimizer", "sgd,adam", ("adam", "sgd")),
        ("batch_norm", "True,False", (False, True)),
        ("kernel1", "7 3", (3, 7)),
        ("learning_rate", "1e-3 1", (0.001, 1.0)),
        ("epochs", " ,; ", ()),
    ],
)
def test_values_are_read_from_what_people_type(name, text, values):
    found = series.parse(name, text)
    assert found == values and [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("epochs", "1, many", "hyperparameter.type"),
        ("epochs", "1.5", "hyperparameter.type"),
        ("epochs", "0", "hyperparameter.range"),
        ("learning_rate", "nan", "hyperparameter.range"),
        ("optimizer", "magic", "hyperparameter.choice"),
        ("batch_norm", "perhaps", "hyperparameter.type"),
        ("epochs", "9" * 5000, "hyperparameter.type"),
        ("epochs", ",".join(map(str, range(1, MOST + 2))), "series.many"),
    ],
)
def test_a_value_that_cannot_be_is_named(name, text, why):
    assert code(series.parse, name, text) == why


@given(name=st.sampled_from(sorted(VARIABLE)), text=st.text() | st.lists(st.floats() | st.integers()).map(str))
def test_any_text_is_values_within_the_range_or_a_sentence(name, text):
    try:
        values = series.parse(name, text)
    except StudioError as error:
        assert error.code == "series.many" or error.code.startswith("hyperparameter.") and error.values["field"] == name
    else:
        assert values == tuple(sorted(set(values)))
        assert [getattr(Hyperparameters(**{name: value}), name) for value in values] == list(values)


@given(st.sets(st.floats(RANGES["learning_rate"]["low"], RANGES["learning_rate"]["high"]), min_size=1, max_size=MOST))
def test_values_lose_nothing_on_their_way_through_text(rates):
    values = tuple(sorted(rates))
    assert series.parse("learning_rate", series.told(values)) == values


@given(
    numbers=st.sets(st.integers(RANGES["batch_size"]["low"], RANGES["batch_size"]["high"]), min_size=1, max_size=MOST),
    between=st.sampled_from([",", " ", ", ", "，", "; ", "、"]),
)
def test_numbers_are_read_back_whatever_stands_between_them(numbers, between):
    assert series.parse("batch_size", between.join(map(str, numbers))) == tuple(sorted(numbers))


@pytest.fixture
def made(store, small):
    """Two dropouts with three seeds, in the store, none of them trained."""
    wanted = Series("tutorial", small(), "digits", {"dropout2": (0.0, 0.5)}, 3, "dropout")
    return series.create(store, wanted, "me")


def finish(run: Run, val_accuracy: float, accuracy: float = 0.5) -> None:
    """Write what a training to its end would have."""
    rows = [f"{epoch},0.5,0.8,0.6,{val_accuracy},1.5" for epoch in range(1, run.hyperparameters.epochs + 1)]
    run.history_file.write_text("\n".join(["epoch,loss,accuracy,val_loss,val_accuracy,seconds", *rows]) + "\n")
    places.write_json(run.folder / "evaluation.json", {"accuracy": accuracy, "loss": 0.1})
    run.set_status("finished")


def test_the_runs_of_a_series_know_it_and_are_found_again(store, made, new_run):
    new_run(store)
    other = series.create(store, plan({"epochs": (1, 2)}, 1), None)
    found = series.among(store.runs())
    assert [[run.id for run in runs] for runs in found.values()] == [[run.id for run in runs] for runs in (other, made)]
    member = Run(made[0].folder).series
    assert (member.question, member.fields) == ("dropout", ("dropout2",)) and other[0].series.question is None
    assert {run.owner for run in made} == {"me"} and len({run.series for run in made}) == 1
    assert [run.hyperparameters.seed for run in made] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    "record",
    [
        None, 7, "dropout", [], {}, {"id": "a"}, {"id": 1, "question": None, "fields": ["epochs"]},
        {"id": "a", "question": None, "fields": []}, {"id": "a", "question": None, "fields": ["seed"]},
        {"id": "a", "question": None, "fields": ["epochs", "epochs"]}, {"id": "a", "question": None, "fields": [["epochs"]]},
        {"id": "a", "question": {}, "fields": 3}, {"id": "../a", "question": None, "fields": ["epochs"]},
        {"id": "a", "question": "<b>", "fields": ["epochs"]}, {"id": "a", "question": None, "fields": "epochs"},
        {"id": "a", "question": None, "fields": ["epochs", "dropout1", "dropout2"]},
    ],
    ids=repr,
)  # fmt: skip
def test_a_damaged_membership_is_none(store, new_run, record):
    run = new_run(store)
    path = run.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"series": record}))
    assert Run(run.folder).series is None


def test_where_a_run_cannot_be_written_none_of_the_series_is_left(store, small, monkeypatch):
    create, count = store.create, iter(range(10))
    monkeypatch.setattr(store, "create", lambda *given, **more: (full if next(count) == 2 else create)(*given, **more))
    monkeypatch.setattr(Run, "set_status", full)  # no room for that either
    monkeypatch.setattr(Run, "enqueue", lambda run: None)
    with pytest.raises(OSError, match="No space"):
        series.create(store, plan({"epochs": (1, 2)}, 2), None)
    assert store.runs() == []


def test_on_a_full_disk_nothing_of_a_series_stays(small, small_disk):
    store = Store(small_disk(64))  # 8 runs with their files, of a page each
    wanted = Series("tutorial", small(), "digits", {"epochs": tuple(range(1, MOST // SEEDS + 1))}, SEEDS)
    with pytest.raises(OSError, match="No space"):
        series.create(store, wanted, None)
    assert list(store.folder.iterdir()) == []


def full(*arguments, **more):
    raise OSError(28, "No space left on device")


@pytest.fixture
def idle(monkeypatch):
    """A queue that takes runs and trains none."""
    monkeypatch.setattr(Queue, "_dispatch", lambda queue: None)
    queue = Queue()
    yield queue
    queue.close()


def test_a_series_that_finds_no_room_in_line_leaves_no_runs(store, idle, monkeypatch):
    create = series.create

    def other_first(*arguments):
        runs = create(*arguments)
        monkeypatch.setattr(jobs, "LINE", 3)
        return runs

    monkeypatch.setattr(series, "create", other_first)
    assert code(series.begin, store, idle, plan({"epochs": (1, 2)}, 2), None) == "line.full"
    assert store.runs() == []


def test_a_series_that_cannot_be_put_in_line_leaves_no_runs_there_and_none_on_disk(store, idle, monkeypatch):
    put, count = snapshots.give_way, iter(range(10))
    monkeypatch.setattr(snapshots, "give_way", lambda *given: full() if next(count) == 2 else put(*given))
    with pytest.raises(OSError, match="No space"):
        series.begin(store, idle, plan({"epochs": (1, 2)}, 2), None)
    line, *others = store.folder.iterdir()
    assert (line.name, list(line.iterdir()), others) == (".line", [], []) and next(count) == 3
    runs = series.begin(store, idle, plan({"epochs": (1, 2)}, 1), None)
    assert [idle.place(run) for run in runs] == [1, 2]


def test_a_series_is_deleted_as_far_as_it_is_there_and_only_where_nobody_is_at_it(store, made):
    for run in made:
        run.set_status("stopped", "reason.stopped")
    store.delete(made[1])
    made[4].set_status("queued")
    assert code(series.delete, store, made) == "run.busy" and len(store.runs()) == 5
    made[4].set_status("stopped", "reason.stopped")
    series.delete(store, made)
    assert store.runs() == []


def test_figures_are_those_of_the_end(made, trained):
    assert outcome.figures(made[0]) is None
    finish(made[0], 0.9, 0.8)
    assert outcome.figures(made[0]) == {"val_accuracy": 0.9, "test_accuracy": 0.8, "val_loss": 0.6, "seconds": 3.0}
    found, last = outcome.figures(trained), trained.history()[-1]
    assert set(found) == set(outcome.METRICS) and found["val_loss"] == last["val_loss"] > 0


@pytest.mark.parametrize("loss", ["inf", "nan", "-inf"])
def test_figures_pass_over_what_is_not_finite(made, loss):
    for run in made[:2]:
        finish(run, 0.9)
        run.history_file.write_text(run.history_file.read_text().replace("0.6", loss))
    assert set(outcome.figures(made[0])) == {"val_accuracy", "test_accuracy", "seconds"}


def test_without_validation_there_are_no_figures_of_it(made):
    finish(made[0], 0.9)
    path = made[0].history_file
    path.write_text(re.sub("0.6,0.9", ",", path.read_text()))
    assert set(outcome.figures(made[0])) == {"test_accuracy", "seconds"}


def test_figures_are_grouped_by_value_with_mean_and_standard_deviation(made):
    figures = (0.9, 0.7, 0.92, 0.74, 0.88, 0.72)
    for run, figure in zip(made, figures, strict=True):
        finish(run, figure)
    known = [(outcome.values(run, ("dropout2",)), outcome.figures(run)["val_accuracy"]) for run in made]
    none, half = outcome.groups(reversed(known))
    assert (none.values, half.values) == ((0.0,), (0.5,))
    assert none.mean == pytest.approx(mean(figures[::2])) and none.sd == pytest.approx(stdev(figures[::2]))
    assert none.spread == pytest.approx(0.04) and Group((1,), (0.5,)).sd is None


@pytest.mark.parametrize(
    ("groups", "metric", "best", "verdict"),
    [
        ({1: (0.9, 0.91), 2: (0.5, 0.52)}, "val_accuracy", 1, "larger"),
        ({1: (0.9, 0.91), 2: (0.5, 0.52)}, "val_loss", 2, "larger"),
        ({1: (0.9, 0.96), 2: (0.85, 0.87)}, "test_accuracy", 1, "chance"),
        ({1: (0.9, 0.96), 2: (0.91, 0.97)}, "test_accuracy", 2, "chance"),
        ({1: (3.0, 9.0), 2: (5.0,)}, "seconds", 2, "unknown"),
        ({1: (0.9,), 2: (0.5,)}, "val_accuracy", 1, "unknown"),
        ({1: (0.9999,) * 2, 2: (0.9999,) * 3}, "val_accuracy", 1, "chance"),
        ({1: (0.1, 0.1 + 1e-16), 2: (0.3, 0.1 + 0.2)}, "val_accuracy", 2, "larger"),
        ({1: (0.0, 0.0), 2: (0.0, 0.0)}, "val_accuracy", 1, "chance"),
    ],
)
def test_the_differences_between_values_are_weighed_against_those_between_seeds(groups, metric, best, verdict):
    found = outcome.compare([Group((value,), figures) for value, figures in groups.items()], metric)
    assert (found.best.values, found.verdict) == ((best,), verdict)


@pytest.mark.parametrize(("values", "seeds"), [(2, 2), (5, 2), (20, 2), (5, 5)])
def test_where_values_make_no_difference_they_rarely_seem_to(values, seeds):
    draw, times = np.random.default_rng(values * seeds), 400
    series_of_noise = draw.normal(0.9, 0.01, (times, values, seeds))
    wrong = sum(
        outcome.compare([Group((at,), tuple(row)) for at, row in enumerate(rows)], "val_accuracy").verdict == "larger"
        for rows in series_of_noise
    )
    assert 0.02 * times <= wrong <= 0.08 * times


@pytest.mark.parametrize("groups", [[], [Group((1,), (0.5, 0.6))]])
def test_of_one_value_there_is_nothing_to_compare(groups):
    assert outcome.compare(groups, "val_accuracy") is None


def test_where_the_runs_stand(made):
    finish(made[0], 0.9)
    made[1].set_status("failed", "reason.diverged", epoch=1)
    made[2].set_status("stopped", "reason.server")
    now = Standing(made)
    assert (now.inside("finished"), now.lost, now.resumable, now.active) == (made[:1], made[1:2], made[2:3], made[3:])


def test_time_is_that_of_all_runs_one_after_the_other(small):
    settings = plan({"epochs": (1, 2)}, 1, **dataclasses.asdict(small()) | {"epochs": 1}).settings()
    alone = [series.seconds([hp], "digits", 1e9) for hp in settings]
    assert series.seconds(settings, "digits", 1e9) == pytest.approx(sum(alone)) and alone[0] < alone[1]
    assert PRESETS["tutorial"].train_images > TRAIN_IMAGES["digits"]  # of which there are no more to learn from
    capped = series.seconds([PRESETS["tutorial"]], "digits", 1e9)
    assert capped < series.seconds([PRESETS["tutorial"]], "mnist", 1e9) / 10
