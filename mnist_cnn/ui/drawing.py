"""What a canvas holds, kept by the session."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from mnist_cnn.ink import sketch
from mnist_cnn.ink.sketch import Sketch


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
    inked : the strokes that `ink` is of.
    told : number of the last picture that the pen told before it was lifted.
    changes : how often its ink became another.
    """

    strokes: list[dict] = field(default_factory=list)
    ink: np.ndarray | None = None
    start: dict = field(default_factory=lambda: {"objects": [], "number": 0})
    left: list[dict] | None = None
    inked: list[dict] | None = None
    told: int | None = None
    changes: int = 0
    _normalised: tuple[np.ndarray | None, Sketch | None] = (None, None)

    def digit(self) -> Sketch | None:
        """What the network receives of it, made once for each ink; None where nothing is drawn."""
        if self.ink is None:
            return None
        if self._normalised[0] is not self.ink:
            self._normalised = self.ink, sketch.normalise(self.ink)
        return self._normalised[1]

    def restart(self, strokes: list[dict], left: list[dict] | None = None) -> None:
        """Have the canvas show these strokes."""
        self.start = {"objects": strokes, "number": self.start["number"] + 1}
        self.strokes, self.left = strokes, left
        if not strokes:
            self._ink(None, None)

    def take(self, strokes: list[dict] | None, picture: Callable[[], np.ndarray | None]) -> None:
        """What the canvas reports: its strokes, and a picture uint8 (H, W, 4), decoded only where the strokes are others."""
        if strokes is None or strokes == self.left:
            return
        if not strokes:
            self._ink(None, None)
        elif strokes != self.inked:
            image = picture()
            if image is None:
                return
            self._ink(sketch.ink(image), strokes)
        self.strokes, self.left = strokes, None

    def _ink(self, ink: np.ndarray | None, strokes: list[dict] | None) -> None:
        self.changes += ink is not self.ink
        self.ink, self.inked = ink, strokes
