"""The pages Data and Map in a real Chromium."""

import io

import numpy as np
import pytest
from browser import SECOND, settle
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mnist_cnn.digits import datasets

MAP = ".st-key-map canvas"


def open_map(page: Page, query: str = "") -> Locator:
    """The canvas of Quick's map, with nothing left to compute."""
    page.goto(f"/map?mapped=quick{query}")
    canvas = page.locator(MAP)
    expect(canvas).to_be_visible()
    expect(page.locator(".st-key-nearest img")).to_have_count(8)
    settle(page)
    canvas.scroll_into_view_if_needed()
    return canvas


def points(canvas: Locator) -> np.ndarray:
    """Where the points are, float (N, 2), in pixels from the canvas's corner."""
    return np.array(canvas.evaluate("canvas => [...canvas.scatter.data.x.keys()].map((i) => canvas.scatter.point(i))"))


def corner(canvas: Locator) -> np.ndarray:
    box = canvas.bounding_box()
    return np.array((box["x"], box["y"]))


def pictured(tile: Locator, images: np.ndarray) -> int:
    """Which of the images uint8 (N, 28, 28) an enlarged one is."""
    screen = Image.open(io.BytesIO(tile.locator(".image").screenshot()))
    seen = np.asarray(screen.convert("L").resize((28, 28), Image.Resampling.BOX), int)
    inner = np.s_[..., 4:24, 4:24]  # its corners are round
    return int(np.abs(images[inner] - seen[inner]).sum(axis=(1, 2)).argmin())


@pytest.fixture
def shown():
    """The images and labels that the map shows."""
    dataset = datasets.at_hand("mnist")
    return dataset.x_test[:2000], dataset.y_test[:2000]


def lonely(places: np.ndarray) -> int:
    """The point that is furthest from all others."""
    distances = np.linalg.norm(places[:, np.newaxis] - places, axis=2)
    np.fill_diagonal(distances, np.inf)
    return int(distances.min(axis=1).argmax())


def test_the_pointer_shows_the_very_image_that_it_is_at(page, shown):
    canvas = open_map(page)
    places = points(canvas)
    i = lonely(places)
    page.mouse.move(*corner(canvas) + places[i])
    tip = page.locator(".st-key-map .tip")
    expect(tip).to_contain_text(f"{shown[1][i]} → ")
    assert pictured(tip, shown[0]) == i
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_a_rectangle_lists_exactly_the_images_in_it(page, shown):
    canvas = open_map(page)
    places = points(canvas)
    (left, top), (right, bottom) = places[lonely(places)] - 40, places[lonely(places)] + 40
    start = corner(canvas)
    page.mouse.move(*start + (left, top))
    page.mouse.down()
    page.mouse.move(*start + (right, bottom), steps=4)
    page.mouse.up()
    inside = ((places > (left, top)) & (places < (right, bottom))).all(axis=1)
    items = page.locator(".st-key-map .item")
    expect(items).to_have_count(int(inside.sum()))
    expect(page.locator(".st-key-map .count")).to_have_text(f"{inside.sum()} images in the rectangle")
    listed = [int(item.get_attribute("data-index")) for item in items.all()]
    assert sorted(listed) == np.flatnonzero(inside).tolist()
    assert pictured(items.first, shown[0]) == listed[0]
    digit = shown[1][listed[0]]
    page.get_by_role("button", name=f"Only images of {digit}").click()
    expect(items).to_have_count(int((inside & (shown[1] == digit)).sum()))
    page.mouse.click(*corner(canvas) + (5, 5))
    expect(items).to_have_count(0)


def test_the_keyboard_goes_from_image_to_image_and_lists_those_around(page):
    canvas = open_map(page)
    canvas.focus()
    said = page.locator(".st-key-map .said")
    for key in ("ArrowRight", "ArrowUp"):
        before = canvas.evaluate("canvas => canvas.scatter.at")
        page.keyboard.press(key)
        expect(said).to_have_text(canvas.evaluate("canvas => canvas.scatter.words(canvas.scatter.at)"))
        assert canvas.evaluate("canvas => canvas.scatter.at") != before
    page.keyboard.press("Enter")
    at = canvas.evaluate("canvas => canvas.scatter.at")
    expect(page.locator(f'.st-key-map .item[data-index="{at}"]')).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-map .item")).to_have_count(0)


def test_a_finger_drags_a_rectangle_on_a_phone(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=server.url)
    page = context.new_page()
    canvas = open_map(page)
    x, y = corner(canvas)
    session = context.new_cdp_session(page)
    for kind, spots in (("touchStart", [(60, 60)]), ("touchMove", [(200, 160)]), ("touchMove", [(300, 260)]), ("touchEnd", [])):
        touches = [{"x": x + right, "y": y + down} for right, down in spots]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    expect(page.locator(".st-key-map .item").first).to_be_visible(timeout=60 * SECOND)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_slider_of_augmentation_changes_eight_versions_of_an_image(page):
    page.goto("/data")
    versions = page.locator(".st-key-versions img")
    expect(versions).to_have_count(9)
    settle(page)
    sources = "images => new Set(images.map((image) => image.src)).size"
    assert versions.evaluate_all(sources) == 1
    page.locator(".st-key-augmenting").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-augmenting")).to_contain_text("Rotated, sheared")
    settle(page)
    assert versions.evaluate_all(sources) == 9
