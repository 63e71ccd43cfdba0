"""The run store: one folder under `models/` per training run, the one truth about it.

    run.json         name, dataset, hyperparameters, owner, date; written when it is created
    status.json      state and reason; touched every second while a process trains it
    history.csv      one row per finished epoch
    events.jsonl     one line per few batches of the epoch under way
    model.keras      the network, as of the last good epoch or the stop after it
    checkpoint.npz   what resuming needs; gone once all epochs are done
    evaluation.json, predictions.npz   the test set, see `evaluation`
    calibration.json   how sure it may say it is, see `calibration`
    base.keras, taught.npz, teaching.json   of a copy that was taught the class's drawings, see `teaching`
    stop             somebody asks the trainer to stop

Only the process that trains a run writes to its folder, but for `rename` and `request_stop`.
"""

import csv
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from mnist_cnn.digits.datasets import DATASETS, PROJECT
from mnist_cnn.errors import MESSAGES, StudioError
from mnist_cnn.network.hyperparameters import Hyperparameters

ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "finished", "stopped", "failed")
HEARTBEAT = 1.0  # seconds between two touches of an active run's status
SILENT = 15.0  # seconds after which an active run without one counts as failed
NAME_LIMIT = 60  # characters
COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")


@dataclass(frozen=True)
class Status:
    """Where a run stands: one of `STATES`, and why (a code of `errors.MESSAGES` and its values)."""

    state: str
    reason: str | None = None
    values: dict | None = None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


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
            record = json.loads((self.folder / "run.json").read_text("utf-8"))
            self.name = _checked(record["name"])
            self.created = datetime.fromisoformat(record["created"]).astimezone(timezone.utc)
            self.owner, self.base = record.get("owner"), record.get("base")
            self.shipped = bool(record.get("shipped", False))
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

    def status(self) -> Status:
        """Where the run stands now. An active run whose trainer fell silent counts as failed."""
        path = self.folder / "status.json"
        try:
            record = json.loads(path.read_text("utf-8"))
            status = Status(record["state"], record.get("reason"), record.get("values") or {})
            if status.reason:
                MESSAGES[status.reason].format(**status.values)
            silent = status.active and time.time() - path.stat().st_mtime > SILENT
            good = status.state in STATES and not silent
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            good = False
        return status if good else Status("failed", "reason.killed", {})

    def history(self) -> list[dict]:
        """Finished epochs, oldest first, by `COLUMNS`; without validation its two are None."""
        try:
            with (self.folder / "history.csv").open(newline="", encoding="utf-8") as file:
                return [_epoch(row) for row in csv.DictReader(file)]
        except (OSError, ValueError, KeyError, TypeError, csv.Error):
            return []

    def events(self) -> list[dict]:
        """What the trainer said of the epoch under way, oldest first (see `training.train`)."""
        try:
            lines = (self.folder / "events.jsonl").read_text("utf-8").splitlines(keepends=True)
            events = [json.loads(line) for line in lines if line.endswith("\n")]
        except (OSError, ValueError, RecursionError):
            return []
        return events if all(isinstance(event, dict) for event in events) else []

    def resumable(self) -> bool:
        """Whether epochs are left to train, nobody is at it, and they would not diverge as they did before."""
        status = self.status()
        ended = not status.active and status.reason != "reason.diverged"
        return ended and len(self.history()) < self.hyperparameters.epochs

    def enqueue(self) -> None:
        """Make the run wait for a trainer, whatever was asked of its last one."""
        (self.folder / "stop").unlink(missing_ok=True)
        self.set_status("queued")

    def request_stop(self) -> None:
        """Ask the trainer to stop; it looks several times a second."""
        (self.folder / "stop").touch()

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    def set_status(self, state: str, reason: str | None = None, **values) -> None:
        write_json(self.folder / "status.json", {"state": state, "reason": reason, "values": values})

    def touch(self) -> None:
        """The heartbeat of an active run."""
        os.utime(self.folder / "status.json")


class Store:
    """All runs below one folder, `models/` unless `MNIST_CNN_MODELS` names another."""

    def __init__(self, folder: Path | None = None):
        self.folder = Path(folder or os.environ.get("MNIST_CNN_MODELS") or PROJECT / "models")

    def create(
        self,
        name: str,
        dataset: str,
        hp: Hyperparameters,
        owner: str | None = None,
        shipped: bool = False,
        base: str | None = None,
    ) -> Run:
        """A new run, queued. Its folder is named by date and chance; by its name only if it ships with the app."""
        now = datetime.now(timezone.utc)
        if shipped and not re.fullmatch(r"[a-z0-9-]+", name):
            raise StudioError("run.ship", name=name)
        folder = self.folder / (name if shipped else f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
        if folder.exists():
            raise StudioError("run.taken", name=name)
        record = {"name": _checked(name), "created": now.isoformat(), "owner": owner}
        record |= {"dataset": dataset, "hyperparameters": hp.to_dict(), "shipped": shipped, "base": base}
        unseen = self.folder / f".{folder.name}"  # until it is whole
        unseen.mkdir(parents=True)
        try:
            write_json(unseen / "run.json", record)
            Run(unseen).enqueue()
            return Run(unseen.rename(folder))
        except OSError:  # as on a full disk
            shutil.rmtree(unseen, ignore_errors=True)
            raise

    def runs(self) -> list[Run]:
        """All readable runs, newest first."""
        return self.scan()[0]

    def scan(self) -> tuple[list[Run], list[StudioError]]:
        """All readable runs, newest first, and an error for every damaged folder."""
        good, bad = [], []
        for folder in sorted(self.folder.glob("[!.]*/")) if self.folder.is_dir() else []:
            try:
                good.append(Run(folder))
            except StudioError as error:
                if error.code == "run.damaged":
                    bad.append(error)
        return sorted(good, key=lambda run: (run.created, run.id), reverse=True), bad

    def get(self, name: str) -> Run:
        """The run of that id or, if none has it, the newest one of that name."""
        for run in sorted(self.runs(), key=lambda run: run.id != name):
            if name in (run.id, run.name):
                return run
        raise StudioError("run.missing", name=name)

    def rename(self, run: Run, name: str) -> None:
        """Give a run another name. Raises "run.shipped" or "run.name"."""
        if run.shipped:
            raise StudioError("run.shipped", name=run.name)
        path, name = Run(run.folder).folder / "run.json", _checked(name)
        write_json(path, json.loads(path.read_text("utf-8")) | {"name": name})
        run.name = name

    def delete(self, run: Run) -> None:
        """Remove a run for good. Raises "run.shipped" or "run.busy"."""
        if run.shipped:
            raise StudioError("run.shipped", name=run.name)
        if run.status().active:
            raise StudioError("run.busy", name=run.name)
        unseen = run.folder.with_name(f".{run.id}")
        try:
            run.folder.rename(unseen)
        except FileNotFoundError:
            raise StudioError("run.missing", name=run.name) from None
        shutil.rmtree(unseen)


def write_json(path: Path, record: dict) -> None:
    """Replace a JSON file as a whole: a reader sees the old one or the new one."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(path)


def _epoch(row: dict[str, str]) -> dict:
    """A row of history.csv as numbers; without validation its two are empty."""
    numbers = {key: float(row[key]) if row[key] or not key.startswith("val_") else None for key in COLUMNS}
    return numbers | {"epoch": int(row["epoch"])}


def _checked(name: str) -> str:
    if not isinstance(name, str) or not 1 <= len(name := name.strip()) <= NAME_LIMIT or not name.isprintable():
        raise StudioError("run.name", limit=NAME_LIMIT)
    return name
