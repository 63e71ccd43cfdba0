"""From a drawing to an image like MNIST's, the way MNIST itself was made.

"The original black and white images were size normalized to fit in a 20x20 pixel box while
preserving their aspect ratio [...] the images were centered in a 28x28 image by computing the
center of mass of the pixels" (Y. LeCun, C. Cortes, C. Burges, The MNIST database). Before that the
lines are brought to the width that MNIST's pens had, as brushes on a canvas may be much finer or broader.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

SIZE = 28  # side of an MNIST image, in pixels
BOX = 20  # side of the box that the ink fits in, in pixels
INK = 0.1  # share of the strongest ink above which a pixel belongs to the digit
WIDTH = 0.11  # of a line, of the longer side that its middle spans: the median of MNIST's
BLOT = 0.4  # of the longer side; what is wider is no line
FINE = 120  # longer side at which lines are redrawn, in pixels
EDGE = 14  # pixels around them and one more, for lines that become broader


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
    red, green, blue, alpha = np.moveaxis(rgba, -1, 0).astype(np.float32) / 255
    return (red + green + blue) / 3 * alpha


def normalise(drawing: np.ndarray, even: bool = True) -> Sketch | None:
    """Crop to the ink, even its lines, scale into 20x20, centre by mass in 28x28.

    Parameters
    ----------
    drawing : float32 (H, W) in [0, 1], ink bright on dark.
    even : whether to make its lines as wide as MNIST's, or to leave them as they are.

    Returns
    -------
    Sketch, or None where nothing is drawn.
    """
    strongest = float(drawing.max(initial=0))
    if strongest < INK:
        return None
    left, top, right, bottom = _box(drawing > INK * strongest)
    lines = drawing[top:bottom, left:right] / strongest
    small = np.clip(_scaled(_evened(lines) if even else lines, BOX, Image.Resampling.LANCZOS), 0, 1)
    # A hairline shrinks to grey, but MNIST's pens never do.
    small = small / max(float(small.max()), 1e-6)
    size = small.shape[::-1]

    offset = _centred(small.sum(axis=0)), _centred(small.sum(axis=1))
    image = np.zeros((SIZE, SIZE), np.float32)
    image[offset[1] : offset[1] + size[1], offset[0] : offset[0] + size[0]] = small
    return Sketch(image, (left, top, right, bottom), size, offset)


def _evened(ink: np.ndarray) -> np.ndarray:
    """The same lines, cropped and `WIDTH` wide; a blot, which is no line, as it is. Float32 (H, W) in [0, 1]."""
    from scipy import ndimage

    fine = np.pad(_scaled(ink, FINE, Image.Resampling.BILINEAR), EDGE + 1)
    mask = fine > 0.5 * fine.max()
    inside = np.pad(ndimage.distance_transform_edt(mask[EDGE:-EDGE, EDGE:-EDGE]), EDGE)
    middle = mask & (inside >= ndimage.maximum_filter(inside, 3))  # of the lines
    width = 2 * float(np.median(inside[middle])) - 0.5  # pixels lie half a pixel under the edge, or a whole one
    if width > BLOT * FINE:
        return ink
    wanted = WIDTH / (1 - WIDTH) * (FINE - width)
    if wanted < width:  # what lies beside the ink stays without
        depth = np.where(mask, inside - 0.5, -0.5)
    else:
        depth = np.where(mask, inside - 0.5, 0.5 - ndimage.distance_transform_edt(~mask))
    redrawn = depth - (width - wanted) / 2  # depth is under the edge of the ink
    if wanted < width:  # and where a line is finer than most, so that it does not vanish
        beside = ndimage.distance_transform_edt(~(middle & (inside > 0.1 * width)))
        redrawn = np.maximum(redrawn, np.minimum(depth, wanted / 2 - beside))
    redrawn = np.clip(redrawn + 0.5, 0, 1).astype(np.float32)
    left, top, right, bottom = _box(redrawn > 0.5)
    return redrawn[top:bottom, left:right]


def _scaled(image: np.ndarray, longest: int, how: Image.Resampling) -> np.ndarray:
    """The image (H, W) with its longer side of so many pixels."""
    height, width = (max(1, round(side * longest / max(image.shape))) for side in image.shape)
    return np.asarray(Image.fromarray(image).resize((width, height), how))


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is true, right and bottom exclusive."""
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def _centred(mass: np.ndarray) -> int:
    """Where to start a profile (n,) so that its centre of mass falls on the middle of 28 pixels."""
    centre = np.average(np.arange(len(mass)) + 0.5, weights=mass)
    return int(np.clip(round(SIZE / 2 - centre), 0, SIZE - len(mass)))
