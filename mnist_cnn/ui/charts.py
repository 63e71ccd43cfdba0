"""Every chart of the app, from data frames to Altair."""

import json
from functools import lru_cache

import altair as alt
import numpy as np
import pandas as pd

from mnist_cnn.reading.stress import Distortion
from mnist_cnn.ui import state
from mnist_cnn.ui.language import t

PRIMARY = "#6d63f0"
FADED = "#9a9ab0"
BRIEF = 24  # characters of a run's name at most, so that two stand beside each other in a legend
FRAME = "#12b5a5"  # of what is chosen, seen on light and dark
IS_TRAINING = "datum.split == 'training'"
TILE = {"cornerRadius": 4, "width": {"band": 0.94}, "height": {"band": 0.94}}  # a cell of a confusion matrix


def learning_curves(frame: pd.DataFrame, metric: str, runs: list[str], epochs: int, log: bool) -> tuple[pd.DataFrame, dict]:
    """Training and validation over the epochs, the batches pale behind: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    frame : columns epoch (float, 1 at the end of the first), run, split ("training" or "validation"), value, batch (bool),
        shown (the height that it is drawn at) and away (bool: it is beyond the picture), as `train.curves` makes them.
    metric : "loss" or "accuracy"; on a logarithmic axis, `shown` of accuracy is the share that is wrong.
    runs : what each is called, in the order of their colours and marks.
    epochs : right end of the horizontal axis.
    """
    words = t("chart.epoch"), t("runs.run"), t("chart.split"), t(f"train.{metric}"), t("chart.training"), t("chart.validation")
    return frame, sized(_curves(tuple(runs), epochs, metric == "accuracy", log, words))


