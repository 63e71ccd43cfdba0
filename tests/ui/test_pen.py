"""An answer while the pen is still down."""

from base64 import b64encode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.ink import sketch
from mnist_cnn.ui import message, pen
from mnist_cnn.ui.drawing import Drawing

SIDE = 280


def told(number: int, image: np.ndarray) -> dict:
    Image.fromarray(image).save(png := BytesIO(), "PNG")
    return {"picture": {"number": number, "image": message.PNG + b64encode(png.getvalue()).decode()}}


def paper() -> np.ndarray:
    image = np.zeros((SIDE, SIDE, 4), np.uint8)
    image[60:220, 120:150] = 255
    image[..., 3] = 255
    return image


@pytest.fixture
def page(app_store, monkeypatch) -> dict:
    """What the browser holds, what it was told last, and who draws: Draw without Streamlit."""
    shown = {"held": {}, "session": "one"}
    monkeypatch.setattr(pen.st, "session_state", shown["held"])
    monkeypatch.setattr(pen, "_pen", lambda data, **_: shown.update(data))
    monkeypatch.setattr(pen, "get_script_run_ctx", lambda: type("Context", (), {"session_id": shown["session"]}))
    return shown


def test_a_picture_is_answered_once_and_its_number_told_back(page):
    drawing = Drawing()
    assert pen.drawn(drawing, SIDE) is None and page["seen"] is None and page["offered"]
    page["held"][pen.KEY] = told(7, paper())
    assert np.array_equal(pen.drawn(drawing, SIDE), sketch.ink(paper())) and page["seen"] == 7
    assert pen.drawn(drawing, SIDE) is None and page["seen"] == 7


def test_what_the_canvas_reports_counts_before_what_the_pen_told(page):
    drawing = Drawing()
    page["held"][pen.KEY] = told(7, paper())
    pen.lifted(drawing, changed=True)
    assert pen.drawn(drawing, SIDE) is None
    page["held"][pen.KEY] = told(8, paper())
    assert pen.drawn(drawing, SIDE) is not None


def test_many_who_draw_are_answered_after_the_stroke(page):
    for session in range(pen.FEW):
        page["session"] = session
        pen.lifted(Drawing(), changed=True)
    pen.drawn(drawing := Drawing(), SIDE)
    assert page["offered"]
    page["session"], page["held"][pen.KEY] = "one more", told(7, paper())
    assert pen.drawn(drawing, SIDE) is not None and not page["offered"]


def test_who_drew_long_ago_does_not_count():
    now = [0.0]
    crowd = pen.Crowd(lambda: now[0])
    for session in "abcde":
        crowd.touch(session)
    assert not crowd.few()
    now[0] += pen.RECENT + 1
    assert crowd.few()


@pytest.mark.parametrize(
    "sent",
    [None, [], {}, {"picture": None}, {"picture": "7"}, {"picture": {"number": "7"}}, {"picture": {"number": True}}],
    ids=str,
)
def test_what_no_pen_tells_has_no_number(sent):
    assert message.told(sent) is None


@pytest.mark.parametrize(
    "image",
    [None, 7, "", "no picture", message.PNG, message.PNG + "é", message.PNG + "A" * 5 * SIDE**2],
    ids=lambda image: str(image)[:40],
)
def test_what_no_pen_draws_is_passed_over(page, image):
    page["held"][pen.KEY] = {"picture": {"number": 7, "image": image}}
    assert pen.drawn(Drawing(), SIDE) is None and page["seen"] == 7


def test_half_a_picture_is_passed_over():
    sent = told(7, np.random.default_rng(1).integers(0, 256, (64, 64, 4), np.uint8))
    sent["picture"]["image"] = sent["picture"]["image"][: -len(sent["picture"]["image"]) // 8 * 4]
    assert message.told_picture(sent, SIDE) is None


def test_a_picture_larger_than_any_canvas_is_passed_over():
    assert message.told_picture(told(7, np.zeros((9 * message.FINE, 8, 4), np.uint8)), 8) is None
