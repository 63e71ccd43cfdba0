"""From a drawing to an image like MNIST's, the way MNIST itself was made.

"The original black and white images were size normalized to fit in a 20x20 pixel box while
preserving their aspect ratio [...] the images were centered in a 28x28 image by computing the
center of mass of the pixels" (Y. LeCun, C. Cortes, C. Burges, The MNIST database).
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

SIZE = 28  # side of an MNIST image, in pixels
BOX = 20  # side of the box that the ink fits in, in pixels
INK = 0.1  # share of the strongest ink above which a pixel belongs to the digit


@dataclass(frozen=True)
class Sketch:
    """A drawing, normalised.

    Attributes
    ----------
    image : float32 (28, 28) in [0, 1], ink bright.
    box : left, top, right, bottom of the ink in the drawing, in its pixels; right and bottom exclusive.
    size : width and height of the ink in `image`, in pixels; the longer one is 20.
    offset : left, top of that ink in `image`, in pixels.
    """

    image: np.ndarray
    box: tuple[int, int, int, int]
    size: tuple[int, int]
    offset: tuple[int, int]


def ink(rgba: np.ndarray) -> np.ndarray:
    """Brightness of a canvas over black: uint8 (H, W, 4) to float32 (H, W) in [0, 1]."""
    rgba = rgba.astype(np.float32) / 255
    return rgba[..., :3].mean(axis=-1) * rgba[..., 3]


def normalise(drawing: np.ndarray) -> Sketch | None:
    """Crop to the ink, scale into 20x20, centre by mass in 28x28.

    Parameters
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright on dark.

    Returns
    -------
    Sketch, or None where nothing is drawn.
    """
    strongest = float(drawing.max(initial=0))
    if strongest < INK:
        return None
    rows, columns = np.nonzero(drawing > INK * strongest)
    left, right = int(columns.min()), int(columns.max()) + 1
    top, bottom = int(rows.min()), int(rows.max()) + 1
    width, height = right - left, bottom - top

    scale = BOX / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    crop = Image.fromarray(drawing[top:bottom, left:right] / strongest)
    small = np.clip(np.asarray(crop.resize(size, Image.Resampling.LANCZOS)), 0, 1)
    # A hairline shrinks to grey, but MNIST's pens never do.
    small = small / max(float(small.max()), 1e-6)

    offset = _centred(small.sum(axis=0)), _centred(small.sum(axis=1))
    image = np.zeros((SIZE, SIZE), np.float32)
    image[offset[1] : offset[1] + size[1], offset[0] : offset[0] + size[0]] = small
    return Sketch(image, (left, top, right, bottom), size, offset)


def _centred(mass: np.ndarray) -> int:
    """Where to start a profile (n,) so that its centre of mass falls on the middle of 28 pixels."""
    centre = np.average(np.arange(len(mass)) + 0.5, weights=mass)
    return int(np.clip(round(SIZE / 2 - centre), 0, SIZE - len(mass)))
