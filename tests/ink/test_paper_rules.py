"""Printed lines are told from what is written over them."""

import numpy as np
import pytest

from mnist_cnn.ink import rules

SIZE, RULE, INK = 300, 0.1, 0.6  # of the paper in pixels; contrasts


def grain() -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 0.02, (SIZE, SIZE)).astype(np.float32)


def printed(slope: float, converging: float = 0.0) -> np.ndarray:
    """The contrast of ruled paper with its grain; slopes of its rules differ by `converging` from the top to the bottom."""
    paper = grain()
    columns = np.arange(SIZE)
    for row in range(-100, SIZE + 100, 20):
        rows = np.round(row + (slope + converging * row / SIZE) * columns).astype(int)
        for thick in (0, 1):
            inside = (rows + thick >= 0) & (rows + thick < SIZE)
            paper[rows[inside] + thick, columns[inside]] = RULE
    return paper


@pytest.mark.parametrize("slope", [0.0, 0.15, -0.27])
@pytest.mark.parametrize("converging", [0.0, 0.08, 0.25])
@pytest.mark.parametrize("turned", [False, True])
def test_rules_are_found_at_any_slope_and_a_stroke_across_them_is_none(slope, converging, turned):
    paper = printed(slope, converging)
    written = paper.copy()
    written[60:240, 150:154] = INK
    paper, written = (np.ascontiguousarray(image.T) if turned else image for image in (paper, written))
    found = rules.contrast(written)
    middle = (slice(30, -30),) * 2
    assert found.max() < INK / 2
    assert (found[middle][paper[middle] == np.float32(RULE)] > RULE / 2).mean() > 0.9


def test_bare_paper_and_a_lone_stroke_have_no_rules():
    paper = grain()
    assert not rules.contrast(paper).any()
    paper[100:200, 150:154] = INK
    assert not rules.contrast(paper).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (200, 1), (2, 3), (3, 300), (300, 3)])
def test_a_strip_of_paper_has_no_rules(shape):
    found = rules.contrast(np.full(shape, RULE, np.float32))
    assert found.shape == shape
    assert not found.any()
