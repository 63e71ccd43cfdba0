"""The curves of one run, or of several overlaid: what is drawn of all that was kept, and the switches over it."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.runs import Run
from mnist_cnn.training import batches
from mnist_cnn.ui import address, charts, run_names, state
from mnist_cnn.ui.language import t

POINTS = 600  # of batches in one picture at most
SPAN = 20  # points that smoothing averages over, the last ones counting most
USUAL = 0.95  # share of a run's batches that set the axis; what is beyond is drawn at the rim
GUESSING = {"loss": 0.95 * math.log(10), "accuracy": 0.88}  # how bad a run is that has learned nothing, see `_badness`
METRICS = tuple(GUESSING)
LEAST = 1e-6  # how good a logarithmic axis shows at most; it has no zero


def show(runs: list[Run], key: str = "", page: str = "train", called: dict[str, str] | None = None) -> None:
    """Loss and accuracy of the runs, side by side, for a fragment.

    Parameters
    ----------
    key : what they remember and their keys begin with it.
    page : in whose address that stands.
    called : what the legend calls each run, by its id; their names, unless given.
    """
    with st.container(horizontal=True, gap="medium"):
        log = state.control(st.toggle, f"{key}log", t("chart.log"), help=t("chart.log.help"))
        smooth = state.control(st.toggle, f"{key}smooth", t("chart.smooth"), help=t("chart.smooth.help"))
    called, epochs = called or run_names.labels(runs), max(run.hyperparameters.epochs for run in runs)
    kept = pd.concat([_kept(run, called[run.id], POINTS // len(runs), smooth) for run in runs])
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column.container(key=f"{key}{metric}-chart", gap="xxsmall"):
            title = t(f"train.{metric}")
            st.markdown(f"**{title}**")
            frame = placed(kept, metric, log)
            st.vega_lite_chart(*charts.learning_curves(frame, metric, list(called.values()), epochs, log), alt=title)
    address.write(page, f"{key}curves-address")


def _kept(run: Run, called: str, most: int, smooth: bool) -> pd.DataFrame:
    """What is known of a run: columns epoch, loss, accuracy, split and batch as of `charts.learning_curves`, run."""
    points = pd.DataFrame(thinned(batches.read(run), most), columns=batches.COLUMNS)
    points = points[points["epoch"].between(0, run.hyperparameters.epochs)]  # all, unless the file is damaged
    if smooth:
        points = points.assign(**points[list(METRICS)].ewm(span=SPAN).mean())
    history = pd.DataFrame(run.history(), columns=["epoch", *METRICS, *(f"val_{metric}" for metric in METRICS)], dtype=float)
    validation = history[["epoch", "val_loss", "val_accuracy"]].set_axis(batches.COLUMNS, axis=1)
    parts = points.assign(split="training", batch=True), history[list(batches.COLUMNS)].assign(split="training", batch=False)
    return pd.concat([*parts, validation.assign(split="validation", batch=False)]).assign(run=called)


def thinned(rows: np.ndarray, most: int) -> np.ndarray:
    """Means of neighbouring batches, at most so many, float (M, 3) as `batches.COLUMNS`; a curve that grows keeps its means."""
    step = 1
    while len(rows) > most * step:
        step *= 2
    starts = np.arange(0, len(rows), step)
    if not len(starts):
        return rows
    ends = np.append(starts[1:], len(rows))
    means = np.add.reduceat(rows.astype(float), starts) / (ends - starts)[:, np.newaxis]
    return np.column_stack([rows[ends - 1, 0], means[:, 1:]])


def placed(kept: pd.DataFrame, metric: str, log: bool) -> pd.DataFrame:
    """The points of `charts.learning_curves` for a metric.

    What has left the picture, such as a run that exploded beside others that learn, is drawn at its rim.
    """
    frame = kept[["epoch", "run", "split", "batch"]].assign(value=kept[metric].astype(float))
    frame = frame[np.isfinite(frame["value"])].reset_index(drop=True)  # neither without validation nor diverged
    frame["bad"] = _badness(frame["value"], metric)
    worst = _worst(frame, metric, 1.0 if log else USUAL)
    best = max(LEAST, min(worst, _best(frame))) if log else 0.0
    frame["away"] = frame["bad"] > worst
    seen = frame["bad"].clip(best, max(best, worst)).mask(_out_of_sight(frame))
    frame["shown"] = seen if metric == "loss" or log else 1 - seen
    sizes = {"epoch": "float32", "value": "float32", "shown": "float32", "run": "category", "split": "category"}
    return frame.drop(columns="bad").astype(sizes)


def _out_of_sight(frame: pd.DataFrame) -> pd.Series:
    """Batches beyond the picture, but for those next to one within it, with which the line leaves and comes back."""
    beyond = frame["away"] & frame["batch"]
    by_run = beyond.groupby(frame["run"], sort=False)
    return beyond & by_run.shift(1, fill_value=True) & by_run.shift(-1, fill_value=True)


def _badness(values: pd.Series, metric: str) -> pd.Series:
    """The loss, or the share that is wrong: the less, the better."""
    return values if metric == "loss" else 1 - values


def _worst(frame: pd.DataFrame, metric: str, usual: float) -> float:
    """How bad the picture shows: what that share of the batches of runs that learn reach; of all where none learns."""
    reach = {True: [], False: []}
    for _, own in frame.groupby("run", sort=False):
        batches, ends = own.loc[own["batch"], "bad"], own.loc[~own["batch"], "bad"]
        last = ends.iloc[-1] if len(ends) else batches.tail(SPAN).median()
        share = usual if len(ends) else 1.0  # the first batches are all there is to see of a first epoch
        reach[last < GUESSING[metric]].append(np.nanmax([batches.quantile(share), ends.max()]))
    return max(reach[True]) if reach[True] else min(reach[False], default=1.0)


def _best(frame: pd.DataFrame) -> float:
    """Where a logarithmic axis ends: a little beyond the best epoch, or the best batches so far."""
    above = frame[frame["bad"] > 0]
    ends = above.loc[~above["batch"], "bad"]
    return 0.7 * (ends.min() if len(ends) else above["bad"].quantile(1 - USUAL)) if len(above) else LEAST
