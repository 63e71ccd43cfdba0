"""The settings of a run as a program: plain Keras that a student can read, run and change, without this app."""

import json
import textwrap
from collections.abc import Iterator
from math import tau

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.network import model, optimizer
from mnist_cnn.network.hyperparameters import Hyperparameters

CELL = "\n# %% "  # begins a cell, with its title, as editors know it
FORMATS = ("py", "ipynb")

BEGIN = """\
# %% {title}, a network of MNIST CNN Studio
# It needs: pip install "keras>=3.10" tensorflow pandas pillow{more}
{left_out}{imports}

EPOCHS = int(os.environ.get("EPOCHS", {epochs}))  # EPOCHS=1 in the environment shortens it
"""
MNIST = """\
# %% The images: 28 x 28 pixels, from 0 (paper) to 255 (ink), divided by 255
if "MNIST" in os.environ:  # the path of an mnist.npz, for where there is no network
    data = np.load(os.environ["MNIST"])
    x_train, y_train, x_test, y_test = map(data.get, ("x_train", "y_train", "x_test", "y_test"))
else:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
"""
FEWER = """\
x_train, y_train = x_train[:{count}], y_train[:{count}]
"""
DIVIDE = """\
x_train, x_test = (x[..., np.newaxis].astype("float32") / 255 for x in (x_train, x_test))
"""
DIGITS = """\
# %% The images: 8 x 8 pixels, from 0 (paper) to 16 (ink), made like MNIST's, from 0 to 1
digits = load_digits()
large = [Image.fromarray(np.float32(image / 16)).resize((64, 64)) for image in digits.images]
images = np.stack([like_mnist(np.clip(image, 0, 1)) for image in large])[..., np.newaxis]
x_train, y_train = images[:{count}], digits.target[:{count}]
x_test, y_test = images[{test}:], digits.target[{test}:]
"""
NETWORK = """\
# %% The network
keras.utils.set_random_seed({seed})  # as in the app; the order of images is another
model = keras.Sequential([keras.Input((28, 28, 1))])
{layers}
model.summary()
"""
ONE_CYCLE = """\
batches = EPOCHS * int(np.ceil({training} / {batch_size}))
rising, top = max(1, batches // 4), {rate}  # up for a quarter of the batches
falling = max(1, batches - rising)  # then down to zero
rate = optimizers.schedules.CosineDecay(top / 25, falling, warmup_target=top, warmup_steps=rising)
"""
RANGE_TEST = """\
batches = EPOCHS * int(np.ceil({training} / {batch_size}))
lowest, steps = {rate} / {range}, max(1, batches - 1)
rate = optimizers.schedules.ExponentialDecay(lowest, steps, {range})
"""
AUGMENTED = """\
moves = [layers.RandomRotation({turn}), layers.RandomZoom({zoom}, {zoom})]
moves += [layers.RandomTranslation({shift}, {shift})]  # at random; the app also shears images
learner = keras.Sequential([*moves, model])
"""
TRAIN = """\
# %% Training
{prepared}optimizer = optimizers.{optimizer}
{learner}.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = {learner}.fit(x_train, y_train, batch_size={batch_size}, epochs=EPOCHS{validation})
"""
TEST = """\
# %% The test set, which it has never seen: accuracy, and which digit it takes for which
print("test set:", {learner}.evaluate(x_test, y_test, return_dict=True))
predictions = model.predict(x_test).argmax(axis=1)
print(pd.crosstab(y_test, predictions, rownames=["label"], colnames=["prediction"]))
model.save("mnist_cnn.keras")
"""
LIKE_MNIST = """\
# %% A bright drawing, made like MNIST's: cropped, fitted into 20 x 20, centred by mass in 28 x 28
def like_mnist(ink):
    rows, columns = np.nonzero(ink > 0.1 * ink.max())
    box = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    ink = Image.fromarray(ink / ink.max()).crop(box)
    size = [max(1, round(20 * side / max(ink.size))) for side in ink.size]
    ink = np.clip(ink.resize(size, Image.Resampling.LANCZOS), 0, 1)
    centre = (np.indices(ink.shape) * ink).sum(axis=(1, 2)) / ink.sum()
    free = 28 - np.array(ink.shape)
    before = np.clip(np.round(13.5 - centre), 0, free).astype(int)
    return np.pad(ink / ink.max(), np.transpose([before, free - before]))
"""
READ = """\
# %% Read one drawing: python script.py seven.png; in a notebook, drawing = "seven.png"
drawing = sys.argv[-1]
if drawing.endswith(".png"):
    ink = np.asarray(Image.open(drawing).convert("L"), "float32") / 255
    ink = 1 - ink if np.median(ink) > 0.5 else ink  # bright on dark, whatever the paper is
    answers = model.predict(like_mnist(ink)[np.newaxis, ..., np.newaxis])[0]
    print(f"{drawing}: {answers.argmax()} ({answers.max():.1%})")
"""
SCHEDULES = {"one-cycle": ONE_CYCLE, "range-test": RANGE_TEST}


