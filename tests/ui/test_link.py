"""A link opens exactly what it was taken from; what a lesson does not need is left out, and can be had again."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import address, control, open_page, texts

from mnist_cnn.network.hyperparameters import RANGES
from mnist_cnn.ui.hideable import HIDEABLE
from mnist_cnn.ui.navigation import PAGES
from mnist_cnn.ui.state import TABLE

LESSON = "presets,optimizer,runs"


def keys(app) -> set[str]:
    """Of all that stands on a page."""
    kinds = ("button", "pills", "slider", "select_slider", "selectbox", "toggle", "number_input", "multiselect")
    kinds += ("segmented_control",)
    return {(element.key or "").rsplit("-", 1)[0] for kind in kinds for element in getattr(app, kind)}


@given(st.text(max_size=40) | st.lists(st.sampled_from([*HIDEABLE, "nothing", ""]) | st.text(max_size=5)).map(",".join))
def test_of_what_an_address_hides_only_the_names_that_there_are_count(text):
    hidden = TABLE["hide"].parse(text)
    assert set(hidden) == set(text.split(",")) & set(HIDEABLE) and len(hidden) == len(set(hidden))
    assert TABLE["hide"].parse(",".join(hidden)) == hidden


def test_every_hyperparameter_is_in_one_group():
    fields = [field for group in HIDEABLE.values() for field in group]
    assert sorted(fields) == sorted(RANGES)


def test_what_is_left_out_keeps_its_value_and_is_there_again_when_asked_for(app_store):
    app = open_page("train", lang="en", preset="tiny", epochs="7", hide=LESSON)
    assert not [key for key in keys(app) if key.startswith(("epochs", "learning_rate", "batch_size", "compared"))]
    assert "Kernels, 1st convolution" in [slider.label for slider in app.slider]
    assert "Tiny network · Epochs 7" in [field.placeholder for field in app.text_input]
    told = {name: value for name, value in address(app).items() if name != "dataset"}  # small digits, without MNIST
    assert told == {"lang": "en", "preset": "tiny", "epochs": "7", "hide": "optimizer,presets,runs"}
    app.button(key="show-all").click().run()
    assert not app.exception and "hide" not in address(app)
    assert control(app.slider, "epochs").value == 7 and control(app.pills, "preset").value is None
    assert "show-all" not in [button.key for button in app.button]


def test_what_is_left_out_is_left_out_on_all_pages_of_the_session(trained_store):
    app = open_page("draw", lang="en", hide="teach,inside,modes", mode="pixels")
    assert not {"keep", "fine-tune", "export"} & {button.key for button in app.button}
    assert not app.segmented_control or all("mode" not in element.key for element in app.segmented_control)
    assert "Look inside the network" not in [expander.label for expander in app.expander]
    app.switch_page("mnist_cnn/ui/train/page.py").run()
    assert address(app)["hide"] == "modes,inside,teach"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_or_is_a_trap_with_everything_left_out(app_store, page):
    app = open_page(page, lang="en", hide=",".join(HIDEABLE))
    assert not app.exception and "show-all" in [button.key for button in app.button]
    app.button(key="show-all").click().run()
    assert not app.exception and "hide" not in address(app)


def link(app) -> str:
    """What the dialog shows."""
    return next(code.value for code in app.code if "lang=" in code.value)


def test_the_link_tells_the_page_and_all_that_is_chosen(app_store):
    app = open_page("train", lang="en", preset="tutorial", epochs="5", dataset="digits", hide="menu")
    app.button(key="link").click().run()
    told = urlsplit(link(app))
    assert told.path == "/train" and dict(parse_qsl(told.query)) == address(app)
    assert control(app.multiselect, "left-out").value == ["menu"]
    assert address(open_page("train", **dict(parse_qsl(told.query)))) == address(app)


def test_the_link_names_the_run_that_is_shown_though_nobody_chose_it(trained_store, trained):
    app = open_page("train", lang="en")
    app.button(key="link").click().run()
    assert dict(parse_qsl(urlsplit(link(app)).query))["run"] == trained.id and "run" not in address(app)


@pytest.mark.parametrize("named", ["https://school.example/studio", "x" * 5000])
def test_the_link_begins_with_the_address_that_phones_reach(app_store, monkeypatch, named):
    monkeypatch.setenv("MNIST_CNN_ADDRESS", named)
    app = open_page("home", lang="en")
    app.button(key="link").click().run()
    assert not app.exception and link(app).endswith(f"{named}/?lang=en")
    assert ("too long for a QR code" in texts(app)) == (len(named) > 4000)
