"""The program of a run is the run: executed where this app is not, its images, layers, first weights and history are ours."""

import ast
import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from mnist_cnn.digits import datasets
from mnist_cnn.network import model, program
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters

EXECUTED = ("tutorial", "transcript", "quick", "best")
RUNNER = """
import importlib.util, json, os, pathlib, sys
import tensorflow as tf
assert importlib.util.find_spec("mnist_cnn") is None
tf.config.run_functions_eagerly(True)  # a few batches do not pay for tracing
for file, epochs in zip(sys.argv[1::2], sys.argv[2::2]):
    sys.argv, os.environ["EPOCHS"], names = [file, "seven.png"], epochs, {}
    for cell in json.loads(pathlib.Path(file).read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)
        if "model" in names and "first" not in names:
            names["first"] = [float(abs(weights).sum()) for weights in names["model"].get_weights()]
    crosstab = names["pd"].crosstab(names["y_test"], names["predictions"], rownames=["label"], colnames=["prediction"])
    print("TOLD " + json.dumps({
        "layers": [[type(layer).__name__, layer.count_params()] for layer in names["model"].layers],
        "images": [names["x_train"].shape[0], float(names["x_train"].max()), float(names["x_train"].mean())],
        "first": names["first"], "history": names["history"].history, "crosstab": str(crosstab),
    }))
    pathlib.Path("mnist_cnn.keras").rename(pathlib.Path(file).with_suffix(".keras"))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory, trained):
    """What the programs of some presets, on a small file like MNIST's, and that of the trained run say and leave behind."""
    folder = tmp_path_factory.mktemp("programs")
    digits = datasets.load("digits")
    arrays = {"x_train": digits.x_train[:200], "y_train": digits.y_train[:200]}
    np.savez(folder / "mnist.npz", **arrays, x_test=digits.x_test[:100], y_test=digits.y_test[:100])
    Image.fromarray(255 - digits.x_test[0]).resize((280, 280)).save(folder / "seven.png")
    sources = {name: program.script(PRESETS[name], "mnist", name) for name in EXECUTED}
    sources["trained"] = program.script(trained.hyperparameters, trained.dataset, "trained")
    for name, source in sources.items():
        (folder / f"{name}.ipynb").write_text(program.notebook(source), "utf-8")
    order = [text for name in EXECUTED for text in (f"{name}.ipynb", "1")]
    order += ["trained.ipynb", str(trained.hyperparameters.epochs)]
    environment = os.environ | {"MNIST": "mnist.npz", "TF_CPP_MIN_LOG_LEVEL": "3"}
    ran = subprocess.run([sys.executable, "-I", "-c", RUNNER, *order], cwd=folder, env=environment, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    *parts, rest = ran.stdout.decode().split("TOLD ")
    records = [json.loads(part.splitlines()[0]) for part in [*parts[1:], rest]]
    return folder, {name: told | {"printed": said} for name, told, said in zip(sources, records, parts, strict=True)}


@pytest.mark.parametrize("name", [*EXECUTED, "trained"])
def test_layers_and_first_weights_are_ours(executed, trained, name):
    hp = trained.hyperparameters if name == "trained" else PRESETS[name]
    told = executed[1][name]
    assert told["layers"] == [[layer.kind, layer.parameters] for layer in model.describe(hp)]
    ours = [float(abs(weights).sum()) for weights in model.build(hp).get_weights()]
    assert np.allclose(told["first"], ours, rtol=1e-4)


def test_the_images_are_divided_by_255(executed):
    ours = datasets.load("digits").x_train[:200] / 255
    for told in executed[1].values():
        assert told["images"] == pytest.approx([200, ours.max(), ours.mean()], abs=1e-3)


def test_the_history_is_ours_but_for_chance(executed, trained):
    history, ours = executed[1]["trained"]["history"], trained.history()
    assert [len(history[key]) for key in ("loss", "val_accuracy")] == [len(ours), len(ours)]
    assert abs(history["loss"][0] - ours[0]["loss"]) < 0.25
    assert abs(history["accuracy"][-1] - ours[-1]["accuracy"]) < 0.15


def test_it_tests_saves_and_reads_a_drawing(executed):
    folder, told = executed
    for name, record in told.items():
        assert record["crosstab"] in record["printed"]
        assert "test set: {'accuracy':" in record["printed"] and "\nseven.png: " in record["printed"]
        saved = keras.models.load_model(folder / f"{name}.keras", compile=False)
        assert saved.count_params() == sum(count for _, count in record["layers"])


def values(field: str):
    """Whatever a hyperparameter may be."""
    allowed, kind = RANGES[field], type(getattr(PRESETS["tutorial"], field))
    if "choices" in allowed:
        return some.sampled_from(allowed["choices"])
    if kind is bool:
        return some.booleans()
    return (some.integers if kind is int else some.floats)(allowed["low"], allowed["high"])


@given(
    hp=some.builds(Hyperparameters, **{field: values(field) for field in RANGES}),
    dataset=some.sampled_from(datasets.DATASETS),
    taught=some.booleans(),
)
def test_whatever_the_settings_a_student_can_read_it(hp, dataset, taught):
    source = program.script(hp, dataset, "n" * 60, taught)
    lines = source.splitlines()
    assert len(lines) <= 80 and max(map(len, lines)) <= 100
    ast.parse(source)
    assert ("pen strokes" in source) == bool(hp.pen_copies) and ("non-digits" in source) == bool(hp.nondigits)
    assert ("5 views" in source) == (hp.views == 5) and ("class's drawings" in source) == taught


def test_every_hyperparameter_changes_it():
    plain = PRESETS["best"]
    before = program.script(plain, "mnist", "")
    for field, value in {"seed": 2, "kernel2": 7, "optimizer": "sgd", "validation_split": 0.0, "augmentation": 0.0,
                         "train_images": 100, "schedule": "constant", "second_pooling": True, "epochs": 3}.items():  # fmt: skip
        assert program.script(Hyperparameters(**plain.to_dict() | {field: value}), "mnist", "") != before


def test_a_notebook_has_the_cells_of_the_script():
    source = program.script(PRESETS["sketch"], "digits", "Sketch")
    cells = json.loads(program.notebook(source))["cells"]
    headings = [line.removeprefix("# %% ") for line in source.splitlines() if line.startswith("# %% ")]
    assert [cell["source"] for cell in cells[::2]] == [f"## {heading}" for heading in headings]
    code = "\n".join(cell["source"] for cell in cells[1::2])
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(source))
