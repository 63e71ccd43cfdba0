"""Pen strokes in other hands: still the same digit, and no two alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.digits import hands

SEVEN = [np.array([(0, 0), (60, 0), (20, 100)], float)]
RING = [np.stack([np.cos(np.linspace(0, 2 * np.pi, 60)), np.sin(np.linspace(0, 2 * np.pi, 60))], axis=1) * 50 + 50]
ONE = [np.array([(40, 0), (38, 50), (35, 100)], float)]

paths = st.lists(
    st.lists(st.tuples(st.floats(0, 255), st.floats(0, 255)), min_size=1, max_size=9).map(np.array), min_size=1, max_size=4
)


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def extent(strokes) -> np.ndarray:
    return np.ptp(np.concatenate(strokes), axis=0)


@given(paths, st.floats(0, 1), st.integers(0, 99))
def test_whatever_is_rewritten_has_as_many_strokes_and_stays_about_as_large(strokes, strength, seed):
    other = hands.rewritten(strokes, strength, chance(seed))
    assert len(other) == len(strokes) and all(np.isfinite(path).all() and path.shape[1] == 2 for path in other)
    assert extent(other).max() <= 3 * max(extent(strokes).max(), 1e-6)


@given(paths, st.integers(0, 99))
def test_at_no_strength_the_ink_stays_where_it_is(strokes, seed):
    other = hands.rewritten(strokes, 0, chance(seed))
    assert np.abs(extent(other) - extent(strokes)).max() <= 0.05 * extent(strokes).max() + 1e-6


@pytest.mark.parametrize("size", [1, 255, 10_000])
def test_the_scale_of_the_tablet_does_not_matter(size):
    once, again = (hands.rewritten([path * scale for path in RING], 1, chance(3)) for scale in (1, size))
    assert np.allclose(once[0] * size, again[0], rtol=1e-6)


def test_no_two_hands_are_alike_and_the_same_chance_is_the_same_hand():
    one, same, other = (hands.rewritten(RING, 1, chance(seed))[0] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert len(one) != len(other) or not np.allclose(one, other)


def test_some_rings_open_and_others_cross():
    gaps = [np.hypot(*(path[-1] - path[0])) for path in (hands.rewritten(RING, 1, chance(seed))[0] for seed in range(50))]
    assert min(gaps) < 10 < 20 < max(gaps)


@pytest.mark.parametrize(("digit", "strokes"), [(0, RING), (7, SEVEN), (1, ONE)])
def test_some_people_slash_zeros_cross_sevens_and_set_ones_on_a_foot(digit, strokes):
    drawn = [hands.another_form(digit, strokes, chance(seed)) for seed in range(300)]
    extra = [strokes[-1] for strokes in drawn if len(strokes) == 2]
    assert 0.02 < len(extra) / len(drawn) < 0.4
    for bar in extra:
        middle = (bar.mean(axis=0) - np.concatenate(strokes).min(axis=0)) / extent(strokes)
        assert 0.2 < middle[1] < 0.8 if digit != 1 else 0.9 < middle[1] < 1.1


@pytest.mark.parametrize("line", [ONE[0], ONE[0][::-1], np.array([(80, 0), (10, 100)], float)])
def test_some_people_begin_a_one_with_an_upstroke_from_the_left(line):
    top, bottom = line[line[:, 1].argsort()[[0, -1]]]
    drawn = [hands.another_form(1, [line], chance(seed))[0] for seed in range(300)]
    flagged = [path for path in drawn if len(path) > len(line)]
    assert 0.2 < len(flagged) / len(drawn) < 0.6
    for path in flagged:
        (right, down), tip = path[0] - top, path[:, 1].min()
        assert right < 0 < down < bottom[1] * 2 / 3 and tip > -30, "starts left of the top and below it"
        assert np.array_equal(path[-1], bottom) and (path == top).all(axis=1).any(), "then comes the line, downwards"


def test_a_one_that_is_more_than_a_line_gets_no_flag():
    hooked = [np.array([(0, 30), (40, 0), (40, 100)], float)]
    assert all(np.array_equal(hands.another_form(1, hooked, chance(seed))[0], hooked[0]) for seed in range(60))


NINE = [np.array([(50, 10), (10, 0), (0, 30), (30, 40), (50, 10), (45, 60), (40, 110)], float)]
FORMS = {2: SEVEN, 4: [ONE[0], ONE[0] + 30], 9: NINE}


def other_forms(digit: int, strokes) -> list:
    drawn = [hands.another_form(digit, strokes, chance(seed)) for seed in range(300)]
    return [other for other in drawn if other is not strokes]


@pytest.mark.parametrize("digit", FORMS)
def test_a_few_twos_fours_and_nines_are_written_otherwise(digit):
    others = other_forms(digit, FORMS[digit])
    assert 15 < len(others) < 75
    assert all(np.isfinite(path).all() and path.shape[1] == 2 for other in others for path in other)


def test_a_two_without_a_loop_stands_on_a_level_foot():
    for (path,) in other_forms(2, SEVEN):
        corner, end = path[-2], path[-1]
        assert corner[1] > 0.9 * path[:, 1].max() and end[0] > corner[0] + 0.2
        assert abs(end[1] - corner[1]) < 0.3 * (end[0] - corner[0])


def test_nothing_closes_a_four_above():
    for path in map(np.concatenate, other_forms(4, FORMS[4])):
        bar = path[:, 1].max() * 0.4
        left, right = path[path[:, 1] < bar, 0], path[-1]
        assert path[0, 1] < bar and len(left) and right[1] == path[:, 1].max()


def test_the_tail_of_a_nine_goes_on_from_where_it_ended():
    others = other_forms(9, NINE)
    assert all(np.array_equal(path[: len(NINE[0])], NINE[0]) and len(path) > len(NINE[0]) for (path,) in others)
    assert sum(path[-1, 0] < NINE[0][-1, 0] for (path,) in others) > 0.6 * len(others), "most to the left"
    assert other_forms(9, [NINE[0][::-1]]) == [], "not where it ends above"


@pytest.mark.parametrize("digit", [3, 5, 6, 8])
def test_other_digits_have_no_other_form(digit):
    assert all(hands.another_form(digit, SEVEN, chance(seed)) is SEVEN for seed in range(60))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=9).map(np.array))
def test_a_resampled_path_begins_and_ends_where_it_did(path):
    points = hands.resampled(path, 0.02)
    assert np.allclose(points[0], path[0]) and np.allclose(points[-1], path[-1])
    assert np.hypot(*np.diff(points, axis=0).T).max() <= 0.05
