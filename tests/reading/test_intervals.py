"""The interval is Wilson's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.reading.intervals import wilson


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(9, 10, 0.5958, 0.9821), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)],
)
def test_known_intervals(right, count, low, high):  # the last is of R. G. Newcombe, 1998, table I
    assert wilson(right, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_its_ends_are_where_the_share_is_1_96_standard_errors_away(counted):
    right, count = counted
    share = right / count
    for end, extreme in zip(wilson(right, count), (0, 1), strict=True):
        away = abs(share - end) / math.sqrt(end * (1 - end) / count) if 0 < end < 1 else 1.959964
        assert away == pytest.approx(1.959964, abs=1e-4) or share == extreme
