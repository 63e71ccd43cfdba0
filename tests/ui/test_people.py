"""Who is here: numbers by arrival, nicknames, and where everybody is."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import open_page

from mnist_cnn.errors import StudioError, printable
from mnist_cnn.ui import people as app_people
from mnist_cnn.ui.people import NICKNAME, People, Place


def everybody(people: People) -> list[tuple[int, str, Place]]:
    return [(person.number, person.nickname, person.place) for _, person in people.present()]


def test_everybody_has_a_number_by_arrival_and_a_place():
    people = People(lambda session: True)
    people.touch("anna", "1", Place("home"))
    people.touch("ben", "2", Place("learn", "dropout", 2))
    people.touch("anna", "1", Place("draw"))
    assert everybody(people) == [(1, "", Place("draw")), (2, "", Place("learn", "dropout", 2))]


def test_only_whoever_has_a_page_open_is_here_and_comes_back_as_the_same():
    open_sessions = {"1", "2"}
    people = People(open_sessions.__contains__)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    people.touch("ben", "2", Place())
    open_sessions.clear()
    assert everybody(people) == [] and people.get("anna").nickname == "Anna"
    open_sessions.add("3")
    people.touch("anna", "3", Place("map"))
    assert everybody(people) == [(1, "Anna", Place("map"))]


def test_a_reload_is_nobody_new_once_the_browser_has_said_who_it_is():
    people = People(lambda session: True)
    people.touch("anna", "1", Place())
    people.touch("until told", "2", Place())  # a new session of Anna's
    people.touch("anna", "2", Place("draw"), before="until told")
    people.touch("until told too", "3", Place())  # Ben comes
    people.touch("ben", "3", Place(), before="until told too")
    assert everybody(people) == [(1, "", Place("draw")), (2, "", Place())]


def test_the_one_who_was_away_longest_is_forgotten():
    people = People(lambda session: True, most=2)
    for name in ("anna", "ben", "anna", "zoe"):
        people.touch(name, name, Place())
    assert [person.number for _, person in people.present()] == [1, 3] and people.get("ben") is None


@pytest.mark.parametrize("wrong", ["x" * (NICKNAME + 1), "tab\u0007", "turned\u202e", "half\ud800"])
def test_a_nickname_that_cannot_be_shown_is_refused_and_the_old_one_stays(wrong):
    people = People(lambda session: True)
    people.touch("anna", "1", Place())
    people.call("anna", "Anna")
    with pytest.raises(StudioError) as caught:
        people.call("anna", wrong)
    assert caught.value.code == "class.nickname" and people.get("anna").nickname == "Anna"


@given(st.text(max_size=30))
def test_whatever_is_taken_as_a_nickname_can_be_shown(name):
    people = People(lambda session: True)
    people.touch("anna", "1", Place())
    try:
        people.call("anna", name)
    except StudioError:
        return
    nickname = people.get("anna").nickname
    assert len(nickname) <= NICKNAME and printable(nickname) == nickname == nickname.strip()


def test_nicknames_are_shared_and_taken_away():
    people = People(lambda session: True)
    for visitor in ("a", "b", "c"):
        people.touch(visitor, visitor, Place())
        people.call(visitor, " Kim  Lee ")
    people.forget_nicknames(["b"])
    assert [(person.number, person.nickname) for _, person in people.nicknamed()] == [(1, "Kim Lee"), (3, "Kim Lee")]
    people.forget_nicknames()
    assert people.nicknamed() == []


def test_a_whole_class_may_come_at_once():
    people = People(lambda session: True)
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
