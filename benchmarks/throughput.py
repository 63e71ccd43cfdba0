"""Images per second of the tutorial's CNN: the tutorial's own `fit`, this project's trainer, PyTorch.

    MNIST_CNN_DATA=mnist.npz python benchmarks/throughput.py [--torch PYTHON] [--epochs 3]

48,000 images, batch 300, sides taking turns, each in a process of its own; the trainer goes its real way, with
events and checkpoints. PyTorch runs where --torch names a Python that has it. The first epoch, with compilation,
is shown but not counted. TensorFlow by itself uses oneDNN only on processors that have AVX-512 VNNI or AMX; "fit,
oneDNN off" is what `fit` does on the others. Also printed: the share of the machine's float32 matrix products that
the arithmetic is. Where the trainer multiplies in bfloat16, which the processor then has instructions for, it also takes
its turn in float32.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from mnist_cnn.digits import datasets  # noqa: E402
from mnist_cnn.network import precision  # noqa: E402
from mnist_cnn.network.hyperparameters import PRESETS  # noqa: E402
from mnist_cnn.training import estimate  # noqa: E402

TUTORIAL = PRESETS["tutorial"]
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
IMAGES = 48_000  # trained on; 12,000 more validate
STUDIO, WIDE = "studio", "studio, float32"


# The tutorial's cells on current Keras, in a process that this project's settings do not reach.
FIT = """
import json, sys, time
import keras, numpy as np
from keras import layers
arrays = np.load(sys.argv[1])
x, y = arrays["x_train"].reshape(-1, 28, 28, 1).astype("float32") / 255, keras.utils.to_categorical(arrays["y_train"])
net = keras.Sequential([keras.Input((28, 28, 1)),
    layers.Conv2D(16, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(36, 5, padding="same", activation="relu"), layers.MaxPooling2D(), layers.Dropout(.25), layers.Flatten(),
    layers.Dense(128, activation="relu"), layers.Dropout(.5), layers.Dense(10, activation="softmax")])
net.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None): self.started = time.perf_counter()
    def on_epoch_end(self, epoch, logs=None): print(json.dumps(time.perf_counter() - self.started), flush=True)
net.fit(x, y, validation_split=.2, epochs=int(sys.argv[2]), batch_size=300, verbose=0, callbacks=[Clock()])
"""


def studio(epochs: int) -> list[float]:
    """The same of this project's trainer."""
    from dataclasses import replace

    from mnist_cnn.runs import Store
    from mnist_cnn.training import training

    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create("throughput", "mnist", replace(TUTORIAL, epochs=epochs))
        training.train(run)
        return [row["seconds"] for row in run.history()]


# The same network, the same arithmetic, in the memory layout that PyTorch is fastest with.
TORCH = """
import json, sys, time
import numpy as np, torch
from torch import nn
arrays = np.load(sys.argv[1])
def images(x): return (torch.from_numpy(x).float() / 255)[:, None].contiguous(memory_format=torch.channels_last)
x, y = images(arrays["x_train"]), torch.from_numpy(arrays["y_train"]).long()
net = nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 36, 5, padding=2), nn.ReLU(),
    nn.MaxPool2d(2), nn.Dropout(.25), nn.Flatten(), nn.Linear(1764, 128), nn.ReLU(), nn.Dropout(.5), nn.Linear(128, 10))
net = net.to(memory_format=torch.channels_last)
adam, loss = torch.optim.Adam(net.parameters()), nn.CrossEntropyLoss()
for epoch in range(int(sys.argv[2])):
    before, order = time.perf_counter(), torch.randperm(48000)
    net.train()
    for batch in order.split(300):
        adam.zero_grad()
        loss(net(x[batch]), y[batch]).backward()
        adam.step()
    net.eval()
    with torch.no_grad():
        for part in torch.arange(48000, 60000).split(500): loss(net(x[part]), y[part]).item()
    print(json.dumps(time.perf_counter() - before), flush=True)
"""


def in_process(side: str, epochs: int, torch: str | None = None) -> list[float]:
    """Run a side in a fresh process; the seconds of its epochs."""
    environment = {name: value for name, value in os.environ.items() if name != ONEDNN}
    if side == "fit, oneDNN off":
        environment[ONEDNN] = "0"
    if side == WIDE:
        environment[precision.VARIABLE] = precision.FLOAT32
    ours = [sys.executable, __file__, "--studio", "--epochs", str(epochs)]
    commands = {
        STUDIO: ours,
        WIDE: ours,
        "torch": [torch, "-c", TORCH, str(datasets.find_mnist()), str(epochs)],
    }
    command = commands.get(side, [sys.executable, "-c", FIT, str(datasets.find_mnist()), str(epochs)])
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    seconds = [json.loads(line) for line in output.splitlines()]
    print(f"{side}: " + ", ".join(f"{second:.1f}" for second in seconds) + " s", flush=True)
    return seconds


def matrix_products() -> float:
    """Float32 multiply-adds per second of a large matrix product, the best of five."""
    import tensorflow as tf

    a, b = (tf.random.normal((2000, 2000)) for _ in range(2))
    times = []
    for _ in range(6):
        before = time.perf_counter()
        tf.matmul(a, b).numpy()
        times.append(time.perf_counter() - before)
    return 2000**3 / min(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch", metavar="PYTHON", help="a Python that has PyTorch")
    parser.add_argument("--epochs", type=int, default=3, help="epochs per turn, the first not counted (default: 3)")
    parser.add_argument("--turns", type=int, default=2, help="how often each side runs (default: 2)")
    parser.add_argument("--studio", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.studio:
        for seconds in studio(options.epochs):
            print(json.dumps(seconds))
        return
    limit, form = matrix_products(), precision.chosen()
    sides = ["fit", "fit, oneDNN off", STUDIO]
    sides += [WIDE] * (form != precision.FLOAT32) + ["torch"] * bool(options.torch)
    seconds = {side: [] for side in sides}
    for _ in range(options.turns):
        for side in sides:
            seconds[side] += in_process(side, options.epochs, options.torch)[1:]
    arithmetic = estimate.work(TUTORIAL) * (estimate.FORWARD_AND_BACK * IMAGES + 12_000)
    print(f"\nmatrix products: {2 * limit / 1e9:.0f} GFLOP/s; an epoch of nothing else: {arithmetic / limit:.1f} s")
    print(f"the studio multiplies in {form}")
    print("side             s/epoch  images/s  of the limit  speed against fit")
    median = {side: float(np.median(values)) for side, values in seconds.items()}
    for side, value in median.items():
        share, ratio = arithmetic / limit / value, median["fit"] / value
        print(f"{side:<15}  {value:>7.1f}  {IMAGES / value:>8.0f}  {share:>12.0%}  {ratio:>17.2f}")
    if WIDE in median:
        print(f"our epoch, {form} : float32: {median[STUDIO] / median[WIDE]:.2f}")


if __name__ == "__main__":
    main()
