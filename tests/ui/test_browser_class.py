"""A teacher and a pupil, each in a browser of their own: what trains is stopped, and the ranking comes when it is allowed."""

import json
import re

import pytest
from browser import CODE, SECOND, SMALL, settle
from playwright.sync_api import Page, expect

from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Store
from mnist_cnn.training.rules import Rulebook


@pytest.fixture
def classroom(server):
    """The rules, which are the first ones again after the test."""
    rules = Rulebook(server.models / "classroom.json")
    rules.reset()
    yield rules
    rules.reset()


def sign_in(page: Page) -> None:
    page.goto("/classroom")
    page.get_by_text("I am the teacher").click()
    settle(page)  # Enter does nothing in a form whose button is not there yet
    page.locator(".st-key-teacher-code input").fill(CODE)
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-sign-out button")).to_be_visible()


def test_a_teacher_stops_what_a_pupil_began_and_turns_the_ranking_on(page, browser, server, classroom):
    other = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url, locale="en-US")
    other.set_default_timeout(60 * SECOND)
    pupil = other.new_page()
    pupil.goto(f"/train?{SMALL}&epochs=100&seed=77")
    pupil.locator(".st-key-train button").click()
    expect(pupil.locator(".st-key-progress")).to_contain_text("Epoch")

    sign_in(page)
    expect(page.locator(".board .training .run")).to_have_count(1)
    page.get_by_text("Teacher", exact=True).click()
    page.locator("[class*=st-key-stop-] button").click()
    expect(page.locator(".st-key-desk-line")).to_contain_text("Nothing trains at the moment.")
    expect(pupil.locator(".st-key-shown-run")).to_contain_text("The teacher stopped it.")

    told = pupil.get_by_text("The teacher has paused the line: nothing new begins.")
    pupil.locator(".st-key-run-name-0 input").press_sequentially("Half a na")
    classroom.change(paused=True)
    expect(told).to_be_visible()  # on a page that nobody touches
    classroom.change(paused=False)
    expect(told).to_have_count(0)
    expect(pupil.locator(".st-key-run-name-0 input")).to_have_value("Half a na")
    expect(pupil.locator(".st-key-run-name-0 input")).to_be_focused()

    button = pupil.locator(".st-key-train button")
    pupil.mouse.move(0, 0)  # under the pointer it has another colour
    for is_open, colour in ((False, "rgb(107, 114, 128)"), (True, "rgb(79, 70, 216)")):
        classroom.change(open=is_open)
        expect(button).to_have_css("background-color", colour)

    run = next(run for run in Store(server.models).runs() if run.hyperparameters.seed == 77)
    ranked = Store(server.models).create("ranked", "mnist", PRESETS["tiny"], run.owner)
    (ranked.folder / "evaluation.json").write_text(json.dumps({"accuracy": 0.9712, "loss": 0.1}))
    ranked.set_status("finished")
    pupil.goto("/classroom")
    settle(pupil)
    pupil.get_by_placeholder("A nickname").fill("Zoë")
    pupil.keyboard.press("Enter")
    expect(pupil.locator(".board .people .mine")).to_contain_text("Zoë")
    expect(pupil.locator(".board .challenge")).to_contain_text("Your best so far: 97.12%")
    expect(pupil.locator(".board .ranking")).to_have_count(0)
    page.locator(".st-key-rule-ranking label").click()
    expect(pupil.locator(".board .ranking .mine")).to_contain_text(re.compile("Zoë.*97.12%"))

    page.reload()  # the browser is still the teacher's
    expect(page.locator(".st-key-sign-out button")).to_be_visible()
    settle(page)
    page.locator(".st-key-sign-out button").click()
    expect(page.get_by_text("I am the teacher")).to_be_visible()
    Store(server.models).delete(ranked)
    other.close()
