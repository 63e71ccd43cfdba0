"""Training and analysis, end to end, in a real Chromium."""

import os
import re
import shutil
import signal

import pytest
from browser import SECOND, SMALL, fits, settle
from playwright.sync_api import Page, expect

from mnist_cnn.runs import Store

PAST_THE_FIRST_EPOCH = re.compile(r"Epoch ([2-9]|\d\d) of")


def start_training(page: Page, name: str, settings: str) -> None:
    page.goto(f"/train?{settings}")
    expect(page.locator(".st-key-train button")).to_be_visible()
    settle(page)
    page.locator("[class*=st-key-run-name-] input").fill(name)
    page.locator("[class*=st-key-run-name-] input").press("Enter")
    settle(page)
    page.locator(".st-key-train button").click()


def goes_on(server, name: str, page: Page) -> None:
    """More epochs come, and the page shows them."""
    shown = page.locator(".st-key-progress")
    run = server.newest(name)
    before = len(run.history())
    expect(shown).to_contain_text(re.compile(rf"Epoch ({'|'.join(map(str, range(before + 2, 101)))}) of"))
    assert run.status().state == "running" and [row["epoch"] for row in run.history()[: before + 1]] == [*range(1, before + 2)]


def test_training_is_seen_live_everywhere_and_is_stopped_and_resumed_by_its_owner(browser, page, server):
    start_training(page, "watched", f"{SMALL}&epochs=100")
    expect(page.locator(".st-key-progress")).to_contain_text(re.compile(r"Epoch \d+ of"))
    expect(page.locator(".st-key-loss-chart canvas, .st-key-loss-chart svg").first).to_be_visible()
    expect(page.locator(".st-key-accuracy-chart canvas, .st-key-accuracy-chart svg").first).to_be_visible()

    other = browser.new_context(base_url=server.url, locale="en-US").new_page()
    other.goto("/train")
    expect(other.get_by_role("heading", name="watched")).to_be_visible()
    expect(other.get_by_text("Started in another browser")).to_be_visible()
    expect(other.locator(".st-key-stop")).to_have_count(0)
    other.context.close()

    page.reload()
    page.locator(".st-key-stop button").click()
    expect(page.locator(".st-key-resume button")).to_be_visible()
    assert server.newest("watched").status().state == "stopped"
    settle(page)
    page.locator(".st-key-resume button").click()
    expect(page.locator(".st-key-stop button")).to_be_visible()
    goes_on(server, "watched", page)


def test_a_killed_worker_leaves_a_run_that_says_so_and_can_be_resumed(page, server):
    start_training(page, "doomed", f"{SMALL}&epochs=60")
    expect(page.locator(".st-key-progress")).to_contain_text(PAST_THE_FIRST_EPOCH)
    os.kill(server.processes()[-1], signal.SIGKILL)
    expect(page.get_by_text("The training process ended unexpectedly.")).to_be_visible()
    settle(page)
    page.locator(".st-key-resume button").click()
    expect(page.locator(".st-key-stop button")).to_be_visible()
    goes_on(server, "doomed", page)


def test_a_restarted_server_goes_on_with_what_was_interrupted(page, server):
    start_training(page, "interrupted", f"{SMALL}&epochs=100")
    expect(page.locator(".st-key-progress")).to_contain_text(PAST_THE_FIRST_EPOCH)
    server.stop()
    server.start()
    page.goto("/train")
    goes_on(server, "interrupted", page)


def test_a_cell_of_the_confusion_matrix_shows_its_images(page):
    page.goto("/analysis")
    captions = page.locator(".st-key-misclassified [class*=st-key-sample-] button")
    label, predicted = captions.first.inner_text().split(" ·")[0].split(" → ")
    cell = page.locator(f'[class*=st-key-confusion-matrix] path[aria-label^="Prediction: {predicted}; Label: {label};"]')
    cell.last.click()
    expect(page.locator("[class*=st-key-label-] input").last).to_have_value(label)
    expect(page.locator("[class*=st-key-predicted-] input").last).to_have_value(predicted)
    expect(captions.filter(has_not_text=f"{label} → {predicted} ·")).to_have_count(0)
    expect(captions.first).to_contain_text(f"{label} → {predicted} ·")
    settle(page)
    captions.first.click()  # why, and all ten probabilities
    expect(page.get_by_role("dialog")).to_contain_text(f"Read as {predicted}")
    expect(page.get_by_role("dialog").get_by_alt_text(f"Why {predicted} and not {label}?")).to_be_visible()


