"""The logic of every page but Train's own, in Streamlit's AppTest, on real runs."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from pages import APP, address, control, open_page, table_of_runs, texts
from streamlit.testing.v1 import AppTest

from mnist_cnn.digits import datasets
from mnist_cnn.ink import imagefile, picture
from mnist_cnn.reading import evaluation
from mnist_cnn.reading.transcript import Transcript
from mnist_cnn.ui import state
from mnist_cnn.ui.draw import answer
from mnist_cnn.ui.drawing import Drawing
from mnist_cnn.ui.navigation import PAGES

NAMES = tuple(PAGES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_runs_without_any_run(app_store, name, language):
    app = open_page(name, lang=language)
    assert ("数字" in texts(app) or "网络" in texts(app)) == (language == "zh")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_runs_with_a_trained_run(trained_store, name):
    assert open_page(name).title


def test_the_browsers_language_is_the_default(app_store):
    app = AppTest.from_file(APP, default_timeout=60)
    app.context = {"locale": "zh-CN"}
    app.run()
    assert address(app)["lang"] == "zh"
    assert "神经网络" in app.title[0].value


def test_the_language_is_switched_in_place_and_kept_in_the_address(app_store):
    app = open_page("train")
    control(app.segmented_control, "lang").set_value("zh").run()
    assert app.title[0].value == "训练网络"
    assert address(app)["lang"] == "zh"


def test_the_projector_mode_is_switched_and_kept_in_the_address(app_store):
    app = open_page("train")
    assert "projector" not in address(app)
    app.button(key="projector-switch").click().run()
    assert address(app)["projector"] == "True"
    app.button(key="projector-switch").click().run()
    assert "projector" not in address(app)


def test_an_address_from_before_the_switch_does_not_switch_back(app_store):
    app = open_page("home")
    control(app.segmented_control, "lang").set_value("zh").run()
    app.query_params["lang"] = "en"
    assert "神经网络" in app.run().title[0].value
    assert address(app)["lang"] == "zh"


def test_a_damaged_folder_is_shown_as_damaged_and_the_rest_works(trained_store):
    (trained_store.folder / "broken").mkdir()
    for name in NAMES:
        app = open_page(name)
        assert app.title
        if name == "train":
            assert any("broken" in warning.value for warning in app.warning)
            assert len(table_of_runs(app)) == 1


def test_a_damaged_model_is_an_error_on_its_page_only(trained_store):
    next(trained_store.folder.glob("*/model.keras")).write_bytes(b"no model")
    assert open_page("draw").error
    assert open_page("train").title


def test_the_gallery_is_filtered_and_paged(trained_store):
    app = open_page("analysis")
    everything = page_of(app)
    assert everything > 24
    app.button(key="next").click().run()
    control(app.selectbox, "label").set_value(3).run()
    assert not app.exception
    assert page_of(app) < everything


def page_of(app: AppTest) -> int:
    """How many images the gallery says it has."""
    (count,) = filter(None, (re.search(r"(?:^|· )([\d,]+) images?$", element.value) for element in app.caption))
    return int(count[1].replace(",", ""))


def choose_cell(app: AppTest, label: int, predicted: int) -> AppTest:
    control(app.selectbox, "label").set_value(label).run()
    return control(app.selectbox, "predicted").set_value(predicted).run()


def empty_cell(run) -> tuple[int, int]:
    return tuple(int(digit) for digit in np.argwhere(evaluation.load(run).confusion_matrix() == 0)[0])


def test_an_empty_choice_of_cells_says_so(trained_store, trained):
    app = choose_cell(open_page("analysis"), *empty_cell(trained))
    assert "No image of this kind" in app.info[0].value


def test_a_cell_of_the_diagonal_shows_images_read_right_the_least_sure_first(trained_store, trained):
    app = choose_cell(open_page("analysis"), 0, 0)
    assert any("Images of 0 that were read right" in text.value for text in app.markdown)
    shown = [button.label for button in app.button if button.key.startswith("sample-")]
    confidences = [float(caption.split("·")[1].strip(" %")) for caption in shown]
    assert all(caption.startswith("0 → 0") for caption in shown) and confidences == sorted(confidences)
    assert page_of(app) == evaluation.load(trained).confusion_matrix()[0, 0]


def test_a_filter_that_finds_nothing_in_another_network_is_let_go(trained_store, trained):
    label, predicted = empty_cell(trained)
    app = choose_cell(open_page("analysis"), label, predicted)
    other = shutil.copytree(trained.folder, trained_store.folder / "other")
    (other / "run.json").write_text((trained.folder / "run.json").read_text("utf-8").replace("small", "other"), "utf-8")
    control(app.run().selectbox, "analysed").set_value("other").run()
    assert (app.session_state["label"], app.session_state["predicted"]) == (None, None)
    control(app.selectbox, "label").set_value(3).run()
    control(app.selectbox, "analysed").set_value(trained.id).run()
    assert app.session_state["label"] == 3  # this one finds something


@pytest.mark.parametrize(
    ("mode", "invitation"),
    [("one", "Draw a digit"), ("several", "Draw several digits"), ("photo", "Show a digit"), ("pixels", "Draw a digit")],
)
def test_each_way_of_drawing_invites(trained_store, mode, invitation):
    app = open_page("draw")
    control(app.segmented_control, "mode").set_value(mode).run()
    assert not app.exception
    assert invitation in [heading.value for heading in app.header]


@pytest.mark.parametrize(
    ("mode", "drawing"), [("one", "canvas"), ("several", "canvas"), ("photo", "draw.photo"), ("pixels", "draw.pixels")]
)
def test_a_run_deleted_while_one_draws_is_a_sentence(trained_store, trained, monkeypatch, mode, drawing):
    def late(canvas=None, *arguments):
        shutil.rmtree(trained_store.folder / trained.id)
        ink = np.pad(np.ones((140, 20), np.float32), ((70, 70), (130, 130)))
        state.get("drawings")[canvas] = Drawing(ink=ink)
        return ink

    def photo(run):
        ink, found = answer.read_picture(run, picture.looks(imagefile.Picture(1 - late(), 1), "photo"))
        return ink.drawing, found

    app = open_page("draw", lang="en", model=trained.id, mode=mode)
    monkeypatch.setattr(f"mnist_cnn.ui.{drawing}.show", photo if mode == "photo" else late)
    assert f"no run named {trained.name}" in app.run().error[0].value


def test_the_class_sees_how_many_drawings_it_has(trained_store):
    from mnist_cnn.digits.collection import Collection

    Collection().add(3, datasets.load("digits").x_test[0] / 255, "another browser")
    assert any("the class's drawings (now 1)" in text.value for text in open_page("draw").caption)


def test_too_few_drawings_are_not_taught(trained_store):
    from mnist_cnn.digits.collection import Collection

    Collection().add(3, datasets.load("digits").x_test[0] / 255, None)
    Collection().add(4, datasets.load("digits").x_test[0] / 255, None)
    app = open_page("draw", lang="en")
    assert app.button(key="fine-tune").disabled and "Two drawings of the same digit are the least" in texts(app)
    Collection().add(4, datasets.load("digits").x_test[1] / 255, None)
    assert not app.run().button(key="fine-tune").disabled and "are the least" not in texts(app)


def test_what_the_network_thought_of_a_misclassified_image_is_shown(trained_store):
    app = open_page("analysis")
    sample = next(button for button in app.button if button.key and button.key.startswith("sample-"))
    label, predicted = sample.label.split(" · ")[0].split(" → ")
    sample.click().run()
    assert any(f"Read as {predicted}" in text.value and f"The label, {label}," in text.value for text in app.markdown)
    assert f"Why {predicted} and not {label}?" in texts(app)


def test_a_misclassified_image_is_shown_though_its_network_cannot_be_asked(trained_store):
    app = open_page("analysis")
    next(trained_store.folder.glob("*/model.keras")).write_bytes(b"no model")
    next(button for button in app.button if button.key and button.key.startswith("sample-")).click().run()
    assert not app.exception and "Read as" in texts(app) and "Why" not in texts(app)


def test_a_photo_of_which_looks_say_different_digits_is_not_sure(trained_store, trained, monkeypatch):
    ink = np.pad(np.ones((140, 20), np.float32), ((70, 70), (130, 130)))

    def shown(run):
        one, found = answer.read_picture(run, picture.looks(imagefile.Picture(1 - ink, 1), "photo"))
        return one.drawing, Transcript([replace(digit, sure=sure) for digit in found.digits])

    monkeypatch.setattr("mnist_cnn.reading.calibration.threshold", lambda run: 0.0)
    monkeypatch.setattr("mnist_cnn.ui.draw.photo.show", shown)
    for sure in (True, False):
        text = texts(open_page("draw", lang="en", model=trained.id, mode="photo"))
        assert ("says something else" in text) is not sure and ("Most like" in text) is not sure
