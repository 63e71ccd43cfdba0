"""The command line does what the pages do, on the same runs, and says in words what went wrong."""

import io
import json
import shutil
import sys

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.cli import main
from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Collection
from mnist_cnn.ink import imagefile, picture, segmentation, sketch
from mnist_cnn.network.hyperparameters import RANGES
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Store
from mnist_cnn.training import series
from mnist_cnn.training.series import Ready

TINY = ["--train-images", "200", "--batch-size", "20", "--filters1", "2", "--filters2", "2", "--dense-units", "8"]


@pytest.fixture
def runs(trained, tmp_path, monkeypatch) -> Store:
    """The store that the command line uses; it holds the trained run."""
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path / "models"))
    shutil.copytree(trained.folder, tmp_path / "models" / trained.id)
    return Store()


@pytest.fixture
def doubting(runs) -> Store:
    """The store, with a run that is sure of nothing, and so cuts no digit in two."""
    (runs.get("small").folder / "calibration.json").write_text(json.dumps({"threshold": 1.0}))
    return runs


@pytest.fixture
def pictures(tmp_path) -> list:
    """Three test images of small digits as files, dark on light, and a file that is no image."""
    files = []
    for number in range(3):
        files.append(tmp_path / f"digit{number}.png")
        Image.fromarray(255 - datasets.load("digits").x_test[number]).save(files[-1])
    (tmp_path / "letter.png").write_text("Dear teacher")
    return [*map(str, files), str(tmp_path / "letter.png")]


def test_train_makes_a_run_and_shows_every_epoch(runs, capsys):
    assert main(["train", "--preset", "tiny", "--dataset", "digits", "--name", "mine", "--epochs", "2", *TINY]) == 0
    printed = capsys.readouterr().out
    assert "epoch 1/2" in printed and "epoch 2/2" in printed and "Test accuracy" in printed
    run = runs.get("mine")
    assert run.status().state == "finished" and run.hyperparameters.filters1 == 2
    assert main(["train", "--resume", "mine"]) == 1
    assert "has finished all its epochs" in capsys.readouterr().err


def test_a_stopped_run_is_resumed(runs, new_run, capsys):
    from mnist_cnn.training import training

    run = new_run(runs, epochs=3)
    training.train(run, observe=lambda event: run.request_stop() if event["epoch"] == 2 else None)
    assert main(["train", "--resume", run.id]) == 0
    assert runs.get(run.id).status().state == "finished"
    assert "epoch 3/3" in capsys.readouterr().out


@pytest.fixture
def little(runs, small, monkeypatch) -> Store:
    """The store, and a ready-made series of two runs that train in no time."""
    changes = small(epochs=1, dropout1=0.0).to_dict() | {"validation_split": 0.2}
    one = Ready("tutorial", {"dropout2": (0.0, 0.5)}, seeds=1, changes=changes)
    monkeypatch.setattr(series, "READY", {"dropout": one})
    return runs


def test_a_series_is_trained_and_its_table_told(little, capsys):
    assert main(["series", "--list"]) == 0
    assert "dropout        2 runs, about 0 min   What does dropout do?" in capsys.readouterr().out
    assert main(["series", "dropout", "--dataset", "digits"]) == 0
    printed = capsys.readouterr().out
    assert "Run 2 of 2: 0.5, seed 1" in printed and "epoch 1/1" in printed
    (made,) = series.among(little.runs()).values()
    accuracies = [json.loads((run.folder / "evaluation.json").read_text())["accuracy"] for run in made]
    assert [line.split()[-1] for line in printed.splitlines()[-2:]] == [f"{accuracy:.4f}" for accuracy in accuracies]


def test_a_series_that_is_interrupted_leaves_no_run_waiting(little, monkeypatch, capsys):
    monkeypatch.setattr("mnist_cnn.cli.series.train_here", lambda run: run.set_status("stopped", "reason.stopped"))
    assert main(["series", "dropout", "--dataset", "digits"]) == 1
    assert "Stopped on request" in capsys.readouterr().err
    (made,) = series.among(little.runs()).values()
    assert [run.status().reason for run in made] == ["reason.stopped"] * 2 and all(run.resumable() for run in made)


def test_a_series_that_is_not_there_is_said_so(runs, capsys):
    assert main(["series", "luck"]) == 1
    assert "Choose from: dropout" in capsys.readouterr().err


def test_stopping_a_run_that_does_not_train_is_refused_in_a_sentence(runs, new_run, capsys):
    run = new_run(runs)
    assert main(["runs", "--stop", run.id]) == 0 and run.stop_requested()
    run.enqueue()
    run.set_status("finished")
    assert main(["runs", "--stop", run.id]) == 1 and not run.stop_requested()
    assert "is not training" in capsys.readouterr().err


