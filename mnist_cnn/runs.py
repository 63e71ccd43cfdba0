"""The run store: one folder under `models/` per training run, the one truth about it.

    run.json         name or preset, dataset, hyperparameters, owner, date, series; written when it is created
    status.json      state and reason; touched every second while a process trains it, or has it in line
    trainer.lock     locked by the process that trains it, or has it in line; stays when nobody does
    history.csv      one row per finished epoch
    events.jsonl     one line per few batches of the epoch under way
    batches.bin      every batch trained, see `training.batches`
    model.keras      the network, as of the last good epoch or the stop after it
    checkpoint.npz   what resuming needs, see `training.checkpoint`; gone once the run has finished
    snapshots/       the network at the start, after its first batches and its epochs, see `snapshots`
    evaluation.json, predictions.npz   the test set, see `evaluation`
    calibration.json   how sure it may say it is, see `calibration`
    base.keras, taught.npz, teaching.json   of a copy that was taught the class's drawings, see `teaching`
    stop             somebody asks the trainer to stop; the reason, where it is not "reason.stopped"

Only the process that holds a run's lock writes to its folder, but for `rename` and `request_stop`. Beside the folders,
`.line/` tells which runs a server has taken on, see `tickets`; a folder `.ID` is a run that is being made or removed.
"""

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from stat import S_ISDIR

from mnist_cnn import locks, places, records, tickets
from mnist_cnn.digits.datasets import DATASETS, PROJECT
from mnist_cnn.errors import StudioError, printable, spaced
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters

ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "finished", "stopped", "failed")
STOPS = ("reason.stopped", "reason.teacher")  # of a stop that was asked for: by whoever began it, by the teacher
LOCK = "trainer.lock"
HEARTBEAT = 1.0  # seconds between two touches of an active run's status
SILENT = 15.0  # seconds after which an active run without one counts as failed, where no lock tells more
NAME_LIMIT = 60  # characters
UNSEEN = re.compile(r"\.\d{8}-\d{6}-[0-9a-f]{6}")  # a folder that is being made or removed
STALE = 3600.0  # seconds after which nobody is at that any more


@dataclass(frozen=True)
class Status:
    """Where a run stands: one of `STATES`, and why (a code of `errors.MESSAGES` and its values)."""

    state: str
    reason: str | None = None
    values: dict | None = None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


LOST = Status("failed", "reason.killed", {})
WAITING = Status("queued", None, {})


