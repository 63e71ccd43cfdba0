"""The charts of a comparison of two networks."""

import altair as alt
import numpy as np
import pandas as pd

from mnist_cnn.reading import comparison
from mnist_cnn.reading.comparison import Comparison
from mnist_cnn.ui import charts
from mnist_cnn.ui.language import t

MORE_A, MORE_B = ("#c9c5f5", "#4338ca"), ("#ffd8ae", "#d9480f")  # of one image and of the most; violet and orange as in curves
DARK = "datum.strength > (datum.change < 0 ? 0.6 : 0.92)"  # a cell whose number is read best in white
INK = "#12102c"  # of the other numbers


def difference(result: Comparison, chosen: tuple[int, int] | None) -> alt.LayerChart:
    """B's confusion matrix less A's as a heat map, violet where A has more images and orange where B has.

    Parameters
    ----------
    chosen : label and prediction of the cell to frame.
    """
    frame = _cells(result)
    frame["chosen"] = [chosen == cell for cell in zip(frame["label"], frame["prediction"], strict=True)]
    told = {"a": (t("compare.a"), "d"), "b": (t("compare.b"), "d"), "change": (t("compare.change"), "+d")}
    base = charts.by_cell(frame, told)
    return alt.layer(*_marks(base, frame), charts.clicks(base)).resolve_scale(color="independent").properties(height=430)


def _marks(base: alt.Chart, frame: pd.DataFrame) -> list[alt.Chart]:
    """A layer for each kind of cell that there is."""
    heat_a, heat_b = (alt.Color("strength:Q", legend=None).scale(domain=[0, 1], range=ends) for ends in (MORE_A, MORE_B))
    number = alt.when(DARK).then(alt.value("white")).otherwise(alt.value(INK))
    layers = {
        "change == 0": base.mark_rect(color="#8882", **charts.TILE),
        "change < 0": base.mark_rect(**charts.TILE).encode(heat_a),
        "change > 0": base.mark_rect(**charts.TILE).encode(heat_b),
        "change != 0": base.mark_text(fontSize=13).encode(text=alt.Text("change:Q", format="+d"), color=number),
        "chosen": base.mark_rect(fillOpacity=0, stroke=charts.FRAME, strokeWidth=3, **charts.TILE),
    }
    return charts.marked(layers, frame)


def _cells(result: Comparison) -> pd.DataFrame:
    """A row per cell: label, prediction, the images in it of a and of b, their change, and its strength, 0 to 1."""
    a, b = result.a.confusion_matrix(), result.b.confusion_matrix()
    label, prediction = (axis.ravel() for axis in np.indices(a.shape))
    frame = pd.DataFrame({"label": label, "prediction": prediction, "a": a.ravel(), "b": b.ravel()})
    frame["change"] = result.difference().ravel()
    amount = frame["change"].abs()
    return frame.assign(strength=(amount - 1) / max(amount.max() - 1, 1))


def recall(result: Comparison, called: list[str]) -> tuple[pd.DataFrame, dict]:
    """Both recalls of each digit as points on their intervals: data and Vega-Lite for `st.vega_lite_chart`.

    Parameters
    ----------
    called : what A and B are called, in the legend.
    """
    parts = [
        pd.DataFrame(comparison.recall(one) | {"run": name, "digit": range(10)})
        for one, name in zip((result.a, result.b), called, strict=True)
    ]
    columns = 1 if max(map(len, called)) > charts.BRIEF else 2
    legend = alt.Legend(title=None, orient="top", labelLimit=420, symbolSize=90, columns=columns)
    by_run = {"shorthand": "run:N", "scale": alt.Scale(domain=called), "legend": legend}
    base = alt.Chart(alt.NamedData("later")).encode(
        alt.X("digit:O").title(t("analysis.digit")).axis(labelAngle=0, ticks=False),
        alt.XOffset("run:N", scale=alt.Scale(domain=called)),
        alt.Y("recall:Q").title(None).scale(zero=False).axis(format=".1~%", tickCount=6),
        alt.Color(**by_run),
        tooltip=[
            alt.Tooltip("run:N", title=t("analysis.run")),
            alt.Tooltip("digit:O", title=t("analysis.digit")),
            alt.Tooltip("recall:Q", title=t("analysis.recall"), format=".2%"),
            alt.Tooltip("interval:N", title=t("compare.interval")),
        ],
    )
    words = "format(datum.low, '.2%') + ' – ' + format(datum.high, '.2%')"
    base = base.transform_calculate(interval=words)
    lines = base.mark_rule(strokeWidth=2.5, aria=False).encode(alt.Y("low:Q"), alt.Y2("high:Q"))
    points = base.mark_point(filled=True, size=70, opacity=1).encode(shape=alt.Shape(**by_run))
    return pd.concat(parts), charts.sized(charts.without_data(alt.layer(lines, points), 330))
