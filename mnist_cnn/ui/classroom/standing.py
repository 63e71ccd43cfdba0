"""How the class stands: looked up once in a while for everybody who has the page open."""

from dataclasses import dataclass

import streamlit as st

from mnist_cnn.runs import Run
from mnist_cnn.training import challenge
from mnist_cnn.training.challenge import Entry, Examiner
from mnist_cnn.ui import server

LOOK = 2.0  # seconds that what was looked up holds


@dataclass(frozen=True)
class Trained:
    """A run that trains.

    Attributes
    ----------
    epoch, epochs : the one under way, counted from 1, and how many there will be.
    done : share of all batches, 0 to 1.
    accuracy : of the epoch so far, 0 to 1; None before the first batch.
    """

    run: Run
    epoch: int
    epochs: int
    done: float
    accuracy: float | None


@dataclass(frozen=True)
class Standing:
    """What trains, what waits (the next one first), and the best of each person in the challenge.

    `pending` networks of the challenge are yet to be measured.
    """

    training: list[Trained]
    waiting: list[Run]
    best: list[Entry]
    pending: int


@st.cache_resource(show_spinner=False)
def _examiner() -> Examiner:
    return Examiner(server.collection())


@st.cache_resource(ttl=LOOK, max_entries=4, show_spinner=False)
def now(kind: str) -> Standing:
    """How the class stands, for that challenge."""
    runs = server.store().runs()
    taking_part = challenge.taking_part(runs, kind)
    entries, pending = _examiner().entries(taking_part) if kind == "drawings" else (challenge.on_test_images(taking_part), 0)
    active = {run.id: run for run in reversed(runs) if run.status().active}
    waiting = [active.pop(run.id) for run in server.queue().waiting() if run.id in active]
    begun = {run.id for run in server.queue().training()}
    training = [run for run in active.values() if run.id in begun or run.status().state == "running"]
    waiting += [run for run in active.values() if run not in training]  # in another server's line
    return Standing([_trained(run) for run in training], waiting, challenge.best(entries), pending)


def forget() -> None:
    """Look again at once, after something was changed."""
    now.clear()


def _trained(run: Run) -> Trained:
    epochs, finished = run.hyperparameters.epochs, len(run.history())
    event = next((event for event in reversed(run.events()) if event["phase"] == "training"), None)
    if event is None:
        return Trained(run, min(finished + 1, epochs), epochs, finished / epochs, None)
    done = (event["epoch"] - 1 + event["batch"] / event["batches"]) / epochs
    return Trained(run, event["epoch"], epochs, min(1.0, done), event["accuracy"])
