"""What has been drawn on a canvas."""

from dataclasses import dataclass, field

import numpy as np

from mnist_cnn.ink import sketch


@dataclass
class Drawing:
    """What a canvas holds, kept while another mode or page is shown.

    Attributes
    ----------
    strokes : as Fabric.js describes them.
    ink : float32 (H, W) in [0, 1], None while there are no strokes.
    start : the strokes that the canvas was last told to show, and how often it was told, so that it shows them
        even if it had them before.
    left : the strokes before that; until the canvas has drawn `start`, it still reports them.
    """

    strokes: list[dict] = field(default_factory=list)
    ink: np.ndarray | None = None
    start: dict = field(default_factory=lambda: {"objects": [], "number": 0})
    left: list[dict] | None = None

    def restart(self, strokes: list[dict], left: list[dict] | None = None) -> None:
        """Have the canvas show these strokes."""
        self.start = {"objects": strokes, "number": self.start["number"] + 1}
        self.strokes, self.left = strokes, left
        if not strokes:
            self.ink = None

    def take(self, strokes: list[dict] | None, image: np.ndarray | None) -> None:
        """What the canvas reports: its strokes, and uint8 (H, W, 4)."""
        if strokes is not None and image is not None and strokes != self.left:
            self.strokes, self.left = strokes, None
            self.ink = sketch.ink(image) if strokes else None