@lru_cache
def _curves(runs: tuple[str], epochs: int, accuracy: bool, log: bool, words: tuple[str, ...]) -> dict:
    """Made once: only the data change while a run trains, and a browser keeps the chart that it shows."""
    several, (epoch, run, split, value, training, validation) = len(runs) > 1, words
    ticks = list(range(0, epochs + 1, max(1, epochs // 10)))
    legend = {"title": None, "labelLimit": 420, "offset": 6, "rowPadding": 2, "symbolOpacity": 1}
    stroke = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5, "columns": 2}
    stroke["labelExpr"] = f"{IS_TRAINING.replace('split', 'label')} ? {json.dumps(training)} : {json.dumps(validation)}"
    splits = {"domain": ["training", "validation"]}
    points = {"symbolSize": 70, "columns": 1 if max(map(len, runs)) > BRIEF else 2}
    by_run = {"shorthand": "run:N", "scale": alt.Scale(domain=runs), "legend": alt.Legend(orient="top", **legend, **points)}
    by_split = {"shorthand": "split:N", "legend": alt.Legend(orient="bottom" if several else "top", **legend, **stroke)}
    color = alt.Color(**by_run) if several else alt.Color(**by_split, scale=alt.Scale(**splits))
    shape = alt.Shape(**by_run) if several else alt.when(IS_TRAINING).then(alt.value("circle")).otherwise(alt.value("diamond"))
    dash = alt.StrokeDash(**by_split, scale=alt.Scale(**splits, range=[[1, 0], [5, 4]]))
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("epoch:Q").scale(domain=[0, epochs], nice=False).axis(values=ticks, format="d", titlePadding=4).title(epoch),
        alt.Y("shown:Q", title=None, scale=_scale(accuracy, log), axis=_axis(accuracy, log)),
        color,
        alt.Detail("run:N"),
    )
    tooltip = [
        alt.Tooltip("run:N", title=run),
        alt.Tooltip("split:N", title=split),
        alt.Tooltip("epoch:Q", title=epoch),
        alt.Tooltip("value:Q", format=".2%" if accuracy else ".4~g", title=value),
    ]
    ends = base.transform_filter("!datum.batch")
    seen, away = ends.transform_filter("!datum.away"), ends.transform_filter("datum.away")
    beyond = {"shape": "triangle-down" if accuracy else "triangle-up", "size": 110, "filled": True, "opacity": 1}
    quiet = {"aria": False}  # the table of epochs says it; to word hundreds of batches takes a browser long at every look
    chart = alt.layer(
        base.transform_filter("datum.batch").mark_line(opacity=0.35, strokeWidth=1, tooltip=None, **quiet),
        ends.mark_line(strokeWidth=2.5, **quiet).encode(dash),
        seen.mark_point(filled=True, size=50, opacity=1, **quiet).encode(shape=shape, tooltip=tooltip),
        away.mark_point(**beyond, **quiet).encode(tooltip=tooltip),
    )
    return without_data(chart, 310 + 27 * len(runs) if several else 290)


def _scale(accuracy: bool, log: bool) -> alt.Scale:
    """Of heights; on a logarithmic one the share that is wrong grows downwards, so that better is higher."""
    return alt.Scale(type="log", nice=False, reverse=accuracy) if log else alt.Scale(zero=False)


def _axis(accuracy: bool, log: bool) -> alt.Axis:
    if not accuracy:
        return alt.Axis(format="~g", tickCount=5)
    return alt.Axis(labelExpr=f"format({'1 - datum.value' if log else 'datum.value'}, '.3~%')", tickCount=5)


def probabilities(values: np.ndarray) -> tuple[pd.DataFrame, dict]:
    """The ten probabilities (10,), the highest one standing out: data and Vega-Lite for `st.vega_lite_chart`."""
    frame = pd.DataFrame({"digit": [str(d) for d in range(10)], "probability": np.asarray(values, float)})
    frame["top"] = frame.index == int(np.argmax(values))
    return frame, _ten_bars(t("draw.digit"), t("draw.probability"), 1.4 if state.get("projector") else 1.0)


@lru_cache
def _ten_bars(digit: str, probability: str, size: float) -> dict:
    """Made once: Altair takes longer to make a chart than a network to read a digit, and a browser keeps what it shows."""
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.Y("digit:N", sort=None).title(None).axis(labelFontSize=14 * size, ticks=False, domain=False, labelPadding=8),
        alt.X("probability:Q").scale(domain=[0, 1.2], nice=False).axis(None),
        tooltip=[alt.Tooltip("digit:N", title=digit), alt.Tooltip("probability:Q", format=".2%", title=probability)],
    )
    shade = alt.when("datum.top").then(alt.value(PRIMARY)).otherwise(alt.value(FADED))
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}).encode(color=shade)
    labels = base.mark_text(align="left", dx=5, fontSize=12 * size).encode(
        text=alt.Text("probability:Q", format=".1%"), color=alt.value(FADED)
    )
    return without_data(alt.layer(bars, labels), 250 * size)


def loss_curve(probability: float) -> tuple[pd.DataFrame, dict]:
    """−ln p over the probability p of the right digit, a point at one: data and Vega-Lite for `st.vega_lite_chart`."""
    frame = pd.DataFrame({"probability": np.append(np.geomspace(0.01, 1, 100), probability)})
    frame["loss"] = np.abs(np.log(frame["probability"]))
    frame["here"] = frame.index == len(frame) - 1
    return frame, sized(_loss_curve(t("draw.probability"), t("train.loss")))


@lru_cache
def _loss_curve(probability: str, loss: str) -> dict:
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("probability:Q").scale(domain=[0, 1], nice=False).axis(format="%", tickCount=5).title(probability),
        alt.Y("loss:Q").scale(domain=[0, 5], nice=False).axis(tickCount=5).title(loss),
        tooltip=[
            alt.Tooltip("probability:Q", format=".0%", title=probability),
            alt.Tooltip("loss:Q", format=".3f", title=loss),
        ],
    )
    line = base.transform_filter("!datum.here").mark_line(color=PRIMARY, strokeWidth=2.5, tooltip=None, aria=False)
    point = base.transform_filter("datum.here").mark_point(filled=True, size=140, opacity=1, color=FRAME)
    return without_data(alt.layer(line, point), 200)


