"""The logic of the Train page, in Streamlit's AppTest, on real runs."""

import re
import shutil

import pytest
import streamlit as st
from pages import APP, PAGES, address, control, open_page, sign_in, table_of_runs, texts
from streamlit.testing.v1 import AppTest

from mnist_cnn import places
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import Store
from mnist_cnn.training.jobs import Queue
from mnist_cnn.ui import server as app_server
from mnist_cnn.ui import teacher
from mnist_cnn.ui.language import t


def ship(app_store: Store, run) -> None:
    """Put a run in the app_store as if it had come with the app, as Quick."""
    folder = shutil.copytree(run.folder, app_store.folder / "quick")
    path = folder / "run.json"
    path.write_text(path.read_text("utf-8").replace('"shipped": false', '"shipped": true'), "utf-8")


def test_a_preset_sets_every_control(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("transcript").run()
    assert not app.exception
    assert "**57,742** parameters" in texts(app)
    assert control(app.slider, "epochs").value == PRESETS["transcript"].epochs
    assert control(app.toggle, "second_pooling").value is True


def size(app) -> tuple[int, float]:
    """Parameters, and seconds that training is said to take; a fast machine says "20 s" where a slow one says "2.5 min"."""
    said = next(caption.value for caption in app.caption if "parameters" in caption.value)
    parameters, number, unit = re.fullmatch(r"\*\*(.*)\*\* parameters, about \*\*(.*) (s|min)\*\*", said).groups()
    return int(parameters.replace(",", "")), float(number) * {"s": 1, "min": 60}[unit]


def test_changing_a_control_changes_parameters_and_time(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("tutorial").run()
    parameters, before = size(app)
    control(app.slider, "filters2").set_value(72).run()
    assert parameters == 242_062 < size(app)[0]
    assert size(app)[1] > before


def layers(app):
    return [frame.value for frame in app.dataframe if "kind" in frame.value]


def test_the_layers_that_the_settings_make_are_listed_as_keras_does(app_store):
    app = open_page("train")
    control(app.pills, "preset").set_value("tutorial").run()
    (table,) = layers(app)
    assert list(table["kind"])[:3] == ["Conv2D", "MaxPooling2D", "Conv2D"]
    assert table["parameters"].sum() == 242_062


def test_a_run_shows_its_own_layers_and_all_its_settings_whatever_the_form_says(trained_store, trained):
    app = open_page("train", lang="en")
    of_form, of_run = layers(app)
    assert of_run["parameters"].sum() == model.count_parameters(trained.hyperparameters) != of_form["parameters"].sum()
    told = next(frame.value for frame in app.dataframe if list(frame.value) == ["name", "value"])
    settings = dict(told.itertuples(index=False))
    assert {t(f"hyperparameter.{field}") for field in RANGES} < set(settings)
    assert (settings["Kernels, 1st convolution"], settings["Optimizer"], settings["Kernel size, 1st"]) == ("4", "Adam", "3 × 3")
    assert settings["Batch normalisation"] == "Off" and settings["Dataset"] == "Small digits (8×8)"


def test_training_from_the_page_reaches_its_end(app_store, until):
    small = {"filters1": "4", "filters2": "8", "dense_units": "32", "learning_rate": "0.01", "batch_size": "20"}
    app = open_page("train", preset="tutorial", **small)
    control(app.selectbox, "dataset").set_value("digits").run()
    control(app.slider, "epochs").set_value(1).run()
    control(app.text_input, "run-name").set_value("../my run").run()
    app.button(key="train").click().run()
    assert not app.exception
    run = app_store.get("../my run")
    until(lambda: not run.status().active)
    assert run.status().state == "finished"
    assert run.folder.parent == app_store.folder
    app.run()
    assert "✓ Finished" in table_of_runs(app)["state"].tolist()
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
    sign_in("me")
    app = open_page("train", visitor="me")
    control(app.multiselect, "compared").set_value([trained.id, "copy"]).run()
    assert not app.exception
    assert {button.key for button in app.button} >= {f"rename-{trained.id}", "rename-copy", "delete-copy"}
    cards = [text.value for text in app.markdown if text.value.startswith("**small")]
    assert len(set(cards)) == 2 and all(re.search(r"\d\d-\d\d", card.replace("\\", "")) for card in cards)
    assert "These runs have the same settings." in texts(app)
    app.button(key="delete-copy").click().run()
    assert {"confirm-delete-run", "cancel-delete-run"} <= keys(app)
    app.button(key="cancel-delete-run").click().run()
    assert len(trained_store.runs()) == 2 and "confirm-delete-run" not in keys(app)


def test_of_overlaid_runs_the_settings_that_differ_are_told(trained_store, trained, new_run):
    other = new_run(trained_store, epochs=7, learning_rate=0.5)
    other.set_status("finished")
    app = open_page("train", compared=f"{trained.id},{other.id}")
    table = next(frame.value for frame in app.dataframe if trained.id in frame.value).set_index("name")
    assert table.loc["Epochs"].tolist() == ["3", "7"] and table.loc["Learning rate"].tolist() == ["0.01", "0.5"]
    assert "Seed" not in table.index and "Batch size" not in table.index


def test_a_shipped_run_offers_no_deletion(trained_store, trained):
    ship(trained_store, trained)
    app = open_page("train")
    control(app.multiselect, "compared").set_value(["quick"]).run()
    assert not [button for button in app.button if button.key in ("delete-quick", "rename-quick")]
    assert "Quick" in table_of_runs(app)["name"].tolist()


def test_what_a_lesson_did_is_shown_with_its_run(trained_store, trained):
    places.write_json(trained_store.folder / trained.id / "teaching.json", {
        "collection": {"before": 0.5, "after": 0.9, "images": 10}, "test": {"before": 0.95, "after": 0.94, "images": 360},
    })  # fmt: skip
    values = {metric.label: metric.value for metric in open_page("train").metric}
    assert values["Drawings kept back, 10"] == "50.00% → 90.00%"
    assert values["Test set, 360 images"] == "95.00% → 94.00%"


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
    assert [path for path in folder.iterdir() if not path.name.startswith(".people")] == [filler]


def test_a_name_that_cannot_be_is_said_to_be_so(app_store):
    app = open_page("train")
    control(app.text_input, "run-name").set_value("half\u200bseen").run()
    app.button(key="train").click().run()
    assert not app.exception
    assert "cannot hold \\u200b" in app.error[0].value


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


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_a_run_from_the_command_line_is_stopped_resumed_renamed_and_deleted_there_or_by_the_teacher(idle):
    run = idle.create("of the terminal", "digits", Hyperparameters())
    app = open_page("train", visitor="me", compared=run.id)
    assert "Started on the command line" in texts(app) and not keys(app) & {"stop", "resume"}
    sign_in("me")
    app.run().button(key="stop").click().run()
    assert run.stop_requested()
    run.set_status("failed", "reason.killed")
    mine = {"resume", f"rename-{run.id}", f"delete-{run.id}"}
    assert keys(app.run()) >= mine and not keys(open_page("train", visitor="other", compared=run.id)) & mine
    app.button(key="resume").click().run()
    assert run.status().state == "queued" and not app.error


@pytest.mark.parametrize("key", ["stop", "to-front", "resume"])
def test_the_page_of_a_teacher_who_has_signed_out_does_nothing_any_more(idle, key):
    first, run = (idle.create(name, "digits", Hyperparameters(), owner="them") for name in ("a", "b"))
    for waits in (first, run):
        app_server.queue().submit(waits)
    if key == "resume":
        app_server.queue().stop(run)
    sign_in("me")
    app = open_page("train", visitor="me", lang="en", run=run.id)
    before, button = run.status(), app.button(key=key)
    teacher.office().sign_out("me")
    button.click().run()
    assert not app.exception and run.status() == before
    assert app_server.queue().place(run) == (None if key == "resume" else 2)
    assert key == "to-front" or "somebody else's" in app.error[0].value


def test_the_teacher_moves_a_run_to_the_front_and_its_place_and_wait_are_told(idle):
    first, run = (idle.create(name, "digits", Hyperparameters(), owner="them") for name in ("a", "b"))
    for waits in (first, run):
        app_server.queue().submit(waits)
    app = open_page("train", visitor="me", lang="en", run=run.id)
    assert re.search(r"number 2 in line, about [\d.]+ (s|min)", bar(app)) and "to-front" not in keys(app)
    app_server.rules().change(paused=True)
    assert "number 2 in line · The teacher has paused the line" in bar(app.run())
    sign_in("me")
    app.run().button(key="to-front").click().run()
    assert app_server.queue().place(run) == 1 and "to-front" not in keys(app) and "number 1" in bar(app)


@pytest.mark.parametrize(("visitor", "sentence"), [("me", "The teacher stopped it."), ("them", "Stopped on request.")])
def test_whoever_stops_a_run_that_waits_is_told(idle, visitor, sentence):
    first, run = (idle.create(name, "digits", Hyperparameters(), owner="them") for name in ("a", "b"))
    for waits in (first, run):
        app_server.queue().submit(waits)
    if visitor == "me":
        sign_in("me")
    open_page("train", visitor=visitor, lang="en", run=run.id).button(key="stop").click().run()
    app = open_page("train", visitor="them", lang="en", run=run.id)
    assert app.warning[0].value == sentence and "resume" in keys(app)
    assert "No epoch has been finished yet" in texts(app)


def bar(app) -> str:
    (shown,) = [shown.proto.text for shown in app.get("progress")]
    return shown


LIMITED = {
    "Training is closed": {"open": False},
    "Epochs: this training has 3, and the teacher allows 2 at most": {"epochs": 2},
    "Training images: this training has 1437": {"train_images": 1000},
    "Parameters: this training has 162586": {"parameters": 1000},
}


@pytest.mark.parametrize(("sentence", "rule"), LIMITED.items(), ids=[*(str(rule) for rule in LIMITED.values())])
def test_what_the_teacher_does_not_allow_is_said_beside_the_button_and_refused(idle, sentence, rule):
    app = open_page("train", visitor="me", lang="en", dataset="digits")
    assert sentence not in texts(app)
    app_server.rules().change(**rule)
    assert sentence in texts(app.run())
    app.button(key="train").click().run()
    assert sentence in app.error[0].value and idle.runs() == []
    sign_in("me")
    assert sentence not in texts(app.run()) and start(app)


def test_a_network_that_is_too_large_is_not_trained_step_by_step_either(idle):
    app_server.rules().change(parameters=1000)
    app = open_page("train", visitor="me", lang="en", dataset="digits")
    app.session_state["single-step"] = True
    app.run()
    assert "Parameters: this training has 162586" in texts(app) and "one-step" not in keys(app)
    sign_in("me")
    assert "one-step" in keys(app.run())


def test_one_browser_has_so_many_runs_in_line_and_keeps_so_many(idle):
    app_server.rules().change(waiting=2, runs=3)
    app = open_page("train", visitor="me", lang="en", dataset="digits")
    first, second = start(app), start(app)
    app.button(key="train").click().run()
    assert "2 runs under way or waiting already" in app.error[0].value and len(idle.runs()) == 2
    start(open_page("train", visitor="other", dataset="digits"))
    app_server.queue().stop(first)
    third = start(app.run())
    for run in (second, third):
        app_server.queue().stop(run)
    app.run().button(key="train").click().run()
    assert "You keep 3 runs already" in app.error[0].value
    app_server.rules().change(open=False)
    app.run().button(key="resume").click().run()
    assert "Training is closed" in app.error[0].value and not third.status().active
    app_server.rules().change(open=True)
    app.run().button(key="resume").click().run()  # it is kept already
    assert third.status().active


def test_a_page_that_is_out_of_date_does_not_resume_a_run_that_has_finished(app_store):
    run = app_store.create("mine", "digits", Hyperparameters(), owner="me")
    run.set_status("stopped", "reason.stopped")
    app = open_page("train", visitor="me", lang="en")
    run.set_status("finished")
    app.button(key="resume").click().run()
    assert not app.exception and "finished all its epochs" in app.error[0].value
    assert run.status().state == "finished" and not [button for button in app.button if button.key == "resume"]


def test_before_anything_is_trained_the_curves_of_a_shipped_run_are_shown(app_store, trained):
    ship(app_store, trained)
    app = open_page("train")
    assert "Nothing trained yet" in texts(app) and "**Quick**" in texts(app)
    control(app.pills, "preset").set_value("tiny").run()
    assert "**Quick**" not in texts(app)


def start(app, **settings):
    """Press Train after setting these controls; the run that begins, and the page."""
    known = {run.id for run in Store().runs()}
    for field, value in settings.items():
        control(app.slider, field).set_value(value).run()
    app.button(key="train").click().run()
    assert not app.exception
    return next(run for run in Store().runs() if run.id not in known)


def test_a_run_that_is_gone_is_said_to_be_so_and_another_only_where_there_is_one(app_store, new_run):
    app = open_page("train", lang="en", run="20260101-000000-abcdef")
    assert [info.value for info in app.info] == ["The run that this address names is gone."]
    new_run(app_store).set_status("stopped", "reason.stopped")
    app.run()
    assert [info.value for info in app.info] == ["The run that this address names is gone; here is another."]


def test_a_run_without_an_epoch_begins_again_and_one_with_some_goes_on_after_the_last(app_store, new_run):
    run = app_store.create("mine", "digits", new_run(app_store).hyperparameters)
    run.set_status("stopped", "reason.stopped")
    sign_in("me")
    app = open_page("train", visitor="me", lang="en", run=run.id)
    assert app.button(key="resume").label == "Begin again"
    run.history_file.write_text("epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.8,,,1.5\n")
    app.run()
    assert app.button(key="resume").label == "Resume"


def test_of_images_no_more_are_told_than_the_dataset_has(idle):
    app = open_page("train", lang="en", dataset="digits", preset="finder")
    run = start(app, epochs=5)
    assert run.hyperparameters.train_images == 2000
    app = open_page("train", lang="en", dataset="digits", question="dropout", **{"train-view": "series"})
    assert "Training images 1,437" in texts(app) and "2,000" not in texts(app)


def headings(app) -> list[str]:
    return [heading.value for heading in app.header]


@pytest.fixture
def idle(app_store, monkeypatch) -> Store:
    """The app's store, and a queue that takes runs and trains none."""
    monkeypatch.setattr(Queue, "_dispatch", lambda queue: None)
    return app_store


def test_a_run_without_a_name_is_called_by_its_preset_and_what_was_changed_in_the_readers_language(idle):
    app = open_page("train", lang="en")
    plain, changed = start(app), start(app, epochs=5)
    assert plain.preset == changed.preset == "quick"
    assert control(app.text_input, "run-name").placeholder == "Quick · Epochs 5"
    assert "Quick · Epochs 5" in headings(app)
    names = table_of_runs(open_page("train", lang="zh"))["name"].tolist()
    assert names == ["快速 · 训练轮数 5", "快速"]


def test_settings_that_equal_another_preset_are_called_like_it(idle):
    app = open_page("train")
    control(app.pills, "preset").set_value("no-dropout").run()
    run = start(app, dropout1=0.25, dropout2=0.5, epochs=20)
    assert run.hyperparameters == PRESETS["tutorial"] and run.preset == "tutorial"
    assert control(app.pills, "preset").value == "tutorial"


def test_the_preset_is_lit_as_long_as_the_settings_are_its_own(app_store):
    app = open_page("train", lang="en")
    control(app.slider, "epochs").set_value(5).run()
    assert control(app.pills, "preset").value is None and "Quick · Epochs 5" in texts(app)
    control(app.slider, "epochs").set_value(3).run()
    assert control(app.pills, "preset").value == "quick"


def test_a_name_is_kept_as_it_was_typed_and_the_next_run_has_none(idle):
    app = open_page("train")
    control(app.text_input, "run-name").set_value("Mine").run()
    named, next_one = start(app), start(app)
    assert (named.name, named.preset) == ("Mine", None) and next_one.preset == "quick"
    assert control(app.text_input, "run-name").value == ""
    idle.rename(next_one, "快速")
    assert (idle.get(next_one.id).name, idle.get(next_one.id).preset) == ("快速", None)


def test_a_run_that_only_guesses_says_so_wherever_it_is_told_of(trained_store, trained):
    scores = evaluation.summary(trained)
    places.write_json(trained_store.folder / trained.id / "evaluation.json", scores | {"accuracy": 0.098})
    app = open_page("train", lang="en", compared=trained.id)
    assert table_of_runs(app)["state"].tolist() == ["≈ Only guesses"]
    badges = [text.value for text in app.markdown if "Only guesses" in text.value]
    assert len(badges) == 2 and all("orange" in badge for badge in badges) and "Finished" not in texts(app)
    picker = control(open_page("analysis", lang="en").selectbox, "analysed")
    assert "Only guesses" in picker.options[0]


def test_the_curves_of_a_run_stay_when_it_has_ended_and_their_switches_are_remembered(trained_store, trained):
    app = open_page("train", log="True")
    assert control(app.toggle, "log").value is True and control(app.toggle, "smooth").value is False
    control(app.toggle, "smooth").set_value(True).run()
    assert not app.exception
    assert (address(app)["log"], address(app)["smooth"]) == ("True", "True")


def test_every_epoch_says_in_which_format_it_was_computed(trained_store, trained):
    path = Store().get(trained.id).history_file
    header, *rows = path.read_text("utf-8").splitlines()
    first, *others = (row.rpartition(",")[0] for row in rows)  # the first as runs told it that knew no other format
    path.write_text("\n".join([header, first, *(f"{row},bfloat16" for row in others)]), "utf-8")
    app = open_page("train", run=trained.id)
    (table,) = [frame.value for frame in app.dataframe if "precision" in frame.value]
    assert table["precision"].tolist() == ["bfloat16"] * len(others) + ["float32"]  # the newest first
