"""Where things stand on the Train page of a real Chromium: what a press on Train begins is in view, and nothing moves."""

import re

import pytest
from browser import SECOND, settle
from playwright.sync_api import Page, expect

CHARTS = (".st-key-loss-chart", ".st-key-accuracy-chart")
ALL_IN_VIEW = """selectors => selectors.every(selector => {
  const { top, bottom, height } = document.querySelector(selector)?.getBoundingClientRect() ?? {};
  return height > 0 && top >= 60 && bottom <= innerHeight;
})"""
TOP_OF_WHAT_IS_BELOW = """() => {
  const top = selector => document.querySelector(selector).getBoundingClientRect().top;
  return ['.st-key-settings', '.st-key-all-runs'].map(below => Math.round(top(below) - top('.st-key-shown-run')));
}"""


def wait_for(page: Page, script: str, argument) -> None:
    page.wait_for_function(script, arg=argument, timeout=30 * SECOND)


def press_train(page: Page, width: int, height: int) -> None:
    """Begin forty epochs of small digits in a window of that size."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/train?lang=en&dataset=digits&preset=tutorial&epochs=40")
    expect(page.get_by_text("242,062")).to_be_visible()
    settle(page)
    page.locator(".st-key-train button").click()
    expect(page.locator(".st-key-stop button")).to_be_visible()
    settle(page)


def stop(page: Page) -> None:
    page.locator(".st-key-stop button").click()
    expect(page.locator(".st-key-resume button")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1366, 768)])
def test_train_stop_and_the_curves_are_in_view_together(real_mnist, page, width, height):  # no notice that it is missing
    press_train(page, width, height)
    together = [".st-key-train button", ".st-key-stop button", *CHARTS]
    wait_for(page, ALL_IN_VIEW, together)
    assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") == 0
    assert page.locator("[class*=st-key-run-name-] input").input_value() == ""
    stop(page)
    wait_for(page, ALL_IN_VIEW, [".st-key-train button", ".st-key-resume button", *CHARTS])


def test_on_a_phone_the_press_brings_the_run_into_view(page):
    press_train(page, 390, 844)
    wait_for(page, ALL_IN_VIEW, [".st-key-stop button", CHARTS[0]])
    expect(page.locator("[data-testid=stToast]")).to_have_count(0)
    stop(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_below_the_curves_moves_while_they_grow(page, width):
    press_train(page, width, 900)
    waiting = page.evaluate(TOP_OF_WHAT_IS_BELOW)
    expect(page.locator(".st-key-progress")).to_contain_text(re.compile(r"Epoch \d+ of"))
    first = page.evaluate(TOP_OF_WHAT_IS_BELOW)
    expect(page.locator(".st-key-progress")).to_contain_text("Epoch 1")  # of ten and more
    later = page.evaluate(TOP_OF_WHAT_IS_BELOW)
    assert waiting == first == later
    stop(page)


def test_view_brings_the_run_that_it_shows_into_view(page):
    page.goto("/train?lang=en&compared=quick,tutorial")
    view = page.locator(".st-key-view-tutorial button")
    view.scroll_into_view_if_needed()
    settle(page)
    view.click()
    expect(page.get_by_role("heading", name="Tutorial, as written")).to_be_visible()
    wait_for(page, ALL_IN_VIEW, [".st-key-shown-run h2", *CHARTS])
