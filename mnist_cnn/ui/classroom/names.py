"""What the page calls people and runs, as plain text."""

from mnist_cnn.runs import Run
from mnist_cnn.ui import run_names, teacher
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.learn.lessons.lesson import say
from mnist_cnn.ui.people import Person, Place, people


def person(one: Person) -> str:
    """Somebody by nickname and number, or by number alone."""
    return t("classroom.named" if one.nickname else "classroom.number", name=one.nickname, number=one.number)


def owner(visitor: str | None, present: set[str]) -> str:
    """Whose something is: who is here by nickname, who was by number, and who is not known by neither."""
    return "".join(parts(visitor, present))


def is_teachers(visitor: str | None) -> bool:
    """Whether something is the teacher's, who is shown as nobody else can be."""
    return visitor is not None and teacher.office().is_teacher(visitor)


def parts(visitor: str | None, present: set[str]) -> tuple[str, str]:
    """The same in two: a nickname, which may be cut where there is no room for it, and the rest, which may not."""
    if is_teachers(visitor):
        return "", t("classroom.teacher")
    known = people().get(visitor)
    if known is None:
        return "", t("classroom.someone" if visitor else "classroom.terminal")
    if known.nickname and visitor in present:
        return known.nickname, t("classroom.named", name="", number=known.number)
    return "", t("classroom.number", number=known.number)


def runs(some: list[Run]) -> dict[str, tuple[str, str]]:
    """How to call each run, by its id: its name, and what tells it from others of that name; empty for nothing."""
    called, own = run_names.labels(some), {run.id: run_names.name(run) for run in some}
    return {key: (name, called[key].removeprefix(name).strip()) for key, name in own.items()}


def whose(run: Run) -> str:
    """Whose a run is."""
    return owner(run.owner, {visitor for visitor, _ in people().present()})


def place(where: Place) -> str:
    """Where somebody is: a step of a lesson, or a page."""
    if where.lesson not in LESSONS:
        return t(f"{where.page}.nav")
    return t("classroom.step", lesson=say(LESSONS[where.lesson].title), step=where.step)