def script(hp: Hyperparameters, dataset: str, title: str, taught: bool = False) -> str:
    """A program of at most 80 lines of at most 100 characters, in cells: it loads, trains, tests, saves, reads a drawing.

    Its images, first weights, layers and rates are those of `training.train`; its augmentation comes close.

    Parameters
    ----------
    dataset : one of `datasets.DATASETS`.
    title : what the run is called, on one line.
    taught : whether the run began as a copy of another network, which the program does not have.
    """
    learner = "learner" if hp.augmentation else "model"
    network = NETWORK.format(seed=hp.seed, layers="\n".join(_layers(hp)))
    training, test = _training(hp, learner), TEST.format(learner=learner)
    if dataset == "digits":
        begin, images = _begin(hp, title, taught, " scikit-learn"), _digits(hp)
        return f"{begin}\n\n{LIKE_MNIST}\n\n{images}\n{network}\n{training}\n{test}\n{READ}"
    begin, images = _begin(hp, title, taught), _mnist(hp)
    return f"{begin}\n{images}\n{network}\n{training}\n{test}\n\n{LIKE_MNIST}\n\n{READ}"


def notebook(source: str) -> str:
    """The program as a Jupyter notebook (nbformat 4.4), JSON: a heading and a cell of code for each of its cells."""
    cells = []
    for part in f"\n{source}".split(CELL)[1:]:
        heading, _, code = part.partition("\n")
        cells.append({"cell_type": "markdown", "metadata": {}, "source": f"## {heading}"})
        code = {"source": code.strip("\n"), "execution_count": None, "outputs": []}
        cells.append({"cell_type": "code", "metadata": {}} | code)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    record = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _begin(hp: Hyperparameters, title: str, taught: bool, more: str = "") -> str:
    """The first cell: what it is, what it needs (`more` packages), what it leaves out, and its imports."""
    lines = ["import os", "import sys", "", "import keras", "import numpy as np", "import pandas as pd"]
    lines += ["from keras import layers, optimizers", "from PIL import Image"]
    lines += ["from sklearn.datasets import load_digits"] * bool(more)
    told = {"copied weights and the class's drawings": taught, "pen strokes": hp.pen_copies}
    told |= {"its early end": hp.seeks_rate}
    told |= {"non-digits": hp.nondigits, f"reading in {hp.views} views": hp.views > 1}
    left_out = ", ".join(thing for thing, true in told.items() if true)
    indents = {"initial_indent": "# ", "subsequent_indent": "# "}
    left_out = textwrap.fill(f"Left out: {left_out}.", 100, **indents) + "\n" if left_out else ""
    return BEGIN.format(title=title, more=more, left_out=left_out, imports="\n".join(lines), epochs=hp.epochs)


def _mnist(hp: Hyperparameters) -> str:
    fewer = hp.train_images < TRAIN_IMAGES["mnist"]
    return MNIST + FEWER.format(count=hp.train_images) * fewer + DIVIDE


def _digits(hp: Hyperparameters) -> str:
    most = TRAIN_IMAGES["digits"]
    return DIGITS.format(count=min(hp.train_images, most), test=most)


def _layers(hp: Hyperparameters) -> Iterator[str]:
    """A line for each layer of `model.describe`; blocks of more than a convolution and its pooling are a loop."""
    described = model.describe(hp)
    if hp.batch_norm or hp.convolutions > 1:
        blocks = [(hp.filters1, hp.kernel1), (hp.filters2, hp.kernel2), (hp.filters3, hp.kernel2)]
        yield f"for filters, kernel in {blocks[: 3 if hp.filters3 else 2]}:"
        if hp.convolutions > 1:
            yield f"    for _ in range({hp.convolutions}):"
        indent = "        " if hp.convolutions > 1 else "    "
        yield indent + _added(described[0], filters="filters", kernel_size="kernel")
        yield from (indent + _added(layer) for layer in described[1:3] if hp.batch_norm)
        yield "    model.add(layers.MaxPooling2D())"
        described = described[[layer.kind for layer in described].index("Dropout") :]
    yield from map(_added, described)


def _added(layer: model.Layer, **named: str) -> str:
    """The line that adds a layer; `named` are the variables that some of its numbers come from."""
    config = {key: f'"{value}"' if isinstance(value, str) else str(value) for key, value in layer.config.items()} | named
    first = [config.pop(key) for key in ("filters", "kernel_size", "units", "rate") if key in config]
    arguments = ", ".join(first + [f"{key}={value}" for key, value in config.items()])
    return f"model.add(layers.{layer.kind}({arguments}))"


def _training(hp: Hyperparameters, learner: str) -> str:
    """The cell that compiles and fits."""
    prepared, rate, split = "", str(hp.learning_rate), f"{round(hp.validation_split, 6):g}"
    if hp.schedule in SCHEDULES:
        count = f"int(len(x_train) * (1 - {split}))" if hp.validation_split else "len(x_train)"
        told = {"training": count, "batch_size": hp.batch_size, "rate": rate, "range": optimizer.RANGE}
        prepared, rate = SCHEDULES[hp.schedule].format(**told), "rate"
    if hp.augmentation:  # as much as `forward.augment` does
        turn, zoom, shift = (f"{hp.augmentation * most:.3g}" for most in (0.17 / tau, 0.1, 2 / 28))
        prepared += AUGMENTED.format(turn=turn, zoom=zoom, shift=shift)
    name = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}[hp.optimizer]
    made = f"{name}({rate}, momentum=0.9)" if hp.optimizer == "sgd" else f"{name}({rate})"
    validation = f", validation_split={split}" if hp.validation_split else ""
    fit = {"learner": learner, "batch_size": hp.batch_size, "validation": validation}
    return TRAIN.format(prepared=prepared, optimizer=made, **fit)
