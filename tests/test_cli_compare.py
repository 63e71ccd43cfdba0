"""The command line compares two runs, in words and as JSON, with the figures of the pages."""

import json
import shutil

import pytest
from pairs import another

from mnist_cnn.cli import main
from mnist_cnn.reading import comparison
from mnist_cnn.runs import Run, Store


@pytest.fixture
def two(trained, tmp_path, monkeypatch) -> tuple[Run, Run]:
    """The trained run, and one that reads otherwise."""
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path / "models"))
    shutil.copytree(trained.folder, tmp_path / "models" / trained.id)
    return Store().get(trained.id), another(Store(), trained, epochs=9)


def test_json_has_the_figures_of_the_comparison(two, capsys):
    assert main(["compare", "small", "other", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    expected = comparison.load(*two).summary()
    assert {name: told[name] for name in expected} == json.loads(json.dumps(expected))
    assert told["settings"] == {"epochs": [3, 9]} and told["dataset"] == "digits"
    assert (told["a"]["id"], told["b"]["name"]) == (two[0].id, "other") and len(told["a"]["history"]) == 3


def test_words_tell_the_same(two, capsys):
    assert main(["compare", "small", "other"]) == 0
    printed, told = capsys.readouterr().out, comparison.load(*two).summary()
    counts = told["counts"]
    assert f"B alone reads {counts['only_b']} right and A alone {counts['only_a']}" in printed
    assert f"Both {counts['both']}, Only A {counts['only_a']}" in printed and f"Neither {counts['neither']}" in printed
    assert [line.split() for line in printed.splitlines() if line.startswith("Epochs")] == [["Epochs", "3", "9"]]
    assert f"{told['recall']['b']['recall'][9]:.4f} ({told['recall']['b']['low'][9]:.4f} to " in printed
    assert "Learning rate" not in printed


def test_the_same_settings_are_said_to_be_the_same(two, capsys):
    shutil.copyfile(two[0].folder / "run.json", two[1].folder / "run.json")
    assert main(["compare", two[0].id, "other"]) == 0
    assert "Their settings are the same." in capsys.readouterr().out


def test_what_was_not_kept_is_asked_for(two, capfd):
    (two[1].folder / "predictions.npz").unlink()
    assert main(["compare", two[0].id, "other", "--json"]) == 0
    printed = capfd.readouterr()
    counts = json.loads(printed.out)["counts"]
    assert (counts["only_a"], counts["only_b"]) == (0, 0) and printed.err == ""


@pytest.mark.parametrize(
    ("names", "sentence"),
    [(("small", "none"), "There is no run named none."), (("other", "other"), "with itself shows nothing")],
)
def test_what_cannot_be_compared_is_a_sentence(two, capsys, names, sentence):
    assert main(["compare", *names, "--json"]) == 1
    printed = capsys.readouterr()
    assert sentence in printed.err and printed.out == ""
