"""The logic of series on the Train page, in Streamlit's AppTest."""

import json
import re

import pytest
from pages import APP, PAGES, address, control, open_page, sign_in, table_of_runs, texts
from streamlit.testing.v1 import AppTest

from mnist_cnn import places
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import series
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.series import Series
from mnist_cnn.ui import run_names
from mnist_cnn.ui import server as app_server

OWN = {"lang": "en", "train-view": "series", "question": "own", "dataset": "digits", "preset": "tiny"}


@pytest.fixture
def idle(app_store, monkeypatch) -> Store:
    """The app's store, and a queue that takes runs and trains none."""
    monkeypatch.setattr(Queue, "_dispatch", lambda queue: None)
    return app_store


def finish(run: Run, accuracy: float) -> None:
    """Write what a training to its end would have."""
    row = f"0.5,0.8,0.6,{accuracy},1.5"
    rows = [f"{epoch},{row}" for epoch in range(1, run.hyperparameters.epochs + 1)]
    run.history_file.write_text("\n".join(["epoch,loss,accuracy,val_loss,val_accuracy,seconds", *rows]) + "\n")
    places.write_json(run.folder / "evaluation.json", {"accuracy": accuracy - 0.01, "loss": 0.1})
    run.set_status("finished")


def make(store: Store, small, owner: str | None = "me", **varied) -> list[Run]:
    """A series of two seeds that the server's end has stopped."""
    runs = series.create(store, Series("tutorial", small(), "digits", varied or {"dropout2": (0.0, 0.5)}, 2), owner)
    for run in runs:
        run.set_status("stopped", "reason.server")
    return runs


def charts(app) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart") + app.get("arrow_vega_lite_chart")]


def progress(app) -> str:
    """What stands over the bars, that of a download among them."""
    return "\n".join(bar.proto.text for bar in app.get("progress"))


def press(app, key: str):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def has(app, key: str) -> bool:
    return key in [button.key for button in app.button]


def test_a_ready_made_series_says_what_it_does_and_how_long_it_takes_and_begins(idle):
    app = open_page("train", lang="en", **{"train-view": "series", "question": "dropout", "dataset": "digits"})
    assert "Dropout after dense layer**: 0, 0.25, 0.5, 0.75" in texts(app)
    assert "**16** runs, about" in texts(app) and "No series yet" in texts(app)
    press(app, "start-series")
    runs = idle.runs()
    assert len(runs) == 16 and {run.status().state for run in runs} == {"queued"}
    assert {run.series.question for run in runs} == {"dropout"} and {run.dataset for run in runs} == {"digits"}
    assert "0 of 16 runs done" in progress(app)
    assert "number 1 in line" in texts(app) and "What does dropout do?" in [heading.value for heading in app.header]
    assert address(app)["series"] == runs[0].series.id
    press(app, "stop-series")
    assert {run.status().state for run in idle.runs()} == {"stopped"}
    press(app, "resume-series")
    assert {run.status().state for run in idle.runs()} == {"queued"} and has(app, "stop-series")


def test_a_series_of_ones_own_varies_what_was_chosen_of_the_settings_of_the_form(idle):
    app = open_page("train", **OWN, varied="optimizer,epochs")
    control(app.multiselect, "values-optimizer").set_value(["adam", "sgd"]).run()
    control(app.text_input, "values-epochs").set_value("2, 1").run()
    control(app.segmented_control, "seeds").set_value(1).run()
    assert "**4** runs" in texts(app)
    press(app, "start-series")
    made = {(run.hyperparameters.optimizer, run.hyperparameters.epochs, run.hyperparameters.filters1) for run in idle.runs()}
    assert made == {(optimizer, epochs, PRESETS["tiny"].filters1) for optimizer in ("adam", "sgd") for epochs in (1, 2)}
    assert idle.runs()[0].series.question is None
    assert "Optimizer × Epochs" in [heading.value for heading in app.header]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"varied": "epochs", "values-epochs": "1, lots"}, "Epochs is 'lots', but must be a whole number"),
        ({"varied": "learning_rate", "values-learning_rate": "0.1, 99"}, "Learning rate is 99.0, but must be from"),
        ({"varied": "epochs", "values-epochs": "5"}, "two values or more"),
        ({"varied": "epochs", "values-epochs": " ".join(map(str, range(1, 50))), "seeds": "5"}, "245 runs; at most 60"),
        (
            {"varied": "train_images", "values-train_images": "500 5000"},
            "Training images is 5000, but must be from 100 to 1437",
        ),
        ({"varied": "seed"}, "one or two hyperparameters"),
    ],
)
def test_values_that_cannot_be_are_said_to_be_so_and_nothing_can_begin(idle, query, sentence):
    app = open_page("train", **OWN, **query)
    assert sentence in app.error[0].value and not has(app, "start-series")


