"""The run store: what is kept can be found again, and nothing in its folders can hide the rest."""

import errno
import json
import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn import locks, places, runs
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.network.precision import FORMATS
from mnist_cnn.reading.prediction import default_model, usable
from mnist_cnn.records import COLUMNS
from mnist_cnn.runs import NAME_LIMIT, STALE, Run, Status, Store
from mnist_cnn.ui.language import t
from mnist_cnn.ui.train import run_view

HOSTILE = ["../../x", "/etc/passwd", "..", ".", "a/b", "C:\\x", "~", "$HOME", "%s{0}", "<b>x</b>", "NUL", "*", "-rf", "数字"]


def code(action, *arguments, **options) -> str:
    with pytest.raises(StudioError) as caught:
        action(*arguments, **options)
    return caught.value.code


def everything_below(folder) -> set:
    return {path.relative_to(folder) for path in folder.rglob("*")}


def test_a_run_is_found_by_its_id_and_its_name(store):
    run = store.create("first try", "digits", PRESETS["tiny"], owner="me")
    for key in (run.id, "first try"):
        found = store.get(key)
        assert (found.id, found.name, found.dataset, found.owner) == (run.id, "first try", "digits", "me")
        assert found.hyperparameters == PRESETS["tiny"] and not found.shipped
    assert run.status().state == "queued" and run.history() == run.events() == []


def test_the_newest_run_comes_first_and_answers_to_a_shared_name(store):
    made = [store.create("same", "digits", PRESETS["tiny"]) for _ in range(6)]
    assert [run.id for run in store.runs()] == [run.id for run in reversed(made)]
    assert store.get("same").id == made[-1].id


def test_an_id_goes_before_a_name(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    store.create(run.id, "digits", PRESETS["tiny"])
    assert store.get(run.id).name == "one"


@pytest.mark.parametrize("name", ["", "nobody", "../models", "."])
def test_a_run_that_is_not_there_is_missing(store, name):
    store.create("one", "digits", PRESETS["tiny"])
    assert code(store.get, name) == "run.missing"


def test_a_store_without_a_folder_is_empty(tmp_path):
    assert Store(tmp_path / "none").scan() == ([], [])
    assert code(Run, tmp_path / "none") == "run.missing"


def test_the_environment_names_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path))
    assert Store().folder == tmp_path
    monkeypatch.delenv("MNIST_CNN_MODELS")
    assert Store().folder.name == "models"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(store, tmp_path, name):
    before = everything_below(tmp_path)
    run = store.create(name, "digits", PRESETS["tiny"])
    store.rename(run, name)
    assert run.folder.parent == store.folder and run.name == name == store.get(run.id).name
    made = {store.folder, store.folder / ".rename.lock", run.folder, run.folder / "run.json", run.folder / "status.json"}
    assert everything_below(tmp_path) - before == {path.relative_to(tmp_path) for path in made}


@pytest.mark.parametrize("name", ["../../x", "a/b", "..", "."])
def test_a_run_that_ships_stays_in_the_store(store, tmp_path, name):
    with pytest.raises(StudioError):
        store.create(name, "digits", PRESETS["tiny"], shipped=True)
    assert everything_below(tmp_path) <= {store.folder.relative_to(tmp_path)}


def test_a_run_that_ships_takes_no_other_runs_place(store):
    store.create("quick", "digits", PRESETS["tiny"], shipped=True)
    for _ in range(2):
        with pytest.raises(StudioError):
            store.create("quick", "digits", PRESETS["tiny"], shipped=True)
    assert [path.name for path in store.folder.iterdir()] == ["quick"]


EMPTY = ["", " \t", "\u3000", "\u200d \u200c", "\ufe0f\u200d\ufe0f", "x" * (NAME_LIMIT + 1)]
UNSEEN = ["bell\a", "nul\0", "\ud800", "half\u200bseen", "quick\u3164", "\u202egnp", "\x1b[31m"]


