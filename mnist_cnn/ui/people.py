"""Who is here: a number for everybody, a nickname for whoever wants one, and which page they look at. In memory only."""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_cnn.errors import StudioError, printable
from mnist_cnn.ui import server, state
from mnist_cnn.ui.learn.lessons import LESSONS

MOST = 1000  # people that are remembered
SESSIONS = 20  # of one person: pages open at a time
NICKNAME = 20  # characters at most


@dataclass(frozen=True)
class Place:
    """Where somebody is: the name of a page, and the lesson and its step, counted from 1, while they follow one."""

    page: str = "home"
    lesson: str | None = None
    step: int | None = None


@dataclass
class Person:
    """Somebody who came.

    Attributes
    ----------
    number : by arrival, from 1.
    nickname : as they want to be called; empty for nobody's business.
    place : where they were last.
    """

    number: int
    nickname: str = ""
    place: Place = Place()
    sessions: list[str] = field(default_factory=list)


class People:
    """Everybody who came since the server's start, by the number that their browser keeps; thread-safe.

    Parameters
    ----------
    alive : whether a session has a page open.
    most : people that are remembered; whoever was away longest is forgotten.
    """

    def __init__(self, alive: Callable[[str], bool], most: int = MOST):
        self._alive, self._most, self._arrived = alive, most, 0
        self._known: OrderedDict[str, Person] = OrderedDict()  # the last that moved is the last
        self._lock = threading.Lock()

    def touch(self, visitor: str, session: str, place: Place, before: str | None = None) -> None:
        """Somebody looks at a page.

        Parameters
        ----------
        before : who the session was taken for until its browser said who it is.
        """
        with self._lock:
            stranger = self._known.pop(before, None) if before != visitor else None
            person = self._known.pop(visitor, None)
            if stranger and person and stranger.number == self._arrived:  # the number goes to the next one
                self._arrived -= 1
            if not (person or stranger):
                self._arrived += 1
            person = person or stranger or Person(self._arrived)
            person.place = place
            person.sessions = [*(one for one in person.sessions if one != session), session][-SESSIONS:]
            self._known[visitor] = person
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def present(self) -> list[tuple[str, Person]]:
        """Whoever has a page open, by number, each with the number of their browser, which is nobody else's business."""
        with self._lock:
            here = [(visitor, person) for visitor, person in self._known.items() if any(map(self._alive, person.sessions))]
        return sorted(here, key=lambda one: one[1].number)

    def get(self, visitor: str | None) -> Person | None:
        """Somebody who is or was here; None for who never was, or is forgotten."""
        return self._known.get(visitor)

    def nicknamed(self) -> list[tuple[str, Person]]:
        """Everybody who has a nickname, by number, as `present` gives them."""
        with self._lock:
            named = [(visitor, person) for visitor, person in self._known.items() if person.nickname]
        return sorted(named, key=lambda one: one[1].number)

    def call(self, visitor: str, nickname: str) -> None:
        """Give somebody a nickname; an empty one takes it away. Raises StudioError "class.nickname"."""
        nickname = " ".join(unicodedata.normalize("NFC", nickname).split())
        if len(nickname) > NICKNAME or printable(nickname) != nickname:
            raise StudioError("class.nickname", limit=NICKNAME)
        with self._lock:
            if person := self._known.get(visitor):
                person.nickname = nickname

    def forget_nicknames(self, visitors: Collection[str] | None = None) -> None:
        """Take nicknames away, of some or of all."""
        with self._lock:
            for visitor, person in self._known.items():
                if visitors is None or visitor in visitors:
                    person.nickname = ""


@st.cache_resource(show_spinner=False)
def people() -> People:
    return People(lambda session: runtime.exists() and bool(runtime.get_instance().is_active_session(session)))


def touch() -> None:
    """Whoever is looking looks at the page that is drawn."""
    context = get_script_run_ctx()
    if context is None:
        return
    visitor, before = server.visitor_id(), state.get("visitor-seen")
    state.put("visitor-seen", visitor)
    people().touch(visitor, context.session_id, _place(), before)


def _place() -> Place:
    page, errand = state.get("page"), state.get("errand")
    if page == "learn" and state.get("learn-view") == "lessons":
        lesson = LESSONS.get(state.get("lesson"), next(iter(LESSONS.values())))
        return Place(page, lesson.id, min(state.get("step"), len(lesson.steps)))
    if errand:
        lesson, step = errand.rsplit(".", 1)
        return Place(page, lesson, int(step))
    return Place(page)
