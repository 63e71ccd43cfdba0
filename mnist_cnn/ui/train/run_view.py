"""One run, or several overlaid: where it stands, its curves, its epochs."""

import time

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import Run, Status
from mnist_cnn.training import teaching
from mnist_cnn.ui import charts, run_names, server, state, taught
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.navigation import PAGES

STARTING, REFRESH = 0.3, 2.0  # seconds between two looks at a run before its first batch and after; looks cost training
COLORS = {"queued": "gray", "running": "blue", "finished": "green", "stopped": "orange", "failed": "red"}
ICONS = {
    "queued": ":material/hourglass_top:", "running": ":material/play_circle:", "finished": ":material/check_circle:",
    "stopped": ":material/stop_circle:", "failed": ":material/error:",
}  # fmt: skip


def show(run: Run, visitor: str) -> None:
    """The run; what changes while it trains is drawn again and again."""
    status = run.status()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(run_names.plain(run_names.name(run)), anchor=False, width="content")
        badge(status)
        st.space("stretch")
        with st.container(horizontal=True, width="content"):  # they stay together where a line is too short
            _buttons(run, status, visitor)
    starting = _starting(run, status)
    refresh = (STARTING if starting else REFRESH) if status.active else None
    st.fragment(_live, run_every=refresh)(run, status, starting)


def _starting(run: Run, status: Status) -> bool:
    """Whether its first batch is yet to come, and soon."""
    begins = status.state == "queued" or status.state == "running" and not run.events()
    return begins and not server.queue().place(run)


def _live(run: Run, before: Status, was_starting: bool) -> None:
    status, events, history = run.status(), run.events(), run.history()
    if status != before or was_starting != _starting(run, status):
        state.put("run", run.id)  # whoever saw it go on sees how it ended, whatever else is training
        st.rerun()  # the whole page: buttons, lists and models have changed
    with st.container(key="progress"):
        _progress(run, status, events, history)
    if history or status.active:
        show_curves([run])
    if figures := teaching.result(run):
        taught.show(figures)
    if history:
        epoch_table(history)


def badge(status: Status) -> None:
    """The state in a word, with its colour."""
    st.badge(t(f"state.{status.state}"), color=COLORS[status.state], icon=ICONS[status.state])


def _buttons(run: Run, status: Status, visitor: str) -> None:
    """Stop and Resume for whoever started the run; one from the command line may be resumed by anybody."""
    if status.active and run.owner == visitor:
        st.button(t("train.stop"), key="stop", icon=":material/stop:", on_click=_stop, args=(run,))
    elif status.active:
        st.caption(t("train.others" if run.owner else "train.terminal"), width="content")
    elif run.owner in (visitor, None) and run.resumable():
        resume = {"on_click": _resume, "args": (run,), "icon": ":material/play_arrow:"}
        st.button(t("train.resume"), key="resume", type="primary", **resume)
    if not status.active and run.model_file.is_file():
        _other_pages(run)


def _other_pages(run: Run) -> None:
    """Ways to the pages that use a trained network, with this one chosen there."""
    for page, choice in ("draw", "model"), ("analysis", "analysed"):
        choosing = {"on_click": state.put, "args": (choice, run.id), "icon": PAGES[page].icon}
        if st.button(t(f"{page}.nav"), key=f"to-{page}", **choosing):
            st.switch_page(f"mnist_cnn/ui/pages/{page}.py")


def _resume(run: Run) -> None:
    try:
        server.queue().submit(run)
    except (StudioError, OSError) as error:  # the page may be older than what has become of the run
        st.toast(explain(error), icon=":material/error:")


def _stop(run: Run) -> None:
    """Stop, and give the trainer a moment, so that the next picture already shows the end."""
    server.queue().stop(run)
    state.put("run", run.id)
    for _ in range(30):
        if not run.status().active:
            return
        time.sleep(0.05)


