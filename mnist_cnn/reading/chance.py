"""What chance alone does: to counts of right answers, an interval and a test of a difference; to means, another test."""

from collections.abc import Sequence

import numpy as np

DIGITS = 9  # of the largest figure, that `f_test` tells apart
SURE = 0.95  # of an interval; a difference that chance makes more rarely than 1 - SURE is more than chance


def wilson(right, count) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a share that holds 95 of 100 times (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927).

    Unlike the normal approximation it stays within 0 and 1, and has a width where all answers are right.

    Parameters
    ----------
    right, count : numbers or int arrays of one shape, 0 <= right <= count.

    Returns
    -------
    low, high : float arrays of that shape, in [0, 1]; 0 and 1 where there is nothing to count.
    """
    from scipy.special import ndtri

    z, right, count = ndtri((1 + SURE) / 2), np.asarray(right, float), np.asarray(count, float)
    some = np.maximum(count, 1)
    share = right / some
    middle = share + z**2 / (2 * some)
    spread = z * np.sqrt(share * (1 - share) / some + (z / (2 * some)) ** 2)
    low, high = ((middle + side * spread) / (1 + z**2 / some) for side in (-1, 1))
    return np.where(count > 0, np.clip(low, 0, 1), 0.0), np.where(count > 0, np.clip(high, 0, 1), 1.0)


def mcnemar(only_a: int, only_b: int) -> float:
    """How often chance splits the images that one of two networks reads at least so unevenly, 0 to 1.

    The exact, two-sided test of Q. McNemar (Psychometrika 12, 1947): were both equally good, each of these images would
    be a coin toss. 1.0 where there are none.
    """
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(only_a, only_b), int(only_a + only_b), 0.5)))


def f_test(samples: Sequence[Sequence[float]]) -> float | None:
    """How often chance alone draws the means of samples so far apart, 0 to 1.

    One-way analysis of variance (R. A. Fisher, Statistical Methods for Research Workers, 1925). None where fewer than
    two samples have two finite figures or more; samples of fewer do not count.
    """
    from scipy.stats import f_oneway

    finite = [np.asarray(sample, float)[np.isfinite(sample)] for sample in samples]
    several = [sample for sample in finite if len(sample) > 1]
    if len(several) < 2:
        return None
    size = max(float(np.abs(sample).max()) for sample in several) or 1.0
    several = [np.round(sample / size, DIGITS) for sample in several]  # what floats round is no variance
    if not any(np.ptp(sample) for sample in several):  # the limits of F, where it would be 0/0 or infinite
        return 1.0 if len({sample[0] for sample in several}) == 1 else 0.0
    return float(f_oneway(*several).pvalue)


def more_than(p: float) -> bool:
    """Whether a p-value is too small for chance."""
    return p < 1 - SURE
