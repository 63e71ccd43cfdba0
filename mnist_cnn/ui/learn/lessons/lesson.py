"""What a lesson is: data that `learn.walking` plays and `learn.teacher` prints. Its texts stand with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from mnist_cnn.ui import language
from mnist_cnn.ui.learn.lessons.checks import Context


class Words(NamedTuple):
    """A text in each language."""

    en: str
    zh: str


class Option(NamedTuple):
    """A prediction to choose, and what is answered to whoever chose it; never a score."""

    words: Words
    answer: Words


class Hint(NamedTuple):
    """What is told of an attempt that does not do yet, filled with the figures of `when`, which is None where it is not so."""

    words: Words
    when: Callable[[Context], dict | None]


@dataclass(frozen=True)
class Action:
    """Something to do in the app itself.

    Attributes
    ----------
    page : where, a name of `navigation.PAGES`.
    words : on its button.
    set_up : called before the page opens, to put its settings in place.
    """

    page: str
    words: Words
    set_up: Callable[[], None]


@dataclass(frozen=True)
class Step:
    """Predict, run, look, explain.

    Attributes
    ----------
    title : a few words for the checklist.
    question, options : what is to be predicted.
    task, action : what to do, in words and as a button.
    check : of real runs and of the session: the figures that `explanation` is filled with once the step is done, plain
        numbers and texts, with the run's name as "run" where a run did it; None until then.
    explanation : shown when the check is true.
    expect : what a teacher may expect, with measured figures.
    hints : of which the first that is so is told until the step is done.
    """

    title: Words
    question: Words
    options: tuple[Option, ...]
    task: Words
    action: Action
    check: Callable[[Context], dict | None]
    explanation: Words
    expect: Words
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """Steps, one after another.

    Attributes
    ----------
    id : as it stands in the address.
    minutes : that a class takes, trainings included.
    goal : what they should be able to say afterwards; it gives the answers, so nobody sees it before but the teacher.
    discuss : questions for the class.
    """

    id: str
    minutes: int
    title: Words
    goal: Words
    steps: tuple[Step, ...]
    discuss: tuple[Words, ...]


def say(words: Words, **values) -> str:
    """The text in the session's language, its braces filled in."""
    return getattr(words, language.current()).format(**values)
