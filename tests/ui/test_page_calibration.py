"""How sure a network is, on Analysis, in AppTest."""

import json

import numpy as np
from pages import address, control, open_page, texts

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Collection
from mnist_cnn.reading import evaluation, reliability


def figures(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_slider_tells_what_it_refuses_and_goes_back_to_the_runs_own_threshold(trained_store, trained):
    (trained_store.folder / trained.id / "calibration.json").write_text(json.dumps({"threshold": 0.4321}))
    app = open_page("analysis", view="calibration")
    slider = control(app.select_slider, "threshold")
    assert not app.exception and slider.value == 0.4321 and app.button(key="own-threshold").disabled
    slider.set_value(0.9).run()
    refusal = reliability.refuse(evaluation.load(trained), 0.9)
    told = figures(app)
    assert told["Refused"].startswith(f"{refusal.refused} (") and told["Mistakes let through"] == str(refusal.wrong)
    assert told["Right ones among the refused"] == str(refusal.refused_right)
    assert address(app)["threshold"] == "0.9" and "already calibrated" in texts(app)
    app.button(key="own-threshold").click().run()
    assert control(app.select_slider, "threshold").value == 0.4321 and "threshold" not in address(app)


def test_a_threshold_of_an_address_is_brought_to_the_sliders_steps(trained_store):
    app = open_page("analysis", view="calibration", threshold="0.7777", lang="zh")
    assert control(app.select_slider, "threshold").value == 0.78
    assert control(open_page("analysis", view="calibration", threshold="nan").select_slider, "threshold").value == 0.5


def test_what_is_no_digit_and_the_class_are_asked_about_when_opened(trained_store, monkeypatch):
    monkeypatch.setattr("mnist_cnn.ui.analysis.beyond.COUNT", 6)
    Collection().add(3, datasets.load("digits").x_test[0] / np.float32(255), None)
    app = open_page("analysis", view="calibration", threshold="0.999")
    assert "letters, scribbles and blots" not in texts(app)
    app.session_state["beyond"] = True
    app.run()
    assert not app.exception and "Of 6 letters, scribbles and blots" in texts(app)
    assert "Of the class's 1 drawings" in texts(app)


def test_a_model_that_is_gone_is_a_sentence_where_it_is_asked(trained_store, trained):
    app = open_page("analysis", view="calibration")
    (trained_store.folder / trained.id / "model.keras").write_bytes(b"no model")
    app.session_state["beyond"] = True
    app.run()
    assert not app.exception and "is damaged" in app.error[0].value
