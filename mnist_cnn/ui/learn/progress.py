"""How far a visitor has come in the lessons: kept with their number, so that a reload finds the ticks that were earned."""

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import people, server, state
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Lesson, Step, say


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
    visitor, context, done = state.get("visitor-id"), None, []
    kept = people.people().ticks(visitor)
    for number, step in enumerate(lesson.steps, 1):
        figures = kept.get(name := f"{lesson.id}.{number}")
        if figures is not None and not _fills(step, figures):
            figures = None
        if figures is None and guess(lesson, number) is not None:
            context = context or Context(visitor, server.store().runs())
            figures = _looked(step.check, context)
            if figures is not None and server.met():
                people.people().tick(visitor, name, figures)
        if figures is None:
            break
        done.append(figures)
    return done


def _fills(step: Step, figures: dict) -> bool:
    """Whether the explanation can be told with these figures, unlike with those of a damaged file or of another step."""
    try:
        return bool(say(step.explanation, **figures)) and isinstance(figures.get("run", ""), str)
    except Exception:  # whatever a file may hold
        return False


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
