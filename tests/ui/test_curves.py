"""What of all batches is drawn, and where; how often a page looks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.training import batches
from mnist_cnn.ui import charts
from mnist_cnn.ui.train import curves
from mnist_cnn.ui.train.pace import BROWSER, FASTEST, SHARE, SLOWEST, WATCHING, Pace


def rows(count: int, epochs: int = 1) -> np.ndarray:
    """Batches of a run that learns: the loss falls from 2.3, the accuracy rises from 0.1."""
    done = np.linspace(0, 1, count + 1)[1:]
    return np.column_stack([epochs * done, 2.3 * (1 - done) ** 3 + 0.01, 1 - 0.9 * (1 - done) ** 3]).astype(np.float32)


def known(run: str, taught: np.ndarray, history=(), validation=()) -> pd.DataFrame:
    """As `curves` knows a run: its batches, its epochs, its validation."""
    parts = [(taught, "training", True), (history, "training", False), (validation, "validation", False)]
    frames = [pd.DataFrame(np.reshape(p, (-1, 3)), columns=batches.COLUMNS).assign(split=s, batch=b) for p, s, b in parts]
    return pd.concat(frames).assign(run=run)


@given(st.integers(0, 5000), st.integers(1, 600))
def test_a_picture_has_so_many_points_at_most_and_their_mean_is_that_of_all(count, most):
    whole = rows(count)
    points = curves.thinned(whole, most)
    assert len(points) <= most and len(points) >= min(count, most // 2)
    if count:
        assert points[-1, 0] == 1 and (np.diff(points[:, 0]) > 0).all()
        sizes = np.diff([0, *np.rint(points[:, 0] * count)])
        assert np.allclose(np.average(points[:, 1:], axis=0, weights=sizes), whole[:, 1:].mean(axis=0), atol=1e-4)


def test_means_that_are_drawn_stay_while_the_curve_grows():
    whole = rows(900)
    before, after = curves.thinned(whole[:700], 600), curves.thinned(whole, 600)
    assert np.array_equal(before[:350], after[:350])


def test_the_longest_run_is_read_and_thinned_quickly_enough_to_be_looked_at():
    assert len(curves.thinned(rows(100 * 7500, epochs=100), curves.POINTS)) <= curves.POINTS


def exploded() -> pd.DataFrame:
    far = np.array([(1 / 3, 1e5, 0.1), (2 / 3, 1e6, 0.1), (1, 40, 0.1)])
    return known("wild", far, [(1, 4e5, 0.1)], [(1, 2.4, 0.1)])


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_a_run_that_exploded_does_not_flatten_one_that_learns(metric, log):
    learns = known("good", rows(300), [(1, 0.6, 0.8)], [(1, 0.2, 0.95)])
    alone = curves.placed(learns, metric, log)
    both = curves.placed(pd.concat([exploded(), learns]), metric, log)
    good, wild = both[both["run"] == "good"], both[both["run"] == "wild"]
    assert good["shown"].reset_index(drop=True).equals(alone["shown"])
    assert wild.loc[~wild["batch"], "away"].all() and not good.loc[~good["batch"], "away"].any()
    limits = alone["shown"].min(), alone["shown"].max()
    assert wild["shown"].dropna().between(*limits).all()
    assert wild["value"].max() == (1e6 if metric == "loss" else np.float32(0.1))  # what it really was is told


def test_where_no_run_learns_all_of_the_tamest_is_seen():
    guesses = known("guesses", [(0.5, 2.3, 0.1), (1, 2.31, 0.11)], [(1, 2.3, 0.1)], [(1, 2.3, 0.1)])
    frame = curves.placed(pd.concat([exploded(), guesses]), "loss", False)
    assert not frame.loc[(frame["run"] == "guesses") & ~frame["batch"], "away"].any()
    assert frame["shown"].max() < 3


@given(
    st.lists(st.tuples(st.floats(width=32), st.floats(width=32), st.floats(width=32)), max_size=30),
    st.sampled_from(curves.METRICS), st.booleans(),
)  # fmt: skip
def test_whatever_a_file_of_batches_holds_can_be_drawn(content, metric, log):
    with np.errstate(all="ignore"):
        frame = curves.placed(known("any", np.array(content).reshape(-1, 3)), metric, log)
        assert np.isfinite(frame["value"].astype(float)).all()
        if log:
            assert (frame["shown"].dropna() > 0).all()


def test_nothing_but_the_data_changes_while_a_run_trains():
    early, late = (curves.placed(known("one", rows(count)), "loss", False) for count in (5, 300))
    first, second = (charts.learning_curves(frame, "loss", ["one"], 3, False)[1] for frame in (early, late))
    assert first is second


def test_looks_take_their_share_of_the_machine_and_no_more():
    now = [0.0]
    pace = Pace(cores=2, now=lambda: now[0])
    pace.record("one", 0.04)
    alone = pace.interval()
    assert 0.04 / alone == pytest.approx(SHARE * 2)  # of two cores
    pace.record("two", 0.05)
    assert pace.interval() == pytest.approx(2.25 * alone)
    assert pace.changed(alone) and not pace.changed(2 * alone)
    for number in range(60):
        pace.record(f"phone {number}", 0.04)
    assert pace.interval() == SLOWEST
    now[0] += WATCHING + 1
    pace.record("one", 0.001)
    assert pace.interval() == FASTEST


def test_a_look_from_a_browser_on_the_same_machine_is_dearer(monkeypatch):
    costs = iter([0.0, 0.01, 0.0, 0.01])
    monkeypatch.setattr("time.thread_time", lambda: next(costs))
    intervals = []
    for here in (False, True):
        pace = Pace(cores=1)
        with pace.look("one", here):
            pass
        intervals.append(pace.interval())
    assert intervals[1] == pytest.approx((1 + BROWSER) * intervals[0])
