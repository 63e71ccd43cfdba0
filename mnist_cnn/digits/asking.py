"""Which digit to ask somebody for next, so that a class draws all ten about equally often."""

import random
from collections.abc import Mapping

AMONG = 3  # digits that there are fewest of; more than one, so that neighbours are asked for different ones


def next_digit(counts: Mapping[int, int], visitor: str, turn: int, last: int | None = None) -> int:
    """The digit to ask for, 0 to 9.

    Parameters
    ----------
    counts : drawings that there are, by digit; one that is missing counts 0.
    visitor, turn : settle which of the rarest it is: neighbours go through them in different orders.
    last : what was asked for before, which does not come again at once.
    """
    order = random.Random(f"{visitor} {turn}")
    digits = order.sample([digit for digit in range(10) if digit != last], 10 - (last is not None))
    rarest = sorted(digits, key=lambda digit: counts.get(digit, 0))[:AMONG]
    return order.choice(rarest)
