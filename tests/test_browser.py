"""Drawing, training and analysis, end to end, in a real Chromium."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright

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
SECOND = 1000  # Playwright counts milliseconds
DIGITS = {  # polylines on a canvas of 280x280
    "0": [[(140, 60), (95, 85), (80, 140), (95, 195), (140, 220), (185, 195), (200, 140), (185, 85), (140, 60)]],
    "1": [[(140, 50), (138, 140), (140, 230)]],
    "3": [[(90, 70), (150, 55), (185, 90), (130, 130), (190, 170), (160, 220), (90, 215)]],
    "7": [[(80, 60), (200, 60), (130, 230)]],
}


@pytest.fixture(scope="session")
def browser():
    installed = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=FLAGS)
        except Error as error:
            warnings.warn("NO BROWSER: nothing was tested in a real one", stacklevel=1)
            pytest.skip(f"no browser: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


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
        environment = os.environ | {"MNIST_CNN_MODELS": str(self.models)}
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

    def state(self, name: str) -> str:
        """The state that the newest run of that name has on disk."""
        folders = [path.parent for path in self.models.glob("2*/run.json") if json.loads(path.read_text())["name"] == name]
        return json.loads((max(folders) / "status.json").read_text())["state"] if folders else ""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served") / "models")
    yield server
    server.stop()


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, base_url=server.url, locale="en-US")
    context.set_default_timeout(60 * SECOND)
    expect.set_options(timeout=120 * SECOND)
    yield context.new_page()
    context.close()


def draw(page: Page, strokes, scale=1.0, left=0.0, top=0.0) -> None:
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    for stroke in strokes:
        points = [(box["x"] + left + x * scale, box["y"] + top + y * scale) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()


def settle(page: Page) -> None:
    """Wait until the script has run to its end, so that nothing moves under the pointer."""
    page.wait_for_timeout(SECOND / 2)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")


def open_draw(page: Page) -> None:
    page.goto("/draw")
    expect(page.locator(".st-key-canvas canvas").last).to_be_visible()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    page.locator(".st-key-canvas").scroll_into_view_if_needed()


def start_training(page: Page, name: str, epochs: int, dataset="Small digits (8×8)") -> None:
    page.goto("/train")
    page.locator(".st-key-dataset").get_by_role("combobox").click()
    page.get_by_role("option", name=dataset, exact=True).click()
    page.locator(".st-key-preset").get_by_role("radio", name="Tutorial, as written").or_(
        page.locator(".st-key-preset").get_by_role("button", name="Tutorial, as written")
    ).first.click()
    expect(page.get_by_text("242,062")).to_be_visible()
    slider = page.locator(".st-key-epochs").get_by_role("slider")
    slider.focus()
    for _ in range(abs(epochs - 20)):
        page.keyboard.press("ArrowRight" if epochs > 20 else "ArrowLeft")
    expect(slider).to_have_value(str(epochs))
    page.locator(".st-key-run-name input").fill(name)
    page.locator(".st-key-run-name input").press("Enter")
    settle(page)
    page.locator(".st-key-train button").click()


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_is_read(page, digit):
    open_draw(page)
    draw(page, DIGITS[digit])
    expect(page.locator(".st-key-prediction")).to_have_text(digit)


@pytest.mark.parametrize("left,top", [(0, 0), (165, 0), (0, 165), (165, 165)])
def test_a_small_digit_in_a_corner_is_read(page, left, top):
    open_draw(page)
    draw(page, DIGITS["7"], 0.4, left, top)
    expect(page.locator(".st-key-prediction")).to_have_text("7")


def test_undo_takes_back_a_stroke_and_clear_all(page):
    open_draw(page)
    draw(page, DIGITS["1"])
    expect(page.locator(".st-key-prediction")).to_have_text("1")
    draw(page, [[(60, 60), (60, 230)], [(220, 60), (220, 230)]])
    page.wait_for_timeout(SECOND)
    page.locator(".st-key-undo button").click()
    page.wait_for_timeout(SECOND)
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("1")
    page.locator(".st-key-clear button").click()
    expect(page.locator(".st-key-prediction")).to_have_text("Draw a digit")
    draw(page, DIGITS["7"])
    expect(page.locator(".st-key-prediction")).to_have_text("7")


def test_a_finger_draws_on_a_phone(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=server.url, locale="en-US"
    )
    page = context.new_page()
    open_draw(page)
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    session = context.new_cdp_session(page)

    def touch(kind, points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]},
        )

    touch("touchStart", [(140, 50)])
    for y in range(60, 231, 10):
        touch("touchMove", [(140, y)])
    touch("touchEnd", [])
    expect(page.locator(".st-key-prediction")).to_have_text("1", timeout=120 * SECOND)
    context.close()


def test_training_is_seen_live_everywhere_and_is_stopped_and_resumed_by_its_owner(browser, page, server):
    start_training(page, "watched", epochs=40)
    expect(page.locator(".st-key-progress")).to_contain_text("Batch")
    expect(page.locator(".st-key-loss-chart canvas, .st-key-loss-chart svg").first).to_be_visible()
    expect(page.locator(".st-key-accuracy-chart canvas, .st-key-accuracy-chart svg").first).to_be_visible()

    other = browser.new_context(base_url=server.url, locale="en-US").new_page()
    other.goto("/train")
    expect(other.get_by_role("heading", name="watched")).to_be_visible()
    expect(other.get_by_text("Started in another browser")).to_be_visible()
    expect(other.locator(".st-key-stop")).to_have_count(0)
    other.context.close()

    page.reload()
    page.locator(".st-key-stop button").click()
    expect(page.locator(".st-key-resume button")).to_be_visible()
    assert server.state("watched") == "stopped"
    settle(page)
    page.locator(".st-key-resume button").click()
    expect(page.locator(".st-key-stop button")).to_be_visible()
    expect(page.locator(".st-key-progress")).to_contain_text("40 of 40 epochs done", timeout=180 * SECOND)
    assert server.state("watched") == "finished"


def test_a_killed_worker_leaves_a_run_that_says_so_and_can_be_resumed(page, server):
    start_training(page, "doomed", epochs=20)
    expect(page.locator(".st-key-progress")).to_contain_text("2 / 20")
    os.kill(worker_of(server.process.pid), signal.SIGKILL)
    expect(page.get_by_text("The training process ended unexpectedly.")).to_be_visible()
    settle(page)
    page.locator(".st-key-resume button").click()
    expect(page.locator(".st-key-progress")).to_contain_text("20 of 20 epochs done", timeout=180 * SECOND)


def worker_of(server: int) -> int:
    """The process that trains for a server."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if b"mnist_cnn.worker" in command and parent == server:
            return int(process.name)
    raise ProcessLookupError("no worker")


