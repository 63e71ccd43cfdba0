"""What faults and fuzzing share: a run without training, damage to its files, and all that reads them."""

import csv
import itertools
import json
import string
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mnist_cnn import places
from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import describe
from mnist_cnn.reading import calibration, comparison, evaluation, snapshots
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.records import COLUMNS, NUMBERS
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import batches, estimate, finding, outcome, teaching

HP = Hyperparameters(filters1=2, filters2=3, dense_units=8, train_images=200, batch_size=20, epochs=3, schedule="range-test")
WORDS = ("7", "-1", "0", "1e5", "nan", "inf", "-0.0", "1" * 400, "٣", " 3 ", "", ",", "true", "None", "\0", "\u202e", "\ud800")
MANY = (0, 1, -1, 2**31, 2**63, -(2**70), 10**400, 0.5, float("nan"), float("inf"), 1e308)


def text(rng: np.random.Generator) -> str:
    """Any text, that of a number often."""
    if rng.random() < 0.5:
        return WORDS[rng.integers(len(WORDS))]
    letters = string.printable + "零é٣💡"
    return "".join(rng.choice([*letters], rng.integers(0, 40)))


def anything(rng: np.random.Generator, depth: int = 3):
    """Any value that JSON can hold."""
    kind = rng.integers(0, 7 if depth else 5)
    if kind < 2:
        return MANY[rng.integers(len(MANY))]
    if kind == 2:
        return text(rng)
    if kind < 5:
        return (None, True, False)[rng.integers(3)]
    many = range(rng.integers(0, 4))
    return [anything(rng, depth - 1) for _ in many] if kind == 5 else {text(rng): anything(rng, depth - 1) for _ in many}


def changed(rng: np.random.Generator, record):
    """A record of JSON in which one thing, however deep, is something else or missing."""
    if isinstance(record, dict) and record and rng.random() < 0.9:
        key = [*record][rng.integers(len(record))]
        if rng.random() < 0.15:
            return {name: value for name, value in record.items() if name != key}
        return record | {key: changed(rng, record[key])}
    if isinstance(record, list) and record and rng.random() < 0.8:
        place = rng.integers(len(record))
        return [*record[:place], changed(rng, record[place]), *record[place + 1 :]]
    return anything(rng)


def mutated(rng: np.random.Generator, content: bytes) -> bytes:
    """Bytes cut, filled, doubled, turned over, or with a few of them changed."""
    if not content:
        return rng.bytes(rng.integers(0, 50))
    start, end = sorted(rng.integers(0, len(content) + 1, 2))
    match rng.integers(0, 7):
        case 0:
            return content[:end]
        case 1:
            return content[:start] + content[end:]
        case 2:
            return content[:start] + bytes(end - start) + content[end:]
        case 3:
            return content[:end] + content[start:]
        case 4:
            return content[:start] + rng.bytes(rng.integers(1, 20)) + content[start:]
        case _:
            spoilt = bytearray(content)
            for place in rng.integers(0, len(content), rng.integers(1, 8)):
                spoilt[place] = rng.integers(0, 256)
            return bytes(spoilt)


def spoil(rng: np.random.Generator, path: Path) -> None:
    """Damage a file as bytes or, where it holds JSON, also as a record."""
    content = path.read_bytes()
    if path.suffix in (".json", ".jsonl") and rng.random() < 0.7:
        lines = [content.decode()] if path.suffix == ".json" else content.decode().splitlines()
        place = rng.integers(len(lines))
        lines[place] = json.dumps(changed(rng, json.loads(lines[place])))
        path.write_text("\n".join(lines) + "\n", "utf-8")
    elif path.suffix == ".csv" and rng.random() < 0.5:
        cells = content.decode().split(",")
        cells[rng.integers(len(cells))] = text(rng).encode("utf-8", "replace").decode()
        path.write_text(",".join(cells), "utf-8")
    else:
        path.write_bytes(mutated(rng, content))


def make_run(store: Store, name: str = "whole") -> Run:
    """A run of the small digits that has every file a run may have but the network's own, as if it had been trained."""
    run, chance = store.create(name, "digits", HP, base="sketch"), np.random.default_rng(1)
    with run.history_file.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(dict.fromkeys(NUMBERS, 0.5) | {"epoch": epoch, "precision": "bfloat16"} for epoch in (1, 2, 3))
    event = {"phase": "training", "epoch": 3, "epochs": 3, "batch": 2, "batches": 5, "loss": 0.1, "accuracy": 0.9}
    event |= {"images_per_second": 100, "seconds_left": 1}
    lines = [event, {"phase": "validation", "epoch": 3, "epochs": 3}]
    (run.folder / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    batches.append(run, np.column_stack([np.arange(1, 16) / 5, chance.random((15, 2))]))
    for moment in (Moment(0), Moment(1), Moment(5, 1)):
        shapes = [shape for layer in describe(HP) for shape in layer.weights]
        snapshots.keep(run, moment, [chance.random(shape) for shape in shapes])
    places.write_json(
        run.folder / "calibration.json", {"temperature": 1.1, "threshold": 0.4, "ece_before": 0.1, "ece_after": 0.0}
    )
    digits = datasets.load("digits")
    given = chance.dirichlet(np.ones(10), len(digits.y_test)).astype(np.float32)
    index = np.arange(len(given), dtype=np.int32)
    evaluation.save(run, Evaluation(digits.y_test, given, index, digits.x_test, 2.5))
    images, labels, held = digits.x_test[:6], digits.y_test[:6], np.arange(6) % 3 == 1
    np.savez_compressed(run.folder / "taught.npz", images=images, labels=labels, held=held, test_before=0.5, earlier=images[:2])
    part = {"before": 0.5, "after": 0.6, "images": 2}
    places.write_json(
        run.folder / "teaching.json", {"collection": part, "test": part, "answers": {"before": [1, 2], "after": [3, 4]}}
    )
    run.set_status("finished")
    return run


READERS = {
    "status": Run.status,
    "resumable": Run.resumable,
    "complete": Run.complete,
    "history": Run.history,
    "events": Run.events,
    "batches": lambda run: len(batches.read(run)),
    "curve": lambda run: finding.steepest(finding.curve(run.hyperparameters, batches.read(run))),
    "summary": evaluation.summary,
    "evaluation": lambda run: evaluation.load(run).summary(),
    "threshold": calibration.threshold,
    "snapshots": lambda run: sum(snapshots.load(run, moment) is not None for moment in snapshots.moments(run)),
    "teaching": teaching.result,
    "learned": lambda run: len(teaching.learned(run)),
    "asked": lambda run: len(teaching.asked(run)),
    "figures": outcome.figures,
}
"""What pages ask of a run."""


def read_all(store: Store) -> dict:
    """All that pages ask of the runs of a store; a StudioError is an answer, anything else is raised."""
    runs, bad = store.scan()
    told = {"damaged": bad, "rate": estimate.measured_rate(runs)}
    for run in runs:
        told[run.id] = {name: _answer(reader, run) for name, reader in READERS.items()}
    for one, other in itertools.permutations(runs, 2):
        told[one.id, other.id] = _answer(lambda a, b: comparison.load(a, b).summary(), one, other)
    return told


def _answer(ask: Callable, *runs: Run):
    try:
        return ask(*runs)
    except StudioError as error:
        return error
