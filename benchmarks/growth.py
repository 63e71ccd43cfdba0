"""How time and memory grow: an epoch with images, batch size and kernels; the app with open browsers.

    MNIST_CNN_DATA=mnist.npz python benchmarks/growth.py

Prints Markdown tables. Every row is one training of two epochs, of which the second counts.
"""

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
from feel import FLAGS, Server, resident, sync_playwright  # noqa: E402

from mnist_cnn.network.hyperparameters import PRESETS  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402
from mnist_cnn.training import training  # noqa: E402

GROWING = {
    "train_images": (7_500, 15_000, 30_000, 60_000),
    "batch_size": (50, 100, 300, 1000),
    "filters1": (8, 16, 32, 64),
    "filters2": (18, 36, 72, 128),
}
BROWSERS = (1, 10, 30)


def epoch(**changes) -> float:
    """Seconds of an epoch of the tutorial's CNN, changed in one hyperparameter."""
    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create("growth", "mnist", replace(PRESETS["tutorial"], epochs=2, **changes))
        training.train(run)
        return run.history()[-1]["seconds"]


def browsers() -> None:
    """Memory of the app with so many pages open at Draw."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "models")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        pages = []
        for count in BROWSERS:
            while len(pages) < count:
                pages.append(browser.new_context(base_url=server.url, locale="en-US").new_page())
                pages[-1].goto("/draw")
                pages[-1].locator(".st-key-canvas canvas").last.wait_for(timeout=120_000)
            pages[-1].wait_for_timeout(10_000)
            print(f"| {count} | {resident(server)} |", flush=True)
        browser.close()
        server.stop()


def main() -> None:
    for name, values in GROWING.items():
        print(f"\n| {name} | " + " | ".join(f"{value:,}" for value in values) + " |")
        print("| --- " * (len(values) + 1) + "|")
        print("| s/epoch | " + " | ".join(f"{epoch(**{name: value}):.1f}" for value in values) + " |", flush=True)
    print("\n| browsers at Draw | memory |\n| --- | --- |")
    browsers()


if __name__ == "__main__":
    main()
