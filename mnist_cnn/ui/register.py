"""The class register: numbers, nicknames and ticks, in a file beside the runs, so that a server's end forgets nobody."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mnist_cnn import locks, places
from mnist_cnn.errors import printable

NICKNAME = 20  # characters at most
MOST = 1000  # people that are remembered
STEPS, FIGURES, TEXT = 100, 50, 500  # ticks of a person, figures of a tick, and characters of one, at most

Ticks = dict[str, dict[str, str | float]]  # the figures of the explanation, by lesson and step: "dropout.1"


@dataclass(frozen=True)
class Line:
    """Somebody.

    Attributes
    ----------
    number : by arrival, from 1.
    nickname : empty for whoever wants none.
    ticks : the steps of lessons that they have done.
    """

    number: int
    nickname: str = ""
    ticks: Ticks = field(default_factory=dict)


Lines = dict[str, Line]  # by what browsers call themselves


class Register:
    """`.people.json` in a folder; any number of threads and processes may use it.

    Whoever knows what a browser calls itself can act as its owner, so that only the server's user may read the file.
    Where it cannot be written, as on a full disk, this process still knows what it would hold. Where it cannot be read now,
    it says what it said last, and what is changed meanwhile is not written. One that is damaged is set aside.
    """

    def __init__(self, folder: Path):
        self.path = folder / ".people.json"
        self._kept = places.Kept(self.path, _lines)
        self._lock = threading.Lock()

    def read(self) -> Lines:
        """What it says now, which is not to be changed. What a damaged file cannot say is left out."""
        return self._kept.read()

    def change(self, act: Callable[[Lines], None]) -> None:
        """Have `act` change what it says, while nobody else does."""
        with self._lock, self._alone():
            try:
                self._kept.look()
                readable = True
            except OSError:
                readable = False
            act(lines := {**self._kept.told})
            self._kept.told = lines
            with suppress(OSError):
                if readable:
                    self._kept.write(lines, self._write)

    def forget_damaged(self) -> None:
        """Delete what was set aside."""
        with suppress(OSError):
            places.aside(self.path).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes the file meanwhile, where there are locks."""
        lock = None
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = locks.acquire(self.path.with_suffix(".lock"))
        with lock or nullcontext():
            yield

    def _write(self, lines: Lines) -> None:
        if not lines:
            self.path.unlink(missing_ok=True)
            return
        with places.replacing(self.path) as partial:
            partial.touch(0o600)
            partial.chmod(0o600)  # one that a crash has left, too
            told = {one: [line.number, line.nickname] + [line.ticks] * bool(line.ticks) for one, line in lines.items()}
            partial.write_text(json.dumps(told), "utf-8")


def _lines(content) -> tuple[Lines, bool]:
    """What the file says, and whether it is damaged."""
    told = [*content.items()][-MOST:] if isinstance(content, dict) else [("", None)]  # a line that says nothing
    lines = {visitor: line for visitor, one in told if (line := _line(one))}
    return lines, len(lines) < len(told)


def _line(told) -> Line | None:
    """What the file says of somebody; None for what cannot be."""
    try:
        number, nickname, *more = told
        good = type(number) is int and 0 < number < 2**31 and len(nickname) <= NICKNAME and printable(nickname) == nickname
        return Line(number, nickname, _ticks(*more[:1])) if good else None
    except (ValueError, TypeError):
        return None


def _ticks(told=None) -> Ticks:
    """What the file says that somebody has done, without what cannot be."""
    steps = [*told.items()][:STEPS] if isinstance(told, dict) else []
    return {step: figures for step, figures in steps if len(step) <= TEXT and _are_figures(figures)}


def _are_figures(told) -> bool:
    return isinstance(told, dict) and len(told) <= FIGURES and all(map(_is_figure, told.values()))


def _is_figure(told) -> bool:
    """Whether it is a number or a short text that can be shown."""
    return isinstance(told, int | float) or isinstance(told, str) and len(told) <= TEXT and printable(told) == told