def test_evaluate_tells_what_the_run_keeps(runs, trained, capsys):
    assert main(["evaluate", "--model", trained.id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    kept = json.loads((trained.folder / "evaluation.json").read_text())
    assert told["accuracy"] == kept["accuracy"] and told["confusion_matrix"] == kept["confusion_matrix"]
    assert main(["evaluate", "--model", "small"]) == 0
    assert "Confusion matrix" in capsys.readouterr().out


def test_evaluate_tells_of_the_classs_drawings(runs, trained, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MNIST_CNN_COLLECTION", str(tmp_path / "collection.jsonl"))
    assert main(["evaluate", "--model", "small", "--drawings"]) == 0
    assert "No drawing of the class counts" in capsys.readouterr().out
    dataset = datasets.load("digits")
    for image, digit in zip(dataset.x_test[:12] / np.float32(255), dataset.y_test.tolist(), strict=False):
        Collection().add(digit, image, None)
    Collection().add((int(dataset.y_test[0]) + 1) % 10, dataset.x_test[0] / np.float32(255), None)
    assert main(["evaluate", "--model", "small", "--drawings", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["images"], told["contradictory"], told["learned"]) == (11, 2, 0)
    assert told["share"] == pytest.approx(told["accuracy"], abs=1e-6) and told["low"] < told["share"] <= told["high"]
    assert main(["evaluate", "--model", "small", "--drawings"]) == 0
    printed = capsys.readouterr().out
    assert f"{told['right']} of 11 drawings read right" in printed and "2 drawings are left out" in printed


def test_predict_reads_what_it_can_and_names_the_rest(doubting, trained, pictures, capsys):
    assert main(["predict", "--model", "small", "--json", *pictures]) == 1
    printed = capsys.readouterr()
    records = [json.loads(line) for line in printed.out.splitlines()]
    assert [record["file"] for record in records] == pictures[:3]
    assert "letter.png cannot be read as an image" in printed.err
    for file, record in zip(pictures, records, strict=False):
        (segment,) = segmentation.split(picture.read(file))
        seen = sketch.normalise(segment.drawing).image[np.newaxis]
        assert np.allclose(record["probabilities"], prediction.load(trained).predict(seen)[0], atol=1e-5)
        assert record["probabilities"][record["digit"]] == record["confidence"] == max(record["probabilities"])
        (digit,) = record["digits"]
        assert all(record[key] == digit[key] for key in ("digit", "confidence", "probabilities", "sure"))
        assert record["text"] == str(record["digit"])


def row(*numbers: int) -> np.ndarray:
    """Test images of small digits side by side, uint8 (28, 28 * N), ink bright."""
    return np.concatenate([datasets.load("digits").x_test[number] for number in numbers], axis=1)


def drawn(path, ink: np.ndarray, scale: int = 8) -> str:
    Image.fromarray(255 - ink).resize((ink.shape[1] * scale, ink.shape[0] * scale)).save(path)
    return str(path)


def records(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_predict_reads_rows_of_digits(doubting, tmp_path, capsys):
    ink = np.concatenate([row(0, 1, 2), np.zeros((14, 84), np.uint8), row(3, 4, 5)])
    assert main(["predict", "--model", "small", "--json", drawn(tmp_path / "rows.png", ink)]) == 0
    (record,) = records(capsys)
    assert set(record) == {"file", "text", "sure", "digits"}
    first, second = record["text"].split("\n")
    assert [len(first), len(second)] == [3, 3]
    assert [str(digit["digit"]) for digit in record["digits"]] == [*first, *second]
    assert record["sure"] == all(digit["sure"] for digit in record["digits"])
    for number, digit in enumerate(record["digits"]):
        left, top, right, bottom = digit["box"]
        column, line = number % 3, number // 3
        assert 28 * column <= left / 8 < right / 8 <= 28 * (column + 1)
        assert 42 * line <= top / 8 < bottom / 8 <= 42 * line + 28


def test_boxes_are_in_the_pixels_of_the_file(doubting, tmp_path, capsys):
    small, large = (drawn(tmp_path / f"{scale}.png", row(0, 1), scale) for scale in (10, 60))
    assert main(["predict", "--model", "small", "--json", small, large]) == 0
    here, there = ([digit["box"] for digit in record["digits"]] for record in records(capsys))
    assert np.allclose(np.array(there) / 60, np.array(here) / 10, atol=0.5)


@pytest.mark.parametrize(("threshold", "sure"), [(0.0, True), (1.0, False)])
def test_predict_tells_doubt(runs, tmp_path, capsys, threshold, sure):
    (runs.get("small").folder / "calibration.json").write_text(json.dumps({"threshold": threshold}))
    files = [drawn(tmp_path / "one.png", row(0)), drawn(tmp_path / "two.png", row(0, 1))]
    assert main(["predict", "--model", "small", *files]) == 0
    for file, line in zip(files, capsys.readouterr().out.splitlines(), strict=True):
        assert ("not sure, most like" not in line) == sure and line.startswith(file) and line.endswith("%)")
    assert main(["predict", "--model", "small", "--json", *files]) == 0
    assert [record["sure"] for record in records(capsys)] == [sure, sure]
    assert calibration.threshold(runs.get("small")) == threshold


def test_predict_reads_with_sketch_unless_told_otherwise(runs, new_run, trained, tmp_path, capsys):
    file = drawn(tmp_path / "one.png", row(0))
    assert main(["predict", "--json", file]) == main(["predict", "--json", "--model", "small", file]) == 0
    mine, told = records(capsys)
    assert mine == told
    shutil.rmtree(runs.folder)
    assert main(["predict", file]) == 1
    assert "No network has been trained yet" in capsys.readouterr().err


def test_patterns_are_looked_for_where_the_shell_does_not(runs, tmp_path, monkeypatch, capsys):
    for name in ("b.png", "a.png", "c[1].png", "c1.png"):
        drawn(tmp_path / name, row(0))
    monkeypatch.chdir(tmp_path)
    assert main(["predict", "--model", "small", "--json", "*.png", "c[1].png"]) == 0
    assert [record["file"] for record in records(capsys)] == ["a.png", "b.png", "c1.png", "c[1].png", "c[1].png"]
    assert main(["predict", "--model", "small", "--json", str(tmp_path / "[ab].png")]) == 0
    assert len(records(capsys)) == 2
    assert main(["predict", "--model", "small", "*.jpg"]) == 1
    assert "There is no file *.jpg" in capsys.readouterr().err


def test_whatever_happens_to_one_file_the_others_go_on(runs, pictures, monkeypatch, capsys):
    read = imagefile.read

    def failing(file, name):
        if name == pictures[1]:
            raise MemoryError("too much")
        return read(file, name)

    monkeypatch.setattr(imagefile, "read", failing)
    assert main(["predict", "--model", "small", "--json", *pictures[:3]]) == 1
    printed = capsys.readouterr()
    assert [json.loads(line)["file"] for line in printed.out.splitlines()] == [pictures[0], pictures[2]]
    assert pictures[1] in printed.err and "too much" in printed.err


def test_a_name_that_the_console_cannot_show_ends_no_command(runs, tmp_path, monkeypatch, capsys):
    file = drawn(tmp_path / "七.png", row(0))
    runs.rename(runs.get("small"), "安娜的网络")
    console = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", console)
    for command in (["predict", "--model", "安娜的网络", file], ["runs"], ["evaluate", "--model", "安娜的网络"]):
        assert main(command) == 0
    console.flush()
    printed = console.buffer.getvalue().decode("ascii")
    assert "\\u4e03.png" in printed and printed.count("\\u5b89\\u5a1c") == 2


def test_a_file_has_one_line_whatever_its_name_holds(runs, tmp_path, capsys):
    good, bad = drawn(tmp_path / "a\n\x1b[31m.png", row(0)), str(tmp_path / "b\r\n\x1b.png")
    assert main(["predict", "--model", "small", good, bad]) == 1
    printed = capsys.readouterr()
    assert "a\\n\\x1b[31m.png: " in printed.out and "b\\r\\n\\x1b.png" in printed.err
    assert [len(text.splitlines()) for text in printed] == [1, 1] and "\x1b" not in "".join(printed)
    assert main(["predict", "--model", "small", "--json", good]) == 0
    assert records(capsys)[0]["file"] == good


def test_runs_lists_renames_and_deletes(runs, trained, capsys):
    assert main(["runs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == trained.id
    assert main(["runs", "--rename", "small", "large"]) == 0
    assert runs.get("large").id == trained.id
    assert main(["runs", "--delete", "large"]) == 0
    assert runs.runs() == []
    assert main(["runs", "--delete", "large"]) == 1
    assert "no run named large" in capsys.readouterr().err


def test_data_says_where_mnist_is_or_what_is_wrong(real_mnist, tmp_path, monkeypatch, capsys):
    assert main(["data"]) == 0
    assert str(real_mnist) in capsys.readouterr().out
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "nowhere.npz"))
    assert main(["data"]) == 1
    assert "nowhere.npz" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--epochs", "0"], ["--learning-rate", "-1"], ["--kernel1", "4"], ["--dropout2", "1.5"], ["--preset", "none"]],
    ids=str,
)
def test_a_bad_value_is_refused_and_makes_no_run(runs, arguments, capsys):
    try:
        code = main(["train", "--dataset", "digits", "--name", "bad", *arguments])
    except SystemExit as error:
        code = error.code
    assert code != 0 and arguments[1].removeprefix("-") in capsys.readouterr().err
    assert [run.name for run in runs.runs()] == ["small"]


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"], ["data"], ["runs"]], ids=str)
def test_help_says_what_a_command_does(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0 and len(capsys.readouterr().out) > 200


def test_the_help_of_train_says_what_every_hyperparameter_is(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    meanings = capsys.readouterr().out.split("what the hyperparameters are:")[1]
    assert [field for field in RANGES if field not in meanings] == []


def test_a_folder_that_takes_no_run_is_said_to_be_so(tmp_path, monkeypatch, capsys):
    (tmp_path / "models").write_text("no folder")
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path / "models"))
    assert main(["train", "--dataset", "digits"]) == 1
    assert "models" in capsys.readouterr().err