@pytest.mark.parametrize(("name", "why"), [(n, "run.name") for n in EMPTY] + [(n, "run.unseen") for n in UNSEEN])
def test_an_impossible_name_is_refused_and_leaves_nothing(store, name, why):
    assert code(store.create, name, "digits", PRESETS["tiny"]) == why
    assert store.scan() == ([], [])
    run = store.create("good", "digits", PRESETS["tiny"])
    assert code(store.rename, run, name) == why
    assert store.get(run.id).name == "good"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("安娜　的网络", "安娜 的网络"),
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("two\nlines", "two lines"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_may_be_in_any_script_and_has_plain_spaces(store, name, kept):
    run = store.create(name, "digits", PRESETS["tiny"])
    assert run.name == store.get(name).name == store.get(kept).name == kept


def test_a_run_is_renamed_in_place(store):
    run = store.create(" before ", "digits", PRESETS["tiny"], owner="me")
    before = json.loads((run.folder / "run.json").read_text("utf-8"))
    store.rename(run, f" {'x' * NAME_LIMIT} ")
    assert before["name"] == "before"
    assert json.loads((run.folder / "run.json").read_text("utf-8")) == before | {"name": "x" * NAME_LIMIT}
    assert store.get("x" * NAME_LIMIT).id == run.id
    assert code(store.get, "before") == "run.missing"


def test_a_run_is_deleted_with_its_folder(store):
    run, other = (store.create(name, "digits", PRESETS["tiny"]) for name in ("one", "two"))
    run.set_status("finished")
    store.delete(run)
    assert [path.name for path in store.folder.iterdir()] == [other.id]


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_under_way_cannot_be_deleted(store, state):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status(state)
    assert code(store.delete, run) == "run.busy" and run.folder.is_dir()


def test_a_run_that_came_with_the_app_cannot_be_renamed_or_deleted(store):
    run = store.create("quick", "digits", PRESETS["tiny"], shipped=True)
    run.set_status("finished")
    before, run = everything_below(store.folder), store.get("quick")
    assert run.shipped
    assert code(store.rename, run, "mine") == code(store.delete, run) == "run.shipped"
    assert everything_below(store.folder) == before and store.get(run.id).name == "quick"


@pytest.mark.parametrize("action", ["delete", "rename"])
def test_a_run_that_somebody_else_deleted_is_missing(store, action):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status("finished")
    store.delete(Run(run.folder))
    assert code(*((store.delete, run) if action == "delete" else (store.rename, run, "new"))) == "run.missing"
    assert not run.folder.exists()


def test_a_run_is_never_seen_half_made_or_half_deleted(store):
    def make_and_delete():
        for _ in range(60):
            run = store.create("one", "digits", PRESETS["tiny"])
            run.set_status("finished")
            store.delete(run)

    thread, seen = threading.Thread(target=make_and_delete), []
    thread.start()
    while thread.is_alive():
        seen += store.scan()[1]
    assert not seen


@pytest.fixture
def later(monkeypatch):
    """Two hours later."""
    return lambda: monkeypatch.setattr(runs.time, "time", lambda now=time.time: now() + 2 * STALE)


HIDDEN = ".20240501-100000-0a1b2c"


def test_what_is_left_of_runs_half_made_or_half_removed_goes_after_an_hour(store, later, monkeypatch):
    def full(*_):
        raise OSError(errno.EMFILE, "too many open files")

    kept, gone = (store.create(name, "digits", PRESETS["tiny"]) for name in ("kept", "gone"))
    gone.set_status("finished")
    with monkeypatch.context() as patch:
        patch.setattr(runs.shutil, "rmtree", lambda path, ignore_errors=False: ignore_errors or full())
        with pytest.raises(OSError):
            store.delete(gone)
        patch.setattr(places, "write_json", full)
        with pytest.raises(OSError):
            store.create("half", "digits", PRESETS["tiny"])
    assert len([*store.folder.iterdir()]) == 3
    store.sweep()
    assert len([*store.folder.iterdir()]) == 3
    later()
    store.sweep()
    assert [path.name for path in store.folder.iterdir()] == [kept.id]


def test_what_somebody_has_in_hand_and_what_is_not_the_apps_is_never_swept(store, later, tmp_path):
    store.create("one", "digits", PRESETS["tiny"])
    elsewhere = tmp_path / "elsewhere"
    for folder in (".line", ".git", ".quick", f"{HIDDEN}-mine", f"{HIDDEN}f", "20240501-100000-0a1b2c", "damaged"):
        (store.folder / folder).mkdir()
    for file in (".people.json", ".people.part.json", ".20240501-100000-aaaaaa", "classroom.json"):
        (store.folder / file).touch()
    elsewhere.mkdir()
    if os.name != "nt":
        (store.folder / ".20240501-100000-bbbbbb").symlink_to(elsewhere)
    (held := store.folder / HIDDEN).mkdir()
    before = everything_below(tmp_path)
    later()
    with locks.acquire(held / "trainer.lock"):
        store.sweep()
        assert everything_below(tmp_path) == before | {(held / "trainer.lock").relative_to(tmp_path)}
    store.sweep()
    assert everything_below(tmp_path) == before - {held.relative_to(tmp_path)}


def test_a_store_that_is_not_there_is_swept_as_well(tmp_path):
    Store(tmp_path / "none").sweep()
    assert not (tmp_path / "none").exists()


GOOD = {"name": "x", "created": "2024-05-01T10:00:00+00:00", "dataset": "digits", "hyperparameters": {"epochs": 3}}
DAMAGED = {
    "half": b'{"name": "x", "crea',
    "binary": bytes(range(256)),
    "deep": b"[" * 100_000,
    "list": b"[]",
    **{f"no {key}": {k: v for k, v in GOOD.items() if k != key} for key in GOOD},
    "name of no text": GOOD | {"name": None},
    "name of half a character": GOOD | {"name": "\ud800"},
    "dataset unknown": GOOD | {"dataset": "fashion"},
    "dataset of no text": GOOD | {"dataset": {}},
    "date of no text": GOOD | {"created": 20240501},
    "date that is none": GOOD | {"created": "yesterday"},
    "hyperparameter unknown": GOOD | {"hyperparameters": {"colour": "red"}},
    "hyperparameter out of range": GOOD | {"hyperparameters": {"epochs": 0}},
    "hyperparameter too long": GOOD | {"hyperparameters": {"learning_rate": 10**400}},
    "hyperparameters of no kind": GOOD | {"hyperparameters": [1]},
}


@pytest.mark.parametrize("record", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_run_does_not_hide_the_others(store, record):
    good = store.create("good", "digits", PRESETS["tiny"])
    folder = store.folder / "damaged"
    folder.mkdir()
    (folder / "run.json").write_bytes(record if isinstance(record, bytes) else json.dumps(record).encode())
    found, errors = store.scan()
    assert [run.id for run in found] == [good.id] and store.get("good").id == good.id
    assert [(error.code, error.values["name"]) for error in errors] == [("run.damaged", "damaged")]


def test_a_folder_in_place_of_the_record_does_not_hide_the_others(store):
    good = store.create("good", "digits", PRESETS["tiny"])
    (store.folder / "damaged" / "run.json").mkdir(parents=True)
    assert [run.id for run in store.runs()] == [good.id] and "damaged" in str(store.scan()[1][0])


def test_a_date_without_a_time_zone_does_not_hide_the_others(store):
    good = store.create("good", "digits", PRESETS["tiny"])
    folder = store.folder / "local"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(GOOD | {"created": "2024-05-01T10:00:00"}))
    found, errors = store.scan()
    assert good.id in [run.id for run in found] and len(found) + len(errors) == 2


def test_a_file_beside_the_runs_is_none_of_them(store):
    store.create("good", "digits", PRESETS["tiny"])
    (store.folder / "README.md").touch()
    assert [len(found) for found in store.scan()] == [1, 0]


def test_a_run_that_has_ended_needs_no_heartbeat(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status("failed", "reason.diverged", epoch=3)
    os.utime(run.folder / "status.json", (0, 0))
    assert run.status() == runs.Status("failed", "reason.diverged", {"epoch": 3})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", "null", '"running"', "{}", '{"state": "flying"}', '{"state": ["running"]}', "[" * 100_000,
     '{"state": "failed", "reason": "reason.unheard"}', '{"state": "failed", "reason": ["x"]}',
     '{"state": "failed", "reason": "reason.diverged"}', '{"state": "failed", "reason": "reason.diverged", "values": []}',
     '{"state": "failed", "reason": "reason.crashed", "values": {"x": 1}}',
     '{"state": "failed", "reason": "reason.crashed", "values": {"detail": "\\ud800"}}',
     '{"state": "failed", "reason": "reason.crashed", "values": {"detail": "x", "key": 1, "code": 2, "self": 3}}'],
)  # fmt: skip
def test_a_damaged_status_counts_as_failed_for_a_reason_that_can_be_told(store, text):
    run = store.create("one", "digits", PRESETS["tiny"])
    (run.folder / "status.json").write_text(text)
    status = run.status()
    assert status.state == "failed" and not status.active
    assert str(StudioError(status.reason, **status.values)).encode("utf-8")
    assert t(status.reason, **status.values)


def test_a_request_to_stop_is_forgotten_when_the_run_waits_again(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.request_stop()
    run.enqueue()
    assert not run.stop_requested() and run.status().state == "queued"


@pytest.mark.parametrize("state", runs.STATES)
def test_only_a_run_that_trains_or_waits_is_asked_to_stop(store, state):
    run = store.create("one", "digits", PRESETS["tiny"])
    with run.claim():
        run.set_status(state)
        assert run.request_stop() == run.stop_requested() == (state in runs.ACTIVE)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"", "reason.stopped"),
        (b"reason.teacher", "reason.teacher"),
        (b"reason.killed", "reason.stopped"),
        (b"\xff", "reason.stopped"),
    ],
)
def test_the_file_that_asks_for_a_stop_tells_a_known_reason_or_that_somebody_did(store, told, reason):
    run = store.create("one", "digits", PRESETS["tiny"])
    (run.folder / "stop").write_bytes(told)
    assert run.stop_requested() and run.stop_reason() == reason


