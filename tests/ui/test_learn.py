"""The chapters of Learn, in AppTest, on real runs."""

import re
import shutil

import numpy as np
import pytest
from pages import address, control, open_page, texts

from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.words import CATALOGUES

CHAPTERS = [found[1] for key in CATALOGUES["en"] if (found := re.fullmatch(r"chapter\.(\w+)\.do", key))]


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chapter_shows_its_figure(trained_store, language):
    words = CATALOGUES[language]
    app = open_page("learn", lang=language)
    for number, name in enumerate(CHAPTERS, 1):
        assert app.header[0].value == words[f"chapter.{name}"]
        assert words[f"chapter.{name}.do"] in [element.value for element in app.info]
        assert not app.error
        if number < len(CHAPTERS):
            app.button(key="chapter-next").click().run()
            assert not app.exception, app.exception
    assert app.button(key="chapter-next").disabled


def test_without_any_run_the_chapters_say_what_they_can(app_store):
    app = open_page("learn", lang="en")
    for name in CHAPTERS:
        control(app.selectbox, "chapter").set_value(name).run()
        assert not app.exception
        assert app.header[0].value == CATALOGUES["en"][f"chapter.{name}"]


def test_a_damaged_run_is_a_sentence(trained_store):
    next(trained_store.folder.glob("*/model.keras")).write_bytes(b"no model")
    next(trained_store.folder.glob("*/history.csv")).write_text("nonsense", "utf-8")
    next(trained_store.folder.glob("*/predictions.npz")).unlink()
    for name in ("dense", "accuracy", "matrix"):
        assert open_page("learn", chapter=name).error
    assert CATALOGUES["en"]["chapter.curves.none"] in [element.value for element in open_page("learn", chapter="curves").info]


def test_the_summary_is_of_the_run_and_the_tutorials_two_numbers_stand_beside_each_other(trained_store, trained):
    app = open_page("learn", lang="en", chapter="summary")
    hp = trained.hyperparameters
    assert f"{hp.kernel1}·{hp.kernel1}·1·{hp.filters1} + {hp.filters1} = {hp.kernel1**2 * hp.filters1 + hp.filters1}" in html(
        app
    )
    for number in ("242,062", "57,742", "1,764·128 + 128 = 225,920", "324·128 + 128 = 41,600"):
        assert number in html(app)
    control(app.pills, "counted").set_value(0).run()
    assert f"Kernels: {hp.filters1}; channels: 1; biases: {hp.filters1}." in texts(app)
    assert address(app)["counted"] == "0"


def test_what_a_network_has_otherwise_than_the_tutorials_line_is_said(trained_store, trained):
    """The small network of the tests has a line of its own; the tutorial's hyperparameters need no word."""
    said = CATALOGUES["en"]["learn.otherwise"].partition("{")[0]
    shown = texts(open_page("learn", lang="en", chapter="convolution"))
    assert f"Kernels, 1st convolution {trained.hyperparameters.filters1}" in shown.partition(said)[2]
    assert said not in texts(open_page("learn", lang="en", chapter="pooling"))


def test_the_label_is_the_images_until_another_is_chosen(app_store):
    app = open_page("learn", lang="en", chapter="input")
    assert control(app.pills, "one-hot").value == 7
    control(app.pills, "subject-digit").set_value(4).run()
    assert control(app.pills, "one-hot").value == 4
    assert "one-hot" not in address(app)
    control(app.pills, "one-hot").set_value(2).run()
    control(app.pills, "subject-digit").set_value(5).run()
    assert control(app.pills, "one-hot").value == 2


def test_while_nothing_is_drawn_shapes_and_labels_are_there(app_store):
    app = open_page("learn", lang="en", chapter="input", subject="own")
    assert CATALOGUES["en"]["subject.empty"] in texts(app)
    assert "(1, 28, 28, 1)" in html(app)
    assert control(app.pills, "one-hot").value == 3


