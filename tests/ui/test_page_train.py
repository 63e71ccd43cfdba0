"""The logic of the Train page, in Streamlit's AppTest, on real runs."""

import shutil
import time

import streamlit as st
from pages import APP, PAGES, control, open_page, table_of_runs, texts
from streamlit.testing.v1 import AppTest

from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import Store, write_json


def ship(app_store: Store, run) -> None:
    """Put a run in the app_store as if it had come with the app, as Quick."""
    folder = shutil.copytree(run.folder, app_store.folder / "quick")
    path = folder / "run.json"
    path.write_text(path.read_text("utf-8").replace('"shipped": false', '"shipped": true'), "utf-8")


def test_a_preset_sets_every_control(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("transcript").run()
    assert not app.exception
    assert app.metric[0].value == "57,742"
    assert control(app.slider, "epochs").value == PRESETS["transcript"].epochs
    assert control(app.toggle, "second_pooling").value is True


def in_seconds(duration: str) -> float:
    """Of "20 s" or "2.5 min"; a fast machine says the one where a slow one says the other."""
    number, unit = duration.split()
    return float(number) * {"s": 1, "min": 60}[unit]


def test_changing_a_control_changes_parameters_and_time(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("tutorial").run()
    parameters, before = app.metric[0].value, in_seconds(app.metric[1].value)
    control(app.slider, "filters2").set_value(72).run()
    assert parameters == "242,062" != app.metric[0].value
    assert in_seconds(app.metric[1].value) > before


def test_the_layers_are_listed_as_keras_does(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("tutorial").run()
    layers = next(frame.value for frame in app.dataframe if "kind" in frame.value)
    assert list(layers["kind"])[:3] == ["Conv2D", "MaxPooling2D", "Conv2D"]
    assert layers["parameters"].sum() == 242_062


def test_training_from_the_page_reaches_its_end(app_store):
    app = open_page("train")
    control(app.selectbox, "dataset").set_value("digits").run()
    control(app.slider, "epochs").set_value(1).run()
    control(app.text_input, "run-name").set_value("../my run").run()
    app.button(key="train").click().run()
    assert not app.exception
    run = app_store.get("../my run")
    deadline = time.monotonic() + 120
    while run.status().active and time.monotonic() < deadline:
        time.sleep(0.2)
    assert run.status().state == "finished"
    assert run.folder.parent == app_store.folder
    app.run()
    assert "Finished" in table_of_runs(app)["state"].tolist()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Test accuracy"] == f"{evaluation.summary(run)['accuracy']:.2%}"


def test_only_the_browser_that_started_a_run_may_stop_it(app_store):
    run = app_store.create("of somebody else", "digits", Hyperparameters(), owner="another browser")
    app = open_page("train")
    assert run.status().active
    assert not [button for button in app.button if button.key == "stop"]
    assert "Started in another browser" in texts(app)


def test_a_failed_run_says_why(app_store):
    run = app_store.create("wild", "digits", Hyperparameters())
    run.set_status("failed", "reason.diverged", epoch=3)
    app = open_page("train", lang="en")
    assert "epoch 3" in app.error[0].value


def test_runs_can_be_overlaid(trained_store, trained):
    shutil.copytree(trained.folder, trained_store.folder / "copy")
    app = open_page("train")
    control(app.multiselect, "compared").set_value([trained.id, "copy"]).run()
    assert not app.exception
    assert {button.key for button in app.button} >= {f"rename-{trained.id}", "rename-copy", "delete-copy"}


def test_a_shipped_run_offers_no_deletion(trained_store, trained):
    ship(trained_store, trained)
    app = open_page("train")
    control(app.multiselect, "compared").set_value(["quick"]).run()
    assert not [button for button in app.button if button.key in ("delete-quick", "rename-quick")]
    assert "Quick" in table_of_runs(app)["name"].tolist()


def test_what_a_lesson_did_is_shown_with_its_run(trained_store, trained):
    write_json(trained_store.folder / trained.id / "teaching.json", {
        "collection": {"before": 0.5, "after": 0.9, "images": 10}, "test": {"before": 0.95, "after": 0.94, "images": 360},
    })  # fmt: skip
    values = {metric.label: metric.value for metric in open_page("train").metric}
    assert values["Drawings held out, 10"] == "50.0% → 90.0%" and values["Test set, 360 images"] == "95.0% → 94.0%"


def test_without_mnist_the_notice_says_how_to_get_it(app_store, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "nowhere.npz"))
    app = open_page("train")
    assert "nowhere.npz" in app.warning[0].value
    assert control(app.selectbox, "dataset").options == ["Small digits (8×8)"]
    assert not [button for button in app.button if button.key == "fetch-mnist"]  # what it fetched would not be used


def test_when_mnist_arrives_it_is_what_is_learned_from(app_store, monkeypatch, tmp_path, real_mnist):
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "nowhere.npz"))
    app = open_page("train")
    assert control(app.selectbox, "dataset").value == "digits"
    monkeypatch.setenv("MNIST_CNN_DATA", str(real_mnist))
    app.run()
    assert control(app.selectbox, "dataset").value == "mnist"
    control(app.selectbox, "dataset").set_value("digits").run()
    assert control(app.run().selectbox, "dataset").value == "digits"


