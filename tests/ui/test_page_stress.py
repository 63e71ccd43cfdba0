"""Stress it, in AppTest: a digit distorted, attacked, and the curves of several networks."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from pages import address, control, open_page, texts

from mnist_cnn.digits import datasets
from mnist_cnn.reading import prediction
from mnist_cnn.reading.stress import DISTORTIONS
from mnist_cnn.ui.state import TABLE
from mnist_cnn.ui.stress import measuring


@pytest.fixture
def page(trained_store, monkeypatch):
    """Open the page, its curves measured at one go."""
    monkeypatch.delenv("MNIST_CNN_DATA", raising=False)
    monkeypatch.setattr(measuring, "WORK", 600)
    monkeypatch.setattr(measuring, "PART", 500)

    def open_stress(**query):
        return open_page("stress", **query)

    return open_stress


def summaries(app) -> list[str]:
    return [text.value for text in app.markdown if "at worst" in text.value]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_any_run_it_says_so(app_store, language):
    assert open_page("stress", lang=language).info


def test_every_control_stands_in_the_address_and_reset_takes_the_sliders_back(page):
    told = {"stress-turn": "30.0", "stress-noise": "0.2", "epsilon": "0.2", "bent": "scale", "lang": "zh"}
    app = page(**told)
    assert address(app) == told
    assert control(app.slider, "stress-turn").value == 30
    app.button(key="reset").click().run()
    assert not app.exception
    assert address(app) == {"epsilon": "0.2", "bent": "scale", "lang": "zh"}
    assert app.button(key="reset").disabled


@pytest.mark.parametrize("amount", ["nan", "inf", "91", "-1e9", "much", ""])
def test_an_amount_that_cannot_be_is_no_amount(amount):
    with pytest.raises(ValueError):
        TABLE["stress-turn"].parse(amount)


def test_what_cannot_be_is_left_out(page):
    app = page(**{"stress-turn": "91", "epsilon": "nan", "bent": "broken", "stressed": "none"})
    assert control(app.slider, "stress-turn").value == 0
    assert address(app) == {"lang": "en"}
    assert TABLE["bent-runs"].parse("a,a,b,c,d") == ["a", "b", "c"]


def test_the_curve_at_nothing_is_plain_accuracy_on_the_same_images(page, trained):
    dataset = datasets.load("digits")  # MNIST is not there
    answers = prediction.load(trained).predict(dataset.x_test[: measuring.IMAGES].astype(np.float32) / 255)
    plain = (answers.argmax(axis=1) == dataset.y_test[: measuring.IMAGES]).mean()
    (told,) = summaries(page())
    assert f"{plain:.2%} as they are" in told


def test_every_distortion_has_its_curve(page):
    app, told = page(), set()
    for name in DISTORTIONS:
        control(app.selectbox, "bent").set_value(name).run()
        assert not app.exception
        told |= set(summaries(app))
    assert len(told) == len(DISTORTIONS)


def test_three_networks_are_compared_and_no_more(page, trained_store, trained):
    for name in ("other", "third", "fourth"):
        shutil.copytree(trained.folder, trained_store.folder / name)
    app = page(**{"bent-runs": "other,third,fourth,other"})
    assert len(summaries(app)) == 3
    assert control(app.multiselect, "bent-runs").proto.max_selections == 3


def test_measuring_goes_on_where_it_stopped(page, monkeypatch):
    monkeypatch.setattr(measuring, "PART", 180)
    app = page()
    whole = summaries(app)
    monkeypatch.setattr(measuring, "WORK", 0)
    control(app.selectbox, "bent").set_value("noise").run()
    assert summaries(app) == []
    control(app.selectbox, "bent").set_value("turn").run()
    assert summaries(app) == whole
    control(app.selectbox, "bent").set_value("noise").run()
    for _ in range(20):
        if summaries(app):
            break
        app.run()
    assert summaries(app)


def test_nothing_is_measured_while_a_slider_is_moved(page, monkeypatch):
    monkeypatch.setattr(measuring, "QUIET", 600)
    app = page()
    assert summaries(app)
    control(app.slider, "stress-turn").set_value(5.0).run()
    control(app.selectbox, "bent").set_value("noise").run()
    assert not app.exception and summaries(app) == []


def test_a_damaged_model_among_the_compared_is_an_error_there_only(page, trained_store, trained):
    folder = shutil.copytree(trained.folder, trained_store.folder / "broken")
    (folder / "model.keras").write_bytes(b"no model")
    app = page(stressed=trained.id, **{"bent-runs": "broken"})
    assert len(app.error) == 1
    assert "Attack it" in texts(app) and summaries(app) == []
    assert page(stressed="broken").error


def test_an_attack_says_what_it_takes(page):
    app = page()
    said = "\n".join(info.value for info in app.info)
    assert "ε = " in said
    for epsilon in ("0.00", "0.30"):
        control(app.select_slider, "epsilon").set_value(epsilon).run()
        assert not app.exception


def test_before_anything_is_drawn_it_invites(page):
    app = page(subject="own")
    assert texts(app).count("Draw a digit here") >= 1
    assert summaries(app)


def test_other_images_are_measured_anew(page, monkeypatch):
    page()
    known = len(measuring._known())
    mnist = replace(datasets.load("digits"), name="mnist")  # it has arrived
    monkeypatch.setattr(datasets, "at_hand", lambda name="mnist": mnist)
    page()
    assert len(measuring._known()) == 2 * known > 0


def test_a_run_deleted_while_the_page_is_open_is_a_sentence(page, trained_store, trained, monkeypatch):
    app = page(stressed=trained.id, lang="en")
    monkeypatch.setattr(
        "mnist_cnn.ui.stress.sliders.show_original", lambda digit: shutil.rmtree(trained_store.folder / trained.id)
    )
    assert f"no run named {trained.name}" in app.run().error[0].value


@pytest.mark.parametrize("beyond", [0, 20])
def test_after_the_last_image_of_a_digit_another_one_is_the_first(page, beyond):
    last = (datasets.load("digits").y_test == 7).sum()  # fewer than of MNIST
    app = page(lang="en", **{"subject-number": str(last + beyond)})
    assert f"Number {last} of the 7s" in texts(app)
    assert "Number 1 of the 7s" in texts(app.button(key="another-subject").click().run())
    assert "Number 2 of the 7s" in texts(app.button(key="another-subject").click().run())


def test_where_a_model_goes_while_it_is_measured_the_page_draws_itself_again(page, monkeypatch):
    measure, calls = measuring.measure, []

    def measure_late(*arguments):
        calls.append(arguments)
        if len(calls) == 2:  # the first look of the fragment
            raise FileNotFoundError
        return measure(*arguments)

    monkeypatch.setattr(measuring, "measure", measure_late)
    app = page(lang="en")
    assert len(calls) > 2 and not app.error and summaries(app)
