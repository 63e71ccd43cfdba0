"""The board for the projector: who is here, what trains and waits, the newest drawings, the challenge and its ranking."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

from mnist_cnn.digits.collection import Example
from mnist_cnn.ink.sketch import SIZE
from mnist_cnn.runs import Run
from mnist_cnn.training import challenge
from mnist_cnn.training.challenge import Entry
from mnist_cnn.training.rules import SMALL, Rules
from mnist_cnn.ui import images, link, people, server, teacher
from mnist_cnn.ui.classroom import names, standing
from mnist_cnn.ui.classroom.standing import Standing, Trained
from mnist_cnn.ui.home import join
from mnist_cnn.ui.language import t
from mnist_cnn.ui.people import Person

LOOK = 3.0  # seconds between two looks
PEOPLE, WAITING, RANKED, DRAWINGS = 60, 8, 10, 20  # that there is room for
MEDALS = 3
Called = dict[str, tuple[str, str]]  # as `names.runs` gives it
EXPECTED = ("challenge", "training", "waiting", "people")


def show() -> None:
    """The board, which keeps itself up to date."""
    place, reached = link.base()
    st.fragment(_show, run_every=LOOK)(f"{place}/draw" if reached else None)


def expect() -> None:
    """Where the board will be, as long as it is not known who looks."""
    st.html(_tag("div", "".join(_tag("div", "", f"part {name}") for name in EXPECTED), "board" + " expected", aria_busy="true"))


def _show(join_at: str | None) -> None:
    rules, visitor = server.rules().read(), server.visitor_id()
    stands = standing.now(rules.challenge)
    here = [(who, person) for who, person in people.people().present() if not teacher.office().is_teacher(who)]
    present = {who for who, _ in here}
    called = names.runs([one.run for one in stands.training] + stands.waiting)
    rows = _training(stands, called, present, visitor), _waiting(stands, rules, called, present, visitor)
    parts = [_challenge(rules, stands, visitor, join_at), *rows]
    if rules.ranking:
        parts.insert(1, _ranking(stands, present, visitor))
    parts += [_people(here, visitor), _drawings(server.collection().examples())]
    st.html(_tag("div", "".join(parts), "board" + " ranked" * rules.ranking))


def _tag(name: str, content: str, kind: str = "", **more) -> str:
    """An element of HTML, its content as it is."""
    attributes = {"class": kind} | {key.replace("_", "-"): value for key, value in more.items()}
    told = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value != "")
    return f"<{name}{told}>{content}</{name}>"


def _span(text: str | int, kind: str = "") -> str:
    return _tag("span", escape(str(text)), kind)


def _strong(text: str) -> str:
    return _tag("strong", escape(text))


def _note(text: str, kind: str = "note") -> str:
    return _tag("p", escape(text), kind)


def _part(name: str, title: str, content: str, count: int | None = None) -> str:
    """A part under its heading, with a count beside it where there is one; `content` is HTML."""
    number = "" if count is None else _span(count, "count")
    return _tag("section", _tag("h2", escape(title) + number) + content, f"part {name}")


def _list(items: Iterable[str], kind: str, nothing: str, name: str = "ul") -> str:
    """Items of a list, or a sentence where there are none."""
    content = "".join(items)
    return _tag(name, content, kind) if content else _note(nothing, "nothing")


def _challenge(rules: Rules, stands: Standing, visitor: str, join_at: str | None) -> str:
    """The goal, and how far a pupil who is looking has come, which nobody else is told; and the way in for the others."""
    pupils = [] if teacher.office().is_teacher(visitor) else stands.best
    mine = next((entry for entry in pupils if entry.owner == visitor), None)
    told = [t("classroom.yours", score=_score(mine))] if mine else []
    told += [t("classroom.pending", count=stands.pending)] if stands.pending else []
    goal = _note(t(f"classroom.goal.{rules.challenge}", most=SMALL), "goal")
    content = _tag("div", goal + "".join(_note(line, "") for line in told)) + _way_in(join_at)
    return _part("challenge", t("classroom.challenge"), _tag("div", content, "beside"))


def _score(entry: Entry) -> str:
    if entry.images is None:
        return t("classroom.score", share=entry.share)
    return t("classroom.score_drawings", share=entry.share, low=entry.low, high=entry.high, images=entry.images)


def _ranking(stands: Standing, present: set[str], visitor: str) -> str:
    """The first ones, and whoever is looking."""
    ranked = list(zip(challenge.ranks(stands.best), stands.best, strict=True))
    shown = ranked[:RANKED] + [one for one in ranked[RANKED:] if one[1].owner == visitor]
    rows = (_ranked(rank, entry, _who(entry.owner, present), entry.owner == visitor) for rank, entry in shown)
    nobody = t("classroom.measuring" if stands.pending else "classroom.unranked")
    return _part("ranking", t("classroom.ranking"), _list(rows, "rows", nobody, "ol"), len(ranked))


def _ranked(rank: int, entry: Entry, who: str, mine: bool) -> str:
    medal = " ".join(["place", f"medal{rank}"][: 1 + (rank <= MEDALS)])
    return _tag("li", _span(rank, medal) + who + _strong(_score(entry)), "mine" * mine)


def _who(owner: str | None, present: set[str]) -> str:
    """Whose something is; a long nickname is cut, never the number. The teacher is on a colour that no pupil's name has."""
    nickname, rest = names.parts(owner, present)
    kind = "teacher" * names.is_teachers(owner)
    return _tag("span", (_span(nickname, "cut") if nickname else "") + _span(rest, kind), "who")