def _progress(run: Run, status: Status, events: list[dict], history: list[dict]) -> None:
    """The bar, and under it what happens now; or how the run ended."""
    epochs = run.hyperparameters.epochs
    if status.state == "queued":
        place = server.queue().place(run)
        st.progress(0.0, t("train.waiting", place=place) if place else t("train.starting"))
    elif status.state == "running":
        last = events[-1] if events else None
        training = [event for event in events if event["phase"] == "training"]
        if not last or not training:
            st.progress(len(history) / epochs, t("train.starting"))
            return
        batch = training[-1]
        done = (batch["epoch"] - 1 + batch["batch"] / batch["batches"]) / epochs
        st.progress(min(1.0, done), t(f"phase.{last['phase']}", **last))
        _figures(batch)
    else:
        st.progress(len(history) / epochs, t("train.done", epoch=len(history), epochs=epochs))
        _outcome(run, history)
        if status.reason:
            show_reason = st.error if status.state == "failed" else st.warning
            show_reason(t(status.reason, **(status.values or {})), icon=ICONS[status.state])


def _figures(batch: dict) -> None:
    """The batch under way, in numbers."""
    minutes, seconds = divmod(batch["seconds_left"], 60)
    with st.container(horizontal=True, gap="medium"):
        for key, text in {
            "epoch": f"{batch['epoch']} / {batch['epochs']}",
            "batch": f"{batch['batch']} / {batch['batches']}",
            "loss": f"{batch['loss']:.4f}",
            "accuracy": f"{batch['accuracy']:.2%}",
            "speed": f"{batch['images_per_second']:,}",
            "left": f"{minutes}:{seconds:02}",
        }.items():
            st.metric(t(f"train.{key}"), text, width="content")


def _outcome(run: Run, history: list[dict]) -> None:
    """What came of it, in numbers."""
    scores = evaluation.summary(run)
    if not scores or not history:
        return
    with st.container(horizontal=True, gap="medium"):
        st.metric(t("analysis.accuracy"), f"{scores['accuracy']:.2%}", width="content")
        st.metric(t("analysis.loss"), f"{scores['loss']:.4f}", width="content")
        st.metric(t("history.seconds"), f"{sum(epoch['seconds'] for epoch in history):,.0f}", width="content")


def show_curves(runs: list[Run], key: str = "") -> None:
    """Loss and accuracy of the runs, side by side; their keys begin with `key`."""
    frame, epochs = _points(runs), max(run.hyperparameters.epochs for run in runs)
    for column, metric in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        with column.container(border=True, key=f"{key}{metric}-chart"):
            title = t(f"train.{metric}")
            st.markdown(f"**{title}**")
            st.vega_lite_chart(*charts.learning_curves(frame[frame["metric"] == metric], title, epochs), alt=title)


def epoch_table(history: list[dict]) -> None:
    """A row per finished epoch, the newest first."""
    digits = st.column_config.NumberColumn
    columns = {"epoch": digits(t("chart.epoch"), width="small")}
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        columns[key] = digits(t(f"history.{key}"), format="%.4f")
    columns["seconds"] = digits(t("history.seconds"), format="%.1f")
    st.dataframe(pd.DataFrame(history)[::-1], hide_index=True, column_config=columns, alt=t("train.epochs_table"))


def _points(runs: list[Run]) -> pd.DataFrame:
    """The points of `charts.learning_curves`, with a column for the metric."""
    rows, called = [], run_names.labels(runs)
    names = {"": t("chart.training"), "val_": t("chart.validation")}
    for run in runs:
        history = run.history()
        for row in history:
            for prefix, split in names.items():
                for metric in ("loss", "accuracy"):
                    rows.append((row["epoch"], called[run.id], split, row[prefix + metric], False, metric))
        for event in run.events() if run.status().state == "running" else []:
            if event["phase"] == "training" and event["epoch"] > len(history):
                epoch = event["epoch"] - 1 + event["batch"] / event["batches"]
                for metric in ("loss", "accuracy"):
                    rows.append((epoch, called[run.id], names[""], event[metric], True, metric))
    frame = pd.DataFrame(rows, columns=["epoch", "run", "split", "value", "live", "metric"])
    return frame[np.isfinite(frame["value"].astype(float))]  # neither without validation nor diverged
