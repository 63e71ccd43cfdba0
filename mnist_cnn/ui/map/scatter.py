"""The map itself: test images as coloured digits, in the browser alone; and the star that is the reader's digit.

The points and their images are sent once. What follows the reader's pen, the star, comes on its own.
"""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_cnn.reading.embedding import Reading
from mnist_cnn.ui.language import t
from mnist_cnn.ui.map import computed

UNIT = 10_000  # the longer side of the map, in the whole numbers that a browser is sent
WORDS = ("label", "only", "wrong", "found", "none", "star")
_HERE = Path(__file__).parent

_scatter = st.components.v2.component(
    "mnist_cnn_scatter",
    html="""<div class="legend" role="group"></div>
    <div class="chart"><canvas tabindex="0" role="application"></canvas><div class="tip" hidden></div></div>
    <p class="said" aria-live="polite"></p><p class="count"></p><div class="list" role="group" tabindex="0" hidden></div>""",
    css=(_HERE / "scatter.css").read_text("utf-8"),
    js=(_HERE / "scatter.js").read_text("utf-8"),
)
_star = st.components.v2.component(
    "mnist_cnn_star",
    js="""
    export default function ({ data }) {
      window.mnistCnnStar = data;
      window.dispatchEvent(new Event("mnist-cnn-star"));
    }
    """,
)


def show(number: str, reading: Reading, labels: np.ndarray, places: np.ndarray, atlas: str) -> None:
    """The map.

    Parameters
    ----------
    number : tells this map from others.
    labels : uint8 (N,).
    places : float32 (N, 2).
    atlas : as `computed.atlas` makes it.
    """
    x, y = _whole(places, places).T.tolist()
    data = {"number": number, "x": x, "y": y, "atlas": atlas, "columns": computed.COLUMNS}
    data["labels"] = "".join(map(str, labels))
    data["predictions"] = "".join(map(str, reading.probabilities.argmax(axis=1)))
    data["confidence"] = np.round(reading.probabilities.max(axis=1) * 1000).astype(int).tolist()
    data["words"] = {word: t(f"map.{word}", count="{count}", digit="{digit}") for word in WORDS}
    _scatter(key="map", data=data)


def show_star(number: str, places: np.ndarray, star: np.ndarray | None, near: np.ndarray, labels: np.ndarray) -> None:
    """The reader's digit at star, float32 (2,), and its neighbours at near, float32 (M, 2), with labels, uint8 (M,).

    Parameters
    ----------
    number, places : as the map was shown with.
    """
    data = {"number": number, "star": None, "near": []}
    if star is not None:
        data["star"] = _whole(star[np.newaxis], places)[0].tolist()
        data["near"] = [[*place, int(label)] for place, label in zip(_whole(near, places).tolist(), labels, strict=True)]
    _star(key="map-star", data=data, height=0)


def _whole(places: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Places (M, 2) in whole numbers, those `among` (N, 2) within 0 and `UNIT`; y downwards."""
    low, side = among.min(axis=0), max(float(np.ptp(among, axis=0).max()), 1e-6)
    return np.round((places - low) / side * UNIT * (1, -1)).astype(int) + (0, UNIT)
