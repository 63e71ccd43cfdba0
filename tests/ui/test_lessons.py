"""Every lesson is walked to its end: no tick before its step is done, a tick after it."""

import csv
import shutil

import numpy as np
import pytest
import streamlit as st
from browser import DIGITS, ROOT
from pages import PAGES, address, control, open_page, texts
from PIL import Image, ImageDraw

from mnist_cnn import places
from mnist_cnn.network.hyperparameters import RANGES, Hyperparameters
from mnist_cnn.records import COLUMNS
from mnist_cnn.runs import Run, Store
from mnist_cnn.ui import people
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.learn.lessons.lesson import Words
from mnist_cnn.ui.learn.lessons.overfitting import BARE, LONG

FLAT = (0.9, 0.5, 0.3)  # validation losses that fall
TURNING = (0.9, 0.3, 0.5)
LETTER = [[(90, 60), (90, 220)], [(190, 60), (190, 220)], [(90, 140), (190, 140)]]  # H: to digits alone a sure four
Z = [[(80, 60), (200, 60), (80, 220), (200, 220)]]
ONE = [(row, 14) for row in range(10, 15)]


@pytest.fixture
def shipped(app_store) -> Store:
    """The store with the runs that ship with the app."""
    shutil.copytree(ROOT / "models", app_store.folder, ignore=shutil.ignore_patterns("2*"), dirs_exist_ok=True)
    return app_store


