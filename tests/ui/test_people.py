"""Who is here: numbers by arrival, nicknames, and where everybody is."""

import errno
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from unittest.mock import Mock

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from pages import open_page

from mnist_cnn import places
from mnist_cnn.errors import StudioError, printable
from mnist_cnn.ui import people as app_people
from mnist_cnn.ui import server as app_server
from mnist_cnn.ui.people import NICKNAME, People, Place
from mnist_cnn.ui.register import Line, Register


@pytest.fixture
def register(tmp_path) -> Register:
    return Register(tmp_path / "models")


def everybody(people: People) -> list[tuple[int, str, Place]]:
    return [(person.number, person.nickname, person.place) for _, person in people.present()]


def test_everybody_has_a_number_by_arrival_and_a_place(register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place("home"))
    people.touch("ben", "2", Place("learn", "dropout", 2))
    people.touch("anna", "1", Place("draw"))
    assert everybody(people) == [(1, "", Place("draw")), (2, "", Place("learn", "dropout", 2))]


def test_only_whoever_has_a_page_open_is_here_and_comes_back_as_the_same(register):
    open_sessions = {"1", "2"}
    people = People(register, open_sessions.__contains__)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    people.touch("ben", "2", Place())
    open_sessions.clear()
    assert everybody(people) == [] and people.get("anna").nickname == "Anna"
    open_sessions.add("3")
    people.touch("anna", "3", Place("map"))
    assert everybody(people) == [(1, "Anna", Place("map"))]


def test_the_one_who_was_away_longest_is_forgotten(register):
    people = People(register, lambda session: True, most=2)
    for name in ("anna", "ben", "anna", "zoe"):
        people.touch(name, name, Place())
    assert [person.number for _, person in people.present()] == [1, 3] and people.get("ben") is None


def test_many_who_come_and_go_do_not_drive_out_who_has_a_page_open(register):
    people = People(register, "here".__eq__, most=3)
    people.touch("anna", "here", Place())
    people.call("anna", "Anna")
    for number in range(8):
        people.touch(f"ghost{number}", "gone", Place())
    assert everybody(people) == [(1, "Anna", Place())]


def test_one_page_is_one_person(register):
    people = People(register, lambda session: True)
    for visitor in ("anna", "ben", "anna", "zoe"):
        people.touch(visitor, "1", Place())
    assert [visitor for visitor, _ in people.present()] == ["zoe"]


def test_who_left_a_nickname_or_ticks_outstays_who_left_nothing(register):
    here = {"a", "b", "c"}
    people = People(register, here.__contains__, most=6)
    for visitor in ("anna", "ben", "cai"):
        people.touch(visitor, visitor[0], Place())
    people.call("anna", "Anna")
    people.tick("ben", "dropout.1", {"test": 0.5})
    here -= {"a", "b"}  # two phones sleep
    for number in range(9):
        people.touch(f"ghost{number}", "gone", Place())
    assert people.get("anna").nickname == "Anna" and people.ticks("ben") and people.get("cai")
    for number in range(9):
        here.add(f"open{number}")
        people.touch(f"open{number}", f"open{number}", Place())
    assert people.get("anna").nickname == "Anna" and people.ticks("ben") and people.get("open8")


def test_where_everybody_has_a_nickname_a_newcomer_finds_room(register):
    people = People(register, {"new", "other"}.__contains__, most=4)
    for visitor in ("anna", "ben", "cai", "dee"):
        people.touch(visitor, "gone", Place())
        people.call(visitor, visitor)
    people.touch("new", "new", Place())
    people.touch("other", "other", Place())
    assert [person.nickname for _, person in people.nicknamed()] == ["cai", "dee"] and len(people.present()) == 2


@pytest.mark.parametrize("told", ["", "5", "f" * 31, "F" * 32, "f" * 33, 5, True, None, ["f" * 32], {"id": "f" * 32}])
def test_a_browser_that_calls_itself_what_no_page_of_ours_says_keeps_the_sessions_name(told, monkeypatch):
    kept = {}
    monkeypatch.setattr(app_server.st, "session_state", {"visitor": {"id": told}})
    monkeypatch.setattr(app_server.state, "put", kept.__setitem__)
    monkeypatch.setattr(app_server.state, "get", kept.get)
    app_server._recognise()
    assert kept == {"visitor-met": True}


def test_a_page_says_once_who_it_is(monkeypatch):
    kept = {}
    monkeypatch.setattr(app_server.st, "session_state", {"visitor": {}})
    monkeypatch.setattr(app_server.state, "put", kept.__setitem__)
    monkeypatch.setattr(app_server.state, "get", kept.get)
    for name in ("0123456789abcdef" * 2, "f" * 32, ""):
        app_server.st.session_state["visitor"]["id"] = name
        app_server._recognise()
        assert kept == {"visitor-met": True, "visitor-id": "0123456789abcdef" * 2}