def test_a_full_disk_is_said_where_a_run_would_begin(app_store, monkeypatch, small_disk, fill):
    folder = small_disk(256)
    monkeypatch.setenv("MNIST_CNN_MODELS", str(folder))
    st.cache_resource.clear()
    app = open_page("train")
    filler = fill(folder)
    app.button(key="train").click().run()
    assert not app.exception
    assert "The disk is full." in [error.value for error in app.error]
    assert list(folder.iterdir()) == [filler]


def test_a_name_that_cannot_be_is_said_to_be_so(app_store):
    app = open_page("train")
    control(app.text_input, "run-name").set_value("half\u200bseen").run()
    app.button(key="train").click().run()
    assert not app.exception
    assert "name" in app.error[0].value


def test_ones_own_training_is_shown_before_others_and_stays_when_it_ends(app_store):
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["visitor-id"] = "me"
    mine, theirs = (app_store.create(f"of {owner}", "digits", Hyperparameters(), owner=owner) for owner in ("me", "them"))
    app.run().switch_page(f"{PAGES}/train/page.py").run()
    assert "of me" in [heading.value for heading in app.header]
    app.button(key="stop").click().run()
    mine.set_status("stopped", "reason.stopped")
    app.run()
    assert "of me" in [heading.value for heading in app.header]
    assert theirs.status().active and app.button(key="resume")


def test_a_run_from_the_command_line_is_stopped_there_and_resumed_by_anybody(app_store):
    run = app_store.create("of the terminal", "digits", Hyperparameters())
    app = open_page("train")
    assert "Started on the command line" in texts(app)
    assert not [button for button in app.button if button.key == "stop"]
    run.set_status("failed", "reason.killed")
    assert open_page("train").button(key="resume")


def test_a_page_that_is_out_of_date_does_not_resume_a_run_that_has_finished(app_store):
    run = app_store.create("of the terminal", "digits", Hyperparameters())
    run.set_status("stopped", "reason.stopped")
    app = open_page("train", lang="en")
    run.set_status("finished")
    app.button(key="resume").click().run()
    assert not app.exception and "finished all its epochs" in app.toast[0].value
    assert run.status().state == "finished" and not [button for button in app.button if button.key == "resume"]


def test_before_anything_is_trained_the_curves_of_a_shipped_run_are_shown(app_store, trained):
    ship(app_store, trained)
    app = open_page("train")
    assert "Nothing trained yet" in texts(app) and "**Quick**" in texts(app)
    control(app.pills, "preset").set_value("tiny").run()
    assert "**Quick**" not in texts(app)
