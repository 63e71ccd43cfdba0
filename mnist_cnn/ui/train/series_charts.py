"""Charts of a series: every seed a dot with mean and spread; and parallel coordinates, for two hyperparameters."""

from functools import lru_cache

import altair as alt
import numpy as np
import pandas as pd

from mnist_cnn.runs import Run
from mnist_cnn.training import outcome, series
from mnist_cnn.ui import charts, run_names
from mnist_cnn.ui.language import t

LOGARITHMIC = ("learning_rate", "train_images", "batch_size")
FORMATS = {"val_accuracy": ".2%", "test_accuracy": ".2%", "val_loss": ".4f", "seconds": ".1f"}
TICKS = 5  # on the axis of the metric
HEIGHT = 330
BAND = {"color": charts.PRIMARY, "opacity": 0.18, "aria": False, "tooltip": None}


def seeds(known: list[tuple[Run, float]], field: str, metric: str) -> tuple[pd.DataFrame, dict]:
    """A metric over the values of a hyperparameter, a dot per run: data and Vega-Lite for `st.vega_lite_chart`."""
    few = series.options(field) is not None or field == "convolutions"
    values = [getattr(run.hyperparameters, field) for run, _ in known]
    frame = pd.DataFrame({"value": values, "figure": [figure for _, figure in known]})
    frame["words"] = [run_names.setting(field, value) for value in values]
    frame["seed"] = [run.hyperparameters.seed for run, _ in known]
    words = t(f"hyperparameter.{field}"), t(f"series.{metric}"), t("hyperparameter.seed")
    ordered = tuple(dict.fromkeys(run_names.setting(field, value) for value in sorted({*values})))
    shown = ordered if few else tuple(sorted({*values}))
    kind = "few" if few else "log" if field in LOGARITHMIC else "linear"
    return frame.drop(columns="value") if few else frame, charts.sized(_seeds(shown, kind, FORMATS[metric], words))


@lru_cache
def _seeds(values: tuple, kind: str, form: str, words: tuple[str, str, str]) -> dict:
    """Made once for the same values: only the dots change while runs end, and a browser keeps the chart that it shows."""
    value, figure, seed = words
    if kind == "few":
        horizontal = alt.X("words:N").sort(list(values)).axis(labelAngle=0, labelLimit=140).title(value)
    else:
        scale = alt.Scale(type=kind, zero=False, nice=False, padding=14)
        horizontal = alt.X("value:Q", scale=scale).axis(values=values, format="~g", grid=False).title(value)
    vertical = alt.Y("figure:Q").scale(zero=False, padding=8).axis(format=form, tickCount=6).title(figure)
    base = alt.Chart(alt.NamedData("later")).encode(horizontal)
    ends = {"y": alt.Y("min(figure):Q", title=figure), "y2": alt.Y2("max(figure):Q")}
    mean = alt.Y("mean(figure):Q", title=figure)
    if kind == "few":
        band = base.mark_bar(size=46, **BAND)
        middle = base.mark_tick(color=charts.PRIMARY, thickness=3, size=46, aria=False, tooltip=None)
    else:
        band = base.mark_area(**BAND)
        middle = base.mark_line(color=charts.PRIMARY, strokeWidth=2.5, aria=False, tooltip=None)
    tooltip = [
        alt.Tooltip("words:N", title=value),
        alt.Tooltip("seed:Q", title=seed),
        alt.Tooltip("figure:Q", title=figure, format=form),
    ]
    dots = base.mark_point(filled=True, size=70, opacity=0.85, color=charts.FRAME).encode(vertical, tooltip=tooltip)
    return charts.without_data(alt.layer(band.encode(**ends), middle.encode(mean), dots), HEIGHT)


def parallel(known: list[tuple[Run, float]], fields: tuple[str, str], metric: str) -> tuple[pd.DataFrame, dict]:
    """A line per run, from its two values to a metric; a stretch marked on an axis greys out what does not pass through it.

    A. Inselberg, The plane with parallel coordinates (1985).
    """
    figures = np.array([figure for _, figure in known])
    values = [outcome.values(run, fields) for run, _ in known]
    scales = [sorted({value[axis] for value in values}) for axis in (0, 1)]
    low, span = figures.min(), max(float(np.ptp(figures)), 1e-9)
    runs = pd.DataFrame({"run": [run_names.in_series(run) for run, _ in known], "figure": figures, "axis": np.nan})
    for axis, scale in enumerate(scales):
        runs[f"p{axis}"] = [scale.index(value[axis]) / max(len(scale) - 1, 1) for value in values]
    runs["p2"] = (figures - low) / span
    ticks = [
        (axis, place / max(len(scale) - 1, 1), run_names.setting(field, value))
        for axis, (field, scale) in enumerate(zip(fields, scales, strict=True))
        for place, value in enumerate(scale)
    ]
    for place in np.linspace(0, 1, TICKS):
        ticks.append((2, place, format(low + place * span, FORMATS[metric])))
    frame = pd.concat([runs, pd.DataFrame(ticks, columns=["axis", "place", "words"])], ignore_index=True)
    titles = (*(t(f"hyperparameter.{field}") for field in fields), t(f"series.{metric}"))
    return frame, charts.sized(_parallel(titles, FORMATS[metric], t("runs.run")))