def test_a_ready_made_series_can_be_made_ones_own(idle):
    app = open_page("train", lang="en", **{"train-view": "series", "question": "rate", "dataset": "digits"})
    wanted = series.ready("rate", "digits")
    press(app, "change-series")
    assert control(app.pills, "question").value == "own"
    assert control(app.text_input, "values-learning_rate").value == "0.0001, 0.0003, 0.001, 0.003, 0.01"
    press(app, "start-series")
    assert {run.hyperparameters for run in idle.runs()} == set(wanted.settings())


def test_a_dot_for_each_run_that_is_done_and_in_words_what_is_noise(idle, small):
    runs = make(idle, small)
    app = open_page("train", lang="en", **{"train-view": "series"})
    assert "The first dot comes" in texts(app) and not charts(app)
    for run, accuracy in zip(runs, (0.9, 0.6, 0.92, 0.62), strict=True):
        finish(run, accuracy)
    app.run()
    (chart,) = charts(app)
    assert chart["layer"][2]["mark"]["type"] == "point" and "4 of 4 runs done" in progress(app)
    assert "**91.00%** at 0. The means lie up to 30.00" in texts(app)
    assert "more than chance (F test, p = 0.0022): **the value matters**" in texts(app)
    control(app.segmented_control, "series-metric").set_value("test_accuracy").run()
    assert "**90.00%**" in texts(app) and address(app)["series-metric"] == "test_accuracy"
    assert not has(app, "resume-series")


def test_runs_with_other_validation_images_are_compared_by_the_test_images(idle, small):
    for run in make(idle, small, validation_split=(0.1, 0.3)):
        finish(run, 0.9)
    app = open_page("train", lang="en", **{"train-view": "series"})
    assert control(app.segmented_control, "series-metric").value == "test_accuracy"
    assert "compares more fairly" not in texts(app)
    control(app.segmented_control, "series-metric").set_value("val_accuracy").run()
    assert "compares more fairly" in texts(app)


def test_a_loss_that_is_no_number_has_no_dot(idle, small):
    for run in make(idle, small):
        finish(run, 0.9)
        run.history_file.write_text(run.history_file.read_text().replace("0.6", "inf"))
    app = open_page("train", lang="en", **{"train-view": "series", "series-metric": "val_loss"})
    assert not app.exception and not charts(app) and "no finite number" in texts(app)


def test_a_server_that_was_killed_is_told_in_one_sentence(idle, small):
    first, *others = make(idle, small)
    for run in others:
        run.set_status("failed", "reason.killed")
    app = open_page("train", lang="en", **{"train-view": "series"})
    assert [warning.value for warning in app.warning] == ["The server ended while this run was training."]
    assert not app.error
    first.set_status("failed", "reason.killed")
    app.run()
    assert "before these runs had begun: 4" in app.warning[0].value and len(app.warning) == 1 and not app.error


def test_what_a_failure_says_is_not_read_as_markdown(idle, small):
    run = make(idle, small)[0]
    run.set_status("failed", "reason.crashed", detail="**[a](http://b)**")
    for query in ({"train-view": "series"}, {"run": run.id}):
        (error,) = open_page("train", lang="en", **query).error
        assert run_names.plain("**[a](http://b)**") in error.value


