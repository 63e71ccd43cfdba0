"""A network in memory: the same answers for everybody, and words where there is none to ask."""

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model, views
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run


def images(count: int) -> np.ndarray:
    return datasets.load("digits").x_test[:count].astype(np.float32) / 255


@pytest.fixture
def copy(trained, tmp_path) -> Run:
    """The trained run in a folder of its own, for a test to change."""
    return Run(shutil.copytree(trained.folder, tmp_path / trained.id))


def replace_model(run: Run, network) -> None:
    network.save(run.folder / "new.keras")
    (run.folder / "new.keras").replace(run.model_file)


def test_answers_are_probabilities(trained):
    answers = prediction.load(trained).predict(images(20))
    assert answers.shape == (20, 10) and answers.dtype == np.float32
    assert answers.min() >= 0 and np.allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_answers_are_those_of_plain_keras(trained):
    network = keras.models.load_model(trained.model_file)
    expected = network.predict(images(20)[..., np.newaxis], verbose=0)
    assert np.allclose(prediction.load(trained).predict(images(20)), expected, atol=1e-5)


@pytest.mark.parametrize("piece", [1, 7, 20, 500])
def test_an_image_gets_the_same_answer_alone_and_among_others(trained, piece, monkeypatch):
    monkeypatch.setattr(prediction, "PIECE", piece)
    predictor = prediction.load(trained)
    alone = np.concatenate([predictor.predict(image[np.newaxis]) for image in images(20)])
    assert np.allclose(predictor.predict(images(20)), alone, atol=1e-6)


def test_no_image_gets_no_answer(trained):
    answers = prediction.load(trained).predict(np.empty((0, 28, 28), np.float32))
    assert answers.shape == (0, 10) and answers.dtype == np.float32


def test_a_blank_image_gets_an_answer(trained):
    assert prediction.load(trained).predict(np.zeros((1, 28, 28), np.float32)).sum() == pytest.approx(1, abs=1e-5)


def test_a_run_without_a_model_says_so(store, new_run):
    with pytest.raises(StudioError, match="small has no model yet") as caught:
        prediction.load(new_run(store))
    assert caught.value.code == "run.no_model"


def test_a_run_that_was_deleted_is_missing(copy):
    shutil.rmtree(copy.folder)
    with pytest.raises(StudioError) as caught:
        prediction.load(copy)
    assert caught.value.code == "run.missing"


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04", None], ids=["empty", "text", "cut zip", "half"])
def test_a_damaged_model_is_damage_of_the_run(copy, content):
    whole = copy.model_file.read_bytes()
    copy.model_file.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(StudioError) as caught:
        prediction.load(copy)
    assert caught.value.code == "run.damaged" and copy.name in str(caught.value)


def test_a_model_that_carries_code_is_damage_of_the_run(copy):
    replace_model(copy, keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Lambda(lambda x: x * 2)]))
    with pytest.raises(StudioError) as caught:
        prediction.load(copy)
    assert caught.value.code == "run.damaged"


@pytest.mark.parametrize(
    "layers",
    [
        [keras.Input((28, 28, 3)), keras.layers.Flatten(), keras.layers.Dense(10)],
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")],
        [keras.Input((28, 28, 1)), keras.layers.ReLU()],
    ],
    ids=["of colour images", "of two classes", "of images"],
)
def test_a_model_of_something_else_is_damage_of_the_run(copy, layers):
    replace_model(copy, keras.Sequential(layers))
    with pytest.raises(StudioError) as caught:
        prediction.load(copy)
    assert caught.value.code == "run.damaged"


def test_a_model_is_loaded_once_and_again_when_its_file_changes(copy):
    first = prediction.load(copy)
    assert prediction.load(copy) is first is prediction.load(Run(copy.folder))
    network = model.build(replace(copy.hyperparameters, seed=9))
    replace_model(copy, network)
    changed = prediction.load(copy)
    assert np.allclose(changed.predict(images(5)), network(images(5)[..., np.newaxis]).numpy(), atol=1e-6)
    assert not np.allclose(changed.predict(images(5)), first.predict(images(5)), atol=1e-6)


def test_a_damaged_model_put_right_is_loaded(copy):
    whole = copy.model_file.read_bytes()
    copy.model_file.write_bytes(b"damaged")
    with pytest.raises(StudioError):
        prediction.load(copy)
    copy.model_file.write_bytes(whole)
    assert prediction.load(copy).predict(images(3)).shape == (3, 10)


def test_no_more_than_a_few_models_stay_in_memory(trained, tmp_path):
    for number in range(prediction.KEEP + 2):
        prediction.load(Run(shutil.copytree(trained.folder, tmp_path / f"run{number}")))
    assert len(prediction._loaded) == prediction.KEEP


def test_threads_that_ask_at_once_get_the_same_answers(copy):
    expected, start, answers = prediction.load(copy).predict(images(30)), threading.Barrier(8), [None] * 8

    def ask(number: int) -> None:
        start.wait()
        predictor = prediction.load(copy)
        answers[number] = np.stack([predictor.predict(images(30)) for _ in range(5)])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.allclose(answer, expected, atol=1e-6) for answer in answers)


def test_threads_that_come_first_at_once_share_one_model(copy):
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(prediction.load(copy))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(map(id, found))) == 1


@pytest.mark.parametrize("count", [0, 1, 25])
def test_whoever_looks_for_an_end_may_raise_it(trained, count):
    def check():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prediction.load(trained).predict(images(count), check)


@pytest.mark.parametrize("count", [1, 5])
def test_a_model_in_training_and_its_file_give_the_same_answers(trained, count):
    network = keras.models.load_model(trained.model_file)
    predictor = prediction.Predictor(prediction.load(trained).network, count)
    expected = prediction.KerasPredictor(network, count).predict(images(60))
    assert np.allclose(predictor.predict(images(60)), expected, atol=1e-5)


def test_five_views_average_what_one_sees_turned_and_scaled(trained):
    one, five = (prediction.Predictor(prediction.load(trained).network, count) for count in (1, 5))
    seen = np.split(views.seen(images(20), 5), 5)
    assert np.allclose(five.predict(images(20)), np.mean([one.predict(view) for view in seen], axis=0), atol=1e-5)


def test_reading_a_digit_needs_no_tensorflow(trained):
    code = """
import sys
import numpy as np
from mnist_cnn.reading import embedding, explanation, prediction, stress
from mnist_cnn.runs import Run
predictor, image = prediction.load(Run(sys.argv[1])), np.eye(28, dtype=np.float32)
answers = predictor.predict(image[np.newaxis])
stress.fgsm(predictor, image, 1), explanation.evidence(predictor.network, image, 1, 2)
embedding.read(predictor.network, image[np.newaxis])
print(answers.shape, sorted({"tensorflow", "keras"} & set(sys.modules)))
"""
    command = [sys.executable, "-c", code, str(trained.folder)]
    answer = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "(1, 10) []"
