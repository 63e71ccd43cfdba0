"""The dialog from which a run is taken home: what is in its tabs, and that nothing is made before it is asked for."""

import shutil

import numpy as np
import pytest
from pages import control, open_page, texts

from mnist_cnn.reading import export
from mnist_cnn.ui.drawing import Drawing


@pytest.fixture
def analysis(trained_store):
    return open_page("analysis", lang="en")


def tab(app, name: str):
    """The dialog with that tab open."""
    app.session_state["take-home-en"] = name
    app.button(key="take-home").click().run()
    assert not app.exception, app.exception
    return app


def saved(app) -> list[str]:
    """The labels of the buttons that save a file."""
    return [button.label for button in app.get("download_button")]


def test_the_code_is_that_of_the_run(analysis, trained, monkeypatch):
    monkeypatch.setattr(export, "content", None)
    app = tab(analysis, "Code")
    command, code = app.code
    assert "model.add(layers.Conv2D(4, 3, " in code.value and "load_digits" in code.value
    assert command.value.endswith(f"python -m mnist_cnn code --model {trained.id}")
    assert saved(app) == ["Python script (.py)", "Notebook (.ipynb)"]


def test_the_model_comes_with_lines_that_divide_by_255(analysis):
    app = tab(analysis, "Model")
    assert saved(app) == ["Model (.keras)", "Model (.tflite)"]
    *lines, command = app.code
    assert len(lines) == 2 and all("/ 255" in code.value for code in lines)
    assert "mnist_cnn export" in command.value


def test_the_report_takes_a_name_a_drawing_and_another_run(analysis, trained, trained_store):
    shutil.copytree(trained.folder, trained_store.folder / "other")
    app = tab(analysis, "Report")
    app = tab(analysis, "Report")  # about the other one now, which is newer
    assert "Draw a digit on the page Draw first" in texts(app)
    ink = np.zeros((280, 280), np.float32)
    ink[40:240, 130:150] = 1
    app.session_state["drawings"] = {"drawing": Drawing(ink=ink)}
    app = tab(app, "Report")
    assert saved(app) == ["Save the report (.html)"]
    assert control(app.toggle, "report-drawing").value is True
    control(app.text_input, "report-name").set_value("Anna").run()
    assert app.session_state["report-name"] == "Anna"
    app = tab(app, "Report")
    compared = control(app.selectbox, "report-other")
    assert len(compared.options) == 2 and compared.value is None


def test_a_run_without_a_network_has_its_code_alone(app_store, small):
    run = app_store.create("mine", "digits", small())
    run.set_status("failed", "reason.killed")
    app = open_page("train", lang="en", run=run.id)
    app.button(key="take-home").click().run()
    assert not app.exception
    assert [tab.label for tab in app.tabs] == ["Code"] and len(app.code) == 2
    assert "As soon as an epoch" in texts(app)


def test_a_damaged_network_is_a_sentence(analysis, trained_store):
    (path,) = trained_store.folder.glob("*/model.keras")
    path.write_bytes(b"no model")
    (path.parent / "predictions.npz").unlink()
    app = tab(analysis, "Report")
    assert "is damaged" in texts(app)
