"""A class that draws what is asked draws all digits about equally often, and neighbours different ones."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.digits.asking import next_digit

COUNTS = st.dictionaries(st.integers(0, 9), st.integers(0, 50))


@given(COUNTS, st.text(max_size=8), st.integers(0, 99), st.none() | st.integers(0, 9))
def test_one_of_the_rarest_is_asked_for_and_never_the_last_again(counts, visitor, turn, last):
    digit = next_digit(counts, visitor, turn, last)
    rarer = [other for other in range(10) if counts.get(other, 0) < counts.get(digit, 0) and other != last]
    assert 0 <= digit <= 9 and digit != last and len(rarer) < 3


def test_a_class_of_twenty_draws_every_digit_about_as_often():
    counts, last = Counter(), {}
    for turn in range(15):
        for visitor in "abcdefghijklmnopqrst":
            last[visitor] = next_digit(counts, visitor, turn, last.get(visitor))
            counts[last[visitor]] += 1
    assert max(counts.values()) - min(counts.values()) <= 5 and len(counts) == 10


def test_neighbours_are_asked_for_different_digits():
    first = [next_digit({}, visitor, 0) for visitor in "abcdefghij"]
    assert len(set(first)) > 4
