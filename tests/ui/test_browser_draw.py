"""Drawing, photos and teaching, in a real Chromium."""

import re

import pytest
from browser import DIGITS, SECOND, draw, open_draw, settle
from playwright.sync_api import expect


def clear(page) -> None:
    settle(page)
    page.locator(".st-key-clear button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")


def test_drawn_digits_are_read_one_after_the_other(page):
    open_draw(page)
    for digit, strokes in DIGITS.items():
        draw(page, strokes)
        expect(page.locator(".st-key-prediction")).to_have_text(digit)
        clear(page)


def test_a_small_digit_in_a_corner_is_read(page):
    open_draw(page)
    for left, top in (0, 0), (165, 0), (0, 165), (165, 165):
        draw(page, DIGITS["7"], 0.4, left, top)
        expect(page.locator(".st-key-prediction")).to_have_text("7")
        clear(page)


def test_undo_takes_back_a_stroke_and_clear_all(page):
    open_draw(page)
    draw(page, DIGITS["1"])
    expect(page.locator(".st-key-prediction")).to_have_text("1")
    draw(page, [[(60, 60), (60, 230)], [(220, 60), (220, 230)]])
    page.wait_for_timeout(SECOND)
    page.locator(".st-key-undo button").click()
    page.wait_for_timeout(SECOND)
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("1")
    page.locator(".st-key-clear button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    draw(page, DIGITS["7"])
    expect(page.locator(".st-key-prediction")).to_have_text("7")


def test_the_answer_comes_before_the_pen_is_lifted_and_the_stroke_stays_whole(page):
    open_draw(page)
    canvas, prediction = page.locator(".st-key-canvas canvas").last, page.locator(".st-key-prediction")
    box = canvas.bounding_box()
    first, *others = [(box["x"] + x, box["y"] + y) for x, y in DIGITS["7"][0]]
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=60)
    expect(prediction).to_have_text("7")
    expect(page.locator(".st-key-undo button")).to_be_disabled()  # the canvas has reported nothing
    assert canvas.bounding_box() == box
    page.mouse.move(box["x"] + 130, box["y"] + 250, steps=20)
    page.mouse.up()
    expect(page.locator(".st-key-steps")).to_contain_text(re.compile(r"1[34]\d×20\d of 280×280"))  # 120×190 and a brush of 18
    expect(prediction).to_have_text("7")
    settle(page)
    page.locator(".st-key-undo button").click()
    expect(prediction).to_have_text("Draw a digit")


def test_a_finger_draws_on_a_phone(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=server.url, locale="en-US"
    )
    page = context.new_page()
    open_draw(page)
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    session = context.new_cdp_session(page)

    def touch(kind, points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]},
        )

    touch("touchStart", [(140, 50)])
    for y in range(60, 231, 10):
        touch("touchMove", [(140, y)])
    expect(page.locator(".st-key-prediction")).to_have_text("1", timeout=120 * SECOND)  # the finger is still down
    touch("touchEnd", [])
    expect(page.locator(".st-key-undo button")).to_be_enabled()
    expect(page.locator(".st-key-prediction")).to_have_text("1", timeout=120 * SECOND)
    context.close()


def test_every_layer_shows_what_it_makes_of_a_drawing_and_of_the_next_one(page):
    open_draw(page)
    page.locator(".st-key-inside summary").click()
    expect(page.locator(".st-key-inside")).to_contain_text("Draw a digit first")
    draw(page, DIGITS["7"])
    inside, numbers = page.locator(".st-key-inside"), page.locator(".numbers")
    expect(inside.get_by_alt_text("Why 7 and not")).to_be_visible()
    expect(numbers.locator(".bars")).to_have_attribute("data-best", "7")
    numbers.get_by_role("button", name="Pooling 3").click()
    expect(numbers).to_contain_text("128 maps of 7 × 7 become 3 × 3")
    settle(page)
    page.locator(".st-key-clear button").click()
    expect(inside).to_contain_text("Draw a digit first")
    draw(page, DIGITS["0"])
    expect(inside.get_by_alt_text("Why 0 and not")).to_be_visible()
    expect(numbers.locator(".bars")).to_have_attribute("data-best", "0")
    expect(numbers).to_contain_text("128 maps of 7 × 7 become 3 × 3")


