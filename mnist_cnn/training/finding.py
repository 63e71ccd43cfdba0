"""The learning rate finder: what a range test tells, batch by batch while it runs, and of the rate to train with.

L. N. Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017: while the rate rises from far too low to
too high, the loss first stands, then falls, then flies off. To smooth it, to end at a multiple of its best, and to
take the rate at its steepest descent is fastai's way (J. Howard, S. Gugger, Information 11, 2020).
"""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import Hyperparameters

SMOOTHED = 20  # over the so-manieth part of all batches, a fifth of a power of ten, goes the average
TOO_HIGH = 4  # times the best smoothed loss: beyond it the rate is
LEAST = 15  # batches that tell a rate
FALL = 0.9  # of the first smoothed loss: what does not get below has not learned


@dataclass(frozen=True, eq=False)
class Curve:
    """Loss over learning rate of the N batches so far, float64 (N,) each; `smoothed` is an average over batches before."""

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray


def curve(hp: Hyperparameters, rows: np.ndarray) -> Curve:
    """The curve of a range test.

    Parameters
    ----------
    rows : its batches, (N, 3) as `batches.read` has them; up to the first that is no number or out of place.
    """
    import pandas as pd  # takes long to import, and few workers need it

    rows = np.asarray(rows, float)
    with np.errstate(divide="ignore"):
        batches = np.round(1 / rows[:1, 0])
    if not len(rows) or not 1 <= batches[0] < inf:
        return Curve(*np.empty((3, 0)))
    batches = int(batches[0])
    total = hp.epochs * batches
    places = np.arange(1, len(rows) + 1)
    sound = np.isfinite(rows[:, 1]) & (np.abs(rows[:, 0] * batches - places) < 0.5) & (places <= total)
    losses = rows[: np.argmin(np.append(sound, False)), 1]
    smoothed = pd.Series(losses).ewm(alpha=_share(total)).mean().to_numpy()
    return Curve(optimizer.rate_at(hp, batches, np.arange(len(losses))), losses, smoothed)


def steepest(found: Curve) -> float | None:
    """The rate at which the smoothed loss falls fastest per power of ten, to two digits; None where it does not tell one."""
    lowest = _lowest(found)
    if lowest is None:
        return None
    begin = lowest // 10  # the average is of few batches there
    slopes = np.gradient(found.smoothed, np.log10(found.rates))[begin : lowest + 1]
    return _rounded(found.rates[begin + np.argmin(slopes)])


def tenth(found: Curve) -> float | None:
    """A tenth of the rate of the lowest smoothed loss, another rule of thumb, to two digits; None as of `steepest`."""
    lowest = _lowest(found)
    return None if lowest is None else _rounded(found.rates[lowest] / 10)


def _lowest(found: Curve) -> int | None:
    """The place of the lowest smoothed loss; None where too few batches came before it, or the loss did not fall."""
    if len(found.losses) < LEAST:
        return None
    lowest = int(np.argmin(found.smoothed))
    fell = found.smoothed[lowest] < FALL * found.smoothed[: max(1, lowest // 10)].mean()
    return lowest if fell and lowest >= LEAST // 2 else None


def _rounded(rate: float) -> float:
    return float(f"{rate:.2g}")


def _share(total: int) -> float:
    """How much a batch counts in the average after it, of a test of so many batches."""
    return 2 / (max(1, total / SMOOTHED) + 1)


class Watch:
    """Sees in a range test, batch by batch, when the rate has become too high, and takes the network back from it.

    Parameters
    ----------
    model : the network that is trained.
    total : batches of the whole test.
    losses : of the batches that were trained before.
    """

    def __init__(self, model, total: int, losses: np.ndarray):
        self._model, self._share = model, _share(total)
        self._sum = self._weight = 0.0
        self._best = inf
        self._before = self._now = model.get_weights()
        for loss in losses:
            self._flies_off(float(loss))

    def too_high(self, loss: float) -> bool:
        """Whether it has with the batch trained just now, of that loss.

        Then the network again is the one whose batch, the last but one, was still well: each of its weights is a number.
        """
        after = self._model.get_weights()
        if self._flies_off(loss) or not all(np.isfinite(array).all() for array in after):
            self._model.set_weights(self._before)
            return True
        self._before, self._now = self._now, after
        return False

    def _flies_off(self, loss: float) -> bool:
        keep = 1 - self._share
        self._sum, self._weight = keep * self._sum + self._share * loss, keep * self._weight + self._share
        smoothed = self._sum / self._weight
        self._best = min(self._best, smoothed)
        return not isfinite(smoothed) or smoothed > TOO_HIGH * self._best
