"""A small form of `benchmarks/photos.py`: a dozen photos of digits on desks, in shadow, held, shaken, are read."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from benchmarks import photographed, photos
from benchmarks.photographed import Shot
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Store

DIGITS = {
    "2": [[(5, 25), (12, 6), (32, 0), (55, 8), (60, 28), (45, 55), (0, 100), (65, 100)]],
    "3": [[(5, 10), (30, 0), (55, 12), (50, 35), (25, 45), (55, 58), (58, 82), (30, 100), (0, 90)]],
    "4": [[(40, 0), (0, 60), (70, 60)], [(50, 20), (50, 100)]],
    "5": [[(60, 0), (10, 0), (5, 42), (35, 38), (60, 55), (58, 85), (32, 100), (3, 90)]],
    "7": [[(0, 0), (60, 0), (22, 100)]],
}
SIZE = 600, 800
LEAST = 10  # of the shots, read right and surely
SHOTS = (
    ("7", Shot()),
    ("2", Shot(desk="wood", pen="ballpoint", turn=9)),
    ("3", Shot(desk="dark", paper="card", light="fading", tilt=(12, -8))),
    ("4", Shot(desk="white", light="soft shadow", pen="marker")),
    ("5", Shot(desk="cloth", light="lamp", blur="soft", fingers=2)),
    ("7", Shot(desk="patterned", paper="card", turn=-12)),
    ("2", Shot(paper="lined", light="hard shadow", turn=5)),
    ("3", Shot(paper="squared", pen="marker", fingers=3, turn=-6)),
    ("4", Shot(light="hard shadow", blur="shaken", quality=60)),
    ("5", Shot(pen="pencil", light="fading")),
    ("75", Shot(paper="lined", pen="marker", tilt=(-10, 5))),
    ("7", Shot(desk="dark", pen="ballpoint", fingers=1, quality=60)),
)


def photo(number: int) -> bytes:
    digits, shot = SHOTS[number]
    return taken(digits, replace(shot, size=SIZE), number)


def taken(digits: str, shot: Shot, seed: int) -> bytes:
    strokes = [[np.array(stroke, float) for stroke in DIGITS[digit]] for digit in digits]
    return photographed.taken(shot, strokes, np.random.default_rng(seed))


def test_photos_of_digits_on_paper_are_read():
    run = Store(PROJECT / "models").get("sketch")
    network, threshold = prediction.load(run), calibration.threshold(run)
    outcomes = [photos.read(photo(number), network, threshold).outcome(SHOTS[number][0]) for number in range(len(SHOTS))]
    assert outcomes.count("right") >= LEAST, outcomes


def test_ink_that_touches_rules_which_cannot_be_subtracted_is_told_from_them_by_being_darker():
    squared = Shot("squared", "white", "soft shadow", "felt-tip", "soft", 1, -14.3, (6.6, 15.0), (1200, 1600), 94)
    run = Store(PROJECT / "models").get("sketch")
    assert photos.read(taken("3", squared, 0), prediction.load(run), calibration.threshold(run)) == photos.Answer("3", True)


def test_a_photo_is_the_same_whenever_it_is_made_and_stored_as_phones_do():
    assert photo(1) == photo(1) != photo(2)
    with Image.open(io.BytesIO(photo(0))) as image:
        assert image.format == "JPEG" and sorted(image.size) == sorted(SIZE)


@pytest.mark.parametrize("seed", range(5))
def test_any_shot_is_within_what_is_promised(seed):
    shot = photographed.some_shot(np.random.default_rng(seed))
    assert max(abs(shot.turn), *map(abs, shot.tilt)) <= photographed.ANGLE
    assert 1200 <= max(shot.size) <= 4032 and 60 <= shot.quality <= 95


@pytest.mark.parametrize(("hits", "count", "low", "high"), [(0, 10, 0, 0.278), (10, 10, 0.722, 1), (291, 300, 0.944, 0.984)])
def test_intervals_are_wilsons(hits, count, low, high):
    assert photos.wilson(hits, count) == pytest.approx((low, high), abs=0.001)
