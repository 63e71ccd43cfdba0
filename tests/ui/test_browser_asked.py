"""Drawing what is asked on a phone, and the test that it makes, in a real Chromium."""

import re

import pytest
from browser import DIGITS, draw, settle
from playwright.sync_api import expect


@pytest.fixture
def collection(server):
    """The class's drawings: none before and none after."""
    path = server.models.parent / "c.jsonl"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_what_is_asked_is_drawn_and_kept_on_a_phone_and_examines_the_network(page, collection):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/draw?mode=asked")
    heading, keep = page.locator(".st-key-asking h2"), page.locator(".st-key-keep-asked button")
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()
    settle(page)
    while (digit := heading.inner_text()[-1]) not in DIGITS:
        page.locator(".st-key-skip-asked button").click()
        expect(heading).not_to_have_text(re.compile(f"{digit}$"))
    expect(keep).to_be_disabled()
    draw(page, DIGITS[digit])
    expect(keep).to_be_enabled()
    paper, button = page.locator(".st-key-canvas canvas").last.bounding_box(), keep.bounding_box()
    assert paper["y"] >= 0 and button["y"] + button["height"] <= 844
    settle(page)
    keep.click()
    expect(page.locator(".st-key-asking")).to_contain_text(f"Kept as {digit}. Sketch read {digit}")
    expect(heading).not_to_have_text(re.compile(f"{digit}$"))
    expect(page.get_by_text("Yours: 1 · the class's: 1")).to_be_visible()
    expect(keep).to_be_disabled()
    page.goto("/analysis?tested-on=drawings")
    expect(page.locator(".st-key-drawings-figures")).to_contain_text("1 of 1")
