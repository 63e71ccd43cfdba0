"""Charts of a series: every seed a dot with mean and spread; and parallel coordinates, for two hyperparameters."""

import json
from functools import lru_cache

import altair as alt
import numpy as np
import pandas as pd

from mnist_cnn.runs import Run
from mnist_cnn.training import series
from mnist_cnn.ui import charts, run_names
from mnist_cnn.ui.language import t

LOGARITHMIC = ("learning_rate", "train_images", "batch_size")
FORMATS = {"val_accuracy": ".2%", "test_accuracy": ".2%", "val_loss": ".4f", "seconds": ".1f"}
TICKS = 5  # on the axis of the metric
HEIGHT = 330
BAND = {"color": charts.PRIMARY, "opacity": 0.25, "aria": False, "tooltip": None}


def seeds(runs: list[Run], known: list[tuple[Run, float]], field: str, metric: str) -> tuple[pd.DataFrame, dict]:
    """A metric over the values of a hyperparameter, a dot per run: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    runs : all of the series, whose values the axis has from the start.
    known : those that have finished, and the figure of each.
    """
    values = tuple(sorted({getattr(run.hyperparameters, field) for run in runs}))
    rows = [(getattr(run.hyperparameters, field), run.hyperparameters.seed, figure) for run, figure in known]
    frame = pd.DataFrame(rows, columns=["value", "seed", "figure"])
    frame["words"] = [run_names.setting(field, value) for value in frame["value"]]
    few = series.options(field) is not None or field == "convolutions"
    kind = "few" if few else "log" if field in LOGARITHMIC else "linear"
    shown = tuple(run_names.setting(field, value) for value in values) if few else values
    words = t(f"hyperparameter.{field}"), t(f"series.{metric}"), t("hyperparameter.seed")
    return frame.drop(columns="value") if few else frame, charts.sized(_seeds(shown, kind, FORMATS[metric], words))


@lru_cache
def _seeds(values: tuple, kind: str, form: str, words: tuple[str, str, str]) -> dict:
    """Made once for the same values: only the dots change while runs end, and a browser keeps the chart that it shows."""
    value, figure, seed = words
    if kind == "few":
        scale = alt.Scale(domain=list(values))
        horizontal = alt.X("words:N", scale=scale).axis(labelAngle=0, labelLimit=140).title(value)
    else:
        scale = alt.Scale(type=kind, domain=[values[0], values[-1]], nice=False, padding=14)
        horizontal = alt.X("value:Q", scale=scale).axis(values=values, format=",.6~g", grid=False).title(value)
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


def parallel(
    runs: list[Run], known: list[tuple[Run, float]], fields: tuple[str, str], metric: str
) -> tuple[pd.DataFrame, dict]:
    """A line per run, from its two values to a metric; a stretch marked on an axis greys out what does not pass through it.

    A. Inselberg, The plane with parallel coordinates (1985). Parameters as for `seeds`.
    """
    figures = np.array([figure for _, figure in known])
    scales = [sorted({getattr(run.hyperparameters, field) for run in runs}) for field in fields]
    low, span = figures.min(), max(float(np.ptp(figures)), 1e-9)
    lines = pd.DataFrame({"run": [run_names.in_series(run) for run, _ in known], "figure": figures, "axis": np.nan})
    ticks = [(2, place, format(low + place * span, FORMATS[metric])) for place in np.linspace(0, 1, TICKS)]
    for axis, (field, scale) in enumerate(zip(fields, scales, strict=True)):
        places = dict(zip(scale, np.linspace(0, 1, len(scale)), strict=True))
        lines[f"p{axis}"] = [places[getattr(run.hyperparameters, field)] for run, _ in known]
        ticks += [(axis, place, run_names.setting(field, value)) for value, place in places.items()]
    lines["p2"] = (figures - low) / span
    frame = pd.concat([lines, pd.DataFrame(ticks, columns=["axis", "place", "words"])], ignore_index=True)
    titles = (*(t(f"hyperparameter.{field}") for field in fields), t(f"series.{metric}"))
    return frame, charts.sized(_parallel(titles, FORMATS[metric], t("runs.run")))


@lru_cache
def _parallel(titles: tuple[str, str, str], form: str, run: str) -> dict:
    """Vega-Lite by hand: Altair would move the brushes to the top, where each would be all axes' own."""
    beyond = {"domain": [-0.08, 1.08], "nice": False}  # room to begin to pull above the highest dot
    height = {"type": "quantitative", "scale": beyond, "axis": None}
    across = {"type": "quantitative", "scale": {"domain": [-0.45, 2.45], "nice": False}, "title": None}
    labels = f"{json.dumps(titles)}[datum.value]"
    across["axis"] = {"values": [0, 1, 2], "labelExpr": labels, "orient": "top", "grid": False, "ticks": False, "domain": False,
                      "labelLimit": {"expr": "width / 3"}, "labelPadding": 6, "labelFontWeight": "bold"}  # fmt: skip
    ruler = {
        "transform": [{"filter": "isValid(datum.axis)"}],
        "mark": {"type": "line", "color": charts.FADED, "strokeWidth": 1.5, "aria": False, "tooltip": None},
        "encoding": {"x": {"field": "axis", **across}, "y": {"field": "place", **height}, "detail": {"field": "axis"}},
    }
    sides = [{"align": "right", "dx": -9}, {"align": "left", "dx": 4, "dy": -9}, {"align": "left", "dx": 9}]
    words = [
        _words(axis, {"x": {"field": "axis", **across}, "y": {"field": "place", **height}}, side)
        for axis, side in enumerate(sides)
    ]
    lines = _lines(across, height, run, {"title": titles[2], "format": form})
    return {"layer": [ruler, lines, *(_brush(axis, across, height) for axis in range(3)), *words], "height": HEIGHT}


def _lines(across: dict, height: dict, run: str, figure: dict) -> dict:
    """A line per run, in colour where it passes through all that is marked."""
    passes = {"and": [{"param": f"brush{axis}"} for axis in range(3)]}
    return {
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
                {"field": "figure", "type": "quantitative", **figure},
            ],
        },
    }  # fmt: skip


def _words(axis: int, places: dict, side: dict) -> dict:
    """The values beside an axis."""
    mark = {"type": "text", "fontSize": 12, "fontWeight": "bold", "color": charts.FADED, "tooltip": None, **side}
    return {
        "transform": [{"filter": f"datum.axis === {axis}"}],
        "mark": mark,
        "encoding": places | {"text": {"field": "words"}},
    }


def _brush(axis: int, across: dict, height: dict) -> dict:
    """Where lines cross an axis, and a stretch of it that is marked by pulling over it; a double click takes the mark away."""
    here = f"abs((x() / group().width) * 2.9 - 0.45 - {axis}) < 0.5"
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
