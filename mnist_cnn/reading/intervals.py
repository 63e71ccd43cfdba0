"""How far luck alone may carry a share that was counted."""


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, right of count, 0 to 1 (E. B. Wilson, JASA 22, 1927); count is at least 1.

    Unlike the normal approximation it holds for few and for all right: 10 of 10 give 0.72 to 1.
    """
    from scipy.stats import binomtest

    interval = binomtest(int(right), int(count)).proportion_ci(0.95, "wilson")
    return float(interval.low), float(interval.high)
