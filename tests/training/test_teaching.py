"""A copy of a network learns the class's drawings; what that did to it is measured, and its base stays as it was."""

import errno
import json
import shutil

import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import teaching, training


def examples(digit: int, count: int, upside_down: bool = False) -> list[Example]:
    """Small digits as somebody drew them, perhaps upside down, which no network knows."""
    dataset = datasets.load("digits")
    images = dataset.x_test[dataset.y_test == digit][:count]
    return [Example(f"{digit}{n}", digit, image[::-1] if upside_down else image, None) for n, image in enumerate(images)]


@pytest.fixture(scope="module")
def drawings():
    return examples(4, 24, upside_down=True) + examples(7, 12)


@pytest.fixture(scope="module")
def lesson(trained, drawings, tmp_path_factory):
    """A copy that was taught; tests only read it."""
    run = teaching.prepare(Store(tmp_path_factory.mktemp("taught")), trained, drawings, "small, taught", "somebody")
    training.train(run)
    assert run.status().state == "finished", run.status()
    return run


def test_the_copy_reads_the_drawings_better_than_its_base(lesson):
    figures = teaching.result(lesson)["collection"]
    assert figures["images"] == 12 and figures["after"] > figures["before"]


def test_the_figures_are_those_of_the_two_networks(lesson, trained):
    dataset = datasets.load("digits")
    for key, run in (("before", trained), ("after", lesson)):
        right = prediction.load(run).predict(dataset.x_test / np.float32(255)).argmax(axis=1) == dataset.y_test
        assert teaching.result(lesson)["test"][key] == pytest.approx(right.mean(), abs=1e-6)


def test_the_copy_knows_its_base_and_leaves_it_alone(lesson, trained, drawings):
    assert (lesson.base, lesson.owner, trained.base) == (trained.id, "somebody", None)
    assert (lesson.folder / "base.keras").read_bytes() == trained.model_file.read_bytes()
    assert calibration.threshold(lesson) == calibration.threshold(trained)


def test_what_was_read_of_each_drawing_held_out_adds_up_to_the_figures(lesson):
    told = teaching.asked(lesson)
    images, labels, held = teaching.taught(lesson)
    assert [digit for _, digit, _, _ in told] == labels[held].tolist()
    assert np.array_equal([image for image, *_ in told], images[held])
    for key, place in (("before", 2), ("after", 3)):
        right = [drawing[place] == drawing[1] for drawing in told]
        assert teaching.result(lesson)["collection"][key] == pytest.approx(np.mean(right))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"answers": 3}', '{"answers": {"before": [1], "after": [1]}}'])
def test_damaged_answers_are_none(lesson, tmp_path, content):
    folder = shutil.copytree(lesson.folder, tmp_path / lesson.id)
    (folder / "teaching.json").write_text(content)
    assert teaching.asked(Run(folder)) == []


@pytest.mark.parametrize("odd", [None, "7", [7], 7.0, True, -1, 10])
def test_answers_that_are_no_digits_are_none(lesson, tmp_path, odd):
    folder = shutil.copytree(lesson.folder, tmp_path / lesson.id)
    figures = json.loads((folder / "teaching.json").read_text())
    figures["answers"]["after"][0] = odd
    (folder / "teaching.json").write_text(json.dumps(figures))
    assert teaching.asked(Run(folder)) == []


def spoilt(content: bytes) -> list[bytes]:
    """A file as a full disk or a bad one leaves it: cut anywhere, or with bytes of it changed."""
    changed = [content[:place] + b"\xff" * 40 + content[place + 40 :] for place in range(100, len(content), 900)]
    return [b"", b"hello", *(content[:place] for place in range(0, len(content), 900)), *changed]


def test_answers_to_damaged_drawings_are_none_or_can_be_shown(lesson, tmp_path):
    folder = shutil.copytree(lesson.folder, tmp_path / lesson.id)
    for content in spoilt((folder / "taught.npz").read_bytes()):
        (folder / "taught.npz").write_bytes(content)
        assert all(image.shape == (28, 28) and 0 <= digit <= 9 for image, digit, *_ in teaching.asked(Run(folder)))


@pytest.mark.parametrize("number", ["NaN", "-1", "1e400", "1" + "0" * 400, "null", '"x"', "[]"])
@pytest.mark.parametrize("key", ["before", "after", "images"])
def test_figures_that_cannot_be_are_no_result(lesson, tmp_path, key, number):
    folder = shutil.copytree(lesson.folder, tmp_path / lesson.id)
    figures = json.loads((folder / "teaching.json").read_text())
    figures["test"][key] = "here"
    (folder / "teaching.json").write_text(json.dumps(figures).replace('"here"', number))
    assert teaching.result(Run(folder)) is None


def test_a_run_that_cannot_be_written_is_not_left_half_made(trained, drawings, store, small_disk, fill):
    disk = small_disk(256)
    full = Store(disk / "models")
    full.folder.mkdir()
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(20480))  # room for what a run begins with, not for its base
    fill(disk)
    ballast.unlink()
    with pytest.raises(OSError):
        teaching.prepare(full, trained, drawings, "no room", None)
    assert full.scan() == ([], []) and not list(full.folder.iterdir())


def test_a_copy_that_can_be_neither_written_nor_removed_is_out_of_sight(trained, drawings, store, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr("shutil.copyfile", full)
    monkeypatch.setattr("shutil.rmtree", full)
    with pytest.raises(OSError, match="too many"):
        teaching.prepare(store, trained, drawings, "half", None)
    assert store.scan() == ([], [])


def test_no_drawing_is_both_taught_and_asked_about(lesson):
    (x, y), (x_held, y_held) = teaching.compose(lesson, datasets.load("digits"))
    taught_images = {image.tobytes() for image in x}
    assert len(x_held) == 12 and not any(image.tobytes() in taught_images for image in x_held)
    assert len(x) == len(y) > teaching.TAUGHT


def test_every_digit_is_held_out_as_soon_as_there_are_two():
    assert teaching.held_out([4, 4, 7, 4, 4, 7]).tolist() == [False, True, False, False, False, True]
    assert teaching.held_out([4] * 9).sum() == 3


@pytest.mark.parametrize("drawn", [[], examples(3, 1), examples(3, 1) + examples(5, 1)], ids=["none", "one", "two digits"])
def test_too_few_drawings_are_refused_and_make_no_run(trained, store, drawn):
    with pytest.raises(StudioError, match="At least 2 drawings"):
        teaching.prepare(store, trained, drawn, "too few", None)
    assert store.runs() == []


def test_a_lesson_stopped_goes_on_where_it_was(trained, drawings, store):
    run = teaching.prepare(store, trained, drawings, "stopped", None)
    training.train(run, observe=lambda event: run.request_stop() if event["epoch"] == 2 else None)
    assert run.status().state == "stopped" and len(run.history()) == 1
    run.enqueue()
    training.train(run)
    assert run.status().state == "finished" and len(run.history()) == 3
    assert teaching.result(run)["collection"]["images"] == 12


def test_a_run_that_was_not_taught_has_no_result(trained):
    assert teaching.result(trained) is None
