"""What a network can bear: images distorted little by little, and changed against it.

Images are float32 (N, 28, 28) in [0, 1], as what becomes of them is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_cnn.network.model import CLASSES
from mnist_cnn.reading.prediction import Predictor

SEED = 1  # of noise: the same amount is always the same image
EPSILONS = tuple(number / 100 for number in range(31))  # of the attack, largest change of a pixel; the first is none
LEAST = 1e-37  # probability whose logarithm is taken; float32 holds hardly less


@dataclass(frozen=True)
class Distortion:
    """One way to distort images.

    Attributes
    ----------
    apply : makes of images and an amount new images; called by `distort` alone.
    low, high, step : the amounts that a slider offers.
    nothing : the amount that leaves an image as it is.
    amounts : those at which accuracy is measured, ascending, `nothing` among them.
    """

    apply: Callable[[np.ndarray, float], np.ndarray]
    low: float
    high: float
    step: float
    nothing: float
    amounts: tuple[float, ...]


def distort(images: np.ndarray, name: str, amount: float) -> np.ndarray:
    """Images distorted by an amount of that entry of `DISTORTIONS`; the same array for the amount that is nothing."""
    distortion = DISTORTIONS[name]
    if amount == distortion.nothing:
        return images
    return np.clip(distortion.apply(images, amount), 0, 1).astype(np.float32)


def distort_all(images: np.ndarray, amounts: dict[str, float]) -> np.ndarray:
    """Images distorted in every way that `amounts` names, one after the other in the order of `DISTORTIONS`."""
    for name in DISTORTIONS:
        if name in amounts:
            images = distort(images, name, amounts[name])
    return images


def right(predictor: Predictor, images: np.ndarray, labels: np.ndarray, name: str, amount: float) -> np.ndarray:
    """Which of the images a network still reads as their labels (N,), distorted by an amount: bool (N,)."""
    return predictor.predict(distort(images, name, amount)).argmax(axis=1) == labels


def fgsm(predictor: Predictor, image: np.ndarray, label: int) -> np.ndarray:
    """An image (28, 28) after a step against its label, for each of `EPSILONS`: float32 (31, 28, 28) in [0, 1].

    Every pixel becomes lighter or darker by epsilon, whichever makes the cross-entropy larger (the fast gradient sign
    method: I. Goodfellow, J. Shlens, C. Szegedy, ICLR 2015). The gradient is that of the whole answer, views included.

    It is taken of log((1 - p) / p) rather than of the cross-entropy -log(p), p the label's probability: both grow
    together, so that signs are the same, but where p is 1 up to rounding, only the former still tells them.
    """
    answers = predictor.predict(image[np.newaxis])[0]
    others = answers.sum(where=np.arange(CLASSES) != label)
    slopes = np.full(CLASSES, 1 / (others + LEAST), np.float32)
    slopes[label] = -1 / (answers[label] + LEAST)
    direction = np.sign(predictor.gradient(image, slopes))
    return np.clip(image + np.multiply.outer(EPSILONS, direction), 0, 1).astype(np.float32)


def first_change(answers: np.ndarray) -> int | None:
    """The first of answers (N, 10) that names another digit than answer 0 does; None where all name the same."""
    changed = np.flatnonzero(answers.argmax(axis=1) != answers[0].argmax())
    return int(changed[0]) if len(changed) else None


def _turn(images: np.ndarray, degrees: float) -> np.ndarray:
    from scipy import ndimage

    return ndimage.rotate(images, -degrees, axes=(1, 2), reshape=False, order=1)


def _scale(images: np.ndarray, factor: float) -> np.ndarray:
    """About the centre; what shrinks is smoothed first, so that thin lines do not fall between two pixels."""
    from scipy import ndimage

    blur = max(0.0, (1 / factor - 1) / 2)
    smooth = ndimage.gaussian_filter(images, (0, blur, blur))
    centre = (images.shape[1] - 1) / 2 * (1 - 1 / factor)
    return ndimage.affine_transform(smooth, (1, 1 / factor, 1 / factor), (0, centre, centre), order=1)


def _right(images: np.ndarray, pixels: float) -> np.ndarray:
    return _shift(images, (0, 0, pixels))


def _down(images: np.ndarray, pixels: float) -> np.ndarray:
    return _shift(images, (0, pixels, 0))


def _shift(images: np.ndarray, by: tuple[float, float, float]) -> np.ndarray:
    from scipy import ndimage

    return ndimage.shift(images, by, order=1)


def _thicken(images: np.ndarray, pixels: float) -> np.ndarray:
    """Lines wider by so many pixels, half of it on either side, or thinner; between two whole discs their mixture."""
    radius = abs(pixels) / 2
    whole, part = int(radius), radius % 1
    grow = pixels > 0
    thick = _grown(images, whole, grow)
    return thick if not part else (1 - part) * thick + part * _grown(images, whole + 1, grow)


def _grown(images: np.ndarray, radius: int, grow: bool) -> np.ndarray:
    """The brightest pixel, or the darkest, of the disc about each one."""
    from scipy import ndimage

    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disc = (y * y + x * x <= radius * radius)[np.newaxis]
    operation = ndimage.grey_dilation if grow else ndimage.grey_erosion
    return operation(images, footprint=disc, mode="constant", cval=0.0)


def _noise(images: np.ndarray, deviation: float) -> np.ndarray:
    return images + np.random.default_rng(SEED).normal(0, deviation, images.shape)


def _evenly(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(float(amount) for amount in np.linspace(low, high, count).round(3))


DISTORTIONS = {
    "turn": Distortion(_turn, -90, 90, 1, 0, (-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90)),  # degrees, clockwise
    "scale": Distortion(_scale, 0.4, 1.6, 0.05, 1, _evenly(0.4, 1.6, 9)),  # times as large
    "right": Distortion(_right, -10, 10, 0.5, 0, _evenly(-10, 10, 11)),  # pixels
    "down": Distortion(_down, -10, 10, 0.5, 0, _evenly(-10, 10, 11)),  # pixels
    "thicken": Distortion(_thicken, -2, 3, 0.25, 0, _evenly(-2, 3, 11)),  # pixels of the pen
    "noise": Distortion(_noise, 0, 0.6, 0.05, 0, _evenly(0, 0.6, 9)),  # standard deviation
}
