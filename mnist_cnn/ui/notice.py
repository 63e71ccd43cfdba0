"""What the line and the teacher's rules mean for a training: told before a click, and while it waits."""

from collections.abc import Callable

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import server
from mnist_cnn.ui.language import explain, t

LOOK = 3.0  # seconds between two looks at what the teacher allows


def show(refusal: Callable[[], StudioError | None]) -> None:
    """Why the button above would begin nothing, and that the line stands still, as long as that is so."""
    st.fragment(_show, run_every=LOOK)(refusal)


def _show(refused: Callable[[], StudioError | None]) -> None:
    if refusal := refused():
        with st.container(key="refused"):
            st.caption(f":material/block: {explain(refusal)}")
    elif server.rules().read().paused:
        st.caption(f":material/pause_circle: {t('train.paused')}")


def waiting(run: Run, rate: float | None = None, key: str = "train.waiting") -> str | None:
    """The place of a run in line and how long it waits, in words; None where it does not wait here.

    Parameters
    ----------
    rate : as for `estimate.seconds`; without it only the place is told.
    key : of the sentence that tells the place.
    """
    queue = server.queue()
    place, seconds = queue.place(run), rate and queue.seconds_to_wait(run, rate)
    if place is None:
        return None
    told = t(key, place=place)
    if server.rules().read().paused:
        return f"{told} · {t('train.paused')}"
    return told if seconds is None else t("train.wait", place=told, duration=duration(seconds))


def duration(seconds: float) -> str:
    """A time in words: "20 s", "2.5 min"."""
    return t("train.minutes", minutes=seconds / 60) if seconds > 90 else t("train.seconds", seconds=max(1, seconds))
