"""The command line does what the pages do, on the same runs, and says in words what went wrong."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.cli import main
from mnist_cnn.digits import datasets
from mnist_cnn.ink import picture, sketch
from mnist_cnn.network.hyperparameters import RANGES
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Store

TINY = ["--train-images", "200", "--batch-size", "20", "--filters1", "2", "--filters2", "2", "--dense-units", "8"]


@pytest.fixture
def runs(trained, tmp_path, monkeypatch) -> Store:
    """The store that the command line uses; it holds the trained run."""
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path / "models"))
    shutil.copytree(trained.folder, tmp_path / "models" / trained.id)
    return Store()


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


def test_evaluate_tells_what_the_run_keeps(runs, trained, capsys):
    assert main(["evaluate", "--model", trained.id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    kept = json.loads((trained.folder / "evaluation.json").read_text())
    assert told["accuracy"] == kept["accuracy"] and told["confusion_matrix"] == kept["confusion_matrix"]
    assert main(["evaluate", "--model", "small"]) == 0
    assert "Confusion matrix" in capsys.readouterr().out


def test_predict_reads_what_it_can_and_names_the_rest(runs, trained, pictures, capsys):
    assert main(["predict", "--model", "small", "--json", *pictures]) == 1
    printed = capsys.readouterr()
    records = [json.loads(line) for line in printed.out.splitlines()]
    assert [record["file"] for record in records] == pictures[:3]
    assert "letter.png cannot be read as an image" in printed.err
    for file, record in zip(pictures, records, strict=False):
        seen = sketch.normalise(picture.read(file)).image[np.newaxis]
        assert np.allclose(record["probabilities"], prediction.load(trained).predict(seen)[0], atol=1e-5)
        assert record["probabilities"][record["digit"]] == record["confidence"] == max(record["probabilities"])


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
