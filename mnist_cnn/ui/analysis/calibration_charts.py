"""The charts of calibration: data and Vega-Lite for `st.vega_lite_chart`."""

from functools import lru_cache

import altair as alt
import pandas as pd

from mnist_cnn.ui import charts
from mnist_cnn.ui.language import t

MISTAKE = "#f76707"  # as in the confusion matrix
COUNTS = [0, 1, 10, 100, 1000, 10_000]  # ticks


def reliability(frame: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, dict]:
    """Accuracy over confidence, a point for each bin with its interval, and the diagonal on which they should lie.

    Parameters
    ----------
    frame : columns answers (one of `names`), confidence, accuracy, low, high (0 to 1), count.
    names : what the two sets of answers are called.
    """
    diagonal = pd.DataFrame({"confidence": [0.0, 1.0], "accuracy": [0.0, 1.0], "ideal": True})
    words = t("draw.confidence"), t("calibration.right_share"), t("analysis.count")
    data = pd.concat([frame.assign(ideal=False), diagonal], ignore_index=True)
    return data, charts.sized(_reliability(tuple(names), words))


@lru_cache
def _reliability(names: tuple[str, ...], words: tuple[str, ...]) -> dict:
    confidence, accuracy, count = words
    axis = {"format": "%", "tickCount": 5}
    legend = alt.Legend(title=None, orient="top", labelLimit=420, symbolSize=90, symbolOpacity=1)
    by_answers = alt.Scale(domain=names, range=[charts.PRIMARY, charts.FRAME])
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("confidence:Q").scale(domain=[0, 1], nice=False).axis(**axis).title(confidence),
        alt.Y("accuracy:Q").scale(domain=[0, 1], nice=False).axis(**axis).title(accuracy),
    )
    tooltip = [
        alt.Tooltip("confidence:Q", format=".1%", title=confidence),
        alt.Tooltip("accuracy:Q", format=".1%", title=accuracy),
        alt.Tooltip("count:Q", format=",", title=count),
    ]
    bins = base.transform_filter("!datum.ideal").encode(alt.Color("answers:N", scale=by_answers, legend=legend))
    shape = alt.Shape("answers:N", scale=alt.Scale(domain=names, range=["circle", "diamond"]), legend=legend)
    chart = alt.layer(
        base.transform_filter("datum.ideal").mark_line(strokeDash=[5, 4], color=charts.FADED, tooltip=None, aria=False),
        bins.mark_rule(strokeWidth=2, opacity=0.5, aria=False).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        bins.mark_point(filled=True, size=90, opacity=1, aria=False).encode(shape=shape, tooltip=tooltip),
    )
    return charts.without_data(chart, 330)


def thresholds(frame: pd.DataFrame, own: float, chosen: float) -> tuple[pd.DataFrame, dict]:
    """Right answers refused and mistakes let through, over the threshold, on an axis whose steps are ten times.

    Parameters
    ----------
    frame : columns threshold (0 to 1), kind ("refused_right" or "wrong"), count.
    own, chosen : thresholds that are marked, the run's and the slider's.
    """
    names = tuple(t(f"calibration.{kind}") for kind in ("refused_right", "wrong"))
    words = t("calibration.threshold"), t("analysis.count"), t("calibration.own"), *names
    marks = pd.DataFrame({"threshold": [own, chosen], "mark": ["own", "chosen"]})
    called = frame["kind"].map({"refused_right": names[0], "wrong": names[1]})
    return pd.concat([frame.assign(kind=called, mark=""), marks], ignore_index=True), charts.sized(_thresholds(words))


@lru_cache
def _thresholds(words: tuple[str, ...]) -> dict:
    threshold, count, own, *names = words
    legend = alt.Legend(title=None, orient="top", labelLimit=420, symbolType="stroke", symbolSize=300, symbolStrokeWidth=2.5)
    scale = alt.Scale(type="symlog", domainMin=0, nice=False)
    counts = alt.Axis(values=COUNTS, labelOverlap=False, labelExpr="format(datum.value, ',')")
    by_kind = {"shorthand": "kind:N", "legend": legend}
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("threshold:Q").scale(domain=[0, 1], nice=False).axis(format="%", tickCount=10, grid=False).title(threshold),
    )
    lines = base.transform_filter("datum.mark == ''").encode(
        alt.Y("count:Q", scale=scale, axis=counts).title(count),
        alt.Color(**by_kind, scale=alt.Scale(domain=names, range=[charts.PRIMARY, MISTAKE])),
        alt.StrokeDash(**by_kind, scale=alt.Scale(domain=names, range=[[1, 0], [7, 4]])),
        tooltip=[
            alt.Tooltip("threshold:Q", format=".1%", title=threshold),
            alt.Tooltip("count:Q", format=",", title=count),
        ],
    )
    mine, chosen = (base.transform_filter(f"datum.mark == '{mark}'") for mark in ("own", "chosen"))
    chart = alt.layer(
        mine.mark_rule(strokeDash=[4, 4], strokeWidth=2, color=charts.FADED, aria=False),
        mine.mark_text(align="left", dx=5, y=8, color=charts.FADED, fontSize=12, aria=False).encode(text=alt.value(own)),
        chosen.mark_rule(strokeWidth=2.5, color=charts.FRAME, aria=False),
        lines.mark_line(strokeWidth=2.5, interpolate="step-after", aria=False),
    )
    return charts.without_data(chart, 300)
