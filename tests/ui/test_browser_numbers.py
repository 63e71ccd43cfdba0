"""Number by number in a browser: what it computes is what the server computes, and the server hears nothing of it."""

import json

import numpy as np
import pytest
from browser import DIGITS, ROOT, SECOND, draw, settle
from playwright.sync_api import Page, expect

from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run


def look_inside(page: Page, model: str, digit: str = "3"):
    """Draw a digit for a network and open it."""
    page.goto(f"/draw?model={model}")
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()
    settle(page)
    draw(page, DIGITS[digit])
    expect(page.locator(".st-key-prediction")).to_have_text(digit)
    page.locator(".st-key-inside summary").click()
    numbers = page.locator(".numbers")
    expect(numbers.locator(".bars")).to_have_attribute("data-best", digit)
    settle(page)
    return numbers


def score(numbers, digit: int) -> float:
    return numbers.evaluate(f"element => element.view.maps.at(-1).scores[{digit}]")


@pytest.mark.parametrize("name", ["tutorial", "quick", "sketch"])
def test_every_value_is_what_the_server_computes(page, name):
    numbers = look_inside(page, name)
    view = numbers.evaluate(
        """({ view }) => ({ image: Array.from(view.image), maps: view.maps.map(({ values }) => Array.from(values)) })"""
    )
    image = np.array(view["image"], np.float32).reshape(1, 28, 28)
    network = prediction.load(Run(ROOT / "models" / name)).network
    for stage, shown, values in zip(network.stages, view["maps"][1:], network.outputs(image), strict=True):
        assert np.allclose(shown, values.ravel(), atol=1e-4), (stage.kind, stage.number)


@pytest.mark.parametrize("name", ["tutorial", "sketch"])
def test_a_click_on_a_cell_tells_how_its_value_comes_about(page, name):
    numbers = look_inside(page, name)
    numbers.get_by_role("button", name="Convolution 2").click()
    numbers.get_by_role("slider", name="Map").last.fill("5")
    canvas = numbers.locator("canvas[data-map=out]")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.6})
    row, column, channel = numbers.evaluate("({ view: { at } }) => [at.row, at.column, at.channel]")
    assert channel == 5
    expect(numbers).to_contain_text(f"Row {row + 1}, column {column + 1}")
    image = np.array(numbers.evaluate("({ view }) => Array.from(view.image)"), np.float32).reshape(1, 28, 28)
    network = prediction.load(Run(ROOT / "models" / name)).network
    number = [stage.kind for stage in network.stages].index("convolution", 1)
    stage, outputs = network.stages[number], [*network.outputs(image)]
    value = float(numbers.locator("output").get_attribute("data-value"))
    assert value == pytest.approx(outputs[number][0, row, column, channel], abs=1e-4)
    around = np.pad(outputs[number - 1][0], [(len(stage.kernel) // 2,) * 2] * 2 + [(0, 0)])
    patch = around[row : row + len(stage.kernel), column : column + len(stage.kernel)]
    sums = json.loads(numbers.locator(".sums").get_attribute("data-sums"))
    assert np.allclose(sums, (patch * stage.kernel[..., channel]).sum(axis=(0, 1)), atol=1e-4)
    assert max(0, stage.scale[channel] * sum(sums) + stage.shift[channel]) == pytest.approx(value, abs=1e-4)


def test_ten_steps_of_play_and_arrow_keys_send_nothing_to_the_server(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    numbers = look_inside(page, "tutorial")
    numbers.get_by_role("button", name="Convolution 1").click()
    numbers.locator("canvas[data-map=out]").focus()
    place = "({ view: { at } }) => at.row * 28 + at.column"
    before, messages = numbers.evaluate(place), len(sent)
    assert messages > 0
    numbers.get_by_role("button", name="Play").click()
    for _ in range(100):
        if numbers.evaluate(place) >= before + 10:
            break
        page.wait_for_timeout(SECOND / 10)
    assert numbers.evaluate(place) >= before + 10
    numbers.get_by_role("button", name="Pause").click()
    stopped = numbers.evaluate(place)
    numbers.locator("canvas[data-map=out]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert numbers.evaluate(place) == stopped + 27
    expect(numbers.locator("[aria-live]")).to_contain_text("Row")
    assert len(sent) == messages


def test_a_changed_weight_and_a_changed_pixel_change_all_after_them_until_they_are_undone(page):
    numbers = look_inside(page, "tutorial")
    before = score(numbers, 3)
    for _ in range(2):
        pixels = numbers.locator("canvas[data-map=out]")
        box = pixels.bounding_box()
        for x, y in (0.3, 0.35), (0.3, 0.4), (0.3, 0.45), (0.3, 0.5):
            pixels.click(position={"x": box["width"] * x, "y": box["height"] * y})
            numbers.get_by_role("slider", name="Change it").fill("255")
        assert numbers.locator("output").get_attribute("data-value") == "1"
        assert score(numbers, 3) != before
        numbers.get_by_role("button", name="Undo changes (4)").click()
        assert score(numbers, 3) == before
    numbers.get_by_role("button", name="Convolution 2").click()
    value = numbers.locator("output").get_attribute("data-value")
    weight = numbers.get_by_role("spinbutton", name="Weight in row 3, column 3")
    weight.fill("9")
    assert numbers.locator("output").get_attribute("data-value") != value
    assert weight.input_value() == "9"
    assert score(numbers, 3) != before
    for written in ("1e99", "-1e99", ""):
        weight.fill(written)
        assert np.isfinite(score(numbers, 3))
    numbers.get_by_role("button", name="Undo changes (1)").click()
    assert score(numbers, 3) == before


def test_every_kind_of_stage_tells_its_sum_exactly(page):
    numbers = look_inside(page, "tutorial", "7")
    numbers.get_by_role("button", name="Pooling 1").click()
    four = [float(words) for words in numbers.locator(".four td").all_inner_texts()]
    assert max(four) == pytest.approx(float(numbers.locator("output").get_attribute("data-value")), abs=6e-4)
    numbers.get_by_role("button", name="Dropout 1").click()
    masks = set()
    for _ in range(3):
        numbers.get_by_role("button", name="Draw a random mask").click()
        masks.add(numbers.evaluate("({ view }) => view.dropped.join('')"))
    assert len(masks) == 3 and all(0.2 < mask.count("1") / len(mask) < 0.3 for mask in masks)
    kept = numbers.evaluate("({ view }) => view.maps.at(-1).values[7]")
    numbers.get_by_role("button", name="Flatten").click()
    expect(numbers).to_contain_text("· 36 +")
    numbers.get_by_role("button", name="Dense").click()
    rows = [float(row.split("\t")[-1].replace("−", "-")) for row in numbers.locator(".list tbody tr").all_inner_texts()]
    rest, bias = [
        words.replace("−", "-").replace("+ ", "").replace("- ", "-") for words in numbers.locator("dd").all_inner_texts()[:2]
    ]
    value = float(numbers.locator("output").get_attribute("data-value"))
    assert max(0, sum(rows) + float(rest) + float(bias)) == pytest.approx(value, abs=5e-3)
    numbers.get_by_role("button", name="Softmax").click()
    shares = [row.split("\t")[-1] for row in numbers.locator(".list").first.locator("tbody tr").all_inner_texts()]
    assert shares[7] == f"{kept:.1%}" and len(shares) == 10


def test_nothing_sticks_out_of_the_page(page):
    numbers = look_inside(page, "quick")
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for stage in numbers.locator(".stages button").all():
            stage.click()
            assert numbers.evaluate("element => element.scrollWidth <= element.clientWidth + 1"), (width, stage.inner_text())
