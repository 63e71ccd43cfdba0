"""The time machine: what the network of a run was at every moment that a snapshot was kept of."""

import time
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import sketch
from mnist_cnn.reading import hindsight, snapshots
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.runs import Run
from mnist_cnn.ui import drawn, hiding, images, state
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import run_view, time_slider

STRIP = 100  # images that are seen turning from wrong to right
COUNTED = 1000  # images that the confusion matrix counts; a moment's answers to them are a hundredth of an epoch's work
SPELL, BRIEF = 0.5, 0.03  # seconds after which a look asks of no further moment; the latter while the run trains
AT_LEAST = 2  # moments that a look asks of, as long as there are any
SELDOM, SOON = 1.0, 0.1  # seconds between two looks: at least while it trains; after that, until all moments were asked
LATEST = 2 * snapshots.MOST  # moments of a run that are looked at; a folder with more was filled by somebody else
REMEMBERED = 1000  # moments of all runs
WORDS = ("slider", "play", "pause", "kernels", "kernels_about", "matrix", "label", "prediction")


@dataclass(frozen=True, eq=False)
class Asked:
    """What a run's networks are asked about: uint8 (N, 28, 28), labels uint8 (N,), and "validation" or "test"."""

    images: np.ndarray
    labels: np.ndarray
    kind: str


@dataclass(frozen=True, eq=False)
class Seen:
    """A network at a moment.

    Attributes
    ----------
    digits : int64 (N,), what it read in the images that it was asked about.
    first : float32 (10,), its probabilities for the first of them.
    kernels : how many its first convolution has, "count", and their "picture" as an address.
    """

    digits: np.ndarray
    first: np.ndarray
    kernels: dict


def show(run: Run, visitor: str) -> None:
    """Under a heading that opens it; what nobody looks at is not computed."""
    if hiding.hidden("time-machine"):
        return
    with st.expander(t("machine.title"), icon=":material/history:", **state.opens("time-machine")) as opened:
        if opened.open:
            refresh = _refresh(run)
            st.fragment(_live, run_every=refresh)(run, visitor, refresh)


def _refresh(run: Run) -> float | None:
    """Seconds until something new may be seen; None where nothing will."""
    if run.status().active:
        return max(SELDOM, run_view.pace().interval())
    return SOON if len(_known(run)) < len(_moments(run)) else None


def _live(run: Run, visitor: str, refresh: float | None) -> None:
    active = run.status().active
    try:
        asked = _asked(run)
    except StudioError as error:
        st.error(explain(error), icon=":material/error:")
        return
    with run_view.look(f"{visitor}-time-machine"):
        with nullcontext() if _known(run) else st.spinner(t("machine.loading")):
            _look_back(run, asked, BRIEF if active else SPELL)
        if known := {moment: seen for moment, seen in _known(run).items() if seen}:
            time_slider.show(run.id, _picture(run, asked, known))
        else:
            st.caption(t("machine.waiting" if active else "machine.none"))
    if refresh and not active and _refresh(run) is None:
        st.rerun()


@st.cache_resource(show_spinner=False)
def _memory() -> dict:
    """What was seen, by folder and moment and the time that the snapshot was written."""
    return {}


def _moments(run: Run) -> list[Moment]:
    return snapshots.moments(run)[-LATEST:]


def _key(run: Run, moment: Moment) -> tuple:
    try:
        modified = snapshots.file(run, moment).stat().st_mtime_ns
    except OSError:  # it has just gone, or leads nowhere
        modified = 0
    return str(run.folder), moment, modified


def _known(run: Run) -> dict[Moment, Seen | None]:
    """What was seen of the run's moments, the earliest first; None where a snapshot is damaged."""
    keys = [_key(run, moment) for moment in _moments(run)]
    return {key[1]: _memory()[key] for key in keys if key in _memory()}