def trained(store: Store, hp: Hyperparameters, losses=FLAT, accuracy=0.95, owner=None) -> Run:
    """A run as if it had been trained to its end, its validation losses stretched over its epochs."""
    run = store.create("lesson", "mnist", hp, owner)
    with run.history_file.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for epoch in range(1, hp.epochs + 1):
            loss = losses[min((epoch - 1) * len(losses) // hp.epochs, len(losses) - 1)]
            rows.writerow((epoch, 1 / epoch, accuracy, loss, accuracy, 0.5))
    places.write_json(run.folder / "evaluation.json", {"accuracy": accuracy, "loss": 0.2})
    run.set_status("finished")
    return run


def settings_of(app) -> Hyperparameters:
    return Hyperparameters.from_dict({field: app.session_state[field] for field in RANGES})


def train(losses=FLAT, accuracy=0.95, **changes):
    """Do what the button set up on Train, somebody else's browser pressing the button."""

    def do(app, store):
        hp = Hyperparameters(**settings_of(app).to_dict() | changes)
        trained(store, hp, losses, accuracy, owner="a classmate")
        return app

    return do


def move(kind: str, name: str, value, page: str = "learn"):
    """Set a control of the page that the button opened."""

    def do(app, store):
        if page != "learn":
            stay(app, page)
        return control(getattr(app, kind), name).set_value(value).run()

    return do


def stay(app, page: str) -> None:
    """Have AppTest know of the page that a button led to; of itself it would go back at the next run."""
    app.switch_page(f"{PAGES}/{page}/page.py").run()


def together(*several):
    def do(app, store):
        for one in several:
            app = one(app, store)
        return app

    return do


def draw(strokes, scale=1.0, left=0, top=0):
    """Leave a drawing on Draw."""

    def do(app, store):
        from mnist_cnn.ui.drawing import Drawing  # its canvas is known to Streamlit once the app runs

        picture = Image.new("L", (280, 280))
        for stroke in strokes:
            points = [(left + x * scale, top + y * scale) for x, y in stroke]
            ImageDraw.Draw(picture).line(points, 255, round(18 * scale), "curve")
        ink = np.asarray(picture, np.float32) / 255
        app.session_state["drawings"] = {"drawing": Drawing([{"type": "path"}], ink)}
        return app

    return do


def set_pixels(cells):
    def do(app, store):
        image = np.zeros((28, 28), int)
        image[tuple(np.transpose(cells))] = 1
        app.session_state["pixels"] = "".join(map(str, image.ravel()))
        return app

    return do


def nothing(app, store):
    """The button has done it all."""
    return app


DOING = {
    "numbers": (move("slider", "pixel-row", 9), draw(DIGITS["7"], 0.3), set_pixels(ONE)),
    "convolution": (move("pills", "counted", 0), train(accuracy=0.87), train(accuracy=0.96)),
    "overfitting": (train(TURNING), move("toggle", "log", True, "train"), train()),
    "dropout": (train(), train(TURNING), nothing),
    "learning-rate": (train((2.31,), 0.098), train(accuracy=0.35), train(learning_rate=0.005)),
    "batch-size": (train(accuracy=0.73), train(), nothing),
    "mistakes": (
        together(move("selectbox", "label", 9, "analysis"), move("selectbox", "predicted", 4, "analysis")),
        move("selectbox", "order", "unsure", "analysis"),
        move("selectbox", "label", 9, "analysis"),
    ),
    "saying-no": (draw(LETTER), nothing, draw(DIGITS["7"])),
}


def test_there_are_eight_lessons_of_five_to_ten_minutes_and_a_way_to_do_each():
    assert len(LESSONS) >= 8
    assert all(5 <= lesson.minutes <= 10 for lesson in LESSONS.values())
    assert {name: len(doing) for name, doing in DOING.items()} == {name: len(one.steps) for name, one in LESSONS.items()}


def shown(app) -> str:
    return "\n".join([texts(app), *(element.value for element in app.success)])


def is_ticked(app) -> bool:
    return any("Done" in element.value for element in app.success)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_walked_to_its_end(shipped, real_mnist, name):
    app = open_page("learn", **{"lang": "en", "learn-view": "lessons", "lesson": name})
    for number, (step, do) in enumerate(zip(LESSONS[name].steps, DOING[name], strict=True), 1):
        assert step.question.en in texts(app)
        assert app.button(key="set-up").disabled, "predict first"
        assert LESSONS[name].goal.en not in shown(app), "it gives the answer away"
        app.button(key="guess-1").click().run()
        assert not is_ticked(app), f"step {number} was ticked before it was done"
        app.button(key="set-up").click().run()
        do(app, shipped)
        app.button(key="back-to-lesson").click().run()
        stay(app, "learn")
        assert not app.exception, app.exception
        assert is_ticked(app), f"step {number} was done and is not ticked"
        assert step.explanation.en.rsplit("}")[-1] in texts(app)
        if number < len(LESSONS[name].steps):
            app.button(key="next-step").click().run()
    assert any("That was the lesson" in element.value for element in app.success)
    assert LESSONS[name].goal.en in shown(app)


def test_a_wrong_prediction_is_answered_and_may_be_changed(app_store):
    app = open_page("learn", **{"lang": "en", "learn-view": "lessons", "lesson": "overfitting"})
    for option in (0, 2):
        app.button(key=f"guess-{option}").click().run()
        assert LESSONS["overfitting"].steps[0].options[option].answer.en in [element.value for element in app.info]
    assert address(app)["guesses"] == "overfitting.1.2"


def test_the_address_brings_back_lesson_step_and_predictions(app_store):
    trained(app_store, Hyperparameters(**LONG, **BARE), TURNING)
    query = {"lang": "en", "learn-view": "lessons", "lesson": "overfitting", "step": "2"}
    query["guesses"] = "overfitting.1.1,overfitting.2.0"
    app = open_page("learn", **query)
    assert LESSONS["overfitting"].steps[1].question.en in texts(app)
    assert address(app) == query


@pytest.mark.parametrize(
    ("figures", "ticks"), [({}, False), ({"loss": "high"}, False), ({"run": 3}, False), ({}, True)], ids=str
)
def test_a_tick_survives_the_server_unless_it_cannot_be_told(app_store, figures, ticks):
    run = trained(app_store, Hyperparameters(**LONG, **BARE), TURNING)
    query = {"lang": "en", "learn-view": "lessons", "lesson": "overfitting"}
    assert is_ticked(open_page("learn", "anna", guesses="overfitting.1.1", **query))
    app_store.delete(run)
    if not ticks:
        kept = people.people().ticks("anna")["overfitting.1"]
        people.people().tick("anna", "overfitting.1", kept | figures if figures else figures)
    st.cache_resource.clear()  # as a server's end does
    assert is_ticked(open_page("learn", "anna", **query)) == ticks
    assert not is_ticked(open_page("learn", "ben", **query))


def test_a_chapter_is_counted_on_the_network_that_the_lesson_tells_of(shipped, real_mnist):
    query = {"learn-view": "lessons", "lesson": "convolution", "guesses": "convolution.1.1", "learned": "quick", "counted": "0"}
    app = open_page("learn", lang="en", chapter="summary", **query)
    assert not is_ticked(app), "quick's first convolution has 400 parameters"
    app.button(key="set-up").click().run()
    assert control(app.selectbox, "learned").value == "tutorial"
    assert control(app.pills, "counted").value is None


@pytest.mark.parametrize("page", ["draw", "train", "analysis"])
def test_a_reload_on_another_page_keeps_the_errand_and_the_way_back(shipped, page):
    query = {"lang": "en", "errand": "saying-no.1", "guesses": "saying-no.1.1"}
    app = open_page(page, **query)
    assert LESSONS["saying-no"].steps[0].task.en in texts(app)
    assert {name: address(app).get(name) for name in query} == query
    app.button(key="back-to-lesson").click().run()
    stay(app, "learn")
    assert LESSONS["saying-no"].steps[0].question.en in texts(app)
    assert not app.button(key="set-up").disabled, "the prediction was kept"
    assert "errand" not in address(app)


def test_the_way_back_is_gone_where_streamlit_forgets_the_click(shipped, monkeypatch):
    """As it does if the page runs anew while the click is dealt with."""
    app = open_page("train", lang="en", errand="saying-no.1", guesses="saying-no.1.1")
    real = st.button
    monkeypatch.setattr(st, "button", lambda *args, **kwargs: real(*args, **kwargs) and False)
    app.button(key="back-to-lesson").click().run()
    assert LESSONS["saying-no"].steps[0].question.en in texts(app)


@pytest.mark.parametrize("errand", ["", ".", "numbers", "numbers.0", "numbers.4", "numbers.x", "nothing.1", "numbers.1.1"])
def test_an_errand_that_cannot_be_is_passed_over(app_store, errand):
    app = open_page("train", errand=errand)
    assert not app.exception
    assert "errand" not in address(app)
    assert not any(button.key == "back-to-lesson" for button in app.button)


@pytest.mark.parametrize(
    ("errand", "query", "do", "hint"),
    [
        ("saying-no.1", {"model": "tutorial"}, draw(Z), "takes this for a digit too"),
        ("saying-no.1", {"model": "sketch"}, draw(Z), "Choose the tutorial's"),
        ("saying-no.2", {"model": "sketch"}, draw(Z), "less like a digit"),
        ("saying-no.3", {"model": "sketch"}, draw(LETTER), "and its threshold is"),
        (
            "numbers.3",
            {"mode": "pixels", "model": "sketch"},
            set_pixels([(row, 14) for row in range(25)]),
            "Pixels set: 25; at most 20",
        ),
        (
            "numbers.3",
            {"mode": "pixels", "model": "sketch"},
            set_pixels([(5, 5), (5, 15), (15, 5), (15, 15)]),
            "Pixels set: 4. The network is not",
        ),
    ],
)
def test_an_errand_tells_why_there_is_no_tick_yet(shipped, errand, query, do, hint):
    app = open_page("draw", lang="en", errand=errand, guesses=f"{errand}.1", **query)
    assert hint not in texts(app)
    assert hint in texts(do(app, shipped).run())


def test_an_address_ticks_nothing(app_store):
    app = open_page("learn", **{"learn-view": "lessons", "lesson": "overfitting", "step": "3", "guesses": "overfitting.1.1"})
    assert LESSONS["overfitting"].steps[0].question.en in texts(app)
    assert not is_ticked(app)
    assert app.button(key="step-2").disabled


@pytest.mark.parametrize("other", [{"epochs": 20}, {"learning_rate": 0.00001}, {"filters1": 4}, {"batch_size": 50}])
def test_a_run_with_other_settings_than_the_step_is_about_ticks_nothing(app_store, other):
    trained(app_store, Hyperparameters(**LONG | BARE | other), TURNING)
    query = {"learn-view": "lessons", "lesson": "overfitting", "guesses": "overfitting.1.1"}
    assert not is_ticked(open_page("learn", **query))


@pytest.mark.parametrize("losses", [FLAT, TURNING])
def test_a_run_that_did_not_turn_up_does_not_show_overfitting(app_store, losses):
    trained(app_store, Hyperparameters(**LONG, **BARE), losses)
    app = open_page("learn", **{"learn-view": "lessons", "lesson": "overfitting", "guesses": "overfitting.1.1"})
    assert is_ticked(app) == (losses == TURNING)


def test_a_run_with_a_damaged_history_ticks_nothing(app_store):
    run = trained(app_store, Hyperparameters(**LONG, **BARE), TURNING)
    run.history_file.write_text("epoch,loss\n1,nonsense\n", "utf-8")
    app = open_page("learn", **{"learn-view": "lessons", "lesson": "overfitting", "guesses": "overfitting.1.1"})
    assert not app.exception
    assert not is_ticked(app)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_teachers_page_has_every_question_and_what_to_expect(app_store, language):
    shown = texts(open_page("learn", **{"lang": language, "learn-view": "teacher"}))
    for lesson in LESSONS.values():
        for step in lesson.steps:
            assert getattr(step.question, language) in shown
            assert getattr(step.expect, language) in shown


def words_of(thing) -> list[Words]:
    """Every text of a lesson, wherever it stands."""
    if isinstance(thing, Words):
        return [thing]
    parts = thing if isinstance(thing, tuple) else vars(thing).values() if hasattr(thing, "__dict__") else ()
    return [words for part in parts for words in words_of(part)]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_everything_in_both_languages(name):
    from test_words import braces

    for words in words_of(LESSONS[name]):
        assert words.en and words.zh
        assert braces(words.en) == braces(words.zh)
        if any(character.isalpha() for character in words.en):
            assert any("\u4e00" <= character <= "\u9fff" for character in words.zh), words