def test_another_filter_leaves_the_cell_so_that_it_can_be_chosen_again(page):
    page.goto("/analysis")
    captions = page.locator(".st-key-misclassified [class*=st-key-sample-] button")
    label, predicted = captions.first.inner_text().split(" ·")[0].split(" → ")
    cell = page.locator(f'[class*=st-key-confusion-matrix] path[aria-label^="Prediction: {predicted}; Label: {label};"]').last
    cell.click()
    expect(page.locator("[class*=st-key-predicted-] input").last).to_have_value(predicted)
    expect(captions.filter(has_not_text=f"{label} → {predicted} ·")).to_have_count(0)
    page.locator("[class*=st-key-predicted-] input").last.scroll_into_view_if_needed()
    settle(page)
    page.locator("[class*=st-key-predicted-] input").last.click()
    page.get_by_role("option", name="All").click()
    expect(page.locator(f"[class*=st-key-confusion-matrix-{label}-None]")).to_be_visible()
    settle(page)
    cell.click()
    expect(page.locator("[class*=st-key-predicted-] input").last).to_have_value(predicted)


@pytest.mark.parametrize("path", ["/", "/train", "/draw", "/analysis"])
def test_pages_fit_a_phone(page, path):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    assert fits(page)


def test_the_language_is_switched_on_the_page(page):
    page.goto("/draw")
    expect(page.get_by_role("heading", name="Draw a digit", level=1)).to_be_visible()
    page.locator("[class*=st-key-lang-]").get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", name="写一个数字", level=1)).to_be_visible()
    page.wait_for_url("**lang=zh*")
    page.get_by_role("link", name="训练").first.click()
    expect(page.get_by_role("heading", name="训练网络")).to_be_visible()
    page.wait_for_url("**lang=zh*")


@pytest.mark.skipif("MNIST_CNN_DATA" not in os.environ, reason="MNIST_CNN_DATA is not set")
def test_an_epoch_of_full_mnist_is_trained_in_the_browser(page, server):
    start_training(page, "full", "lang=en&dataset=mnist&preset=tutorial&filters1=4&filters2=8&epochs=1")
    expect(page.locator(".st-key-progress")).to_contain_text("of 160")
    expect(page.locator(".st-key-progress")).to_contain_text("1 of 1 epochs done", timeout=240 * SECOND)
    expect(page.locator(".st-key-progress")).to_contain_text(re.compile(r"Test accuracy\s*9\d\.\d\d%"))
    page.locator(".st-key-to-analysis button").click()
    expect(page.get_by_role("heading", name="Study the mistakes")).to_be_visible()
    expect(page.locator("[class*=st-key-analysed-]").get_by_role("combobox")).to_have_value(re.compile("full · 9"))
    page.get_by_role("link", name="Train").first.click()
    page.locator(".st-key-to-draw button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    expect(page.locator("[class*=st-key-model-]").get_by_role("combobox")).to_have_value(re.compile("full · 9"))


def test_a_browser_that_keeps_nothing_visits_all_the_same(browser, server):
    context = browser.new_context(base_url=server.url, locale="en-US")
    denied = 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });'
    context.add_init_script(denied)
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto("/train")
    expect(page.locator(".st-key-train button")).to_be_visible(timeout=120 * SECOND)
    settle(page)
    context.close()
    assert [error for error in errors if "denied" in error] == []


def test_a_name_that_looks_like_an_address_is_no_link(page, server, small):
    name = "http://example.org www.example.org a@example.org"
    run = Store(server.models).create(name, "digits", small())
    try:
        page.goto("/train")
        heading = page.locator("h2", has_text="example")
        expect(heading).to_be_visible()
        assert heading.inner_text().replace("\N{WORD JOINER}", "") == name
        expect(page.locator("a[href*=example]")).to_have_count(0)
    finally:
        shutil.rmtree(run.folder)


def test_settings_survive_a_reload_and_the_way_back_is_short(page):
    page.goto("/train")
    expect(page.locator(".st-key-train button")).to_be_visible()
    settle(page)
    before = page.evaluate("history.length")
    preset = page.locator("[class*=st-key-preset-]")
    preset.get_by_role("radio", name="Tiny network").or_(preset.get_by_role("button", name="Tiny network")).click()
    slider = page.locator("[class*=st-key-epochs-]").get_by_role("slider")
    expect(slider).to_have_value("5")
    settle(page)
    slider.press("ArrowRight")
    page.wait_for_url("**preset=tiny*epochs=6*")
    assert page.evaluate("history.length") == before
    page.reload()
    expect(page.locator("[class*=st-key-epochs-]").get_by_role("slider")).to_have_value("6")
    expect(page.get_by_text("3,578")).to_be_visible()
