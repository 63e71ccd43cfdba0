"""What pages remember: by value, whatever language shows it; in the address, and from it again."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import address, control, open_page
from streamlit.testing.v1 import AppTest

from mnist_cnn.network.hyperparameters import PRESETS, RANGES
from mnist_cnn.ui.navigation import PAGES
from mnist_cnn.ui.state import TABLE

NAMES = tuple(PAGES)
CHOICES = ("selectbox", "multiselect", "pills", "segmented_control", "select_slider")
KINDS = (*CHOICES, "slider", "toggle", "number_input", "text_input")


@pytest.fixture
def two_runs(trained_store, trained):
    """A store with two runs, so that there is something to choose."""
    folder = shutil.copytree(trained.folder, trained_store.folder / "other")
    (folder / "run.json").write_text((trained.folder / "run.json").read_text("utf-8").replace('"small"', '"other"'), "utf-8")
    return trained_store


def remembered(app) -> dict:
    """What the session remembers that a person chose."""
    passing = {"lang", "into-view", "filtered", "gallery-page"}
    return {name: app.session_state[name] for name in TABLE if name in app.session_state and name not in passing}


def touch(app, draw) -> None:
    """Change one of the page's controls to something that it allows."""
    controls = [element for kind in KINDS for element in getattr(app, kind) if not element.disabled]
    element = controls[draw(st.integers(0, len(controls) - 1))]
    if element.type in ("slider", "number_input"):
        whole = isinstance(element.value, int)
        value = draw((st.integers if whole else st.floats)(element.min, element.max))
        element.set_value(value if whole else round(value, 2))
    elif element.type in ("toggle", "checkbox"):
        element.set_value(not element.value)
    elif element.type == "text_input":
        element.set_value(draw(st.text("aä数 *<", max_size=8)))
    elif element.type == "multiselect":
        element.set_value(draw(st.lists(st.sampled_from(element.options), unique=True)))
    else:
        element.set_value(draw(st.sampled_from(element.options)))


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_languages_may_be_switched_at_any_time_whatever_was_touched(two_runs, name, data):
    app = open_page(name, lang="en")
    for _ in range(3):
        touch(app, data.draw)
        assert not app.run().exception
        before, told = remembered(app), address(app)
        for language in data.draw(st.permutations(["en", "zh"])):
            control(app.segmented_control, "lang").set_value(language).run()
            assert not app.exception
            assert remembered(app) == before
            assert address(app) == told | {"lang": language}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(query=st.dictionaries(st.sampled_from(sorted(TABLE)), st.text(max_size=12) | st.integers().map(str), max_size=6))
def test_no_address_is_an_error(two_runs, query):
    """And what it says of a hyperparameter is within its range, or is passed over."""
    app = open_page("train", **query)
    preset = PRESETS[app.session_state["preset"]].to_dict()
    changed = {field: str(app.session_state[field]) for field in RANGES if app.session_state[field] != preset[field]}
    assert {field: told for field, told in address(app).items() if field in RANGES} == changed
    assert not open_page("analysis", **query).exception


def test_what_an_address_names_twice_is_shown_once(two_runs):
    assert open_page("train", compared="other,other").session_state["compared"] == ["other"]


def test_a_control_whose_page_has_given_way_to_another_changes_nothing():
    def page():
        import streamlit as st

        from mnist_cnn.ui import state

        made = {}
        state.control(lambda label, **look: made.update(look), "brush", "Brush", min_value=8, max_value=40)
        st.session_state.pop(made["key"], None)
        made["on_change"]()

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert "brush" not in app.session_state or app.session_state["brush"] == TABLE["brush"].default


def test_a_control_that_a_new_one_has_replaced_changes_nothing():
    def page():
        import streamlit as st

        from mnist_cnn.ui import state

        made = []
        for value in (20, 30):  # chosen elsewhere: another control each time
            state.put("brush", value)
            state.control(lambda label, **look: made.append(look), "brush", "Brush", min_value=8, max_value=40)
            st.session_state[made[-1]["key"]] = value - 10
        first, second = made
        st.session_state[first["key"]] = 9  # what a browser still tells
        first["on_change"]()
        assert state.get("brush") == 30
        st.session_state[second["key"]] = 11
        second["on_change"]()
        assert state.get("brush") == 11

    assert not AppTest.from_function(page).run().exception


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("train", {"preset": "tutorial", "epochs": "7", "schedule": "one-cycle", "batch_norm": "True", "dataset": "digits"}),
        ("train", {"run": "other", "compared": "other"}),
        ("draw", {"model": "other", "mode": "several", "brush": "30"}),
        ("analysis", {"analysed": "other", "label": "3", "unit": "of_label", "order": "unsure"}),
    ],
)
def test_an_address_opens_exactly_what_it_was_taken_from(two_runs, real_mnist, name, query):
    app = open_page(name, lang="zh", **query)
    assert address(app) == query | {"lang": "zh"}
    assert address(open_page(name, **address(app))) == address(app)


def test_a_value_that_cannot_be_is_left_out_of_the_address(app_store):
    told = address(open_page("train", lang="xx", epochs="1000000", batch_size="many", preset="none", optimizer="magic"))
    assert told == {"lang": "en"} or told == {"lang": "en", "dataset": "digits"}


def test_what_was_chosen_is_there_again_on_the_way_back(two_runs):
    app = open_page("train")
    control(app.slider, "epochs").set_value(9).run()
    app.switch_page("mnist_cnn/ui/draw/page.py").run()
    assert "epochs" not in address(app)
    app.switch_page("mnist_cnn/ui/train/page.py").run()
    assert control(app.slider, "epochs").value == 9
    assert address(app)["epochs"] == "9"


def test_the_pill_follows_the_settings(app_store):
    app = open_page("train")
    assert control(app.pills, "preset").value == "quick"
    control(app.slider, "epochs").set_value(9).run()
    assert control(app.pills, "preset").value is None
    control(app.slider, "epochs").set_value(3).run()
    assert control(app.pills, "preset").value == "quick"


def test_an_expander_is_as_it_was_when_its_page_is_come_back_to(two_runs):
    app = open_page("draw")
    app.session_state["inside"] = True
    app.run()
    app.switch_page("mnist_cnn/ui/train/page.py").run()
    app.switch_page("mnist_cnn/ui/draw/page.py").run()
    assert app.session_state["inside"] is True
