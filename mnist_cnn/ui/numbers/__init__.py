"""Every number inside a network, for the reader to walk through: the browser gets the numbers once and does the rest."""

from base64 import b64encode
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_cnn.network.plain import Network
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui.language import current, template
from mnist_cnn.words import numbers as words

HERE = Path(__file__).parent
SCRIPTS = ("network.js", "drawing.js", "kinds.js", "view.js")  # of one module, in this order

# The weights are an element of their own, because Streamlit sends what a browser has already only once.
_weights = st.components.v2.component(
    "mnist_cnn_weights",
    js="""
    export default function ({ data }) {
      globalThis.mnistCnnNetworks ??= new Map();
      if (!globalThis.mnistCnnNetworks.has(data.network)) globalThis.mnistCnnNetworks.set(data.network, data.stages);
    }
    """,
)
_numbers = st.components.v2.component(
    "mnist_cnn_numbers",
    html='<div class="numbers"></div>',
    css=(HERE / "numbers.css").read_text("utf-8"),
    js="\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
)


def show(run: Run, image: np.ndarray, stage: str = "image", key: str = "numbers") -> None:
    """What a network makes of an image, layer by layer and number by number.

    Parameters
    ----------
    image : float32 (28, 28) in [0, 1].
    stage : the kind of what is opened first: "image" or one of `plain.Stage`.
    key : of the element; another one where a page shows two.

    Raises
    ------
    StudioError : as `prediction.load` does.
    """
    predictor = prediction.load(run)
    network = f"{run.id}-{run.model_file.stat().st_mtime_ns}"
    _weights(key=f"{key}-weights", data={"network": network, "stages": _packed(network, predictor.network)}, height=1)
    texts = {name.removeprefix("numbers."): template(name) for name in words.EN} | {"language": current()}
    data = {"network": network, "image": _base64(image), "words": texts, "open": stage, "key": key}
    _numbers(key=key, data=data)


@st.cache_data(max_entries=8, show_spinner=False)
def _packed(network: str, _network: Network) -> list[dict]:
    """The stages of a network as JSON takes them, arrays as text."""
    return [
        {"kind": stage.kind, "number": stage.number, "normalised": stage.normalised, "relu": stage.relu, "rate": stage.rate}
        | {name: _base64(array) for name in ("kernel", "scale", "shift") if (array := getattr(stage, name)) is not None}
        | ({"side": len(stage.kernel)} if stage.kind == "convolution" else {})
        for stage in _network.stages
    ]


def _base64(array: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
