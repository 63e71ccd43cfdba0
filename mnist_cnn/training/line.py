"""The order of the line: whose training is next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnist_cnn.runs import Run
from mnist_cnn.tickets import Ticket


@dataclass(frozen=True)
class Entry:
    """A training in line.

    Attributes
    ----------
    person : whose it is, see `person`.
    series : whether it is one of a series.
    ticket : when it came, and what has become of it.
    """

    person: str
    series: bool
    ticket: Ticket


def person(run: Run) -> str:
    """Whose turn a run takes: its owner's. Of those that nobody owns, each run or series counts as somebody's own."""
    return run.owner or (run.series.id if run.series else run.id)


def order(entries: Sequence[Entry], under_way: Iterable[str]) -> list[int]:
    """The places of `entries` in the order of training.

    First what was moved to the front, the latest first. Of the others nobody's second goes before anybody's first, nor
    their third before anybody's second, and so on; among equals who came first is first. Runs of series are behind all
    single runs, and go by turns in the same way.

    Parameters
    ----------
    under_way : whose trainings are under way, once for each: they are those persons' first ones.
    """
    taken, turns, keys = Counter(under_way), Counter(), {}
    taken.update(entry.person for entry in entries if entry.ticket.front)  # that waits for nobody, but is a turn too
    arrival = sorted(range(len(entries)), key=lambda place: entries[place].ticket.arrived)
    for place in arrival:
        entry = entries[place]
        if entry.ticket.front:
            keys[place] = (-entry.ticket.front, 0, 0)
        else:
            keys[place] = (0.0, 1 + entry.series, taken[entry.person] + turns[entry.person, entry.series])
            turns[entry.person, entry.series] += 1
    return sorted(arrival, key=keys.get)