@lru_cache
def _parallel(titles: tuple[str, str, str], form: str, run: str) -> dict:
    """Vega-Lite by hand: Altair would move the brushes to the top, where each would be all axes' own."""
    height = {"type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": None}
    across = {"type": "quantitative", "scale": {"domain": [-0.3, 2.5], "nice": False}, "title": None}
    labels = f"{list(titles)}[datum.value]"
    across["axis"] = {"values": [0, 1, 2], "labelExpr": labels, "orient": "top", "grid": False, "ticks": False, "domain": False,
                      "labelLimit": 170, "labelPadding": 12, "labelFontWeight": "bold"}  # fmt: skip
    ruler = {"transform": [{"filter": "isValid(datum.axis)"}], "encoding": {"x": {"field": "axis", **across}}}
    passes = {"and": [{"param": f"brush{axis}"} for axis in range(3)]}
    lines = {
        "transform": [
            {"filter": "!isValid(datum.axis)"},
            {"fold": ["p0", "p1", "p2"], "as": ["name", "place"]},
            {"calculate": "+substring(datum.name, 1)", "as": "at"},
        ],
        "mark": {"type": "line", "strokeWidth": 2, "aria": False},
        "encoding": {
            "x": {"field": "at", **across},
            "y": {"field": "place", **height},
            "detail": {"field": "run"},
            "color": {
                "condition": {"test": passes, "field": "p2", "type": "quantitative", "legend": None,
                              "scale": {"domain": [0, 1], "range": ["#f76707", charts.FADED, charts.PRIMARY]}},
                "value": "#8886",
            },
            "opacity": {"condition": {"test": passes, "value": 0.9}, "value": 0.25},
            "tooltip": [
                {"field": "run", "title": run},
                {"field": "figure", "type": "quantitative", "format": form, "title": titles[2]},
            ],
        },
    }  # fmt: skip
    axis = ruler | {"mark": {"type": "line", "color": charts.FADED, "strokeWidth": 1.5, "aria": False, "tooltip": None}}
    axis["encoding"] = axis["encoding"] | {"y": {"field": "place", **height}, "detail": {"field": "axis"}}
    words = ruler | {"mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 12, "color": charts.FADED, "tooltip": None}}
    words["encoding"] = words["encoding"] | {"y": {"field": "place", **height}, "text": {"field": "words"}}
    return {"layer": [axis, lines, *(_brush(number, across, height) for number in range(3)), words], "height": HEIGHT}


def _brush(axis: int, across: dict, height: dict) -> dict:
    """Where lines cross an axis, and a stretch of it that is marked by pulling over it; a double click takes the mark away."""
    here = f"abs((x() / group().width) * 2.8 - 0.3 - {axis}) < 0.5"
    select = {"type": "interval", "encodings": ["y"], "translate": False, "zoom": False, "clear": f"dblclick[{here}]",
              "on": f"[pointerdown[{here}], window:pointerup] > window:pointermove!",
              "mark": {"fillOpacity": 0, "strokeOpacity": 0}}  # fmt: skip
    crossing = {
        "params": [{"name": f"brush{axis}", "select": select}],
        "mark": {
            "type": "point",
            "filled": True,
            "size": 40,
            "opacity": 1,
            "color": charts.FRAME,
            "aria": False,
            "tooltip": None,
        },
        "encoding": {"x": {"datum": axis, **across}, "y": {"field": f"p{axis}", **height}},
    }
    within = {"filter": {"param": f"brush{axis}", "empty": False}}
    ends = {"aggregate": [{"op": op, "field": f"p{axis}", "as": op} for op in ("min", "max")]}
    marked = {
        "transform": [{"filter": "!isValid(datum.axis)"}, within, ends],
        "mark": {"type": "rule", "strokeWidth": 14, "opacity": 0.35, "strokeCap": "round", "color": charts.FRAME, "aria": False,
                 "tooltip": None},
        "encoding": {"x": {"datum": axis, **across}, "y": {"field": "min", **height}, "y2": {"field": "max"}},
    }  # fmt: skip
    return {"transform": [{"filter": "!isValid(datum.axis)"}], "layer": [crossing, marked]}
