"""The board for the projector: who is here, what trains and waits, the newest drawings, the challenge and its ranking."""

from collections.abc import Iterable
from html import escape

import numpy as np
import streamlit as st

from mnist_cnn.digits.collection import Example
from mnist_cnn.training import challenge
from mnist_cnn.training.challenge import Entry
from mnist_cnn.training.rules import SMALL, Rules
from mnist_cnn.ui import images, people, run_names, server, teacher
from mnist_cnn.ui.classroom import names, standing
from mnist_cnn.ui.classroom.standing import Standing, Trained
from mnist_cnn.ui.language import t
from mnist_cnn.ui.people import Person

LOOK = 3.0  # seconds between two looks
PEOPLE, WAITING, RANKED, DRAWINGS = 60, 8, 10, 20  # that there is room for
MEDALS = 3


def show() -> None:
    """The board, which keeps itself up to date."""
    st.fragment(_show, run_every=LOOK)()


def _show() -> None:
    rules, visitor = server.rules().read(), server.visitor_id()
    stands = standing.now(rules.challenge)
    here = [(who, person) for who, person in people.people().present() if not teacher.office().is_teacher(who)]
    present = {who for who, _ in here}
    parts = [_challenge(rules, stands, visitor), _training(stands, present), _waiting(stands, rules, present)]
    if rules.ranking:
        parts.insert(1, _ranking(stands, present, visitor))
    parts += [_people(here, visitor), _drawings(server.collection().examples())]
    st.html(f'<div class="board{" ranked" * rules.ranking}">{"".join(parts)}</div>')


def _part(name: str, title: str, content: str, count: int | None = None) -> str:
    """A part under its heading, with a count beside it where there is one; `content` is HTML."""
    number = "" if count is None else f'<span class="count">{count}</span>'
    return f'<section class="part {name}"><h2>{escape(title)}{number}</h2>{content}</section>'


def _nothing(words: str) -> str:
    return f'<p class="nothing">{escape(words)}</p>'


def _challenge(rules: Rules, stands: Standing, visitor: str) -> str:
    """The goal, and how far whoever is looking has come, which nobody else is told."""
    goal = t(f"classroom.goal.{rules.challenge}", most=SMALL)
    mine = next((entry for entry in stands.best if entry.owner == visitor), None)
    told = [t("classroom.yours", score=_score(mine))] if mine else []
    told += [t("classroom.pending", count=stands.pending)] if stands.pending else []
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    return _part("challenge", t("classroom.challenge"), f'<p class="goal">{escape(goal)}</p>{lines}')


def _score(entry: Entry) -> str:
    if entry.images is None:
        return t("classroom.score", share=entry.share)
    return t("classroom.score_drawings", share=entry.share, low=entry.low, high=entry.high, images=entry.images)


def _ranking(stands: Standing, present: set[str], visitor: str) -> str:
    ranked = list(zip(challenge.ranks(stands.best), stands.best, strict=True))
    shown = ranked[:RANKED] + [one for one in ranked[RANKED:] if one[1].owner == visitor]
    rows = "".join(_ranked(rank, entry, names.owner(entry.owner, present), entry.owner == visitor) for rank, entry in shown)
    content = f'<ol class="rows">{rows}</ol>' if rows else _nothing(t("classroom.unranked"))
    return _part("ranking", t("classroom.ranking"), content, len(ranked))


def _ranked(rank: int, entry: Entry, who: str, mine: bool) -> str:
    medal = f" medal{rank}" if rank <= MEDALS else ""
    kind = ' class="mine"' if mine else ""
    return (
        f'<li{kind}><span class="place{medal}">{rank}</span><span class="who">{escape(who)}</span>'
        f"<strong>{escape(_score(entry))}</strong></li>"
    )


def _training(stands: Standing, present: set[str]) -> str:
    cards = "".join(_trained(one, names.owner(one.run.owner, present)) for one in stands.training)
    return _part("training", t("classroom.training"), cards or _nothing(t("classroom.nothing_trains")))


def _trained(one: Trained, who: str) -> str:
    name, percent = run_names.name(one.run), round(100 * one.done)
    bar = (
        f'<div class="bar" role="progressbar" aria-label="{escape(name)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}"><span style="width:{percent}%"></span></div>'
    )
    epoch = escape(t("classroom.epoch", epoch=one.epoch, epochs=one.epochs))
    accuracy = "–" if one.accuracy is None else t("classroom.score", share=one.accuracy)
    return (
        f'<div class="run"><p><span class="name">{escape(name)}</span><span class="who">{escape(who)}</span></p>{bar}'
        f"<p><span>{epoch}</span><strong>{escape(accuracy)}</strong></p></div>"
    )


def _waiting(stands: Standing, rules: Rules, present: set[str]) -> str:
    rows = "".join(
        f'<li><span class="place">{place}</span><span class="name">{escape(run_names.name(run))}</span>'
        f'<span class="who">{escape(names.owner(run.owner, present))}</span></li>'
        for place, run in enumerate(stands.waiting[:WAITING], 1)
    )
    told = [t("classroom.closed")] * (not rules.open) + [t("classroom.paused")] * rules.paused
    notes = "".join(f'<p class="note">{escape(words)}</p>' for words in told)
    content = (
        f'<ol class="rows">{rows}</ol>{_more(len(stands.waiting) - WAITING)}' if rows else _nothing(t("classroom.no_line"))
    )
    return _part("waiting", t("classroom.waiting"), notes + content, len(stands.waiting))


def _people(here: list[tuple[str, Person]], visitor: str) -> str:
    shown = _mine_among(here, visitor)
    chips = "".join(_chip(person, who == visitor) for who, person in shown)
    content = f'<ul class="chips">{chips}</ul>{_more(len(here) - len(shown))}' if chips else _nothing(t("classroom.nobody"))
    return _part("people", t("classroom.here"), content, len(here))


def _mine_among(here: list[tuple[str, Person]], visitor: str) -> Iterable[tuple[str, Person]]:
    """As many as there is room for, whoever is looking among them."""
    return here[:PEOPLE] + [one for one in here[PEOPLE:] if one[0] == visitor]


def _chip(person: Person, mine: bool) -> str:
    kind = ' class="mine"' if mine else ""
    nickname = f"<strong>{escape(person.nickname)}</strong>" if person.nickname else ""
    where = f'<span class="where">{escape(names.place(person.place))}</span>'
    return f'<li{kind}><span class="place">{person.number}</span><span>{nickname}{where}</span></li>'


def _drawings(examples: list[Example]) -> str:
    newest = examples[: -DRAWINGS - 1 : -1]
    tiles = "".join(f"<li>{_picture(example)}<span>{example.digit}</span></li>" for example in newest)
    content = f'<ul class="tiles">{tiles}</ul>' if tiles else _nothing(t("classroom.no_drawings"))
    return _part("drawings", t("classroom.drawings"), content, len(examples))


def _picture(example: Example) -> str:
    source = images.address(images.enlarge(np.asarray(example.image), example.image.shape[0]))
    return f'<img src="{source}" alt="{escape(t("classroom.drawing", digit=example.digit))}">'


def _more(count: int) -> str:
    return f'<p class="note">{escape(t("classroom.more", count=count))}</p>' if count > 0 else ""
