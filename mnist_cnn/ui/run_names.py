"""What pages call a run, and what they say of its settings."""

import re
from collections import Counter
from collections.abc import Collection

from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters, differences
from mnist_cnn.runs import Run
from mnist_cnn.ui.language import t

TOLD = 2  # differences from a preset that a name tells; of more it tells how many


def name(run: Run) -> str:
    """What a run is called: as somebody named it, else by its preset, in the language of who reads it."""
    if run.shipped and run.id in PRESETS:
        return t(f"preset.{run.id}")
    if not run.preset:
        return run.name
    if run.series and not run.base:
        return in_series(run)
    if run.base:
        return t("teach.run_name", name=t(f"preset.{run.preset}"))
    return described(run.hyperparameters, run.preset)


def in_series(run: Run) -> str:
    """A run by what tells it from others of its series: "Dropout after dense layer 0.5 · Seed 2"."""
    fields = (*run.series.fields, "seed")
    return " · ".join(
        f"{t(f'hyperparameter.{field}')} {setting(field, getattr(run.hyperparameters, field))}" for field in fields
    )


def described(hp: Hyperparameters, preset: str) -> str:
    """Settings by a preset and how they differ from it: "Quick", "Quick · Epochs 5"."""
    changed = changes(hp, preset)
    more = [f"+{len(changed) - TOLD}"] if len(changed) > TOLD else []
    return " · ".join([t(f"preset.{preset}"), *changed[:TOLD], *more])


def changes(hp: Hyperparameters, preset: str, among: Collection[str] = RANGES) -> list[str]:
    """How settings differ from a preset, of some hyperparameters: ["Epochs 5", "Batch size 100"]."""
    changed = [field for field in differences(PRESETS[preset], hp) if field in among]
    return [f"{t(f'hyperparameter.{field}')} {setting(field, getattr(hp, field))}" for field in changed]


def setting(field: str, value) -> str:
    """A hyperparameter's value in words."""
    if isinstance(value, bool):
        return t("choice.on" if value else "choice.off")
    if isinstance(value, str) or field == "views":
        return t(f"choice.{value}")
    if field.startswith("kernel"):
        return f"{value} × {value}"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def labels(runs: list[Run]) -> dict[str, str]:
    """How to call each run, by its id: its name; told apart by time, and then by number, where others share it."""
    called = {run.id: name(run) for run in runs}
    for more in (lambda run: f" ({run.created.astimezone():%m-%d %H:%M})", lambda run: f" {run.id[-6:]}"):
        often = Counter(called.values())
        called = {run.id: called[run.id] + more(run) * (often[called[run.id]] > 1) for run in runs}
    return called


def plain(text: str) -> str:
    """Text as it is, where Markdown is expected.

    An escape leaves addresses links, icons icons and arrows arrows; an unseen joiner takes them apart.
    """
    text = re.sub(r"(?i)(https?:|www|@|:(?=material/|streamlit)|[-<>~](?=[-=>]))", "\\1\N{WORD JOINER}", text)
    return re.sub(r"([\\`*_{}\[\]()#+.!:$~<>|&-])", r"\\\1", text)
