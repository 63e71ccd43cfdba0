"""What is drawn on Draw, for whoever looks at it elsewhere."""

import numpy as np

from mnist_cnn.ink.sketch import Sketch
from mnist_cnn.ui import state


def digit() -> tuple[np.ndarray, Sketch] | None:
    """The drawing, float32 (H, W) in [0, 1], and what the network receives of it; None where nothing is drawn."""
    kept = state.get("drawings").get("drawing")
    normalised = kept and kept.digit()
    return (kept.ink, normalised) if normalised else None
