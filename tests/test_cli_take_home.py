"""What is taken home by the command line: code to standard output, networks and reports to files."""

import ast
import json
import shutil

import pytest

from mnist_cnn.cli import main
from mnist_cnn.runs import Store


@pytest.fixture
def runs(trained, tmp_path, monkeypatch) -> Store:
    """The store that the command line uses; it holds the trained run."""
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path / "models"))
    shutil.copytree(trained.folder, tmp_path / "models" / trained.id)
    return Store()


def test_code_is_a_program_or_a_notebook(runs, capsys):
    assert main(["code", "--preset", "quick"]) == 0
    script = capsys.readouterr().out
    ast.parse(script)
    assert "keras.datasets.mnist" in script and script.startswith("# %% Quick,")
    assert main(["code", "--preset", "quick", "--dataset", "digits"]) == 0
    assert "load_digits" in capsys.readouterr().out
    runs.rename(runs.get("small"), "安娜")
    assert main(["code", "--model", "安娜", "--format", "ipynb"]) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert "安娜" in cells[0]["source"] and "model.add(layers.Conv2D(4, 3, " in str(cells)


def test_export_writes_what_the_ending_says(runs, trained, tmp_path, capsys):
    assert main(["export", "--model", "small", str(tmp_path / "mine.keras")]) == 0
    assert (tmp_path / "mine.keras").read_bytes() == trained.model_file.read_bytes()
    printed = capsys.readouterr().out
    assert 'load_model("mine.keras")' in printed and "/ 255" in printed
    assert main(["export", "--model", "small", str(tmp_path / "mine.onnx")]) == 1
    assert ".keras, .tflite" in capsys.readouterr().err


def test_report_is_a_file_in_either_language(runs, trained, tmp_path, capsys):
    shutil.copytree(trained.folder, runs.folder / "other")
    mine, zh = tmp_path / "mine.html", tmp_path / "zh.html"
    assert main(["report", "--model", "small", "--name", "Anna & Li", str(mine)]) == 0
    assert "mine.html" in capsys.readouterr().out
    assert "Anna &amp; Li" in mine.read_text("utf-8")
    assert main(["report", "--model", trained.id, "--compare", "other", "--lang", "zh", str(zh)]) == 0
    assert "混淆矩阵" in zh.read_text("utf-8") and "都认对" in zh.read_text("utf-8")


def test_what_cannot_be_reported_is_said_in_words(runs, small, tmp_path, capsys):
    runs.create("other", "mnist", small())
    report = ["report", "--model", "small", "--compare", "other", str(tmp_path / "mine.html")]
    for name, told in ("other", "different datasets"), ("small", "compared with itself"):
        assert main([*report[:4], name, report[-1]]) == 1
        assert told in capsys.readouterr().err
    assert main([*report[:3], str(tmp_path / "mine.pdf")]) == 1
    assert ".html" in capsys.readouterr().err
    assert main(["code", "--model", "nobody"]) == 1
    assert "no run named nobody" in capsys.readouterr().err
