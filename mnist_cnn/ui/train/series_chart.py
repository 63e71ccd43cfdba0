"""What came of a series: the metric that is looked at, its chart, and in words what is noise."""

from collections.abc import Sequence

import streamlit as st

from mnist_cnn.reading import wording
from mnist_cnn.runs import Run
from mnist_cnn.training import outcome
from mnist_cnn.training.outcome import METRICS, Standing
from mnist_cnn.ui import run_names, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.train import series_charts

OF_VALIDATION = frozenset({"train_images", "validation_split"})  # what settles which images validate


def metric(fields: Sequence[str]) -> str:
    """The one that is looked at; until it is chosen, the validation accuracy, unless the validation images differ."""
    return state.get("series-metric") or ("val_accuracy" if OF_VALIDATION.isdisjoint(fields) else "test_accuracy")


def show(now: Standing, fields: tuple[str, ...]) -> None:
    """The switch, the chart of the runs that have finished, and what to think of it."""
    chosen = metric(fields)
    titles = {name: t(f"series.{name}") for name in METRICS}
    look = {"label_visibility": "collapsed", "required": True, "shown": chosen}
    state.choice(st.segmented_control, "series-metric", t("series.metric"), METRICS, titles.get, **look)
    if chosen.startswith("val") and not OF_VALIDATION.isdisjoint(fields):
        st.caption(t("series.other_validation"))
    figures = [(run, outcome.figures(run) or {}) for run in now.inside("finished")]
    known = [(run, found[chosen]) for run, found in figures if chosen in found]
    if not known:
        st.caption(t("series.unknown_metric" if any(found for _, found in figures) else "series.first"))
        return
    name = " × ".join(t(f"hyperparameter.{field}") for field in fields)
    look = {"alt": t("series.chart_alt", metric=titles[chosen], name=name)}
    if len(fields) == 1:
        st.vega_lite_chart(*series_charts.seeds(now.runs, known, fields[0], chosen), **look)
        st.caption(t("series.legend"))
    else:
        st.vega_lite_chart(*series_charts.parallel(now.runs, known, fields, chosen), **look)
        st.caption(t("series.parallel"))
    _compare(known, fields, chosen)


def _compare(known: list[tuple[Run, float]], fields: tuple[str, ...], metric: str) -> None:
    """Whether the values differ by more than chance."""
    groups = outcome.groups([(outcome.values(run, fields), figure) for run, figure in known])
    if found := outcome.compare(groups, metric):
        told = {"best": said(metric, found.best.mean), "value": run_names.plain(words(fields, found.best.values))}
        if found.within is not None:
            apart = {"between": difference(metric, found.between), "within": difference(metric, found.within)}
            st.markdown(t("series.differ", **told, **apart))
        if found.p is not None:
            told["p"] = wording.p_value(found.p, t)
        st.markdown(t(f"series.verdict.{found.verdict}", **told))


def words(fields: Sequence[str], values: tuple) -> str:
    """Values of hyperparameters: "0.25", "0.25 · Adam"."""
    return " · ".join(run_names.setting(field, value) for field, value in zip(fields, values, strict=True))


def said(metric: str, figure: float) -> str:
    """A figure of that metric: "97.21%", "0.0812", "12.3 s"."""
    text = format(figure, series_charts.FORMATS[metric])
    return t("series.in_seconds", seconds=text) if metric == "seconds" else text


def difference(metric: str, figure: float) -> str:
    """How far two figures of that metric are apart."""
    return t("series.points", value=100 * figure) if metric.endswith("accuracy") else said(metric, figure)