class Run:
    """A run folder. Attributes of `run.json` are read once; everything else afresh at each call.

    Raises
    ------
    StudioError : "run.missing" or "run.damaged".
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.id = self.folder.name
        if not self.folder.is_dir():
            raise StudioError("run.missing", name=self.id)
        try:
            record = places.read_json(self.folder / "run.json")
            if self.id != printable(self.id):
                raise ValueError("its name cannot be shown")
            self.name = _checked(record["name"])
            self.created = datetime.fromisoformat(record["created"]).astimezone(timezone.utc)
            self.owner, self.base = record.get("owner"), record.get("base")
            if not all(isinstance(name, str | None) for name in (self.owner, self.base)):
                raise ValueError("owner or base is no name")
            self.preset = record.get("preset") if record.get("preset") in [*PRESETS] else None
            self.shipped = bool(record.get("shipped", False))
            self.series = records.membership(record.get("series"))
            self.dataset = record["dataset"]
            if self.dataset not in DATASETS:
                raise ValueError(f"dataset {self.dataset}")
            self.hyperparameters = Hyperparameters.from_dict(record["hyperparameters"])
        except Exception as error:  # whatever a file may hold
            if not self.folder.is_dir():  # deleted meanwhile
                raise StudioError("run.missing", name=self.id) from None
            raise StudioError("run.damaged", name=self.id, detail=repr(error)) from error

    @property
    def model_file(self) -> Path:
        return self.folder / "model.keras"

    @property
    def checkpoint_file(self) -> Path:
        return self.folder / "checkpoint.npz"

    @property
    def history_file(self) -> Path:
        return self.folder / "history.csv"

    @property
    def _lock_file(self) -> Path:
        return self.folder / LOCK

    def status(self) -> Status:
        """Where the run stands now.

        An active run that no process has in hand any more counts as failed, unless it waits for the next server.
        """
        status = self._recorded()
        if self._waits_for_server(status):
            return WAITING
        if not status.active or self._in_hand(status):
            return status
        ended = self._recorded()  # perhaps between the two looks
        return ended if ended != status else LOST

    def orphaned(self) -> bool:
        """Whether its server has ended, and it waits for the next one, which need not come."""
        status = self._recorded()
        return self._waits_for_server(status) and not self._in_hand(status)

    def _waits_for_server(self, status: Status) -> bool:
        """Whether it is in line, here or where a server has ended, which may have interrupted it."""
        return (status.state == "queued" or status.reason == "reason.server") and tickets.has(self.folder)

    def _recorded(self) -> Status:
        """What status.json says; that it failed, where that says nothing."""
        try:
            record = places.read_json(self.folder / "status.json")
            reason, values = record.get("reason"), record.get("values") or {}
            if reason:
                values = StudioError(reason, **values).values
            status = Status(record["state"], reason, values)
            return status if status.state in STATES else LOST
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return LOST

    def _in_hand(self, status: Status) -> bool:
        """Whether a process trains this run or has it in line.

        Its lock tells. The heartbeat, which clocks and a sleeping machine disturb, tells of a run that is being handed
        from one process to the next, and of any where there are no locks.
        """
        held = locks.held(self._lock_file)
        if held or (held is False and status.state != "queued"):
            return held
        try:
            return abs(time.time() - (self.folder / "status.json").stat().st_mtime) <= SILENT
        except OSError:
            return False

    def history(self) -> list[dict]:
        """Finished epochs, oldest first, by `records.COLUMNS`; without validation its two are None.

        The precision is that of `network.precision.FORMATS` in which the epoch was trained, float32 where none is told.
        """
        return records.epochs(self.history_file, self.hyperparameters.epochs)

    def events(self) -> list[dict]:
        """What the trainer said of the epoch under way, oldest first (see `training.train`)."""
        return records.events(self.folder / "events.jsonl")

    def seconds(self) -> float:
        """Of training so far, the part of an epoch that was not finished included."""
        history = self.history()
        told = sum(row["seconds"] for row in history)
        if len(history) == self.hyperparameters.epochs:
            return told
        under_way = [event for event in self.events() if event["epoch"] == len(history) + 1]
        return told + max((event.get("seconds", 0.0) for event in under_way), default=0.0)

    def resumable(self) -> bool:
        """Whether something is left to do, nobody is at it, and it would not fail as it did before."""
        status = self.status()
        return not status.active and not self._refusal(status)

    def _refusal(self, status: Status) -> str | None:
        """Why this run is not to be trained, whoever asks; a code of `errors.MESSAGES`."""
        if status.state == "finished" or status.reason in ("reason.diverged", "reason.checkpoint"):
            return "run.complete"
        return "run.shipped" if self.shipped and status.state != "queued" else None

    def complete(self) -> bool:
        """Whether its last epoch has been trained and measured, whatever its status says."""
        measured = (self.folder / "evaluation.json").is_file() and not self.checkpoint_file.exists()
        return measured and len(self.history()) >= self.hyperparameters.epochs

    def claim(self) -> locks.Lock:
        """Take the run in hand, to train it or to put it in line; nobody else can until the lock is released.

        Raises
        ------
        StudioError : "run.busy", "run.complete", "run.shipped", or "run.missing" where it was deleted.
        """
        try:
            lock = locks.acquire(self._lock_file)
        except FileNotFoundError:
            raise StudioError("run.missing", name=self.name) from None
        if lock is None:
            raise StudioError("run.busy", name=self.name)
        busy = not lock.sure and self.status().state == "running"
        if problem := "run.busy" if busy else self._refusal(self._recorded()):
            lock.release()
            raise StudioError(problem, name=self.name)
        return lock

    def enqueue(self) -> None:
        """Make the run wait for a trainer, whatever was asked of its last one."""
        (self.folder / "stop").unlink(missing_ok=True)
        self.set_status("queued")

    def request_stop(self, reason: str = STOPS[0]) -> bool:
        """Ask the trainer to stop; it looks several times a second. False where there is none, and nothing is asked.

        A run whose server has ended is stopped at once.

        Parameters
        ----------
        reason : one of `STOPS`.
        """
        if self.orphaned():
            with suppress(StudioError), self.claim():  # unless the next server was quicker
                tickets.drop(self.folder)
                self.set_status("stopped", reason)
                return True
        if active := self.status().active:
            path = self.folder / "stop"
            if reason == STOPS[0]:
                path.touch()
            else:
                with suppress(OSError), places.replacing(path) as partial:  # whoever sees it can read it
                    partial.write_text(reason, "utf-8")
                path.touch()  # on a disk that is full, without the reason
        return active

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    def stop_reason(self) -> str:
        """Why it is asked to stop, one of `STOPS`."""
        try:
            told = (self.folder / "stop").read_text("utf-8")
        except (OSError, ValueError):
            return STOPS[0]
        return told if told in STOPS else STOPS[0]

    def set_status(self, state: str, reason: str | None = None, **values) -> None:
        places.write_json(self.folder / "status.json", {"state": state, "reason": reason, "values": values})

    def touch(self) -> None:
        """The heartbeat of an active run."""
        os.utime(self.folder / "status.json")

    def fall_silent(self) -> None:
        """End the heartbeat of a run in line, so that the next server need not wait until it counts as ended."""
        os.utime(self.folder / "status.json", (0, 0))


class Store:
    """All runs below one folder, `models/` unless `MNIST_CNN_MODELS` names another."""

    def __init__(self, folder: Path | None = None):
        self.folder = Path(folder or places.named("MNIST_CNN_MODELS", PROJECT / "models"))

    def create(
        self,
        name: str,
        dataset: str,
        hp: Hyperparameters,
        owner: str | None = None,
        shipped: bool = False,
        base: str | None = None,
        preset: str | None = None,
        series: records.Membership | None = None,
    ) -> Run:
        """A new run, queued. Its folder is named by date and chance; by its name only if it ships with the app.

        One with a `preset` was given no name by anybody: pages call it by that and by how it differs from it.
        """
        now = datetime.now(timezone.utc)
        if shipped and not re.fullmatch(r"[a-z0-9-]+", name):
            raise StudioError("run.ship", name=name)
        folder = self.folder / (name if shipped else f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
        if folder.exists():
            raise StudioError("run.taken", name=name)
        record = {"name": _checked(name), "created": now.isoformat(), "owner": owner}
        record |= {"dataset": dataset, "hyperparameters": hp.to_dict(), "shipped": shipped, "base": base}
        record |= {"preset": preset, "series": series and asdict(series)}
        unseen = self.folder / f".{folder.name}"  # until it is whole
        unseen.mkdir(parents=True)
        try:
            places.write_json(unseen / "run.json", record)
            Run(unseen).enqueue()
            return Run(places.patiently(lambda: unseen.rename(folder)))
        except OSError:  # as on a full disk
            shutil.rmtree(unseen, ignore_errors=True)
            raise

    def runs(self) -> list[Run]:
        """All readable runs, newest first."""
        return self.scan()[0]

    def scan(self) -> tuple[list[Run], list[StudioError]]:
        """All readable runs, newest first, and an error for every damaged folder."""
        good, bad = [], []
        try:
            folders = sorted(self.folder.glob("[!.]*/")) if self.folder.is_dir() else []
        except (OSError, ValueError) as error:  # a path that may not be followed, or is too long
            return [], [StudioError("run.folder", path=self.folder, detail=error)]
        for folder in folders:
            try:
                good.append(Run(folder))
            except StudioError as error:
                if error.code == "run.damaged":
                    bad.append(error)
        return sorted(good, key=lambda run: (run.created, run.id), reverse=True), bad

    def get(self, name: str) -> Run:
        """The run of that id or, if none has it, the newest one of that name."""
        for run in sorted(self.runs(), key=lambda run: run.id != name):
            if name == run.id or spaced(name) == run.name:
                return run
        raise StudioError("run.missing", name=name)

    def rename(self, run: Run, name: str) -> None:
        """Give a run another name. Raises "run.shipped", "run.name" or "run.unseen"."""
        if run.shipped:
            raise StudioError("run.shipped", name=run.name)
        path, name = Run(run.folder).folder / "run.json", _checked(name)
        with locks.waited(self.folder / ".rename.lock"):  # two at once would write one file
            places.write_json(path, places.read_json(path) | {"name": name, "preset": None})
        run.name, run.preset = name, None

    def delete(self, run: Run) -> None:
        """Remove a run for good. Raises "run.shipped" or "run.busy"."""
        if run.shipped:
            raise StudioError("run.shipped", name=run.name)
        if run.status().active and not run.orphaned():
            raise StudioError("run.busy", name=run.name)
        self.remove(run)

    def remove(self, run: Run) -> None:
        """Remove the folder of a run that nobody has in hand, whatever its status says; nothing is written to do so.

        Raises "run.missing" where it is gone already.
        """
        unseen = run.folder.with_name(f".{run.id}")
        try:
            places.patiently(lambda: run.folder.rename(unseen))
        except FileNotFoundError:
            raise StudioError("run.missing", name=run.name) from None
        tickets.drop(run.folder)
        shutil.rmtree(unseen)

    def sweep(self) -> None:
        """Remove what is left of runs that were half made or half removed, as where the disk was full or the power went.

        Those are folders of such a name that nobody has in hand, and in which nothing has changed for `STALE` seconds.
        """
        with suppress(OSError):
            for folder in sorted(self.folder.iterdir()):
                if UNSEEN.fullmatch(folder.name) and _abandoned(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    """Whether nobody is about to make or remove a run of that folder any more; False for what is none."""
    try:
        told = folder.lstat()
    except OSError:  # gone
        return False
    changed = max(told.st_mtime, told.st_ctime)  # the latter tells when it got its name
    return S_ISDIR(told.st_mode) and time.time() - changed > STALE and not locks.held(folder / LOCK)


def _checked(name: str) -> str:
    name = spaced(name) if isinstance(name, str) else ""
    if not 1 <= len(name) <= NAME_LIMIT:
        raise StudioError("run.name", limit=NAME_LIMIT)
    if unseen := [character for character in name if printable(character) != character]:
        raise StudioError("run.unseen", character=unseen[0])
    return name