@pytest.mark.parametrize(
    "wrong", ["x" * (NICKNAME + 1), "tab\u0007", "turned\u202e", "half\ud800", "\u3164", "Kim\u2800", "\u1160Kim"]
)
def test_a_nickname_that_cannot_be_shown_is_refused_and_the_old_one_stays(wrong, register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    with pytest.raises(StudioError) as caught:
        people.call("anna", wrong)
    assert caught.value.code == "class.nickname" and people.get("anna").nickname == "Anna"


PRETENDERS = [
    "Teacher",
    " tEACHER ",
    "t e a c h e r",
    "Ｔｅａｃｈｅｒ",
    "ｔｅａ　ｃｈｅｒ",
    "- Teacher! -",
    "tea\u200dcher",
    "Тeaсһеr",
    "ᴛᴇᴀᴄʜᴇʀ",
    "Teɑcher",
    "Ꭲeacher",
    "ꓔꓰꓮꓚꓧꓰꓣ",
    "ⲧⲉⲁⲥⲏⲉⲅ",
    "TEACΗER",
    "T℮acher",
    "Teächér",
]


@pytest.mark.parametrize("name", [*PRETENDERS, "老师", "老 师", "老師", "⽼师", "老帅", "教师", "敎師", "「教师」"])
def test_nobody_is_called_as_the_teacher_is(name, register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    with pytest.raises(StudioError) as caught:
        people.call("anna", name)
    assert caught.value.code == "class.pretender" and people.get("anna").nickname == ""


@pytest.mark.parametrize("name", ["Teachers pet", "Tea", "老师好", "帅哥", "Cher"])
def test_a_nickname_may_hold_what_the_teacher_is_called(name, register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", name)
    assert people.get("anna").nickname == name


@pytest.mark.parametrize("name", ["\u200d", "\ufe0f", "\ufe0f \u200d\ufe0f"])
def test_a_nickname_of_marks_alone_is_none(name, register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", name)
    assert people.nicknamed() == []


@given(st.text(max_size=30))
def test_whatever_is_taken_as_a_nickname_can_be_shown(name):
    with TemporaryDirectory() as folder:
        people = People(Register(Path(folder)), lambda session: True)
        people.touch("anna", "1", Place())
        try:
            people.call("anna", name)
        except StudioError:
            return
        nickname = people.get("anna").nickname
        assert len(nickname) <= NICKNAME and printable(nickname) == nickname == nickname.strip()


def test_nicknames_are_shared_and_taken_away(register):
    people = People(register, lambda session: True)
    for visitor in ("a", "b", "c"):
        people.touch(visitor, visitor, Place())
        people.call(visitor, " Kim  Lee ")
    people.forget_nicknames(["b"])
    assert [(person.number, person.nickname) for _, person in people.nicknamed()] == [(1, "Kim Lee"), (3, "Kim Lee")]


def test_the_end_of_a_lesson_forgets_who_is_gone_and_all_nicknames(register):
    people = People(register, lambda session: session == "b")
    for visitor in ("a", "b"):
        people.touch(visitor, visitor, Place())
        people.call(visitor, "Kim")
    people.forget_all()
    assert everybody(people) == [(2, "", Place())] and people.get("a") is None and people.nicknamed() == []
    people.forget("b")
    assert not register.path.exists()


def test_ticks_outlive_the_server_and_stay_with_the_number(register):
    people = People(register, lambda session: True)
    for visitor in ("anna", "ben"):
        people.touch(visitor, visitor, Place())
    people.tick("anna", "dropout.1", told := {"run": "Zoë's 网络", "test": 0.1 + 0.2, "sure": True, "val_loss": float("inf")})
    people.tick("anna", "dropout.2", {})
    people.call("anna", "Anna")
    other = People(Register(register.path.parent), lambda session: session == "anna")
    assert other.ticks("anna") == {"dropout.1": told, "dropout.2": {}} and other.ticks("ben") == {} and other.followed() == 1
    other.touch("anna", "anna", Place())
    other.forget_all()
    assert people.ticks("anna") == {} and people.get("anna").number == 1 and people.followed() == 0


def test_whoever_has_no_number_has_ticks_as_long_as_the_server_runs(register):
    people = People(register, lambda session: True, most=2)
    for visitor in ("a", "b", "c"):
        people.tick(visitor, "dropout.1", {"test": 0.5})
    assert [bool(people.ticks(visitor)) for visitor in ("a", "b", "c")] == [False, True, True]
    people.touch("b", "1", Place())
    assert people.ticks("b") == {"dropout.1": {"test": 0.5}} and people.followed() == 2
    people.forget("b")  # is the teacher now
    assert people.ticks("b") == {"dropout.1": {"test": 0.5}} and people.followed() == 2 and not register.path.exists()
    people.forget_all()
    assert people.followed() == 0


@pytest.mark.parametrize(
    "ticks",
    [3, None, [], "dropout.1", {"dropout.1": 3}, {"dropout.1": {"test": [1]}}, {"dropout.1": {"test": None}},
     {"dropout.1": {"run": "x" * 501}}, {"dropout.1": {"run": "\u202e"}}, {"x" * 501: {}},
     {"dropout.1": dict.fromkeys(map(str, range(51)), 1)}],
)  # fmt: skip
def test_ticks_that_cannot_be_are_left_out_and_the_number_stays(register, ticks):
    register.path.parent.mkdir()
    register.path.write_text(json.dumps({"anna": [7, "Anna", ticks], "ben": [8, ""]}))
    assert register.read() == {"anna": Line(7, "Anna"), "ben": Line(8)}


def test_of_very_many_ticks_some_are_read(register):
    register.path.parent.mkdir()
    register.path.write_text(json.dumps({"anna": [7, "", {f"dropout.{number}": {} for number in range(10**4)}]}))
    assert len(register.read()["anna"].ticks) == 100


def test_numbers_and_nicknames_outlive_the_server_and_are_the_same_for_two(register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    other = People(Register(register.path.parent), lambda session: True)
    other.touch("ben", "1", Place("draw"))
    other.touch("anna", "2", Place("map"))
    assert everybody(other) == [(1, "Anna", Place("map")), (2, "", Place("draw"))]
    people.call("ben", "Ben")
    assert other.get("ben").nickname == "Ben" and people.get("ben").number == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_read_who_came(register):
    register.path.parent.mkdir()
    (left := register.path.with_name(".people.part.json")).touch(0o644)  # by a crash
    People(register, lambda session: True).touch("anna", "1", Place())
    assert register.path.stat().st_mode & 0o777 == 0o600 and not left.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", "\udcff", "[" * 100_000, '{"anna": 3}'])
def test_a_damaged_file_is_an_empty_one_and_is_set_aside(register, text):
    register.path.parent.mkdir()
    register.path.write_text(text, "utf-8", "surrogateescape")
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.touch("ben", "2", Place())
    assert people.get("anna").number == 1 and json.loads(register.path.read_text()) == {"anna": [1, ""], "ben": [2, ""]}
    aside = register.path.with_name(".people.damaged.json")
    assert aside.read_text("utf-8", "surrogateescape") == text
    people.forget_all()
    assert not aside.exists()


@pytest.mark.parametrize("known", [True, False])
def test_who_came_is_not_written_over_where_it_cannot_be_read_now(known, register, monkeypatch):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    other = People(Register(register.path.parent), lambda session: True)
    if known:
        assert other.get("anna")
    people.touch("ben", "2", Place())
    with monkeypatch.context() as broken:
        broken.setattr(places, "read_json", Mock(side_effect=OSError(errno.EMFILE, "Too many open files")))
        other.touch("zoe", "3", Place())
        assert other.get("zoe") and bool(other.get("anna")) == known  # in memory
    assert [other.get(one).number for one in ("anna", "ben")] == [1, 2] and other.get("anna").nickname == "Anna"
    other.touch("zoe", "3", Place())
    assert people.get("zoe").number == 3


def test_what_a_file_cannot_say_of_somebody_is_left_out(register):
    told = {"a": [0, ""], "b": [1, "x" * 99], "c": [True, ""], "d": [2, "\u202e"], "e": [3, 4], "f": [4, "Fay"], "g": ["5", ""]}
    register.path.parent.mkdir()
    register.path.write_text(json.dumps(told))
    assert register.read() == {"f": Line(4, "Fay")}


def test_where_nothing_can_be_written_the_server_remembers(tmp_path):
    (tmp_path / "models").touch()
    people = People(Register(tmp_path / "models"), lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    people.touch("ben", "2", Place())
    assert everybody(people) == [(1, "Anna", Place()), (2, "", Place())]


def test_nothing_is_written_for_who_is_known(register):
    people = People(register, lambda session: True)
    people.touch("anna", "1", Place())
    before = register.path.stat()
    people.touch("anna", "2", Place("draw"))
    assert register.path.stat().st_mtime_ns == before.st_mtime_ns and register.path.stat().st_ino == before.st_ino


def test_whoever_is_not_known_yet_is_counted_once_the_browser_has_told(app_store, monkeypatch):
    people = app_people.people()
    people._alive = lambda session: True
    monkeypatch.setattr(type(streamlit.context), "url", "http://studio.example")
    app = open_page("classroom", lang="en")
    assert people.present() == [] and not [one for one in app.text_input if one.key == "nickname"]
    app.session_state["visitor-met"] = True
    assert app.run().text_input(key="nickname").value == "" and len(people.present()) == 1


def test_a_whole_class_may_come_at_once(register):
    people = People(register, lambda session: True)
    coming = [Thread(target=people.touch, args=(f"visitor {n}", f"session {n}", Place())) for n in range(60)]
    for thread in coming:
        thread.start()
    for thread in coming:
        thread.join()
    assert [person.number for _, person in people.present()] == [*range(1, 61)]


def test_whoever_follows_a_lesson_is_at_its_step_also_while_it_sends_them_elsewhere(app_store):
    app_people.people()._alive = lambda session: True
    open_page("learn", **{"learn-view": "lessons", "lesson": "dropout", "step": "2"})
    assert [place for *_, place in everybody(app_people.people())] == [Place("learn", "dropout", 2)]
    open_page("data", errand="overfitting.1")
    assert Place("data", "overfitting", 1) in [place for *_, place in everybody(app_people.people())]
