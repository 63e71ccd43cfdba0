"""Whoever knows the code is the teacher, and nobody else."""

from pages import open_page

from mnist_cnn.ui import teacher
from mnist_cnn.ui.teacher import TRIES, Office


def test_the_code_makes_a_browser_the_teachers_until_it_signs_out():
    office = Office("k7m2")
    assert office.sign_in("a", "k7m3") is False and not office.is_teacher("a")
    assert office.sign_in("a", " k7m2 ") is True and office.is_teacher("a") and not office.is_teacher("b")
    office.sign_out("a")
    assert not office.is_teacher("a")


def test_after_many_wrong_codes_not_even_the_right_one_is_looked_at_for_a_while(monkeypatch):
    office = Office("k7m2")
    assert [office.sign_in("a", "é\ud800") for _ in range(TRIES)] == [False] * TRIES
    assert office.sign_in("b", "k7m2") is None
    now = teacher.time.monotonic()
    monkeypatch.setattr(teacher.time, "monotonic", lambda: now + teacher.WINDOW + 1)
    assert office.sign_in("b", "k7m2") is True


def test_the_page_takes_the_code_and_keeps_it_nowhere(app_store, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_TEACHER", "open sesame")
    app = open_page("classroom", lang="en")
    app.text_input(key="teacher-code").set_value("sesame")
    app.button(key="sign-in-button").click().run()
    assert [error.value for error in app.error] == ["That is not the code."]
    app.text_input(key="teacher-code").set_value("open sesame")
    app.button(key="sign-in-button").click().run()
    assert not app.exception and not [box for box in app.text_input if box.key == "teacher-code"]
    assert "sesame" not in repr(app.session_state) and "sesame" not in str(app.query_params)
