"""Tickets: what a server notes of each run that it takes on, so that the next server goes on where it ended.

A ticket is a file beside the runs, `.line/ID.json`: it is there from the moment that a run is put in line until it has
ended, however it ends, unless that is with its server. Only who holds the run's lock writes it, and one listing of the
folder tells all runs that may have lost their server.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path

from mnist_cnn import places

FOLDER = ".line"
MOST = 2**31  # rounds, more than there can be


@dataclass(frozen=True)
class Ticket:
    """A run's claim to be trained.

    Attributes
    ----------
    arrived : when it was put in line, in seconds since 1970.
    front : when it was moved to the front, 0 for never: by the teacher, or as what a server's end had interrupted.
    begun : whether it has been handed to a worker already.
    round : in which round of the line it is to be trained, see `training.line.Rounds`.
    """

    arrived: float
    front: float = 0.0
    begun: bool = False
    round: int = 0


def write(run: Path, ticket: Ticket) -> None:
    """Note the ticket of the run in that folder. Raises OSError, as on a full disk."""
    path = _path(run)
    path.parent.mkdir(exist_ok=True)
    with places.replacing(path) as partial:
        partial.write_text(json.dumps(asdict(ticket)), "utf-8")


def read(run: Path) -> Ticket | None:
    """The ticket of the run in that folder; of a damaged one, that it has come just now. None where it has none."""
    try:
        path = _path(run)
        modified, text = path.stat().st_mtime, path.read_text("utf-8", "replace")
    except OSError:
        return None
    try:
        told = json.loads(text)
        number = told.get("round", 0)
        number = number if type(number) is int and 0 <= number <= MOST else 0
        ticket = Ticket(float(told["arrived"]), float(told["front"]), told["begun"] is True, number)
        return ticket if isfinite(ticket.arrived) and isfinite(ticket.front) else Ticket(modified)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return Ticket(modified)


def has(run: Path) -> bool:
    """Whether the run in that folder has one."""
    return _path(run).exists()


def drop(run: Path) -> None:
    """The run in that folder is nobody's to train any more; where the ticket stays all the same, the run's status tells."""
    with suppress(OSError):
        _path(run).unlink()


def holders(store: Path) -> list[str]:
    """Ids of all runs below that folder that have one, the oldest first, as ids begin with the time."""
    try:
        names = sorted(path.name for path in (store / FOLDER).iterdir())
    except OSError:
        return []
    return [name.removesuffix(".json") for name in names if name.endswith(".json") and ".part" not in name]


def _path(run: Path) -> Path:
    return run.parent / FOLDER / f"{run.name}.json"