def test_of_two_hyperparameters_lines_and_a_brush_for_each_axis(idle, small):
    for number, run in enumerate(make(idle, small, dropout2=(0.0, 0.5), optimizer=("adam", "sgd"))):
        finish(run, 0.5 + number / 100)
    app = open_page("train", lang="en", **{"train-view": "series"})
    (chart,) = charts(app)
    assert json.dumps(chart).count('"type": "interval"') == 3
    assert "Each line is a run" in texts(app) and "5 · SGD with momentum. The means" in texts(app)


def test_learning_rates_stand_on_a_logarithmic_axis_and_diverged_runs_are_counted(idle, small):
    runs = make(idle, small, learning_rate=(0.001, 1.0))
    for run in runs[::2]:
        finish(run, 0.9)
    for run in runs[1::2]:
        run.set_status("failed", "reason.diverged", epoch=1)
    app = open_page("train", lang="en", **{"train-view": "series"})
    (chart,) = charts(app)
    assert chart["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"
    assert "without a dot: 2" in texts(app) and "4 of 4 runs done" in progress(app)


def test_the_runs_of_a_series_are_a_click_away(idle, small):
    runs = make(idle, small)
    finish(runs[0], 0.9)
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["series-runs"] = True
    app.query_params.update({"lang": "en", "train-view": "series"})
    app.run().switch_page(f"{PAGES}/train/page.py").run()
    labels = {button.key: button.label for button in app.button}
    assert labels[f"view-{runs[0].id}"] == "Seed 1: 90.00%" and labels[f"view-{runs[1].id}"] == "Seed 1"
    press(app, f"view-{runs[0].id}")
    assert address(app)["run"] == runs[0].id and "train-view" not in address(app)
    assert "Dropout after dense layer 0 · Seed 1" in [heading.value for heading in app.header]


def test_only_who_started_a_series_may_stop_resume_or_delete_it(idle, small):
    make(idle, small, owner="another browser")
    app = open_page("train", lang="en", **{"train-view": "series"})
    assert "Started in another browser" in texts(app)
    assert not {"stop-series", "resume-series", "delete-series"} & {button.key for button in app.button}


def test_a_series_is_refused_where_training_is_closed_or_too_many_wait_and_the_teacher_does_what_owners_may(idle, small):
    runs = make(idle, small)
    app_server.rules().change(open=False, waiting=1)
    query = {"train-view": "series", "question": "rate", "dataset": "digits"}
    app = open_page("train", visitor="me", lang="en", **query)
    assert "Training is closed" in texts(app)
    for key in ("start-series", "resume-series"):
        press(app, key)
        assert "Training is closed" in app.error[0].value
    app_server.rules().change(open=True)
    press(app.run(), "resume-series")
    press(app, "start-series")
    assert "1 runs under way or waiting" in app.error[0].value and len(idle.runs()) == len(runs)
    assert re.search(r"number 1 in line, about [\d.]+ s", texts(app))
    sign_in("teacher")
    other = open_page("train", visitor="teacher", lang="en", **query)
    press(other, "stop-series")
    assert {run.status().state for run in runs} == {"stopped"} and has(other, "delete-series")


def test_runs_of_series_crowd_no_list(trained_store, trained, small):
    runs = make(trained_store, small)
    app = open_page("train", lang="en")
    assert table_of_runs(app)["name"].tolist() == ["small"]
    assert len(control(app.multiselect, "compared").options) == 1 and "small" in [heading.value for heading in app.header]
    control(app.toggle, "of-series").set_value(True).run()
    assert len(table_of_runs(app)) == 1 + len(runs) and not app.exception
    (trained_store.folder / runs[0].id / "model.keras").write_bytes(trained.model_file.read_bytes())
    options = control(open_page("analysis", lang="en").selectbox, "analysed").options
    assert [option.split(" · ")[0] for option in options] == ["small", "Dropout after dense layer 0"]


def test_an_empty_store_and_a_foreign_address_are_no_errors(app_store):
    for query in ({"series": "nowhere", "varied": "x,y"}, {"question": "own", "varied": "", "values-kernel1": "9"}):
        app = open_page("train", **{"lang": "zh", "train-view": "series"}, **query)
        assert not app.exception and "还没有对比实验" in texts(app)
