"""Everybody can use the pages: axe-core finds nothing, nobody else is asked for anything, a keyboard is enough to draw."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DIGITS, SECOND, draw, fits, settle
from playwright.sync_api import Page, expect


@pytest.fixture
def looking(page):
    """Open a page, light and in English: `looking("/draw")`."""

    def open_page(path: str) -> Page:
        page.emulate_media(color_scheme="light")
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        settle(page)
        page.wait_for_timeout(SECOND / 2)  # pictures and charts
        return page

    return open_page


def other_look(page: Page) -> None:
    """The same page, dark and in Chinese."""
    page.emulate_media(color_scheme="dark")
    page.locator("[class*=st-key-lang-]").get_by_text("中文", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    settle(page)
    page.wait_for_timeout(SECOND / 2)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/train", "/train?run=quick&compared=quick,tutorial", "/draw?mode=several", "/draw?mode=photo", "/draw?mode=asked",
        "/analysis", "/analysis?view=two", "/analysis?view=calibration",
        "/learn?chapter=summary", "/learn?learn-view=lessons", "/learn?learn-view=teacher", "/data",
        "/stress?stressed=tutorial", "/map", "/classroom",
    ],
)  # fmt: skip
def test_axe_finds_nothing_on_a_page_that_fits_and_asks_nobody_else(looking, server, path):
    page = looking(path)
    assert violations(page) == [] and fits(page)
    other_look(page)
    assert violations(page) == [] and fits(page)
    urls = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [url for url in urls if not url.startswith((server.url, "data:", "blob:"))] == []


def test_axe_finds_nothing_when_a_digit_is_drawn_and_the_network_is_open(looking):
    page = looking("/draw")
    draw(page, DIGITS["7"])
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    page.locator(".st-key-inside summary").click()
    expect(page.locator(".st-key-evidence img")).to_be_visible()
    settle(page)
    assert violations(page) == []
    for stage in (1, 3, 9):  # a convolution, pooling, softmax
        page.locator(".numbers .stages button").nth(stage).click()
        assert violations(page) == []
    other_look(page)
    assert violations(page) == []


def test_axe_finds_nothing_in_the_dialog_about_an_image(looking):
    page = looking("/analysis")
    for look in (lambda page: None, other_look):
        look(page)
        image = page.locator("[class*=st-key-tile-] img").first
        image.scroll_into_view_if_needed()
        box = image.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)  # the button is over it
        expect(page.get_by_role("dialog").locator(".st-key-evidence img")).to_be_visible()
        settle(page)
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_on_a_phone_the_menu_closes_and_what_a_click_changes_stays_in_view(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/learn?lang=en&learn-view=lessons&lesson=convolution&step=1&guesses=convolution.1.1")
    settle(page)
    page.locator(".st-key-set-up button").click()
    expect(page.locator(".st-key-doing")).to_be_visible()
    page.locator(".st-key-doing").evaluate("figure => figure.scrollIntoView()")
    expect(page.locator(".st-key-errand")).to_be_in_viewport(ratio=1)
    settle(page)
    page.locator(".st-key-back-to-lesson button").click()
    expect(page.locator(".st-key-phase-look")).to_be_in_viewport(ratio=1)

    menu = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(menu).to_have_attribute("data-collapsed", "false")
    menu.get_by_role("link", name="Stress it").click()
    expect(page.locator(".st-key-attack img")).to_have_count(3)
    expect(menu).to_have_attribute("data-collapsed", "true")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(menu).to_have_attribute("data-collapsed", "false")
    page.reload()
    expect(page.locator(".st-key-attack img")).to_have_count(3)
    expect(menu).to_have_attribute("data-collapsed", "true")

    settle(page)
    page.locator("[class*=st-key-stress-noise-]").get_by_role("slider").press("End")
    for seen in (".st-key-distorted img", ".st-key-prediction"):
        expect(page.locator(seen)).to_be_in_viewport(ratio=1)


def test_a_digit_is_drawn_with_the_keyboard_alone(page):
    page.goto("/draw?mode=pixels")
    editor = page.get_by_role("application")
    expect(editor).to_be_visible()
    settle(page)
    for _ in range(60):  # from the top of the page
        page.keyboard.press("Tab")
        if editor.evaluate("element => element.getRootNode().activeElement === element"):
            break
    for _ in range(14):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".st-key-prediction")).to_have_text("1")
    expect(page.locator("[aria-live=polite]").filter(has_text="column 15: ink")).to_have_count(1)
    page.keyboard.press(" ")
    expect(page.locator("[aria-live=polite]").filter(has_text="column 15: blank")).to_have_count(1)
