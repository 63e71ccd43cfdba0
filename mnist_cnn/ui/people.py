"""Who is here: a number for everybody, a nickname for whoever wants one, and which page they look at."""

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_cnn.errors import StudioError, printable, spaced
from mnist_cnn.ui import server, state, teacher
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.register import MOST, NICKNAME, Line, Lines, Register, Ticks
from mnist_cnn.words import CATALOGUES

SESSIONS = 20  # of one person: pages open at a time

ALIKE = {
    "t": "тτᴛᎢꓔⲧ𐊗",
    "e": "еεᴇҽ℮Ꭼꓰⲉ𐊆",
    "a": "аαᴀɑᎪꓮⲁ𐊠",
    "c": "сϲᴄᏟꓚⲥ𐊢",
    "h": "һнʜηհᎻꓧⲏ𐋏",
    "r": "гʀᎡᏒꓣⲅ",
    "师": "師帅帥",
    "教": "敎",
}  # what looks like a letter of "teacher", small or capital, or like a character of what teachers are called in Chinese
LOOK_ALIKES = str.maketrans({other: letter for letter, others in ALIKE.items() for other in others})


def _letters(name: str) -> str:
    """A name without what hardly tells it from another: capitals, wide letters, look-alikes, accents, spaces, marks between."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name).casefold().translate(LOOK_ALIKES)))


TEACHERS = {_letters(words[key]) for words in CATALOGUES.values() for key in ("classroom.teacher", "classroom.view.desk")}


@dataclass(frozen=True)
class Place:
    """Where somebody is: the name of a page, and the lesson and its step, counted from 1, while they follow one."""

    page: str = "home"
    lesson: str | None = None
    step: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who is or was here.

    Attributes
    ----------
    number : by arrival, from 1.
    nickname : as they want to be called; empty for nobody's business.
    place : where they were last, as far as this server knows.
    """

    number: int
    nickname: str = ""
    place: Place = Place()


