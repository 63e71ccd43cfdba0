"""The chart of range tests."""

from functools import lru_cache

import altair as alt
import pandas as pd

from mnist_cnn.ui import charts
from mnist_cnn.ui.language import t


def show(frame: pd.DataFrame, runs: list[str], ends: tuple[float, float]) -> tuple[pd.DataFrame, dict]:
    """Loss over learning rate, the batches pale behind: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    frame : columns run, rate, loss and smoothed (the height that each is drawn at), here (bool: the rate suggested).
    runs : what each is called, in the order of their colours.
    ends : of the axis of rates.
    """
    words = t("hyperparameter.learning_rate"), t("train.loss"), t("finder.smoothed"), t("runs.run")
    return frame, charts.sized(_chart(tuple(runs), ends, words))


@lru_cache
def _chart(runs: tuple[str, ...], ends: tuple[float, float], words: tuple[str, ...]) -> dict:
    """Made once: only the data change while a run trains, and a browser keeps the chart that it shows."""
    rate, loss, smoothed, run = words
    legend = alt.Legend(title=None, orient="top", labelLimit=420, columns=1) if len(runs) > 1 else None
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("rate:Q").scale(type="log", domain=list(ends), nice=False).axis(format="~g", tickCount=6, grid=False).title(rate),
        alt.Color("run:N", scale=alt.Scale(domain=runs), legend=legend),
        tooltip=[
            alt.Tooltip("run:N", title=run),
            alt.Tooltip("rate:Q", title=rate, format=".2~g"),
            alt.Tooltip("smoothed:Q", title=smoothed, format=".4~g"),
        ],
    )
    height = alt.Y("smoothed:Q", title=loss, scale=alt.Scale(zero=False))
    here = base.transform_filter("datum.here")
    chart = alt.layer(
        base.mark_line(opacity=0.3, strokeWidth=1, tooltip=None, aria=False).encode(y=alt.Y("loss:Q", title=loss)),
        base.mark_line(strokeWidth=2.5, tooltip=None, aria=False).encode(height),
        here.mark_rule(strokeDash=[4, 4], strokeWidth=2, aria=False, color=charts.FRAME).encode(color=alt.Color()),
        here.mark_point(filled=True, size=130, opacity=1).encode(height),
        here.mark_text(align="left", dx=10, dy=-10, fontSize=14, fontWeight="bold", aria=False).encode(
            height, text=alt.Text("rate:Q", format=".2~g")
        ),
    )
    return charts.without_data(chart, 300)
