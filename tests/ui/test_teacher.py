"""Whoever knows the code is the teacher, and nobody else."""

import asyncio

import pytest
from pages import open_page

from mnist_cnn.ui import frame, teacher
from mnist_cnn.ui.teacher import TRIES, Office


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """A wrong code takes no time."""
    monkeypatch.setattr(teacher, "PACE", 0)


def test_the_code_makes_a_browser_the_teachers_until_it_signs_out():
    office = Office("k7m2")
    assert office.sign_in("a", "k7m3") is False and not office.is_teacher("a")
    assert office.sign_in("a", " k7m2 ") is True and office.is_teacher("a") and not office.is_teacher("b")
    office.sign_out("a")
    assert not office.is_teacher("a")


def test_capital_letters_do_not_matter_in_a_code_that_was_made_up():
    assert Office("k7m2", made_up=True).sign_in("a", "K7m2") is True
    assert Office("Open Sesame").sign_in("a", "open sesame") is False


def test_a_browser_that_guesses_is_kept_waiting_and_the_teachers_is_not(monkeypatch):
    office = Office("k7m2")
    assert [office.sign_in("a", "é\ud800") for _ in range(TRIES)] == [False] * TRIES
    assert office.sign_in("a", "k7m2") is None
    assert office.sign_in("b", "k7m2") is True
    now = teacher.time.monotonic()
    monkeypatch.setattr(teacher.time, "monotonic", lambda: now + teacher.REST + 1)
    assert office.sign_in("a", "k7m2") is True


def test_whoever_pretends_to_be_many_browsers_is_slowed_down_all_the_same(monkeypatch):
    waited = []
    monkeypatch.setattr(teacher.time, "sleep", waited.append)
    monkeypatch.setattr(teacher, "MOST", 10)
    office = Office("k7m2")
    assert not any(office.sign_in(f"browser {number}", "guess") for number in range(30))
    assert len(waited) == 30 and len(office._wrong) <= 10


def test_an_address_that_pretends_to_be_many_browsers_is_kept_waiting_and_another_is_not(monkeypatch):
    office = Office("k7m2")
    assert office.sign_in("typo", "k7m3", "10.0.0.7") is False
    said = [office.sign_in(f"browser {number}", "guess", "10.0.0.9") for number in range(40)]
    assert said == [False] * (teacher.MANY - 1) + [None] * (41 - teacher.MANY)
    assert office.sign_in("new", "k7m2", "10.0.0.9") is None
    assert office.sign_in("teacher", "k7m2", None) is True and office.sign_in("other", "k7m2", "10.0.0.8") is True
    now = teacher.time.monotonic()
    monkeypatch.setattr(teacher.time, "monotonic", lambda: now + teacher.REST + 1)
    assert office.sign_in("new", "k7m2", "10.0.0.9") is True and not office._lately


def test_the_code_is_printed_at_the_start_and_only_where_it_was_made_up(app_store, monkeypatch, capsys):
    async def start():
        async with frame.lifespan(None):
            return capsys.readouterr().out

    monkeypatch.delenv("MNIST_CNN_TEACHER", raising=False)
    code = asyncio.run(start()).split("code: ")[1].split()[0]
    assert len(code) == teacher.LENGTH and teacher.office().sign_in("a", code.upper())
    teacher.office.clear()
    monkeypatch.setenv("MNIST_CNN_TEACHER", "open sesame")
    assert asyncio.run(start()) == "" and teacher.office().sign_in("a", "open sesame")


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
    app.button(key="sign-out").click().run()
    assert app.text_input(key="teacher-code").value == ""