class People:
    """Everybody who came, by what their browser calls itself; thread-safe.

    Parameters
    ----------
    register : has their numbers, nicknames and ticks; where they are is in memory only.
    alive : whether a session has a page open.
    most : people that are remembered. Of those who are too many, whoever was away longest is forgotten: first who left
        nothing, neither a nickname nor ticks, and has no page open; then who left something; then who has a page open. Those
        who left nothing fill at most half of the register, so that many who only open pages drive nobody out.
    """

    def __init__(self, register: Register, alive: Callable[[str], bool], most: int = MOST):
        self._register, self._alive, self._most = register, alive, most
        self._seen: OrderedDict[str, tuple[Place, list[str]]] = OrderedDict()  # by this server; the last that moved is the last
        self._apart: OrderedDict[str, Ticks] = OrderedDict()  # of who has no number, as the teacher
        self._lock = threading.Lock()

    def touch(self, visitor: str, session: str, place: Place) -> None:
        """Somebody looks at a page."""
        with self._lock:
            _, sessions = self._seen.pop(visitor, (None, []))
            if session not in sessions:
                self._part(session)  # nobody is two
            self._seen[visitor] = place, [*(one for one in sessions if one != session), session][-SESSIONS:]
            if len(self._seen) > self._most:
                del self._seen[self._dispensable()[0]]
        if visitor not in self._register.read():
            self._register.change(lambda lines: self._enter(lines, visitor))

    def _part(self, session: str) -> None:
        """A session is no longer anybody's."""
        for _, sessions in self._seen.values():
            if session in sessions:
                sessions.remove(session)

    def _dispensable(self) -> list[str]:
        """Whom this server has seen, those without an open page first, then by how long ago."""
        return sorted(self._seen, key=lambda one: any(map(self._alive, self._seen[one][1])))

    def _enter(self, lines: Lines, visitor: str) -> None:
        """Give somebody the next number, and forget others where there are too many."""
        if visitor not in lines:  # nor was meanwhile
            number = 1 + max((line.number for line in lines.values()), default=0)
            lines[visitor] = Line(number, ticks=self._apart.pop(visitor, {}))
        over = len(lines) - self._most
        for one in self._by_worth(lines)[:over] if over > 0 else []:
            del lines[one]

    def _by_worth(self, lines: Lines) -> list[str]:
        """Everybody, whoever is forgotten first being the first."""
        with self._lock:
            here = {one: any(map(self._alive, sessions)) for one, (_, sessions) in self._seen.items() if one in lines}
        empty = {one for one, line in lines.items() if not line.nickname and not line.ticks}
        many = len(empty) > self._most // 2

        def worth(one: str) -> int:
            if here.get(one) and not (many and one in empty):
                return 3
            return 2 * (one not in empty) + here.get(one, False)

        return sorted([*(one for one in lines if one not in here), *here], key=worth)

    def present(self) -> list[tuple[str, Person]]:
        """Whoever has a page open, by number, each with what their browser calls itself, which is nobody else's business."""
        lines = self._register.read()
        with self._lock:
            here = [one for one, (_, sessions) in self._seen.items() if one in lines and any(map(self._alive, sessions))]
        return self._persons(lines, here)

    def get(self, visitor: str | None) -> Person | None:
        """Somebody who is or was here; None for who never was, or is forgotten."""
        line = self._register.read().get(visitor)
        return line and self._person(visitor, line)

    def nicknamed(self) -> list[tuple[str, Person]]:
        """Everybody who has a nickname, by number, as `present` gives them."""
        lines = self._register.read()
        return self._persons(lines, [visitor for visitor, line in lines.items() if line.nickname])

    def _persons(self, lines: Lines, visitors: list[str]) -> list[tuple[str, Person]]:
        return sorted(((one, self._person(one, lines[one])) for one in visitors), key=lambda one: one[1].number)

    def _person(self, visitor: str, line: Line) -> Person:
        place, _ = self._seen.get(visitor, (Place(), []))
        return Person(line.number, line.nickname, place)

    def call(self, visitor: str, nickname: str) -> None:
        """Give somebody a nickname; an empty one takes it away. Raises StudioError "class.nickname" or "class.pretender"."""
        nickname = spaced(unicodedata.normalize("NFC", nickname))
        if len(nickname) > NICKNAME or printable(nickname) != nickname:
            raise StudioError("class.nickname", limit=NICKNAME)
        if _letters(nickname) in TEACHERS:
            raise StudioError("class.pretender", name=nickname)
        self._register.change(lambda lines: _rename(lines, [visitor], nickname))

    def forget_nicknames(self, visitors: Collection[str]) -> None:
        """Take nicknames away."""
        self._register.change(lambda lines: _rename(lines, visitors, ""))

    def ticks(self, visitor: str) -> Ticks:
        """The steps of lessons that somebody has done, which are not to be changed."""
        line = self._register.read().get(visitor)
        return line.ticks if line else self._apart.get(visitor, {})

    def tick(self, visitor: str, step: str, figures: dict[str, str | float]) -> None:
        """Somebody has done a step; who has no number is remembered by this server alone."""

        def keep(lines: Lines) -> None:
            if line := lines.get(visitor):
                lines[visitor] = replace(line, ticks=line.ticks | {step: figures})

        if visitor in self._register.read():
            self._register.change(keep)
            return
        with self._lock:
            self._apart[visitor] = self._apart.pop(visitor, {}) | {step: figures}
            if len(self._apart) > self._most:
                self._apart.popitem(last=False)

    def followed(self) -> int:
        """How many have done a step of a lesson."""
        return sum(bool(line.ticks) for line in self._register.read().values()) + len(self._apart)

    def forget(self, visitor: str) -> None:
        """Somebody is none of the class; this server remembers their ticks."""
        line = self._register.read().get(visitor)
        with self._lock:
            self._seen.pop(visitor, None)
            if line and line.ticks:
                self._apart[visitor] = line.ticks
        if line:
            self._register.change(lambda lines: lines.pop(visitor, None))

    def forget_all(self) -> None:
        """Only whoever has a page open keeps a number; nobody has a nickname or ticks any more."""
        here = {visitor for visitor, _ in self.present()}

        def keep(lines: Lines) -> None:
            for visitor in [*lines]:
                line = lines.pop(visitor)
                if visitor in here:
                    lines[visitor] = Line(line.number)

        self._register.change(keep)
        self._register.forget_damaged()
        with self._lock:
            self._apart.clear()


def _rename(lines: Lines, visitors: Collection[str], nickname: str) -> None:
    for visitor in lines.keys() & visitors:
        lines[visitor] = replace(lines[visitor], nickname=nickname)


@st.cache_resource(show_spinner=False)
def people() -> People:
    register = Register(server.store().folder)
    return People(register, lambda session: runtime.exists() and bool(runtime.get_instance().is_active_session(session)))


def touch() -> None:
    """Whoever is looking, once they are known, looks at the page that is drawn; the teacher is none of the class."""
    context = get_script_run_ctx()
    if context is None or not server.met():
        return
    visitor = server.visitor_id()
    if not teacher.office().is_teacher(visitor):
        people().touch(visitor, context.session_id, _place())


def _place() -> Place:
    page, errand = state.get("page"), state.get("errand")
    if page == "learn" and state.get("learn-view") == "lessons":
        lesson = LESSONS.get(state.get("lesson"), next(iter(LESSONS.values())))
        return Place(page, lesson.id, min(state.get("step"), len(lesson.steps)))
    if errand:
        lesson, step = errand.rsplit(".", 1)
        return Place(page, lesson, int(step))
    return Place(page)