def test_a_stop_by_the_teacher_says_so_and_leaves_nothing_else(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    before = {path.name for path in run.folder.iterdir()}
    assert run.stop_reason() == "reason.stopped" and run.request_stop("reason.teacher")
    assert run.stop_reason() == "reason.teacher" and {path.name for path in run.folder.iterdir()} == before | {"stop"}


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "1e308", "1e400"])
def test_a_history_whose_times_cannot_be_is_damaged(store, seconds):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.history_file.write_text(",".join(COLUMNS) + f"\n1,0.5,0.9,,,{seconds},\n")
    assert run.history() == [] and run.seconds() == 0


def check_history(run: Run, content: bytes) -> None:
    (run.folder / "history.csv").write_bytes(content)
    assert [row["epoch"] for row in run.history()] == list(range(1, len(run.history()) + 1))
    assert len(run.history()) <= run.hyperparameters.epochs
    for row in run.history():
        assert tuple(row) == COLUMNS and isinstance(row["epoch"], int) and 0 <= row["seconds"] < 1e9
        assert all(isinstance(row[key], float) for key in ("loss", "accuracy", "seconds"))
        assert row["precision"] in FORMATS


HEADER = ",".join(COLUMNS).encode()
HISTORIES = {
    "other columns": b"epoch,colour\n1,2\n",
    "half a row": HEADER + b"\n1,0.5",
    "no precision that there is": HEADER + b"\n1,0.5,0.9,,,1.5,float8\n",
    "no seconds": HEADER + b"\n1,0.5,0.9,,,\n",
    "too many fields": HEADER + b"\n1,0.5,0.9,,,1.5,7,8\n",
    "a text": HEADER + b"\n1,high,0.9,,,1.5\n",
    "an endless number": HEADER + b"\n99999999999999999999,0.5,0.9,,,1.5\n",
    "epochs before the first": HEADER + b"\n-5,0.5,0.9,,,1.5\n",
    "an epoch twice": HEADER + b"\n1,0.5,0.9,,,1.5\n1,0.5,0.9,,,1.5\n",
    "more epochs than there are": HEADER + b"".join(b"\n%d,0.5,0.9,,,1.5" % epoch for epoch in range(1, 999)),
    "an endless field": HEADER + b"\n1," + b"9" * 200_000,
}


