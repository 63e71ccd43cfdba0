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


class Rounds:
    """In which round each training is, so that who had a turn a moment ago waits for those who had none.

    Start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, SIGCOMM 1996), each training one unit: a person's next is one
    round after the last, and no earlier than the round that trains now. Single runs and those of series count apart.
    """

    def __init__(self):
        self._now: Counter = Counter()
        self._next: Counter = Counter()

    def join(self, whose: str, series: bool, known: int | None = None) -> int:
        """The round of a training that is put in line; `known` where another server has settled it."""
        joined = max(self._now[series], self._next[whose, series]) if known is None else known
        self._next[whose, series] = max(self._next[whose, series], joined + 1)
        return joined

    def leave(self, whose: str, series: bool, joined: int) -> None:
        """A training was taken out of the line: where it was the person's last, its round is free again."""
        if self._next[whose, series] == joined + 1:
            self._next[whose, series] = joined

    def begin(self, series: bool, joined: int) -> None:
        """A training of that round is under way."""
        self._now[series] = max(self._now[series], joined)

    def rest(self) -> None:
        """Nothing trains or waits: nobody has had more than anybody else."""
        self._now.clear()
        self._next.clear()


def order(entries: Sequence[Entry], under_way: Iterable[str]) -> list[int]:
    """The places of `entries` in the order of training.

    First what was moved to the front, the latest first. Of the others nobody's second goes before anybody's first, nor
    their third before anybody's second, and so on; among equals the earlier round is first, see `Rounds`, then who came
    first. Runs of series are behind all single runs, and go by turns in the same way.

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
            keys[place] = (-entry.ticket.front, 0, 0, 0)
        else:
            turn = taken[entry.person] + turns[entry.person, entry.series]
            keys[place] = (0.0, 1 + entry.series, turn, entry.ticket.round)
            turns[entry.person, entry.series] += 1
    return sorted(arrival, key=keys.get)
