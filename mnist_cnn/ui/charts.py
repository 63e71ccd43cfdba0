"""Every chart of the app, from data frames to Altair."""

from functools import lru_cache

import altair as alt
import numpy as np
import pandas as pd

from mnist_cnn.ui.language import t

PRIMARY = "#6d63f0"
FADED = "#9a9ab0"
FRAME = "#12b5a5"  # of what is chosen, seen on light and dark


def learning_curves(frame: pd.DataFrame, metric: str, epochs: int) -> tuple[pd.DataFrame, dict]:
    """Training and validation over the epochs, one colour per run: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    frame : columns epoch (float, 1 at the end of the first), run, split, value, live (bool: of the epoch under way).
    metric : title of the vertical axis.
    epochs : right end of the horizontal axis.
    """
    words = {"epoch": t("chart.epoch"), "run": t("runs.run"), "split": t("chart.split"), "value": metric}
    return frame, _curves(frame["run"].nunique() > 1, epochs, **words)


@lru_cache
def _curves(several: bool, epochs: int, epoch: str, run: str, split: str, value: str) -> dict:
    """Made once: only the data change while a run trains, and a browser keeps the chart that it shows."""
    ticks = list(range(0, epochs + 1, max(1, epochs // 10)))
    line = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5, "symbolOpacity": 1}
    legend = {"title": None, "columns": 2, "labelLimit": 150} | line
    color = alt.Color("run:N" if several else "split:N", sort=None).legend(orient="top", **legend)
    dash = alt.StrokeDash("split:N", sort=None, scale=alt.Scale(range=[[1, 0], [5, 4]])).legend(None)
    if several:
        dash = dash.legend(orient="bottom", **legend)
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("epoch:Q").scale(domain=[0, epochs], nice=False).axis(values=ticks, format="d").title(epoch),
        alt.Y("value:Q").scale(zero=False).title(None),
        color,
        alt.Detail("run:N"),
        tooltip=[
            alt.Tooltip("run:N", title=run),
            alt.Tooltip("split:N", title=split),
            alt.Tooltip("epoch:Q", format=".3~f", title=epoch),
            alt.Tooltip("value:Q", format=".4f", title=value),
        ],
    )
    done, live = alt.datum.live == False, alt.datum.live == True  # noqa: E712  Vega's comparison, not Python's
    chart = alt.layer(
        base.transform_filter(live).mark_line(opacity=0.55, strokeWidth=1.5),
        base.transform_filter(done).mark_line(strokeWidth=2.5).encode(dash),
        base.transform_filter(done).mark_point(filled=True, size=45, opacity=1),
    )
    return _without_data(chart, 340 if several else 260)


def probabilities(values: np.ndarray) -> tuple[pd.DataFrame, dict]:
    """The ten probabilities (10,), the highest one standing out: data and Vega-Lite for `st.vega_lite_chart`."""
    frame = pd.DataFrame({"digit": [str(d) for d in range(10)], "probability": np.asarray(values, float)})
    frame["top"] = frame.index == int(np.argmax(values))
    return frame, _ten_bars(t("draw.digit"), t("draw.probability"))


@lru_cache
def _ten_bars(digit: str, probability: str) -> dict:
    """Made once: Altair takes longer to make a chart than a network to read a digit, and a browser keeps what it shows."""
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.Y("digit:N", sort=None).title(None).axis(labelFontSize=14, ticks=False, domain=False, labelPadding=8),
        alt.X("probability:Q").scale(domain=[0, 1.2], nice=False).axis(None),
        tooltip=[alt.Tooltip("digit:N", title=digit), alt.Tooltip("probability:Q", format=".2%", title=probability)],
    )
    shade = alt.when("datum.top").then(alt.value(PRIMARY)).otherwise(alt.value(FADED))
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}).encode(color=shade)
    labels = base.mark_text(align="left", dx=5, fontSize=12).encode(
        text=alt.Text("probability:Q", format=".1%"), color=alt.value(FADED)
    )
    return _without_data(alt.layer(bars, labels), 250)


def _without_data(chart: alt.LayerChart, height: int) -> dict:
    """Vega-Lite of a chart so many pixels high; data and theme are Streamlit's."""
    return {"layer": chart.to_dict()["layer"], "height": height}


def confusion_matrix(matrix: np.ndarray, unit: str, chosen: tuple[int | None, int | None]) -> alt.LayerChart:
    """Counts (10, 10) as a heat map; colour goes by errors only, so that the diagonal does not drown them.

    Parameters
    ----------
    unit : "count", or "of_label" or "of_prediction" for shares of the row's or the column's sum.
    chosen : label and prediction of the cell to frame, if neither is None.
    """
    frame = _cells(matrix, unit)
    frame["chosen"] = (frame["label"] == chosen[0]) & (frame["prediction"] == chosen[1])
    worst = max(float(frame["errors"].max()), 1e-6)
    base = alt.Chart(frame).encode(
        alt.X("prediction:O").title(t("analysis.prediction")).axis(labelAngle=0, orient="top", ticks=False, domain=False),
        alt.Y("label:O").title(t("analysis.label")).axis(ticks=False, domain=False),
        tooltip=[
            alt.Tooltip("label:O", title=t("analysis.label")),
            alt.Tooltip("prediction:O", title=t("analysis.prediction")),
            alt.Tooltip("count:Q", title=t("analysis.count")),
            alt.Tooltip("of_label:Q", title=t("analysis.of_label"), format=".2%"),
            alt.Tooltip("of_prediction:Q", title=t("analysis.of_prediction"), format=".2%"),
        ],
    )
    heat = alt.Color("errors:Q", scale=alt.Scale(domain=[0, worst], range=["#ffe3c7", "#f76707", "#a61e00"])).legend(None)
    tile = {"cornerRadius": 4, "width": {"band": 0.94}, "height": {"band": 0.94}}
    diagonal = base.transform_filter("datum.right").mark_rect(color=PRIMARY, **tile)
    none = base.transform_filter("!datum.right && datum.count == 0").mark_rect(color="#8882", **tile)
    errors = base.transform_filter("!datum.right && datum.count > 0").mark_rect(**tile).encode(heat)
    dark = alt.when(f"datum.right || datum.errors > {worst * 0.4}").then(alt.value("white")).otherwise(alt.value("#4a2300"))
    size, shown = (13, "d") if unit == "count" else (11, ".1%")
    texts = base.transform_filter("datum.count > 0").mark_text(fontSize=size)
    texts = texts.encode(text=alt.Text(f"{unit}:Q", format=shown), color=dark)
    layers = [diagonal, none, errors, texts]
    if frame["chosen"].any():  # a layer without marks would be an image without a name
        layers.append(base.transform_filter("datum.chosen").mark_rect(fillOpacity=0, stroke=FRAME, strokeWidth=3, **tile))
    cell = alt.selection_point(name="cell", fields=["label", "prediction"])
    clicks = base.mark_rect(opacity=0, cursor="pointer").add_params(cell)
    return alt.layer(*layers, clicks).properties(height=430)


def _cells(matrix: np.ndarray, unit: str) -> pd.DataFrame:
    """A row per cell: label, prediction, count, its shares, whether it is right, and the errors in that unit."""
    label, prediction = (axis.ravel() for axis in np.indices(matrix.shape))
    frame = pd.DataFrame({"label": label, "prediction": prediction, "count": matrix.ravel()})
    frame["of_label"] = (matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)).ravel()
    frame["of_prediction"] = (matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1)).ravel()
    frame["right"] = frame["label"] == frame["prediction"]
    frame["errors"] = frame[unit].where(~frame["right"], 0)
    return frame
