"""Two networks on the page Analysis, in Streamlit's AppTest."""

import re
import shutil

import numpy as np
import pytest
from pages import address, control, open_page, texts
from pairs import another

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import comparison, evaluation
from mnist_cnn.reading.comparison import GROUPS, Comparison
from mnist_cnn.runs import Store
from mnist_cnn.words import speaker


@pytest.fixture
def pair(trained_store, trained) -> Comparison:
    """The app's store holds the trained run and one that reads otherwise, the newer one; this compares them as A and B."""
    run = another(trained_store, trained, epochs=9)
    return Comparison(evaluation.load(trained), evaluation.load(run))


def open_two(trained, **query):
    return open_page("analysis", view="two", lang="en", **({"pair-a": trained.id, "pair-b": "other"} | query))


def shown(app) -> list[int]:
    """Indices of the images on the page, by the buttons of network A."""
    return [int(button.key.rsplit("-", 1)[1]) for button in app.button if (button.key or "").startswith("answer-A-")]


def test_the_page_says_what_the_comparison_says(pair, trained):
    app = open_two(trained)
    counts, said = pair.counts(), texts(app)
    assert pair.verdict(speaker("en")) in said
    groups = control(app.segmented_control, "pair-shown").options
    assert groups == [
        f"{name} · {counts[key]}" for key, name in zip(GROUPS, ("Both", "Only A", "Only B", "Neither"), strict=True)
    ]
    (table,) = (frame.value for frame in app.dataframe if "name" in frame.value)
    assert table.values.tolist() == [["Epochs", "3", "9"]]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_shows_its_images_page_by_page(pair, trained, group):
    app = open_two(trained, **{"pair-shown": group})
    found = pair.group(group)
    assert shown(app) == found[:16].tolist()
    label = next(button.label for button in app.button if button.key == f"answer-B-{found[0]}")
    assert label == f"B {pair.b.predictions[found[0]]} · {pair.b.confidence[found[0]]:.1%}"
    if len(found) > 16:
        app.button(key="next").click().run()
        assert shown(app) == found[16:32].tolist()


def test_a_cell_shows_its_images_and_a_group_lets_it_go(pair, trained):
    label, predicted = np.argwhere(pair.difference() * (1 - np.eye(10)) > 0)[0]
    app = open_two(trained, **{"pair-shown": f"{label}{predicted}"})
    assert shown(app) == pair.changed(label, predicted)[:16].tolist()
    assert f"Images of {label} that only one of the two reads as {predicted}" in texts(app)
    control(app.segmented_control, "pair-shown").set_value("only_b").run()
    assert shown(app) == pair.group("only_b")[:16].tolist() and "pair-shown" not in address(app)


def test_a_cell_in_which_nothing_changed_says_so(pair, trained):
    label, predicted = next(
        cell for cell in np.argwhere(pair.difference() == 0) if not len(pair.changed(*cell)) and cell[0] != cell[1]
    )
    app = open_two(trained, **{"pair-shown": f"{label}{predicted}"})
    assert "There is no such image." in app.info[0].value and shown(app) == []


def test_swapping_keeps_the_images_and_turns_the_sentence_round(pair, trained):
    app = open_two(trained)
    before = shown(app)
    app.button(key="swap").click().run()
    assert shown(app) == before and Comparison(pair.b, pair.a).verdict(speaker("en")) in texts(app)
    told = address(app)
    assert (told["pair-a"], told["pair-b"], told["pair-shown"]) == ("other", trained.id, "only_a")
    assert address(open_page("analysis", **told)) == told


def test_other_networks_begin_with_their_first_page(pair, trained):
    app = open_two(trained, **{"pair-shown": "both"})
    app.button(key="next").click().run()
    assert shown(app) == pair.group("both")[16:32].tolist()
    app.button(key="swap").click().run()
    assert shown(app) == pair.group("both")[:16].tolist()


def test_an_answer_opens_what_that_network_thought(pair, trained):
    index = pair.group("only_a")[0]
    app = open_two(trained, **{"pair-shown": "only_a"})
    app.button(key=f"answer-B-{index}").click().run()
    assert not app.exception and f"Read as {pair.b.predictions[index]} (90.0%)" in texts(app)


def test_a_run_against_itself_shows_nothing(pair, trained):
    app = open_two(trained, **{"pair-b": trained.id})
    assert "A network compared with itself shows nothing" in app.info[0].value
    assert not app.get("vega_lite_chart") and not app.dataframe and shown(app) == []


def test_unless_told_otherwise_a_is_compared_with_another_of_its_dataset(pair, trained_store, trained, small):
    big = trained_store.create("big", "mnist", small())
    shutil.copyfile(trained.model_file, big.model_file)
    for a, b in ((trained.id, "other"), ("other", trained.id)):
        app = open_page("analysis", view="two", lang="en", **{"pair-a": a})
        assert control(app.selectbox, "pair-b").value == b
    app = open_page("analysis", view="two", lang="en", **{"pair-a": big.id})
    assert "different datasets" in app.info[0].value and shown(app) == []


def test_one_network_is_not_enough(trained_store):
    assert "only one network so far" in open_page("analysis", view="two", lang="en").info[0].value


def test_without_the_dataset_only_the_images_that_both_read_are_missing(pair, trained, monkeypatch):
    def missing(name):
        raise StudioError("data.missing")

    app = open_two(trained)
    monkeypatch.setattr(datasets, "load", missing)
    assert shown(app.run()) == pair.group("only_b")[:16].tolist()
    control(app.segmented_control, "pair-shown").set_value("both").run()
    assert "MNIST was not found" in app.info[0].value and shown(app) == []


def test_a_run_that_is_deleted_meanwhile_is_not_chosen_any_more(pair, trained, trained_store):
    app = open_two(trained)
    shutil.rmtree(trained_store.folder / "other")
    assert "only one network so far" in app.run().info[0].value and not app.exception


@pytest.mark.parametrize("told", ["", "x", "100", "-1", "only_c"])
def test_an_odd_address_opens_the_page(pair, trained, told):
    app = open_page("analysis", view="two", lang="en", **{"pair-a": told, "pair-b": told, "pair-shown": told})
    assert not app.exception and re.search(r"B alone reads \d+ right", texts(app))


def test_the_runs_that_ship_are_compared(monkeypatch, app_store):
    monkeypatch.setenv("MNIST_CNN_MODELS", str(datasets.PROJECT / "models"))
    shipped = Store()
    expected = comparison.load(shipped.get("quick"), shipped.get("tutorial"))
    app = open_page("analysis", view="two", lang="zh", **{"pair-a": "quick", "pair-b": "tutorial"})
    assert expected.verdict(speaker("zh")) in texts(app)
    assert shown(app) == expected.group("only_b")[:16].tolist()
