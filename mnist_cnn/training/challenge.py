"""A challenge of the class: which runs take part, what each scores, and who leads."""

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from mnist_cnn.digits.collection import Collection
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.reading import evaluation, prediction
from mnist_cnn.runs import Run
from mnist_cnn.training import class_test
from mnist_cnn.training.rules import SMALL

MOST = 200  # runs whose figures on the drawings are kept
AGAIN = 60.0  # seconds after which a run is examined again because somebody drew more


@dataclass(frozen=True)
class Entry:
    """What a run scores.

    Attributes
    ----------
    owner : whose it is, as `Run.owner`.
    share : of images read right, 0 to 1: of MNIST's test set, or of the class's drawings.
    right, images : the counts behind it, where it is of drawings.
    low, high : its 95 % interval (Wilson), where it is of drawings; there `low` decides, so that no lucky few lead.
    """

    run: Run
    owner: str
    share: float
    right: int | None = None
    images: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def score(self) -> float:
        """What decides who leads, 0 to 1."""
        return self.share if self.low is None else self.low


def taking_part(runs: Iterable[Run], challenge: str) -> list[Run]:
    """The runs that count for one of `rules.CHALLENGES`, in their order: somebody's, on MNIST, ended and measured.

    A taught copy has its weights from a network that came with the app, perhaps, so that it counts on drawings alone.
    """
    fitting = {"accuracy": lambda run: not run.base, "small": lambda run: not run.base and _is_small(run)}
    return [run for run in runs if _counts(run) and fitting.get(challenge, bool)(run)]


def _counts(run: Run) -> bool:
    if run.shipped or not run.owner or run.dataset != "mnist" or run.hyperparameters.seeks_rate:
        return False
    return run.status().state in ("finished", "stopped") and evaluation.summary(run) is not None


def _is_small(run: Run) -> bool:
    return model.count_parameters(run.hyperparameters) <= SMALL


def on_test_images(runs: Iterable[Run]) -> list[Entry]:
    """What runs score on the test set; one that was deleted meanwhile scores nothing."""
    measured = [(run, evaluation.summary(run)) for run in runs]
    return [Entry(run, run.owner, scores["accuracy"]) for run, scores in measured if scores]


def best(entries: Iterable[Entry]) -> list[Entry]:
    """The best of each person, the leader first; of equals the one that was begun first."""
    ordered = sorted(entries, key=lambda entry: (-entry.score, entry.run.created, entry.run.id))
    first: dict[str, Entry] = {}
    for entry in ordered:
        first.setdefault(entry.owner, entry)
    return list(first.values())


def ranks(ordered: Sequence[Entry]) -> list[int]:
    """The rank of each of `best`, from 1; whoever scores the same shares one, and the next ones are left out."""
    scores = [entry.score for entry in ordered]
    return [scores.index(score) + 1 for score in scores]


class Examiner:
    """Examines runs on the class's drawings, one after another in the background; thread-safe.

    A run is examined again when its network has changed, or after a while the drawings have; until then what was found holds.
    """

    def __init__(self, collection: Collection):
        self._collection, self._lock = collection, threading.Lock()
        self._wanted: list[Run] = []
        self._known: dict[str, tuple[tuple, float, dict | None]] = {}  # by run: of what, when, and the figures if there are any
        self._thread: threading.Thread | None = None

    def entries(self, runs: Sequence[Run]) -> tuple[list[Entry], int]:
        """What is known of runs, and how many of them are yet to be examined, which begins now; the first ones first."""
        with self._lock:
            self._wanted = [run for run in runs[:MOST] if not self._fresh(run)]
            if self._wanted and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            found = [(run, self._known[run.id][2]) for run in runs if run.id in self._known]
            keys = ("share", "right", "images", "low", "high")
            entries = [Entry(run, run.owner, *map(figures.get, keys)) for run, figures in found if figures]
            return entries, len(self._wanted)

    def _fresh(self, run: Run) -> bool:
        known, now = self._known.get(run.id), self._of(run)
        if known is None:
            return False
        of, when, _ = known
        return of == now or of[:1] == now[:1] and time.monotonic() - when < AGAIN

    def _of(self, run: Run) -> tuple:
        """What an examination is of: the model's file and the drawings'."""
        with suppress(OSError):
            return run.model_file.stat().st_mtime_ns, *self._collection.state()
        return ()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._thread = None
                    return
                run = self._wanted.pop(0)
                if self._fresh(run):  # asked for again while it was examined
                    continue
            of = self._of(run)  # before: what is newer is never taken for what was
            figures = self._examine(run)
            with self._lock:
                self._known.pop(run.id, None)
                self._known[run.id] = of, time.monotonic(), figures
                while len(self._known) > MOST:
                    del self._known[next(iter(self._known))]

    def _examine(self, run: Run) -> dict | None:
        try:
            figures = class_test.examine(run, self._collection.examples(), prediction.load_once).figures(0.0)
        except (StudioError, OSError):
            return None
        return figures if figures["images"] else None