def _look_back(run: Run, asked: Asked, spell: float) -> None:
    """Ask the networks of moments that were not asked yet, the latest and the first one first, for about so many seconds.

    Two at least are asked, so that the earlier ones have their turn where epochs end faster than anybody looks.
    """
    moments, began, count = _moments(run), time.perf_counter(), 0
    for moment in sorted(moments, key=lambda moment: (moment != moments[-1], moment)):
        key = _key(run, moment)
        if key not in _memory():
            while len(_memory()) >= REMEMBERED:
                _memory().pop(next(iter(_memory())), None)  # what was seen first
            _memory()[key] = _look(run, moment, asked)
            count += 1
            if count >= AT_LEAST and time.perf_counter() - began > spell:
                return


def _look(run: Run, moment: Moment, asked: Asked) -> Seen | None:
    found = hindsight.ask(run, moment, asked.images.astype(np.float32) / 255)
    if found is None:
        return None
    answers, kernels = found
    picture = images.address(images.kernel_strip(kernels))
    return Seen(answers.argmax(axis=1), answers[0], {"count": kernels.shape[-1], "picture": picture})


def _asked(run: Run) -> Asked:
    """Validation images of a run's own; test images where it has none, as a copy that was taught."""
    dataset, hp = datasets.load(run.dataset), run.hyperparameters
    _, (x, y) = datasets.split(dataset, hp.validation_split, hp.train_images)
    if len(y):
        return Asked(x[:COUNTED], y[:COUNTED], "validation")
    return Asked(dataset.x_test[:COUNTED], dataset.y_test[:COUNTED], "test")


def _picture(run: Run, asked: Asked, known: dict[Moment, Seen]) -> dict:
    """All that the browser needs to show every moment, as `time_slider.show` takes it."""
    mine = drawn.digit()
    drawing = mine and mine[1].image
    strip, counted = min(STRIP, len(asked.labels)), {"images": len(asked.labels), "kind": t(f"machine.{asked.kind}")}
    own, note = "other" if drawing is None else "own", t("machine.batch_norm") if run.hyperparameters.batch_norm else ""
    subject = asked.images[0] / np.float32(255) if drawing is None else drawing
    return {
        "moments": [_record(run, asked, moment, seen, drawing) for moment, seen in known.items()],
        "labels": asked.labels[:strip].tolist(),
        "sheet": images.address(images.strip(asked.images[:strip], sketch.SIZE)),
        "subject": images.address(images.enlarge(subject, sketch.SIZE)),
        "words": {word: t(f"machine.{word}") for word in WORDS}
        | {"strip": t(f"machine.strip_{asked.kind}", images=strip), "note": note}
        | {"matrix_about": t("machine.matrix_about", **counted)}
        | {"bars": t(f"machine.{own}", digit=asked.labels[0]), "bars_about": t(f"machine.{own}_about")},
    }


def _record(run: Run, asked: Asked, moment: Moment, seen: Seen, drawing: np.ndarray | None) -> dict:
    """What is shown of a moment."""
    from sklearn.metrics import confusion_matrix

    name = "epoch" if moment.epoch else "batch" if moment.batch else "start"
    right = seen.digits == asked.labels
    counted = {"images": len(right), "kind": t(f"machine.{asked.kind}"), "accuracy": f"{right.mean():.2%}"}
    bars = seen.first if drawing is None else _answer(*_key(run, moment), drawing, run)
    return {
        "batch": moment.batch,
        "epoch": moment.epoch,
        "name": t(f"machine.{name}", epoch=moment.epoch, batch=moment.batch),
        "right": t("machine.right", right=right[:STRIP].sum(), images=len(right[:STRIP])),
        "accuracy": t("machine.accuracy", **counted),
        "strip": seen.digits[:STRIP].tolist(),
        "bars": [] if bars is None else [round(float(share), 4) for share in bars],
        "kernels": seen.kernels,
        "matrix": confusion_matrix(asked.labels, seen.digits, labels=range(10)).tolist(),
    }


@st.cache_data(max_entries=REMEMBERED, show_spinner=False)
def _answer(folder: str, moment: Moment, modified: int, drawing: np.ndarray, _run: Run) -> np.ndarray | None:
    """The ten probabilities for a drawing at a moment."""
    found = hindsight.ask(_run, moment, drawing[np.newaxis])
    return found and found[0][0]
