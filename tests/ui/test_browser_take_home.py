"""A real Chromium takes a run home, and opens its report where there is no network."""

import ast

from axe_playwright_python.sync_playwright import Axe
from browser import DIGITS, SECOND, draw, open_draw, settle
from playwright.sync_api import Browser, Page, expect


def save(page: Page, key: str) -> bytes:
    """What the button of that key saves."""
    with page.expect_download() as download:
        page.locator(f".st-key-{key} button").click()
    return download.value.path().read_bytes()


def open_tab(page: Page, name: str, key: str) -> None:
    page.get_by_role("dialog").get_by_role("tab", name=name).click()
    expect(page.locator(f".st-key-{key} button")).to_be_visible()
    settle(page)
    page.wait_for_timeout(SECOND / 2)  # dialogs fade in
    assert Axe().run(page, context="[role=dialog]").response["violations"] == []


def test_code_network_and_report_are_saved_and_the_report_needs_nothing_else(page: Page, browser: Browser):
    open_draw(page)
    draw(page, DIGITS["3"])
    expect(page.locator(".st-key-prediction")).not_to_have_text("Draw a digit")
    page.get_by_role("link", name="Analysis").click()
    expect(page.locator(".st-key-take-home button")).to_be_visible()
    settle(page)
    page.locator(".st-key-take-home button").click()
    page.set_viewport_size({"width": 390, "height": 844})
    open_tab(page, "Code", "take-py")
    code = save(page, "take-py").decode()
    ast.parse(code)
    assert "keras.datasets.mnist" in code

    open_tab(page, "Model", "take-keras")
    assert save(page, "take-keras").startswith(b"PK")  # an archive

    open_tab(page, "Report", "take-html")
    page.get_by_label("Your name").fill("Anna <b>")
    page.get_by_label("Your name").press("Enter")
    settle(page)
    html = save(page, "take-html").decode()
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    asked, report = [], context.new_page()
    report.on("request", lambda request: asked.append(request.url))
    report.set_content(html)
    expect(report.get_by_text("Anna <b> · MNIST")).to_be_visible()
    expect(report.get_by_role("img", name="Confusion matrix")).to_be_visible()
    expect(report.get_by_role("img", name="My drawing")).to_be_visible()
    drawn = report.locator("img").evaluate_all("images => images.every(image => image.complete && image.naturalWidth === 28)")
    wide = report.evaluate("() => document.documentElement.scrollWidth")
    context.close()
    assert drawn and wide <= 390
    assert not [url for url in asked if not url.startswith("data:")]