def test_a_restarted_server_shows_what_was_interrupted(page, server):
    start_training(page, "interrupted", epochs=100)
    expect(page.locator(".st-key-progress")).to_contain_text("2 / 100")
    server.stop()
    server.start()
    page.goto("/train")
    expect(page.get_by_text("The server ended while this run was training.")).to_be_visible()
    expect(page.locator(".st-key-resume button")).to_be_visible()


def test_a_cell_of_the_confusion_matrix_shows_its_images(page):
    page.goto("/analysis")
    captions = page.locator(".st-key-misclassified [data-testid=stImageCaption]")
    label, predicted = captions.first.inner_text().split(" ·")[0].split(" → ")
    cell = page.locator(f'.st-key-confusion-matrix path[aria-label^="Prediction: {predicted}; Label: {label};"]')
    cell.last.click()
    expect(page.locator(".st-key-label input")).to_have_value(label)
    expect(page.locator(".st-key-predicted input")).to_have_value(predicted)
    expect(captions.filter(has_not_text=f"{label} → {predicted} ·")).to_have_count(0)
    expect(captions.first).to_contain_text(f"{label} → {predicted} ·")


@pytest.mark.parametrize("path", ["/", "/train", "/draw", "/analysis"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_their_window_and_ask_nobody_else(page, server, path, width):
    strangers = []
    page.on(
        "request",
        lambda request: (
            strangers.append(request.url) if not request.url.startswith((server.url, "data:", "blob:", "ws")) else None
        ),
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(2 * SECOND)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert strangers == []


def test_the_language_is_switched_on_the_page(page):
    page.goto("/draw")
    expect(page.get_by_role("heading", name="Draw a digit", level=1)).to_be_visible()
    page.locator(".st-key-language-switch").get_by_text("简体中文").click()
    expect(page.get_by_role("heading", name="写一个数字", level=1)).to_be_visible()
    assert "lang=zh" in page.url
    page.get_by_role("link", name="训练").first.click()
    expect(page.get_by_role("heading", name="训练网络")).to_be_visible()
    assert "lang=zh" in page.url


@pytest.mark.skipif("MNIST_CNN_DATA" not in os.environ, reason="MNIST_CNN_DATA is not set")
def test_an_epoch_of_full_mnist_is_trained_in_the_browser(page, server):
    start_training(page, "full", epochs=1, dataset="MNIST")
    expect(page.locator(".st-key-progress")).to_contain_text("/ 160")
    expect(page.locator(".st-key-progress")).to_contain_text("1 of 1 epochs done", timeout=240 * SECOND)
    page.get_by_role("link", name="Analysis").first.click()
    expect(page.get_by_role("heading", name="Study the mistakes")).to_be_visible()
    page.locator(".st-key-analysed").get_by_role("combobox").click()
    expect(page.get_by_role("option", name="full · 9")).to_be_visible()
