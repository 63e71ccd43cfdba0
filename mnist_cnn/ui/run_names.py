"""What pages call a run, and what they say of its settings."""

import re
from collections import Counter
from collections.abc import Collection

from mnist_cnn.network.hyperparameters import RANGES, Hyperparameters
from mnist_cnn.reading import wording
from mnist_cnn.records import Membership
from mnist_cnn.runs import Run, Status
from mnist_cnn.training.series import READY
from mnist_cnn.ui.language import t


def name(run: Run) -> str:
    """What a run is called, in the language of who reads it."""
    return wording.name(run, t)


def in_series(run: Run) -> str:
    """A run by what tells it from others of its series, as `wording.in_series`."""
    return wording.in_series(run, t)


def asked(series: Membership) -> str:
    """What a series asks: its question, or what it varies."""
    if series.question in READY:
        return t(f"series.{series.question}")
    return " × ".join(t(f"hyperparameter.{field}") for field in series.fields)


def described(hp: Hyperparameters, preset: str, dataset: str) -> str:
    """Settings by a preset and how they differ from it."""
    return wording.described(hp, preset, dataset, t)


def changes(hp: Hyperparameters, preset: str, dataset: str, among: Collection[str] = RANGES) -> list[str]:
    """How settings differ from a preset, of some hyperparameters."""
    return wording.changes(hp, preset, dataset, t, among)


def setting(field: str, value) -> str:
    """A hyperparameter's value in words."""
    return wording.setting(field, value, t)


def labels(runs: list[Run]) -> dict[str, str]:
    """How to call each run, by its id: its name; told apart by time, and then by number, where others share it."""
    called = {run.id: name(run) for run in runs}
    for more in (lambda run: f" ({run.created.astimezone():%m-%d %H:%M})", lambda run: f" {run.id[-6:]}"):
        often = Counter(called.values())
        called = {run.id: called[run.id] + more(run) * (often[called[run.id]] > 1) for run in runs}
    return called


def reason(status: Status) -> str:
    """Why a run ended, where Markdown is expected; what its detail says is not read as such."""
    values = {key: plain(value) if isinstance(value, str) else value for key, value in (status.values or {}).items()}
    return t(status.reason, **values)


def plain(text: str) -> str:
    """Text as it is, where Markdown is expected.

    An escape leaves addresses links, icons icons and arrows arrows; an unseen joiner takes them apart.
    """
    text = re.sub(r"(?i)(https?:|www|@|:(?=material/|streamlit)|[-<>~](?=[-=>]))", "\\1\N{WORD JOINER}", text)
    return re.sub(r"([\\`*_{}\[\]()#+.!:$~<>|&-])", r"\\\1", text)
