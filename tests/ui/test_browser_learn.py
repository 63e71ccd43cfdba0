"""Learn in a real Chromium: a lesson from its first question to its end, with real trainings; the teacher's page on paper."""

import re

from browser import settle
from playwright.sync_api import Page, expect

LESSON = "/learn?lang=en&learn-view=lessons&lesson=batch-size"


def predict(page: Page, option: int) -> None:
    settle(page)
    page.locator(f".st-key-guess-{option} button").click()
    expect(page.locator(".st-key-set-up button")).to_be_enabled()
    settle(page)


def expect_step(page: Page, number: int, ticked: int) -> None:
    """The step is open, and so many are ticked."""
    expect(page.locator(f".st-key-step-{number} button")).to_have_attribute("data-testid", "stBaseButton-primary")
    expect(page.locator(".st-key-checklist").get_by_text("check_circle", exact=True)).to_have_count(ticked)


def train(page: Page, name: str) -> None:
    """What the lesson has set up."""
    page.locator(".st-key-set-up button").click()
    expect(page.locator("[class*=st-key-run-name-] input")).to_have_value(name)
    settle(page)
    page.locator(".st-key-train button").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_lesson_is_walked_from_its_first_question_to_its_end(page):
    page.goto(LESSON)
    expect(page.locator(".st-key-set-up button")).to_be_disabled()
    predict(page, 2)
    expect(page.get_by_text("That is how many images go through.")).to_be_visible()
    train(page, "Batches of 1,000")
    page.locator(".st-key-back-to-lesson button").click()  # while it trains, or just after
    expect(page.locator(".st-key-phase-look")).to_contain_text("Done, by the run Batches of 1,000")
    expect(page.locator(".st-key-phase-explain")).to_contain_text("10 steps in all")
    expect_step(page, 1, ticked=1)

    settle(page)
    page.locator(".st-key-next-step button").click()
    predict(page, 0)
    expect_step(page, 2, ticked=1)
    page.wait_for_url("**step=2*")
    page.reload()
    expect(page.locator(".st-key-phase-predict")).to_contain_text("One step tells little. There are many.")
    expect_step(page, 2, ticked=1)
    train(page, "Batches of 10")
    expect(page.locator(".st-key-errand").get_by_text("check_circle", exact=True)).to_be_visible()
    page.locator(".st-key-back-to-lesson button").click()
    expect(page.locator(".st-key-phase-explain")).to_contain_text("steps in all")

    settle(page)
    page.locator(".st-key-next-step button").click()
    predict(page, 0)
    page.locator(".st-key-set-up button").click()
    expect(page.locator(".st-key-compared-loss-chart")).to_be_visible()
    page.locator(".st-key-back-to-lesson button").click()
    expect(page.get_by_text("That was the lesson.")).to_be_visible()
    expect_step(page, 3, ticked=3)


def test_a_chapter_that_a_lesson_opened_leads_back_to_it(page):
    page.goto("/learn?lang=en&chapter=image&errand=numbers.1&guesses=numbers.1.1")
    page.locator(".st-key-back-to-lesson button").click()
    expect(page.locator(".st-key-checklist")).to_be_visible()
    expect(page.locator(".st-key-errand")).to_have_count(0)


def test_the_teachers_page_prints_whole_and_without_controls(page):
    page.goto("/learn?lang=en&learn-view=teacher")
    expect(page.get_by_role("heading", name=re.compile("^8 · "))).to_be_visible()
    expect(page.locator(".st-key-print-button button")).to_be_visible()
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    page.locator(".st-key-print-button button").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    for control in ("[data-testid=stHeader]", ".st-key-print-button", "[class*=st-key-lang-]", ".st-key-open-numbers"):
        expect(page.locator(control)).to_be_hidden()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight + 1"), "all of it lies open, nothing scrolls"