def test_what_is_no_digit_is_not_read_as_one(page):
    scribble = [(40, 40), (240, 240), (40, 230), (240, 50), (60, 60), (60, 220), (220, 60), (230, 200), (30, 130), (240, 130)]
    filled = [(x, y) for row, y in enumerate(range(10, 275, 12)) for x in ((10, 270) if row % 2 else (270, 10))]
    two = [[(x / 2.2 + shift, y * 0.9) for x, y in stroke] for shift in (0, 150) for stroke in DIGITS["3"]]
    open_draw(page)
    for strokes in [scribble], [[(140, 140), (141, 141)]], two, [filled]:
        draw(page, strokes)
        expect(page.locator(".st-key-prediction")).to_have_text("Not sure")
        expect(page.get_by_text("Most like")).to_be_visible()
        clear(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_several_digits_are_read_from_left_to_right(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    open_draw(page)
    page.locator("[class*=st-key-mode-]").get_by_role("radio", name="Several").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw several digits")
    settle(page)
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box["width"] == pytest.approx(min(840, box["width"])) and box["x"] + box["width"] <= width
    scale = box["width"] / 840
    for number, digit in enumerate("7301"):
        draw(page, DIGITS[digit], 0.8 * scale, (10 + 205 * number) * scale, 20 * scale)
    expect(page.locator(".st-key-prediction")).to_have_text("7301")


def test_a_photo_is_read_and_no_photo_is_told(page, tmp_path):
    from PIL import Image, ImageDraw

    paper = Image.linear_gradient("L").resize((600, 800)).point(lambda light: 130 + light // 3)
    ImageDraw.Draw(paper).line([(200 + x, 200 + y) for x, y in DIGITS["7"][0]], 40, 22, "curve")
    paper.save(tmp_path / "seven.jpg")
    (tmp_path / "letter.jpg").write_bytes(b"Dear teacher")
    open_draw(page)
    page.locator("[class*=st-key-mode-]").get_by_role("radio", name="Photo").click()
    page.locator(".st-key-photo input").set_input_files(tmp_path / "seven.jpg")
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    page.locator(".st-key-photo").get_by_role("button", name="Remove").first.click()
    page.locator(".st-key-photo input").set_input_files(tmp_path / "letter.jpg")
    expect(page.get_by_text("letter.jpg cannot be read as an image")).to_be_visible()


def test_the_class_keeps_drawings_teaches_a_copy_and_forgets(real_mnist, page):
    page.goto("/draw?model=quick")  # which is measured sooner than Sketch
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    for kept in range(1, 4):
        draw(page, DIGITS["7"], 0.5 + 0.1 * kept)
        expect(page.locator(".st-key-prediction")).to_have_text("7")
        page.locator("[class*=st-key-it-was-]").get_by_text("7", exact=True).click()
        settle(page)
        page.locator(".st-key-keep button").click()
        expect(page.get_by_text(f"the class's drawings (now {kept})")).to_be_visible()
        settle(page)
        page.locator(".st-key-clear button").click()
        expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    settle(page)
    page.locator(".st-key-fine-tune button").click()
    expect(page.locator(".st-key-lesson")).to_contain_text("The copy is learning")
    page.locator(".st-key-use-taught button").click(timeout=300 * SECOND)
    model = page.locator("[class*=st-key-model-]").get_by_role("combobox")
    expect(model).to_have_value(re.compile("taught"))
    settle(page)
    draw(page, DIGITS["7"])
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    page.locator(".st-key-collection summary").click()
    expect(page.locator("[class*=st-key-forget-] button").nth(1)).to_be_visible()
    settle(page)  # pictures that arrive move the buttons under them
    page.locator("[class*=st-key-forget-] button").nth(1).click()  # after "Delete mine"
    expect(page.get_by_text("the class's drawings (now 2)")).to_be_visible()
    page.locator(".st-key-forget-mine button").click()
    page.locator(".st-key-confirm-forget-mine button").click()
    expect(page.get_by_text("the class's drawings (now 0)")).to_be_visible()


def test_a_drawing_survives_undo_another_mode_and_another_page(page):
    open_draw(page)
    draw(page, DIGITS["7"])
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    draw(page, [[(60, 250), (220, 250)]])
    settle(page)  # as long as a hand takes from the canvas to the button
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    mode = page.locator("[class*=st-key-mode-]")
    mode.get_by_role("radio", name="Several").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw several digits")
    mode.get_by_role("radio", name="One digit").click()
    settle(page)  # until then both modes may be on the page
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    page.get_by_role("link", name="Analysis").first.click()
    expect(page.get_by_role("heading", name="Study the mistakes")).to_be_visible()
    page.get_by_role("link", name="Draw").first.click()
    expect(page.locator(".st-key-prediction")).to_have_text("7")
    settle(page)
    page.locator(".st-key-undo button").click()  # the one stroke that is left
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")


def test_touching_digits_are_framed_one_by_one(page):
    open_draw(page)
    page.locator("[class*=st-key-mode-]").get_by_role("radio", name="Several").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw several digits")
    settle(page)
    draw(page, DIGITS["3"], 0.7, 100, 30)
    draw(page, DIGITS["7"], 0.7, 190, 30)
    expect(page.locator(".st-key-prediction")).to_have_text("37")
    expect(page.get_by_alt_text("The digits that were found")).to_be_visible()