def test_the_fullest_row_is_found(app_store, real_mnist):
    app = open_page("learn", lang="en")
    assert not app.success
    control(app.slider, "pixel-row").set_value(9).run()
    assert "`3,285`" in texts(app)
    assert app.success


def test_recall_and_precision_are_the_matrix_s_own_counts(trained_store, trained):
    from mnist_cnn.reading import evaluation

    matrix = evaluation.load(trained).confusion_matrix()
    app = open_page("learn", lang="en", chapter="matrix", scored="8")
    right, row, column = matrix[8, 8], matrix[8].sum(), matrix[:, 8].sum()
    assert f"= {right} / {row} = {right / row:.2%}`" in texts(app)
    assert f"= {right} / {column} = {right / column:.2%}`" in texts(app)


@pytest.mark.parametrize("name", ["recall", "precision"])
def test_the_digit_with_the_lowest_recall_or_precision_is_confirmed(trained_store, trained, name):
    from mnist_cnn.reading import evaluation

    result = evaluation.load(trained)
    shares = np.where(result.confusion_matrix().sum(axis=1 if name == "recall" else 0), result.scores()[name], np.nan)
    for digit, found in (np.nanargmin(shares), True), (np.nanargmax(shares), False):  # NaN: it was never predicted
        app = open_page("learn", lang="en", chapter="matrix", scored=str(digit))
        said = CATALOGUES["en"][f"chapter.matrix.lowest_{name}"] in [element.value for element in app.success]
        assert said == found


def test_a_chapter_is_turned_at_its_end_too(app_store):
    app = open_page("learn", lang="en")
    app.button(key="chapter-next-below").click().run()
    assert app.header[0].value == CATALOGUES["en"]["chapter.input"]
    app.button(key="chapter-previous-below").click().run()
    assert app.header[0].value == CATALOGUES["en"]["chapter.image"]
    assert app.button(key="chapter-previous-below").disabled


def test_the_split_is_the_one_that_training_makes(trained_store):
    app = open_page("learn", lang="en", chapter="training")
    control(app.slider, "split-share").set_value(0.5).run()
    assert "101 – 200" in html(app), "the run has 200 images"
    control(app.slider, "split-share").set_value(0.0).run()
    assert "Nothing validates" in texts(app)


def test_the_readers_own_run_comes_first(trained_store, new_run, monkeypatch):
    theirs = next(trained_store.folder.glob("*/run.json"))
    text = theirs.read_text("utf-8")
    theirs.write_text(text.replace('"owner": null', '"owner": "me"'), "utf-8")
    other = theirs.parent.parent / "tutorial"
    shutil.copytree(theirs.parent, other)
    (other / "run.json").write_text(text.replace('"shipped": false', '"shipped": true'), "utf-8")
    assert control(open_page("learn", chapter="summary").selectbox, "learned").value == "tutorial"
    app = open_page("learn")
    app.session_state["visitor-id"] = "me"
    control(app.selectbox, "chapter").set_value("summary").run()
    assert control(app.selectbox, "learned").value == theirs.parent.name


@pytest.mark.parametrize(
    ("chapter", "name", "value"),
    [
        ("summary", "counted", "-99"),
        ("curves", "epoch", "1000"),
        ("predictions", "tens", "7"),
        ("loss", "what-if", "nan"),
        ("dropout", "dropped", "9"),
        ("accuracy", "among", "0"),
        ("nothing", "pixel-row", "29"),
    ],
)
def test_no_address_of_a_chapter_is_an_error(trained_store, chapter, name, value):
    assert not open_page("learn", chapter=chapter, **{name: value}).exception


def test_the_chapters_words_are_filled_with_the_numbers_of_every_preset(app_store):
    open_page("learn")
    from mnist_cnn.ui.learn import chapters  # its canvas is known to Streamlit once the app runs

    assert list(chapters.CHAPTERS) == CHAPTERS
    for hp in PRESETS.values():
        for name, chapter in chapters.CHAPTERS.items():
            for words in CATALOGUES.values():
                assert "{" not in words[f"chapter.{name}.text"].format(**chapter.values(hp))
