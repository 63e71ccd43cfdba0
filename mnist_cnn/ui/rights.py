"""Who may do what: everybody with what is theirs, the teacher with everything."""

from collections.abc import Iterable

from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import STOPS, Run
from mnist_cnn.ui import server, teacher


def may_change(thing: Run | Example) -> bool:
    """Whether who is looking may stop, resume, rename or delete a run, or relabel or delete a drawing.

    What nobody owns, as a run of the command line, only the teacher may.
    """
    return thing.owner == server.visitor_id() or teacher.here()


def check(runs: Iterable[Run]) -> None:
    """Where a button is pressed, whatever the page was when it was drawn. Raises StudioError "class.owner"."""
    for run in runs:
        if not may_change(run):
            raise StudioError("class.owner", name=run.name)


def check_drawings(examples: Iterable[Example]) -> None:
    """The same for drawings. Raises StudioError "class.teacher"."""
    if not all(map(may_change, examples)):
        raise StudioError("class.teacher")


def stop_reason(run: Run) -> str:
    """Of `runs.STOPS`, what a stop by who is looking is told as: the teacher's, where the run is not their own."""
    return STOPS[run.owner != server.visitor_id()]


def most(rule: str) -> int | None:
    """What a rule of `training.rules.LIMITS` allows who is looking; None for whom nothing is limited."""
    return None if teacher.here() else getattr(server.rules().read(), rule)
