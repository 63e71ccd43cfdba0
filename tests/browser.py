"""The app in a server of its own, and a hand that draws on it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, expect

from mnist_cnn.runs import Run, Store

ROOT = Path(__file__).parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CODE = "open sesame"  # the teacher's
SECOND = 1000  # Playwright counts milliseconds
SMALL = "lang=en&dataset=digits&preset=tutorial&filters1=2&filters2=4&dense_units=8"  # how to train in no time
DIGITS = {  # polylines on a canvas of 280x280
    "0": [[(140, 60), (95, 85), (80, 140), (95, 195), (140, 220), (185, 195), (200, 140), (185, 85), (140, 60)]],
    "1": [[(140, 50), (138, 140), (140, 230)]],
    "3": [[(90, 70), (150, 55), (185, 90), (130, 130), (190, 170), (160, 220), (90, 215)]],
    "7": [[(80, 60), (200, 60), (130, 230)]],
}


class Server:
    """The app on a port of its own, with run folders of its own: those that ship with it."""

    def __init__(self, models: Path):
        self.models = models
        shutil.copytree(ROOT / "models", models, ignore=shutil.ignore_patterns("2*"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.port", self.url.rsplit(":", 1)[1], "--server.address", "127.0.0.1"]
        environment = os.environ | {
            "MNIST_CNN_MODELS": str(self.models),
            "MNIST_CNN_COLLECTION": str(self.models / "../c.jsonl"),
            "MNIST_CNN_TEACHER": CODE,
        }
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def processes(self) -> list[int]:
        """The server's own processes, parents before their children: the nursery, then workers; or workers alone."""
        parents = {}
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended
                parents[int(process.name)] = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        found = [self.process.pid]
        for parent in found:
            found += [process for process, its_parent in sorted(parents.items()) if its_parent == parent]
        return found[1:]

    def stop_trainings(self) -> None:
        """Stop what trains or waits, so that the next training need not wait for it."""
        for run in Store(self.models).runs():
            if run.status().active:
                run.request_stop()

    def newest(self, name: str) -> Run:
        """The newest run of that name."""
        return max((run for run in Store(self.models).runs() if run.name == name), key=lambda run: run.id)


def draw(page: Page, strokes, scale=1.0, left=0.0, top=0.0, rest=0.3) -> None:
    """Draw strokes, and rest so many seconds: the canvas tells of a stroke a moment after the pen is lifted."""
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")  # the bar above would take the stroke
    box = canvas.bounding_box()
    for stroke in strokes:
        points = [(box["x"] + left + x * scale, box["y"] + top + y * scale) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()
    page.wait_for_timeout(rest * SECOND)


def settle(page: Page) -> None:
    """Wait until the script has run to its end, so that nothing moves under the pointer."""
    page.wait_for_timeout(SECOND / 2)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the page's right side."""
    return page.locator("[data-testid=stMain]").evaluate("element => element.scrollWidth <= element.clientWidth")


def open_draw(page: Page) -> None:
    page.goto("/draw")
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
