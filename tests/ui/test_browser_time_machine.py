"""The time machine in a real Chromium: sliding turns images from wrong to right, and it follows a training."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import settle
from playwright.sync_api import Page, expect

from mnist_cnn.runs import Store


def open_machine(page: Page, address: str):
    """Open the time machine of a run; its slider, and what it says."""
    page.goto(address)
    page.locator(".st-key-time-machine summary").click()
    machine = page.locator(".st-key-time-machine")
    expect(machine.get_by_role("slider")).to_be_visible()
    return machine.get_by_role("slider"), machine.locator("output")


@pytest.fixture
def looking(page, server, trained):
    shutil.copytree(trained.folder, server.models / trained.id, dirs_exist_ok=True)
    yield open_machine(page, f"/train?lang=en&run={trained.id}")
    shutil.rmtree(server.models / trained.id)


def test_from_start_to_end_wrong_turns_to_right_by_keyboard_and_by_play(page, looking):
    slider, said = looking
    right, wrong = (page.locator(f".st-key-time-machine .strip .{state}") for state in ("right", "wrong"))
    expect(said).to_contain_text("Epoch 3")
    settle(page)
    learned = right.count()
    slider.press("Home")
    expect(said).to_contain_text(f"Start{right.count()} of 40 right")
    assert right.count() + wrong.count() == 40 and right.count() < learned
    assert wrong.first.get_attribute("data-read") in "0123456789"
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("Batch 1: "))
    page.locator(".st-key-time-machine").get_by_role("button", name="Play").click()
    expect(said).to_contain_text("Batch 10")
    expect(said).to_contain_text("Epoch 3")
    expect(page.locator(".st-key-time-machine").get_by_role("button", name="Play")).to_be_visible()
    assert right.count() == learned
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]] == []


def test_in_another_language_it_stays_open_at_its_moment(page, looking):
    slider, said = looking
    expect(said).to_contain_text("Epoch 3")
    settle(page)
    slider.press("Home")
    slider.press("ArrowRight")
    expect(said).to_contain_text("Batch 1")
    page.get_by_text("中文", exact=True).click()
    expect(said).to_contain_text("第 1 批")


@pytest.fixture
def ended(server, until):
    """No training goes on after the test, however it ends."""
    yield
    runs = Store(server.models).runs()
    for run in runs:
        run.request_stop()
    until(lambda: not any(run.status().active for run in runs))


def test_it_follows_a_training_until_the_slider_is_moved(page, ended):
    page.goto("/train?lang=en&dataset=digits&preset=tutorial&epochs=100")
    expect(page.get_by_text("242,062")).to_be_visible()
    settle(page)
    page.locator(".st-key-train button").click()
    expect(page.locator(".st-key-progress")).to_contain_text(re.compile(r"Epoch \d+ of"))
    page.locator(".st-key-time-machine summary").click()
    slider, said = page.locator(".st-key-time-machine").get_by_role("slider"), page.locator(".st-key-time-machine output")
    expect(said).to_contain_text(re.compile(r"Epoch [1-9]"))
    followed = said.locator("b").inner_text()
    expect(said.locator("b")).not_to_have_text(followed)
    slider.press("Home")
    epoch = page.locator(".st-key-progress").inner_text().split(":")[0]
    expect(page.locator(".st-key-progress")).not_to_contain_text(epoch)
    expect(said).to_contain_text("Start")
    page.locator(".st-key-stop button").click()
    expect(page.locator(".st-key-resume button")).to_be_visible()
