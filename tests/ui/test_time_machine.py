"""The time machine of the Train page, in Streamlit's AppTest: one record for each moment, and words where there is none."""

import json
import os
import shutil

import numpy as np
import pytest
import streamlit as st
from pages import control, open_page, texts

from mnist_cnn.digits import datasets
from mnist_cnn.reading import hindsight, snapshots
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.runs import Run
from mnist_cnn.ui.drawing import Drawing
from mnist_cnn.ui.train import time_machine

NAMES = ["Start", "Batch 1", "Epoch 1", "Batch 10", "Epoch 2", "Epoch 3"]


@pytest.fixture
def opened(trained, monkeypatch):
    """The Train page with the time machine open, in English unless told: `opened(lang="zh")`."""

    monkeypatch.setattr(time_machine, "SPELL", float("inf"))  # all at the first look, however busy the machine is

    def opened(drawing=None, **query):
        app = open_page("train", **{"lang": "en", "run": trained.id} | query)
        app.session_state["drawings"] = {"drawing": Drawing(ink=drawing)}
        app.session_state["time-machine"] = True
        app.run()
        assert not app.exception
        return app

    return opened


def shown(app) -> list[dict]:
    """What the browser was given, once."""
    components = [element.proto for element in app._tree.get("bidi_component")]
    given = [json.loads(proto.json) for proto in components if proto.component_name.endswith("time_slider")]
    return given


def test_closed_it_asks_no_network_anything(trained_store, trained, monkeypatch):
    monkeypatch.setattr(hindsight, "ask", lambda *arguments: pytest.fail("it was asked"))
    app = open_page("train", lang="en", run=trained.id)
    assert "Time machine: the network as it learned" in [expander.label for expander in app.expander] and shown(app) == []


def test_every_moment_is_given_to_the_browser_with_what_its_network_read(trained_store, opened, trained):
    (given,) = shown(opened())
    assert [moment["name"] for moment in given["moments"]] == NAMES
    hp = trained.hyperparameters
    _, (images, labels) = datasets.split(datasets.load("digits"), hp.validation_split, hp.train_images)
    assert given["labels"] == labels[:100].tolist() and len(labels) == 40
    for record, moment in zip(given["moments"], snapshots.moments(trained), strict=True):
        answers, kernels = hindsight.ask(trained, moment, images.astype(np.float32) / 255)
        right = (answers.argmax(axis=1) == labels).sum()
        assert record["strip"] == answers.argmax(axis=1).tolist() and record["right"] == f"{right} of 40 right"
        assert record["accuracy"] == f"accuracy on 40 validation images: {right / 40:.2%}"
        assert np.sum(record["matrix"]) == 40 and np.trace(record["matrix"]) == right
        assert record["bars"] == pytest.approx(answers[0], abs=1e-4) and record["kernels"]["count"] == kernels.shape[-1] == 4


def test_the_bars_are_of_my_drawing_where_there_is_one(trained_store, opened):
    (plain,), ink = shown(opened()), np.zeros((280, 280), np.float32)
    ink[40:240, 130:150] = 1
    (own,) = shown(opened(ink))
    assert plain["words"]["bars"].startswith("One image") and own["words"]["bars"] == "Your drawing"
    assert own["subject"] != plain["subject"] and own["moments"][-1]["bars"] != plain["moments"][-1]["bars"]
    assert sum(own["moments"][-1]["bars"]) == pytest.approx(1, abs=1e-3)


def test_a_run_without_validation_images_is_asked_about_test_images_and_says_so(trained_store, opened, trained):
    path = trained_store.folder / trained.id / "run.json"
    record = json.loads(path.read_text("utf-8"))
    record["hyperparameters"]["validation_split"] = 0.0
    path.write_text(json.dumps(record), "utf-8")
    (given,) = shown(opened())
    assert given["labels"] == datasets.load("digits").y_test[:100].tolist()
    assert "100 test images" in given["words"]["strip"] and "360 test images" in given["words"]["matrix_about"]