@pytest.mark.parametrize("content", HISTORIES.values(), ids=HISTORIES.keys())
def test_a_damaged_history_has_whole_rows_or_none(store, content):
    check_history(store.create("one", "digits", PRESETS["tiny"]), content)


@given(st.binary(max_size=200))
def test_a_history_of_any_bytes_has_whole_rows_or_none(tmp_path_factory, content):
    check_history(Store(tmp_path_factory.mktemp("models")).create("one", "digits", PRESETS["tiny"]), content)


def test_a_history_without_validation_has_none_there(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    (run.folder / "history.csv").write_text(",".join(COLUMNS) + "\n1,0.5,0.9,,,1.25\n2,nan,0.8,,,1.0\n")
    first, second = run.history()
    assert first == dict(zip(COLUMNS, (1, 0.5, 0.9, None, None, 1.25, "float32"), strict=True))
    assert second["loss"] != second["loss"] and second["epoch"] == 2


VALIDATION = {"phase": "validation", "epoch": 1, "epochs": 2}
TRAINING = {"phase": "training", "epoch": 1, "epochs": 2, "batch": 3, "batches": 4, "loss": 0.5, "accuracy": 0.9}
TRAINING |= {"images_per_second": 900, "seconds_left": 61}


@pytest.mark.parametrize("tail", ["", '{"phase": "tra', json.dumps(VALIDATION)])
def test_an_event_half_written_is_left_out(store, tail):
    run = store.create("one", "digits", PRESETS["tiny"])
    (run.folder / "events.jsonl").write_text(json.dumps(TRAINING) + "\n" + tail)
    assert run.events() == [TRAINING]


@pytest.mark.parametrize("content", [b"\xff\xfe\n", b"{]\n", b"null\n", b"1\n[2]\n", b"[" * 100_000 + b"\n"])
def test_damaged_events_are_none(store, content):
    run = store.create("one", "digits", PRESETS["tiny"])
    (run.folder / "events.jsonl").write_bytes(content)
    assert run.events() == []


WRONG = [None, "3", [3], {"x": 3}, True, -1, 0, 2.5, 10**400, float("nan"), float("inf")]
COUNTS = ("epoch", "epochs", "batch", "batches")


@pytest.mark.parametrize("key", TRAINING)
def test_an_event_with_a_key_missing_or_wrong_is_passed_over(store, key):
    run = store.create("one", "digits", PRESETS["tiny"])
    wrong = [{name: value for name, value in TRAINING.items() if name != key}, TRAINING | {key: "3"}, TRAINING | {key: [3]}]
    wrong += [TRAINING | {key: value} for value in WRONG if key in COUNTS]
    lines = [TRAINING, *wrong, VALIDATION]
    (run.folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in lines))
    assert run.events() == [TRAINING, VALIDATION]


