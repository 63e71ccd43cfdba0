"""What the files of a run say of its epochs, its training and its series, whoever may have written them."""

import csv
import json
import re
from dataclasses import dataclass
from math import inf
from pathlib import Path

from mnist_cnn.network.hyperparameters import VARIABLE
from mnist_cnn.network.precision import FLOAT32, FORMATS

NUMBERS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
COLUMNS = (*NUMBERS, "precision")
MANY = 2**31  # epochs or batches, more than there can be
FOREVER = 1e9  # seconds, more than an epoch takes


@dataclass(frozen=True)
class Membership:
    """That a run belongs to a series, see `training.series`.

    Attributes
    ----------
    id : the same for all runs of the series.
    question : name of the ready-made series, None for one of somebody's own.
    fields : the one or two hyperparameters that it varies besides the seed.
    """

    id: str
    question: str | None
    fields: tuple[str, ...]


def membership(record) -> Membership | None:
    """What run.json says of a series; None where it says nothing of one, or nothing that can be."""
    try:
        member = Membership(record["id"], record["question"], tuple(record["fields"]))
        named = all(re.fullmatch(r"[a-z0-9-]{1,40}", name) for name in (member.id, member.question or "own"))
        few = 1 <= len(member.fields) == len({*member.fields}) <= 2
        return member if named and few and VARIABLE.issuperset(member.fields) else None
    except (LookupError, TypeError):
        return None


def epochs(path: Path, most: int) -> list[dict]:
    """The rows of history.csv by `COLUMNS`, oldest first; none where it is not as a training of so many epochs leaves it."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [_epoch(row) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return []
    counted = [row["epoch"] for row in rows] == list(range(1, len(rows) + 1))
    return rows if counted and len(rows) <= most else []


def events(path: Path) -> list[dict]:
    """The whole lines of events.jsonl that say what `training.train` tells, oldest first."""
    try:
        lines = path.read_text("utf-8").splitlines(keepends=True)
    except (OSError, ValueError):
        return []
    return [event for line in lines if line.endswith("\n") and (event := _event(line))]


def _epoch(row: dict[str, str]) -> dict:
    """A row of history.csv as numbers and a precision; without validation its two are empty."""
    numbers = {key: float(row[key]) if row[key] or not key.startswith("val_") else None for key in NUMBERS}
    precision = row.get("precision") or FLOAT32
    if precision not in FORMATS or not 0 <= numbers["seconds"] < FOREVER:
        raise ValueError(f"precision {precision}, seconds {numbers['seconds']}")
    return numbers | {"epoch": int(row["epoch"]), "precision": precision}


def _event(line: str) -> dict | None:
    """A line of events.jsonl; None where it is not as `training.train` tells events."""
    try:
        event = json.loads(line)
        counts = [event["epoch"], event["epochs"]]
        if event["phase"] == "training":
            counts += [event["batch"], event["batches"]]
            known = all(event[key] is None or type(event[key]) is int for key in ("images_per_second", "seconds_left"))
            known = known and (event["images_per_second"] is None) == (event["seconds_left"] is None)
            known = known and all(type(event[key]) is float for key in ("loss", "accuracy"))
            seconds = event.get("seconds", 0.0)  # which runs of earlier versions do not tell
            known = known and type(seconds) is float and 0 <= seconds < inf
        else:
            known = event["phase"] in ("validation", "evaluation")
        whole = all(type(count) is int and 0 < count <= MANY for count in counts)
        return event if known and whole and counts[0] <= counts[1] and counts[-2] <= counts[-1] else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
