"""A run's network as a file to take home: Keras's own format, or LiteRT's (.tflite) for phones and small computers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import MappingProxyType

from mnist_cnn import places
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.network import keras_file
from mnist_cnn.runs import Run

ENDINGS = (".keras", ".tflite")
# `Model.export(format="litert")` asks the same converter, but only from Keras 3.13 on.
CONVERT = """
import sys, tensorflow as tf
from mnist_cnn.network import keras_file
from mnist_cnn.runs import Run
run = Run(sys.argv[1])
model = keras_file.load(run.model_file, run.hyperparameters)
with open(sys.argv[2], "wb") as file:
    file.write(tf.lite.TFLiteConverter.from_keras_model(model).convert())
"""

SNIPPETS = MappingProxyType(
    {
        ".keras": """\
import keras
import numpy as np
from PIL import Image

model = keras.models.load_model({file})
image = np.asarray(Image.open("seven.png").convert("L"))  # 28 x 28, bright ink on black
images = image[np.newaxis, ..., np.newaxis].astype("float32") / 255  # it learned from 0 to 1
probabilities = model.predict(images)[0]
print(probabilities.argmax(), probabilities.max())
""",
        ".tflite": """\
import numpy as np
import tensorflow as tf
from PIL import Image

reader = tf.lite.Interpreter({file})  # without TensorFlow: ai_edge_litert.interpreter.Interpreter
reader.allocate_tensors()
image = np.asarray(Image.open("seven.png").convert("L"))  # 28 x 28, bright ink on black
images = image[np.newaxis, ..., np.newaxis].astype("float32") / 255  # it learned from 0 to 1
reader.set_tensor(reader.get_input_details()[0]["index"], images)
reader.invoke()
probabilities = reader.get_tensor(reader.get_output_details()[0]["index"])[0]
print(probabilities.argmax(), probabilities.max())
""",
    }
)
"""How to read an image with the file, whose name, quoted, stands in the braces."""


def snippet(file: str) -> str:
    """The lines that read an image with a file of that name, whose ending says which."""
    return SNIPPETS[Path(file).suffix.lower()].format(file=json.dumps(file, ensure_ascii=False))


def check_ending(path: Path, endings: tuple[str, ...]) -> None:
    """Raise StudioError "file.ending" unless the path ends in one of these."""
    if path.suffix.lower() not in endings:
        raise StudioError("file.ending", path=path, endings=", ".join(endings))


def write(run: Run, path: Path) -> None:
    """Write the network of a run to a file, as its ending says; whole, or not at all.

    Either takes float32 (N, 28, 28, 1) in [0, 1] and gives probabilities float32 (N, 10), of the image as it is: to
    average several views is the app's. The conversion has a process of its own, whose memory and log go with it.

    Raises
    ------
    StudioError : "file.ending", "run.no_model", or "run.damaged" where the model cannot be read.
    OSError : where the path cannot be written.
    """
    check_ending(path, ENDINGS)
    if not run.model_file.is_file():
        raise StudioError("run.no_model" if run.folder.is_dir() else "run.missing", name=run.name)
    with places.replacing(path) as partial:
        if path.suffix.lower() == ".keras":
            _whole(run)
            shutil.copyfile(run.model_file, partial)
            return
        partial.touch()  # so that a folder which takes no file says so itself
        command = [sys.executable, "-c", CONVERT, str(run.folder), str(partial)]
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
        if ended.returncode:
            detail = (ended.stderr.strip().splitlines() or [ended.returncode])[-1]
            raise StudioError("run.damaged", name=run.name, detail=str(detail)[:200])


def _whole(run: Run) -> None:
    """Raise StudioError "run.damaged" where the model file is not what its trainer wrote."""
    try:
        keras_file.check(run.model_file, run.hyperparameters)
        with zipfile.ZipFile(run.model_file) as archive:
            problem = archive.testzip()
    except Exception as error:  # zip and HDF5 raise nearly anything on a bad file
        problem = error
    if problem is not None:
        raise StudioError("run.damaged", name=run.name, detail=str(problem))


def content(run: Run, ending: str) -> bytes:
    """What `write` would write to a file of that ending."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        write(run, path)
        return path.read_bytes()
