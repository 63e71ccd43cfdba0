"""One run: where it stands, its curves, its epochs."""

import time
from collections.abc import Callable, Iterator
from itertools import count

import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation, guessing
from mnist_cnn.records import COLUMNS, NUMBERS
from mnist_cnn.runs import Run, Status
from mnist_cnn.training import teaching
from mnist_cnn.ui import door, hiding, notice, rights, run_names, server, state, take_home, taught, teacher, turning
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.navigation import PAGES
from mnist_cnn.ui.train import curves, finder
from mnist_cnn.ui.train.pace import Pace

STARTING = 0.1  # seconds between two looks at a run before its first batch
WAIT, GLANCE = 0.3, 0.01  # seconds that such a look waits for it, at most, and between two glances at what the trainer says
FIGURE = 124  # pixels that each figure takes, whatever it is, so that nothing moves
ROWS, ROW = 6, 35  # of the table of epochs that are seen at once, their header included, and the pixels of one
COLORS = {"queued": "gray", "running": "blue", "finished": "green", "stopped": "orange", "failed": "red", "guesses": "orange"}
ICONS = {
    "queued": ":material/hourglass_top:", "running": ":material/play_circle:", "finished": ":material/check_circle:",
    "stopped": ":material/stop_circle:", "failed": ":material/error:", "guesses": ":material/casino:",
}  # fmt: skip


@st.cache_resource(show_spinner=False)
def pace() -> Pace:
    return Pace()


def look(watcher: str):
    """The context of a look at runs that train: what it costs settles how often to look."""
    return pace().look(watcher, here=st.context.ip_address is None)


def show(run: Run, called: str, visitor: str, rate: float) -> None:
    """The run; what changes while it trains is drawn again and again.

    Parameters
    ----------
    rate : as for `estimate.seconds`, to tell how long it waits.
    """
    status, starting = run.status(), _starting(run, run.status())
    refresh = (STARTING if starting else pace().interval()) if status.active else None
    st.fragment(_live, run_every=refresh)(run, called, visitor, rate, status, starting, refresh, count())


def _starting(run: Run, status: Status) -> bool:
    """Whether its first batch is yet to come, and soon."""
    begins = status.state == "queued" or status.state == "running" and not run.events()
    return begins and not server.queue().place(run)


def _live(
    run: Run, called: str, visitor: str, rate: float, before: Status, was_starting: bool, refresh: float | None,
    looks: Iterator[int],
) -> None:  # fmt: skip
    if was_starting and next(looks):  # not where the page itself is drawn
        _await_batch(run)
    status, starting = run.status(), _starting(run, run.status())
    if starting != was_starting or status != before and not starting:
        if was_starting and status.active:  # its first batch is seen before all else is drawn anew
            _draw(run, called, rate, status)
        state.put("run", run.id)  # whoever saw it go on sees how it ended, whatever else is training
        st.rerun()  # the whole page: buttons, lists and models have changed
    if status.active and not starting and pace().changed(refresh):
        st.rerun()
    with look(visitor):
        _draw(run, called, rate, status)


def _await_batch(run: Run) -> None:
    """Wait a moment for a run's first batch: sooner seen, and cheaper, than by a look every few hundredths of a second."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until and _starting(run, run.status()):
        time.sleep(GLANCE)


def _draw(run: Run, called: str, rate: float, status: Status) -> None:
    history = run.history()
    with st.container(border=True, key="shown-run", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(run_names.plain(called), anchor=False, width="content")
            badges(run)
            st.space("stretch")
            with st.container(horizontal=True, width="content"):  # they stay together where a line is too short
                _buttons(run, status)
        told, hindrance = state.get("hindered") or (None, None)
        if told == run.id:
            st.error(hindrance, icon=":material/error:")
        with st.container(key="progress", gap="xsmall"):
            _progress(run, status, history, rate)
        finder.show([run]) if run.hyperparameters.seeks_rate else curves.show([run])
    if figures := teaching.result(run):
        taught.show(figures)
    _epochs(history, run.hyperparameters.epochs, status.active)


def badges(run: Run) -> None:
    """Where the run stands, each word with its colour."""
    for word in states(run):
        st.badge(t(f"state.{word}"), color=COLORS[word], icon=ICONS[word])


def states(run: Run) -> list[str]:
    """Where the run stands, in words "state.*" of the catalogue; one that only guesses is not simply finished."""
    state = run.status().state
    guesses = guessing.only_guesses(run) and not run.hyperparameters.seeks_rate  # which nobody expects to read
    return [state] * (state != "finished" or not guesses) + ["guesses"] * guesses


def _buttons(run: Run, status: Status) -> None:
    """Stop and Resume for whoever may; the teacher's way to the front for one in line."""
    if status.active and rights.may_change(run):
        if teacher.here() and (server.queue().place(run) or 1) > 1:
            st.button(t("train.front"), key="to-front", icon=":material/vertical_align_top:", on_click=_to_front, args=(run,))
        st.button(t("train.stop"), key="stop", icon=":material/stop:", on_click=_stop, args=(run,))
    elif status.active:
        st.caption(t("train.others" if run.owner else "train.terminal"), width="content")
    elif rights.may_change(run) and run.resumable():
        label = "train.resume" if run.history() else "train.again"
        resume = {"on_click": _resume, "args": (run,), "icon": ":material/play_arrow:"}
        st.button(t(label), key="resume", type="primary", **resume)
    if not status.active and run.model_file.is_file() and not hiding.hidden("menu"):
        _other_pages(run)
    if not status.active:
        take_home.button(run)


