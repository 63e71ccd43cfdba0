"""What pages call a run."""

import re
from collections import Counter

from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Run
from mnist_cnn.ui.language import t


def name(run: Run) -> str:
    """What a run is called; those that ship with the app are called like their preset."""
    return t(f"preset.{run.id}") if run.shipped and run.id in PRESETS else run.name


def labels(runs: list[Run]) -> dict[str, str]:
    """How to call each run, by its id: its name, told apart by time and number where others share it."""
    names = Counter(map(name, runs))
    more = {run.id: f" ({run.created.astimezone():%m-%d %H:%M} {run.id[-6:]})" for run in runs if names[name(run)] > 1}
    return {run.id: name(run) + more.get(run.id, "") for run in runs}


def plain(text: str) -> str:
    """Text as it is, where Markdown is expected.

    An escape leaves addresses links, icons icons and arrows arrows; an unseen joiner takes them apart.
    """
    text = re.sub(r"(?i)(https?:|www|@|:(?=material/|streamlit)|[-<>~](?=[-=>]))", "\\1\N{WORD JOINER}", text)
    return re.sub(r"([\\`*_{}\[\]()#+.!:$~<>|&-])", r"\\\1", text)