def _called(run: Run, called: Called) -> str:
    name, more = called[run.id]
    return _tag("span", _span(name, "cut") + (_span(more, "more") if more else ""), "name")


def _training(stands: Standing, called: Called, present: set[str], visitor: str) -> str:
    cards = (
        _tag(
            "div",
            _trained(one, called, _who(one.run.owner, present)),
            " ".join(["run"] + ["mine"] * (one.run.owner == visitor)),
        )
        for one in stands.training
    )
    return _part("training", t("classroom.training"), "".join(cards) or _note(t("classroom.nothing_trains"), "nothing"))


def _trained(one: Trained, called: Called, who: str) -> str:
    percent = round(100 * one.done)
    values = {"aria_valuemin": 0, "aria_valuemax": 100, "aria_valuenow": percent, "aria_label": called[one.run.id][0]}
    bar = _tag("div", _tag("span", "", style=f"width:{percent}%"), "bar", role="progressbar", **values)
    accuracy = "–" if one.accuracy is None else t("classroom.score", share=one.accuracy)
    foot = _tag("p", _span(t("classroom.epoch", epoch=one.epoch, epochs=one.epochs)) + _strong(accuracy))
    return _tag("p", _called(one.run, called) + who) + bar + foot


def _waiting(stands: Standing, rules: Rules, called: Called, present: set[str], visitor: str) -> str:
    rows = (
        _tag("li", _span(f"{turn}.", "turn") + _called(run, called) + _who(run.owner, present), "mine" * (run.owner == visitor))
        for turn, run in enumerate(stands.waiting[:WAITING], 1)
    )
    told = [t("classroom.closed")] * (not rules.open) + [t("classroom.paused")] * rules.paused
    content = (
        "".join(map(_note, told)) + _list(rows, "rows", t("classroom.no_line"), "ol") + _more(len(stands.waiting) - WAITING)
    )
    return _part("waiting", t("classroom.waiting"), content, len(stands.waiting))


def _people(here: list[tuple[str, Person]], visitor: str) -> str:
    """As many as there is room for, whoever is looking among them."""
    shown = here[:PEOPLE] + [one for one in here[PEOPLE:] if one[0] == visitor]
    chips = (_chip(person, who == visitor) for who, person in shown)
    content = _list(chips, "chips", t("classroom.nobody")) + _more(len(here) - len(shown))
    return _part("people", t("classroom.here"), content, len(here))


def _way_in(join_at: str | None) -> str:
    """The code to scan and the address to type, where other devices can reach this app."""
    if not join_at or not (picture := join.picture(join_at)):
        return ""
    code = f'<img src="{picture}" alt="{escape(t("join.code", address=join_at))}">'
    return _tag("div", code + _note(t("classroom.join"), "") + _note(join_at.split("://")[-1], "address"), "join")


def _chip(person: Person, mine: bool) -> str:
    nickname = _strong(person.nickname) if person.nickname else ""
    where = _span(names.place(person.place), "where")
    return _tag("li", _span(person.number, "place") + _tag("span", nickname + where), "mine" * mine)


def _drawings(examples: list[Example]) -> str:
    tiles = (_tag("li", _picture(example) + _span(example.digit)) for example in examples[: -DRAWINGS - 1 : -1])
    content = _list(tiles, "tiles", t("classroom.no_drawings"))
    return _part("drawings", t("classroom.drawings"), content, len(examples))


def _picture(example: Example) -> str:
    return f'<img src="{_source(example.image.tobytes())}" alt="{escape(t("classroom.drawing", digit=example.digit))}">'


@lru_cache(maxsize=4 * DRAWINGS)
def _source(pixels: bytes) -> str:
    """A drawing, uint8 (28, 28), as an address."""
    return images.address(Image.fromarray(np.frombuffer(pixels, np.uint8).reshape(SIZE, SIZE)))


def _more(count: int) -> str:
    return _note(t("classroom.more", count=count)) if count > 0 else ""