def _other_pages(run: Run) -> None:
    """Ways to the pages that use a trained network, with this one chosen there."""
    for page, choice in ("draw", "model"), ("analysis", "analysed"):
        choosing = {"on_click": state.put, "args": (choice, run.id), "icon": PAGES[page].icon}
        turning.button(page, t(f"{page}.nav"), key=f"to-{page}", **choosing)


def _resume(run: Run) -> None:
    _try(run, door.resume)


def _to_front(run: Run) -> None:
    if teacher.here():  # still
        server.queue().to_front(run)


def _try(run: Run, action: Callable[[Run], None]) -> None:
    """Do something with the run; what hinders it, as where the page is older than what became of it, is told."""
    state.put("hindered", None)
    try:
        action(run)
    except (StudioError, OSError) as error:
        state.put("hindered", (run.id, explain(error)))


def _stop(run: Run) -> None:
    """Stop, and give the trainer a moment, so that the next picture already shows the end."""

    def stop(run: Run) -> None:
        rights.check([run])
        server.queue().stop(run, rights.stop_reason(run))

    _try(run, stop)
    state.put("run", run.id)
    for _ in range(30):
        if not run.status().active:
            return
        time.sleep(0.05)


def _progress(run: Run, status: Status, history: list[dict], rate: float) -> None:
    """The bar, and under it what happens now, or how the run ended; as high in every state."""
    epochs, events = run.hyperparameters.epochs, run.events() if status.state == "running" else []
    batch = next((event for event in reversed(events) if event["phase"] == "training"), None)
    if status.state == "queued":
        st.progress(0.0, notice.waiting(run, rate) or t("train.starting"))
    elif status.active:
        done = (batch["epoch"] - 1 + batch["batch"] / batch["batches"]) / epochs if batch else len(history) / epochs
        st.progress(min(1.0, done), t(f"phase.{events[-1]['phase']}", **events[-1]) if batch else t("train.starting"))
    else:
        found = status.state == "finished" and run.hyperparameters.seeks_rate  # it ends where the loss flies off
        done = t("finder.done") if found else t("train.done", epoch=len(history), epochs=epochs)
        st.progress(1.0 if found else len(history) / epochs, done)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, text in (_under_way(batch) if status.active else _outcome(run)).items():
            st.metric(label, text, width=FIGURE)
        if status.reason:
            show_reason = {"failed": st.error, "finished": st.info}.get(status.state, st.warning)
            show_reason(run_names.reason(status), icon=ICONS[status.state])


def _under_way(batch: dict | None) -> dict[str, str]:
    """The batch under way in numbers, by their labels; dashes before the first."""
    labels = [t(f"train.{key}") for key in ("loss", "accuracy", "speed", "left")]
    if not batch:
        return dict.fromkeys(labels, "–")
    speed = left = "–"
    if batch["seconds_left"] is not None:
        speed, left = f"{batch['images_per_second']:,}", "{}:{:02}".format(*divmod(batch["seconds_left"], 60))
    return dict(zip(labels, (f"{batch['loss']:.4f}", f"{batch['accuracy']:.2%}", speed, left), strict=True))


def _outcome(run: Run) -> dict[str, str]:
    """What came of it in numbers, by their labels; dashes where nothing did."""
    scores = evaluation.summary(run)
    return {
        t("analysis.accuracy"): f"{scores['accuracy']:.2%}" if scores else "–",
        t("analysis.loss"): f"{scores['loss']:.4f}" if scores else "–",
        t("history.seconds"): f"{run.seconds():,.0f}",
    }


def _epochs(history: list[dict], epochs: int, awaited: bool) -> None:
    """A row per finished epoch, the newest first, in a table that does not grow; the first is awaited as high."""
    height = ROW * min(ROWS, epochs + 1) + 3
    if not history:
        room = st.container(border=True, height=height) if awaited else st
        room.caption(t("train.no_epochs"))
        return
    digits = st.column_config.NumberColumn
    columns = {"epoch": digits(t("chart.epoch"), width="small")}
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        columns[key] = digits(t(f"history.{key}"), format="%.4f" if key.endswith("loss") else "%.2f%%")
    columns["seconds"] = digits(t("history.seconds"), format="%.1f")
    columns["precision"] = st.column_config.TextColumn(t("history.precision"), help=t("history.precision.help"))
    table = pd.DataFrame(history, columns=COLUMNS).astype(dict.fromkeys(NUMBERS, float))[::-1]
    table[["accuracy", "val_accuracy"]] *= 100
    st.dataframe(table, hide_index=True, height=height, column_config=columns, alt=t("train.epochs_table"))
