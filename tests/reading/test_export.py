"""A network taken home answers as it does here, and the lines that come with it use it as it was trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import export, prediction
from mnist_cnn.runs import Store


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    """A folder with the trained network in both forms."""
    folder = tmp_path_factory.mktemp("exported")
    for ending in export.ENDINGS:
        export.write(trained, folder / f"mine{ending}")
    return folder


def of_keras(path, images: np.ndarray) -> np.ndarray:
    return keras.models.load_model(path, compile=False).predict(images, verbose=0)


def of_tflite(path, images: np.ndarray) -> np.ndarray:
    reader = tf.lite.Interpreter(str(path))
    reader.resize_tensor_input(reader.get_input_details()[0]["index"], images.shape)
    reader.allocate_tensors()
    reader.set_tensor(reader.get_input_details()[0]["index"], images)
    reader.invoke()
    return reader.get_tensor(reader.get_output_details()[0]["index"])


@pytest.mark.parametrize(("ending", "answers"), [(".keras", of_keras), (".tflite", of_tflite)])
def test_a_file_answers_as_the_run_does(exported, trained, ending, answers):
    digits = datasets.load("digits")
    images = digits.x_test.astype(np.float32) / 255
    ours = prediction.load(trained).predict(images)
    theirs = answers(exported / f"mine{ending}", images[..., np.newaxis])
    assert np.abs(theirs - ours).max() < 1e-4
    assert (theirs.argmax(axis=1) == digits.y_test).mean() == pytest.approx(
        (ours.argmax(axis=1) == digits.y_test).mean(), abs=1e-4
    )


@pytest.mark.parametrize("ending", export.ENDINGS)
def test_the_lines_beside_it_read_an_image(exported, trained, monkeypatch, capsys, ending):
    digits = datasets.load("digits")
    answers = prediction.load(trained).predict(digits.x_test.astype(np.float32) / 255)
    surest = int(np.where(answers.argmax(axis=1) == digits.y_test, answers.max(axis=1), 0).argmax())
    Image.fromarray(digits.x_test[surest]).save(exported / "seven.png")
    monkeypatch.chdir(exported)
    exec(export.snippet(f"mine{ending}"), {})
    digit, probability = capsys.readouterr().out.strip().splitlines()[-1].split()
    assert int(digit) == digits.y_test[surest]
    assert float(probability) == pytest.approx(answers[surest].max(), abs=1e-4)


def test_an_ending_decides_whatever_its_case_and_others_are_refused(trained, tmp_path):
    export.write(trained, tmp_path / "A.KERAS")
    assert (tmp_path / "A.KERAS").read_bytes() == trained.model_file.read_bytes()
    for name in ("a.onnx", "keras", ".keras"):
        with pytest.raises(StudioError, match="must end in one of: .keras, .tflite"):
            export.write(trained, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["A.KERAS"]


def test_what_cannot_be_read_leaves_the_old_file(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "CONVERT", "import sys; sys.exit('no network')")
    (tmp_path / "old.tflite").write_bytes(b"old")
    with pytest.raises(StudioError) as problem:
        export.write(trained, tmp_path / "old.tflite")
    assert problem.value.code == "run.damaged" and "no network" in str(problem.value)
    assert (tmp_path / "old.tflite").read_bytes() == b"old" and not list(tmp_path.glob("*.part*"))


def test_a_run_without_a_network_says_so(new_run, tmp_path):
    run = new_run(Store(tmp_path / "models"))
    with pytest.raises(StudioError) as problem:
        export.content(run, ".keras")
    assert problem.value.code == "run.no_model"


def test_a_folder_that_is_not_there_is_told_before_anything_is_made(trained, tmp_path):
    with pytest.raises(FileNotFoundError):
        export.write(trained, tmp_path / "nowhere" / "a.tflite")