def test_a_damaged_snapshot_is_left_out(trained_store, opened, trained):
    folder = trained_store.folder / trained.id / "snapshots"
    (folder / "8-1.npz").write_bytes(b"hello")
    (given,) = shown(opened())
    assert [moment["name"] for moment in given["moments"]] == [name for name in NAMES if name != "Epoch 1"]


@pytest.mark.parametrize(("lang", "said"), [("en", "no snapshots were kept"), ("zh", "没有保存快照")])
def test_a_run_without_snapshots_says_so(trained_store, opened, trained, lang, said):
    shutil.rmtree(trained_store.folder / trained.id / "snapshots")
    app = opened(lang=lang)
    assert said in texts(app) and shown(app) == []


def test_without_its_images_it_says_what_is_missing(trained_store, opened, trained, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "nowhere.npz"))
    path = trained_store.folder / trained.id / "run.json"
    path.write_text(path.read_text("utf-8").replace('"digits"', '"mnist"'), "utf-8")
    app = opened()
    assert "nowhere.npz" in app.error[0].value and shown(app) == []


def test_what_was_seen_once_is_not_asked_again(trained_store, opened, monkeypatch):
    first = shown(opened())
    monkeypatch.setattr(hindsight, "ask", lambda *arguments: pytest.fail("it was asked again"))
    assert shown(opened()) == first


def test_another_language_leaves_it_open_and_its_moments_the_same(trained_store, opened):
    app = opened()
    (english,), _ = shown(app), control(app.segmented_control, "lang").set_value("zh").run()
    (chinese,) = shown(app)
    assert english["moments"][-1]["name"] != chinese["moments"][-1]["name"]
    known = [[(moment["batch"], moment["epoch"]) for moment in given["moments"]] for given in (english, chinese)]
    assert known == [[(0, 0), (1, 0), (8, 1), (10, 0), (16, 2), (24, 3)]] * 2


@pytest.fixture
def crowded(trained_store, trained) -> Run:
    """A run whose folder somebody has filled with more snapshots than a training keeps."""
    run = trained_store.runs()[0]
    for batch in range(1000, 1000 + time_machine.LATEST):
        os.link(snapshots.file(run, Moment(0)), snapshots.file(run, Moment(batch)))
    return run


def test_of_a_crowded_folder_the_latest_are_looked_at_and_it_comes_to_rest(crowded, monkeypatch):
    monkeypatch.setattr(time_machine, "SPELL", float("inf"))
    asked = time_machine._asked(crowded)
    time_machine._look_back(crowded, asked, time_machine.SPELL)
    assert min(time_machine._known(crowded)).batch == 1000 and time_machine._refresh(crowded) is None


def test_what_is_remembered_is_bounded_and_the_latest_stays(trained_store, monkeypatch):
    run = trained_store.runs()[0]
    monkeypatch.setattr(time_machine, "REMEMBERED", 6)
    time_machine._memory().update({number: None for number in range(6)})
    time_machine._look_back(run, time_machine._asked(run), float("inf"))
    assert len(time_machine._memory()) == 6 and time_machine._refresh(run) is None


def test_a_snapshot_that_goes_meanwhile_is_no_error(trained, monkeypatch):
    monkeypatch.setattr("pathlib.Path.exists", lambda path: True)  # as it was, a moment ago
    assert time_machine._key(trained, Moment(999))[-1] == 0


def test_while_it_trains_a_look_asks_two_networks_the_latest_first(trained_store, trained, monkeypatch):
    run = trained_store.runs()[0]
    monkeypatch.setattr(time_machine, "BRIEF", 0.0)
    asked = time_machine._asked(run)
    for names in ([0, -1], [0, 1, 2, -1]):
        time_machine._look_back(run, asked, time_machine.BRIEF)
        assert list(time_machine._known(run)) == [snapshots.moments(run)[place] for place in names]
    st.cache_resource.clear()
