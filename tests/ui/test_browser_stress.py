"""Stress it, in a real Chromium: sliders, an own drawing, the curve that comes to rest."""

import re

from browser import DIGITS, draw, settle
from playwright.sync_api import expect


def test_a_digit_is_distorted_drawn_anew_and_measured(page):
    page.goto("/stress?stressed=tutorial&bent=noise&subject-digit=3")
    answer, distorted = page.locator(".st-key-prediction"), page.locator(".st-key-distorted img")
    expect(answer).to_have_text("3")
    before = distorted.get_attribute("src")
    turn = page.locator("[class*=st-key-stress-turn-]").get_by_role("slider")
    turn.press("End")
    expect(distorted).not_to_have_attribute("src", before)
    expect(answer).not_to_have_text("3")
    page.wait_for_url("**stress-turn=90*")

    curve = page.locator(".st-key-curves")
    expect(curve).to_contain_text(re.compile(r"Measured on the first \d+ test images"))
    expect(curve).to_contain_text(re.compile(r"as it is|as they are"))
    expect(curve.locator("canvas, svg").first).to_be_visible()
    settle(page)
    page.locator(".st-key-reset button").click()
    expect(answer).to_have_text("3")

    page.get_by_role("radio", name="My drawing").click()
    expect(page.locator(".st-key-attack")).to_contain_text("Draw a digit here")
    settle(page)
    draw(page, DIGITS["0"])
    expect(answer).to_have_text("0")
    expect(page.locator(".st-key-attack")).to_contain_text("Before: 0")
    expect(page.locator(".st-key-attack img")).to_have_count(3)
