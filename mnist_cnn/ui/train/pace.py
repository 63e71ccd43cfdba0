"""How often pages look at a training: as often as the machine has time for, whoever trains and however many watch."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.03  # of the machine's time that all looks together may take; trainings leave some of it unused
BROWSER = 4  # times as long as the server takes for a look, a browser takes to show it; measured with both on one machine
FASTEST, SLOWEST = 0.25, 5.0  # seconds between two looks; a trainer says something new four times a second
FIRST = 0.03  # seconds of computing that a look is taken to cost, until one was measured
WATCHING = 2 * SLOWEST  # seconds after a look for which its page counts as watching


class Pace:
    """Keeps what looks have cost, per watcher.

    Parameters
    ----------
    cores : of this machine, unless given.
    now : the clock, in seconds.
    """

    def __init__(self, cores: int | None = None, now: Callable[[], float] = time.monotonic):
        self._budget, self._now = SHARE * (cores or os.cpu_count() or 1), now
        self._looks: dict[str, tuple[float, float]] = {}  # when each watcher last looked, and seconds of computing

    @contextmanager
    def look(self, watcher: str, here: bool) -> Iterator[None]:
        """Measure the look that the block is; `here`: the browser is on this machine too."""
        started = time.thread_time()
        yield
        self.record(watcher, (time.thread_time() - started) * (1 + BROWSER * here))

    def record(self, watcher: str, cost: float) -> None:
        """A look of that watcher cost so many seconds of computing."""
        self._looks = {who: look for who, look in self._looks.items() if self._now() - look[0] < WATCHING}
        self._looks[watcher] = self._now(), cost

    def interval(self) -> float:
        """Seconds that a page may wait between two looks now."""
        costs = [cost for when, cost in list(self._looks.values()) if self._now() - when < WATCHING]
        return min(SLOWEST, max(FASTEST, sum(costs or [FIRST * (1 + BROWSER)]) / self._budget))

    def changed(self, interval: float) -> bool:
        """Whether a page that waits so long looks far too often by now, or too seldom."""
        return not interval / 2 <= self.interval() <= interval * 2