def digit_counts(counts: np.ndarray, most: int) -> tuple[pd.DataFrame, dict]:
    """Images of each digit, int (10,), with each digit's share of them all: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    most : count at the right end of the axis, so that several charts are to one scale.
    """
    frame = pd.DataFrame({"digit": [str(d) for d in range(10)], "count": counts})
    frame["share"] = counts / max(counts.sum(), 1)
    return frame, _count_bars(most, t("draw.digit"), t("data.count"), t("data.share"))


@lru_cache
def _count_bars(most: int, digit: str, count: str, share: str) -> dict:
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.Y("digit:N", sort=None).title(None).axis(labelFontSize=14, ticks=False, domain=False, labelPadding=8),
        alt.X("count:Q").scale(domain=[0, 1.7 * max(most, 1)], nice=False).axis(None),
        tooltip=[
            alt.Tooltip("digit:N", title=digit),
            alt.Tooltip("count:Q", title=count, format=","),
            alt.Tooltip("share:Q", title=share, format=".2%"),
        ],
    )
    words = "format(datum.count, ',') + ' · ' + format(datum.share, '.1%')"
    labels = base.transform_calculate(words=words).mark_text(align="left", dx=5, fontSize=12)
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}, color=PRIMARY)
    return without_data(alt.layer(bars, labels.encode(text="words:N", color=alt.value(FADED))), 250)


def endurance(frame: pd.DataFrame, runs: list[str], amount: str, distortion: Distortion) -> tuple[pd.DataFrame, dict]:
    """Accuracy over the amount of a distortion: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    frame : columns run, amount, accuracy (0 to 1).
    runs : what each is called, in the order of their colours, dashes and marks.
    amount : title of the horizontal axis.
    """
    words = amount, t("analysis.accuracy"), t("runs.run")
    frame = frame.assign(
        plain=frame["amount"] == distortion.nothing, line=frame["run"]
    )  # one legend joins what shares a column
    return frame, _endurance(tuple(runs), distortion, words)


@lru_cache
def _endurance(runs: tuple[str, ...], distortion: Distortion, words: tuple[str, ...]) -> dict:
    """Made once: only the data change while networks are measured, and a browser keeps the chart that it shows."""
    amount, accuracy, run = words
    columns = 1 if max(map(len, runs)) > BRIEF else 3
    legend = alt.Legend(title=None, orient="top", labelLimit=420, symbolSize=90, columns=columns)
    by_run = {"shorthand": "run:N", "legend": legend}
    color = alt.Color(**by_run, scale=alt.Scale(domain=runs))
    dash = alt.StrokeDash("line:N", legend=None, scale=alt.Scale(domain=runs, range=[[1, 0], [7, 4], [2, 3]]))
    shape = alt.Shape(**by_run, scale=alt.Scale(domain=runs, range=["circle", "square", "triangle-up"]))
    ends = [distortion.amounts[0], distortion.amounts[-1]]
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("amount:Q").scale(domain=ends, nice=False).axis(values=distortion.amounts, grid=False).title(amount),
        alt.Y("accuracy:Q", title=accuracy).scale(domain=[0, 1]).axis(format="%", tickCount=5),
        tooltip=[
            alt.Tooltip("run:N", title=run),
            alt.Tooltip("amount:Q", title=amount),
            alt.Tooltip("accuracy:Q", format=".2%", title=accuracy),
        ],
    )
    plain = base.transform_filter("datum.plain")
    chart = alt.layer(
        plain.mark_rule(strokeDash=[4, 4], color=FADED, aria=False).encode(y=alt.Y()),
        base.mark_line(strokeWidth=2.5, aria=False).encode(color, dash),
        base.mark_point(filled=True, size=60, opacity=1, aria=False).encode(color, shape=shape),
        plain.mark_point(size=190, strokeWidth=2.5, color=FRAME, aria=False),
    )
    return without_data(chart, 320)


