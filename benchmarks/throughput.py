"""Images per second of the tutorial's CNN: the tutorial's own `fit`, this project's trainer, PyTorch.

    MNIST_CNN_DATA=mnist.npz python benchmarks/throughput.py [--torch PYTHON] [--epochs 3]

48,000 images, batch 300, sides taking turns, each in a process of its own; the trainer goes its real way, with
events and checkpoints. PyTorch runs where --torch names a Python that has it. The first epoch, with compilation,
is shown but not counted. Also printed: the share of the machine's float32 matrix products that the arithmetic is.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from mnist_cnn import data, estimate  # noqa: E402
from mnist_cnn.hyperparameters import PRESETS  # noqa: E402

TUTORIAL = PRESETS["tutorial"]
IMAGES = 48_000  # trained on; 12,000 more validate


def fit(epochs: int) -> list[float]:
    """Seconds of each epoch of the tutorial's cells on current Keras."""
    import keras

    from mnist_cnn import model

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.started = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            seconds.append(time.perf_counter() - self.started)

    seconds: list[float] = []
    mnist, network = data.load("mnist"), model.build(TUTORIAL)
    network.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    images, labels = data.prepare(mnist.x_train, mnist.y_train)
    network.fit(images, labels, validation_split=0.2, epochs=epochs, batch_size=300, verbose=0, callbacks=[Clock()])
    return seconds


def studio(epochs: int) -> list[float]:
    """The same of this project's trainer."""
    from dataclasses import replace

    from mnist_cnn import training
    from mnist_cnn.runs import Store

    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create("throughput", "mnist", replace(TUTORIAL, epochs=epochs))
        training.train(run)
        return [row["seconds"] for row in run.history()]


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


def in_process(side: str, options) -> list[float]:
    """Run a side in a fresh process; the seconds of its epochs, without the first."""
    if side == "torch":
        command = [options.torch, "-c", TORCH, str(data.find_mnist()), str(options.epochs)]
    else:
        command = [sys.executable, __file__, "--side", side, "--epochs", str(options.epochs)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = [json.loads(line) for line in output.splitlines()]
    print(f"{side}: " + ", ".join(f"{second:.1f}" for second in seconds) + " s", flush=True)
    return seconds[1:]


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
    parser.add_argument("--side", choices=["fit", "studio"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        for seconds in {"fit": fit, "studio": studio}[options.side](options.epochs):
            print(json.dumps(seconds))
        return
    limit = matrix_products()
    sides = ["fit", "studio", *(["torch"] if options.torch else [])]
    seconds = {side: [] for side in sides}
    for _ in range(options.turns):
        for side in sides:
            seconds[side] += in_process(side, options)
    arithmetic = estimate.work(TUTORIAL) * (estimate.FORWARD_AND_BACK * IMAGES + 12_000)
    print(f"\nmatrix products: {2 * limit / 1e9:.0f} GFLOP/s; an epoch of nothing else: {arithmetic / limit:.1f} s")
    print("side     s/epoch  images/s  of the limit  speed against fit")
    median = {side: float(np.median(values)) for side, values in seconds.items()}
    for side, value in median.items():
        share, ratio = arithmetic / limit / value, median["fit"] / value
        print(f"{side:<7}  {value:>7.1f}  {IMAGES / value:>8.0f}  {share:>12.0%}  {ratio:>17.2f}")


if __name__ == "__main__":
    main()
