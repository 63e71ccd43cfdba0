"""A lesson by its link, in a real browser: what it leaves out, the link that it tells again, and a step of a network."""

import re
from urllib.parse import parse_qsl, urlsplit

from browser import SMALL, settle
from playwright.sync_api import Page, expect

LESSON = f"/train?{SMALL}&hide=presets,runs"


def query(url: str) -> dict[str, str]:
    """But for the run that is shown, which a link names also where nobody chose it."""
    return {name: value for name, value in parse_qsl(urlsplit(url).query) if name != "run"}


def test_a_link_opens_its_lesson_and_is_told_again_and_one_step_changes_the_loss(page: Page):
    page.goto(LESSON)
    expect(page.locator(".st-key-train button")).to_be_visible()
    settle(page)
    expect(page.locator("[class*=st-key-preset-]")).to_have_count(0)
    expect(page.locator(".st-key-all-runs")).to_have_count(0)

    page.locator(".st-key-link button:visible").click()  # Streamlit keeps another one for phones
    told = page.locator("[role=dialog] [data-testid=stCode] code")
    expect(told).to_have_text(re.compile("/train"))
    assert query(told.inner_text()) == query(page.url) == query(LESSON)
    page.locator("[role=dialog] [data-testid=stMultiSelect] input").fill("menu")
    page.get_by_role("option", name="The menu of pages").click()
    expect(told).to_have_text(re.compile("hide=presets,runs,menu"))
    page.keyboard.press("Escape")  # of the options; of the dialog, where they have closed by themselves
    settle(page)
    if page.get_by_role("dialog").is_visible():
        page.get_by_role("dialog").get_by_label("Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)
    assert query(page.url) == query(LESSON)  # only the link leaves out more

    page.get_by_text("One step at a time").click()
    expect(page.locator(".st-key-single-step")).to_contain_text("Take the first step")
    page.locator(".st-key-one-step button").click()
    losses = page.locator(".st-key-step-loss [data-testid=stMetricValue]")
    expect(losses).to_have_count(2)
    before, after = losses.all_inner_texts()
    assert before != after
    page.locator(".st-key-one-step button").click()
    expect(page.locator(".st-key-single-step")).to_contain_text("Step 2 ·")
    expect(losses.first).not_to_have_text(before)
    expect(page.locator(".st-key-step-kernels img")).to_have_count(3)

    page.locator(".st-key-show-all button").click()
    expect(page.locator("[class*=st-key-preset-]").first).to_be_visible()
    expect(page).not_to_have_url(re.compile("hide="))
