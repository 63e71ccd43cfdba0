"""Two networks compared in a real Chromium: a click shows exactly the images that it is about."""

import io
import re
from urllib.parse import urljoin

import numpy as np
from browser import settle
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_cnn.reading import comparison
from mnist_cnn.reading.comparison import Comparison
from mnist_cnn.runs import Store


def pictured(page: Page, count: int) -> np.ndarray:
    """The images that are shown, so many, int (count, 28, 28), nearly as they were: a page sends them as JPEG."""
    tiles = page.locator(".st-key-pair-images [data-testid=stImage] img")
    expect(tiles).to_have_count(count)
    files = [page.request.get(urljoin(page.url, tile.get_attribute("src"))).body() for tile in tiles.all()]
    pictures = [Image.open(io.BytesIO(file)).convert("L").resize((28, 28), Image.Resampling.BOX) for file in files]
    return np.stack([np.asarray(picture, int) for picture in pictures])


def assert_shows(page: Page, pair: Comparison, found: np.ndarray) -> None:
    """Whether the first page of these images, and nothing else, is there."""
    expect(page.locator(".st-key-pair-images")).to_contain_text(re.compile(rf"\b{len(found):,} images?\b"))
    settle(page)
    known = np.union1d(pair.a.index, pair.b.index)
    images = np.stack([pair.image(index) for index in known])
    shown = pictured(page, min(len(found), 16))
    closest = [known[np.abs(images - picture).sum(axis=(1, 2)).argmin()] for picture in shown]
    assert closest == found[:16].tolist()


def test_a_cell_and_a_group_show_exactly_their_images(page, server):
    store = Store(server.models)
    pair = comparison.load(store.get("quick"), store.get("tutorial"))
    page.goto("/analysis?view=two&pair-a=quick&pair-b=tutorial&lang=en")
    verdict = page.locator(".st-key-pair-verdict")
    expect(verdict).to_contain_text(f"B alone reads {pair.counts()['only_b']} right")
    assert_shows(page, pair, pair.group("only_b"))
    label, predicted = np.argwhere(pair.difference() * (1 - np.eye(10)) < 0)[0]
    for cell in ((label, predicted), (4, 4)):
        name = "Prediction: {1}; Label: {0};".format(*cell)
        page.locator(f'[class*=st-key-difference-matrix] path[aria-label^="{name}"]').last.click()
        expect(page.locator(".st-key-pair-images")).to_contain_text("Images of {} that only one".format(*cell))
        assert_shows(page, pair, pair.changed(*cell))
    page.wait_for_url("**pair-shown=44*")
    page.locator(".st-key-pair-images").get_by_text("Neither", exact=False).first.click()
    assert_shows(page, pair, pair.group("neither"))
    wrong = pair.group("neither")[0]
    page.locator(f".st-key-answer-B-{wrong} button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(f"Read as {pair.b.predictions[wrong]}.*label, {pair.labels[wrong]}"))
    page.keyboard.press("Escape")
    page.locator(".st-key-swap button").click()
    expect(verdict).to_contain_text(f"B alone reads {pair.counts()['only_a']} right")
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert page.locator("[data-testid=stMain]").evaluate("element => element.scrollWidth <= element.clientWidth")