def test_its_seconds_are_those_of_its_epochs_and_of_the_part_of_one(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    assert run.seconds() == 0
    seconds = [0.5, 2.25, "3", -1.0, float("nan"), float("inf"), 10**400, None]
    lines = [json.dumps(TRAINING | {"seconds": value}) + "\n" for value in seconds]
    (run.folder / "events.jsonl").write_text("".join(lines) + json.dumps(TRAINING) + "\n")
    assert run.seconds() == 2.25
    run.history_file.write_text(",".join(COLUMNS) + "\n1,0.5,0.9,,,4.0\n")  # that epoch has been finished since
    assert run.seconds() == 4


@given(st.fixed_dictionaries({key: st.just(value) | st.sampled_from(WRONG) for key, value in TRAINING.items()}))
def test_whatever_events_say_pages_can_show_them(tmp_path_factory, event):
    run = Store(tmp_path_factory.mktemp("models")).create("one", "digits", PRESETS["tiny"])
    (run.folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    for event in run.events():
        assert 0 < event["epoch"] / event["epochs"] <= 1 and 0 < event["batch"] / event["batches"] <= 1
        assert len(run_view._under_way(event)) == 4


def test_pages_and_commands_open_with_sketch_else_the_first_that_ships_else_the_newest(store, small):
    def new(name: str, shipped: bool):
        run = store.create(name, "digits", small(), shipped=shipped)
        run.model_file.touch()
        return run

    assert default_model(usable(store.runs())) is None
    store.create("without a model", "digits", small())
    assert default_model(usable(store.runs())) is None
    for name, shipped in (("old", False), ("new", False), ("quick", True), ("best", True), ("sketch", True)):
        run = new(name, shipped)
        first = "best" if name in ("best", "quick") and (store.folder / "best").exists() else name
        assert default_model(usable(store.runs())).name == first, run.id


def test_what_ended_a_run_is_told_whatever_it_names(store, new_run):
    run = new_run(store)
    run.set_status("failed", "reason.crashed", detail="no file /tmp/\udcff")
    assert run.status() == Status("failed", "reason.crashed", {"detail": "no file /tmp/\\udcff"})