def without_data(chart: alt.LayerChart, height: int) -> dict:
    """Vega-Lite of a chart so many pixels high; data and theme are Streamlit's."""
    return {"layer": chart.to_dict()["layer"], "height": height}


def sized(chart: dict) -> dict:
    """The chart with the words of its axes and legends as large as a projector needs them, if there is one."""
    if not state.get("projector"):
        return chart
    words = {"labelFontSize": 17, "titleFontSize": 17}
    return chart | {"config": {"axis": words, "legend": words, "text": {"fontSize": 17}}}


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
    shares = {unit: (t(f"analysis.{unit}"), ".2%") for unit in ("of_label", "of_prediction")}
    base = by_cell(frame, {"count": (t("analysis.count"), "d")} | shares)
    heat = alt.Color("errors:Q", scale=alt.Scale(domain=[0, worst], range=["#ffe3c7", "#f76707", "#a61e00"])).legend(None)
    dark = alt.when(f"datum.right || datum.errors > {worst * 0.4}").then(alt.value("white")).otherwise(alt.value("#4a2300"))
    size, shown = (13, "d") if unit == "count" else (11, ".1%")
    layers = {
        "count == 0": base.mark_rect(color="#8882", **TILE),
        "found": base.mark_rect(color=PRIMARY, **TILE),
        "mistaken": base.mark_rect(**TILE).encode(heat),
        "count > 0": base.mark_text(fontSize=size).encode(text=alt.Text(f"{unit}:Q", format=shown), color=dark),
        "chosen": base.mark_rect(fillOpacity=0, stroke=FRAME, strokeWidth=3, **TILE),
    }
    return alt.layer(*marked(layers, frame), clicks(base)).properties(height=430)


def by_cell(frame: pd.DataFrame, told: dict[str, tuple[str, str]]) -> alt.Chart:
    """A chart with a place for each cell of a confusion matrix, whose tip tells some columns by their title and format."""
    return alt.Chart(frame).encode(
        alt.X("prediction:O").title(t("analysis.prediction")).axis(labelAngle=0, orient="top", ticks=False, domain=False),
        alt.Y("label:O").title(t("analysis.label")).axis(ticks=False, domain=False, labelFlush=False),
        tooltip=[
            alt.Tooltip("label:O", title=t("analysis.label")),
            alt.Tooltip("prediction:O", title=t("analysis.prediction")),
            *(alt.Tooltip(f"{column}:Q", title=title, format=format) for column, (title, format) in told.items()),
        ],
    )


def marked(layers: dict[str, alt.Chart], frame: pd.DataFrame) -> list[alt.Chart]:
    """Layers by the cells that they mark, where there are such; one without marks would be an image without a name."""
    return [layer.transform_filter(f"datum.{kind}") for kind, layer in layers.items() if frame.eval(kind).any()]


def clicks(base: alt.Chart) -> alt.Chart:
    """A layer over a chart `by_cell` that takes clicks, as the selection "cell"."""
    cell = alt.selection_point(name="cell", fields=["label", "prediction"])
    return base.mark_rect(opacity=0, cursor="pointer").add_params(cell)


def _cells(matrix: np.ndarray, unit: str) -> pd.DataFrame:
    """A row per cell: label, prediction, count, its shares, whether it is right, and the errors in that unit."""
    label, prediction = (axis.ravel() for axis in np.indices(matrix.shape))
    frame = pd.DataFrame({"label": label, "prediction": prediction, "count": matrix.ravel()})
    frame["of_label"] = (matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)).ravel()
    frame["of_prediction"] = (matrix / np.maximum(matrix.sum(axis=0, keepdims=True), 1)).ravel()
    frame["right"] = frame["label"] == frame["prediction"]
    frame["found"], frame["mistaken"] = frame["right"] & (frame["count"] > 0), ~frame["right"] & (frame["count"] > 0)
    frame["errors"] = frame[unit].where(~frame["right"], 0)
    return frame
