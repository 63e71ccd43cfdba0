"""How far a visitor has come in the lessons: kept by the server, so that a reload finds the ticks that were earned."""

from collections import OrderedDict

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import server, state
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Lesson, say

MOST = 1000  # visitors that are remembered

Ticks = dict[tuple[str, int], dict]  # of lesson and step, counted from 1, with the figures of the explanation


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[str, Ticks]:
    return OrderedDict()


def _ticks() -> Ticks:
    """Those of whoever is looking."""
    kept, visitor = _kept(), state.get("visitor-id")
    ticks = kept.pop(visitor, {})
    kept[visitor] = ticks  # the last to be forgotten
    while len(kept) > MOST:
        kept.popitem(last=False)
    return ticks


def followed() -> int:
    """How many visitors have ticks."""
    return sum(map(bool, _kept().values()))


def forget_all() -> None:
    """Nobody has come anywhere any more."""
    _kept().clear()


def guess(lesson: Lesson, step: int) -> int | None:
    """Which option was predicted at a step, counted from 0; None before."""
    options = range(len(lesson.steps[step - 1].options))
    return next((option for option in options if f"{lesson.id}.{step}.{option}" in state.get("guesses")), None)


def take(lesson: Lesson, step: int, option: int) -> None:
    """Keep a prediction, in the place of an earlier one."""
    others = [told for told in state.get("guesses") if not told.startswith(f"{lesson.id}.{step}.")]
    state.put("guesses", [*others, f"{lesson.id}.{step}.{option}"])


def ticked(lesson: Lesson) -> list[dict]:
    """The figures of the steps that are done, from the first one on. A step is looked at once something was predicted."""
    ticks, context, done = _ticks(), None, []
    for number, step in enumerate(lesson.steps, 1):
        if (lesson.id, number) not in ticks and guess(lesson, number) is not None:
            context = context or Context(state.get("visitor-id"), server.store().runs())
            if (figures := _looked(step.check, context)) is not None:
                ticks[lesson.id, number] = figures
        if (lesson.id, number) not in ticks:
            break
        done.append(ticks[lesson.id, number])
    return done


def hint(lesson: Lesson, step: int) -> str | None:
    """What is to be said of the attempt at a step that is not done; None for nothing."""
    context = Context(state.get("visitor-id"), server.store().runs())
    for words, when in lesson.steps[step - 1].hints:
        if (figures := _looked(when, context)) is not None:
            return say(words, **figures)
    return None


def _looked(check, context: Context) -> dict | None:
    """What the check says; None where what it looks at cannot be read."""
    try:
        return check(context)
    except (StudioError, OSError):
        return None
