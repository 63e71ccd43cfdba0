"""How long people wait, measured in a real Chromium on a real server.

    MNIST_CNN_DATA=mnist.npz python benchmarks/feel.py [start] [strokes] [watching] [memory]

start: the first page after the server's start, the first visit of Draw and the first digit read there, memory of the idle
app, and whether TensorFlow was imported for any of it. strokes: a stroke lifted to its prediction shown, against an
empty Streamlit page with the same canvas, idle and while a training runs. watching: a click on Train to the first
batch shown; what watching a training costs it. memory: of app and worker, and after ten more trainings. Without a
word, all of them.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from browser import FLAGS, Server, draw  # noqa: E402

from mnist_cnn.runs import Run, Store  # noqa: E402

STROKES = 15
EMPTY_PAGE = """
import streamlit as st
from streamlit_drawable_canvas import st_canvas

@st.fragment
def page():
    with st.container(key="canvas"):
        result = st_canvas(stroke_width=18, stroke_color="#fff", background_color="#000", height=280, width=280,
                           return_image_data=True, key="drawing")
    strokes = len((result.json_data or {}).get("objects", []))
    st.container(key="prediction").text(f"{strokes} {result.image_data is not None}")

page()
"""
CHANGED = """([selector, before]) => {
  const text = document.querySelector(selector)?.innerText;
  return text !== undefined && text !== before;
}"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def strokes_to_answers(page: Page, selector: str) -> list[float]:
    """Milliseconds from lifting the pen to a change of what the page says, for each of some strokes."""
    page.locator(".st-key-canvas canvas").last.wait_for()
    page.wait_for_timeout(3000)
    draw(page, [[(20, 40), (22, 240)]])
    page.locator(selector).wait_for()
    page.wait_for_timeout(1000)
    times = []
    for number in range(STROKES):
        before = page.locator(selector).inner_text()
        draw(page, [[(34 + 14 * number, 40), (36 + 14 * number, 230 - 7 * number)]], rest=0)
        lifted = time.perf_counter()
        page.wait_for_function(CHANGED, arg=[selector, before], timeout=20_000, polling=10)
        times.append((time.perf_counter() - lifted) * 1000)
        page.wait_for_timeout(600)
    return times


def train(page: Page, server: Server, preset: str | None = None) -> tuple[Run, float]:
    """Click on Train, after choosing a preset if one is given; the run, and seconds until its first batch is shown."""
    store = Store(server.models)
    known = {run.id for run in store.runs()}
    page.goto("/train")
    page.locator(".st-key-train button").wait_for()
    if preset:
        page.locator("[class*=st-key-preset-]").get_by_text(preset, exact=True).click()
    page.wait_for_timeout(2000)
    page.locator(".st-key-train button").click()
    clicked = time.perf_counter()
    page.locator(".st-key-progress").get_by_text("batch").wait_for()
    seconds = time.perf_counter() - clicked
    return next(run for run in store.runs() if run.id not in known), seconds


def finish(run: Run) -> float:
    """Wait for the run's end; the median seconds of its epochs."""
    while run.status().active or not (run.folder / "evaluation.json").is_file():
        time.sleep(0.1)
    return float(np.median([row["seconds"] for row in run.history()]))


def stop(page: Page, run: Run) -> None:
    run.request_stop()
    while run.status().active:
        time.sleep(0.05)
    page.wait_for_timeout(3000)


def resident(server: Server) -> str:
    """Proportional set size of a server and of its workers, the process that forks them among them, in MB."""
    sizes = {"app": 0, "worker": 0}
    for process in [server.process.pid, *server.processes()]:
        with suppress(OSError, IndexError):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            sizes["app" if process == server.process.pid else "worker"] += int(rollup.split("Pss:")[1].split()[0]) // 1024
    return f"app {sizes['app']} MB + worker {sizes['worker']} MB = {sum(sizes.values())} MB"


def processor(server: Server) -> float:
    """Seconds that the app, without its workers, has kept a processor busy: what a busy machine does not change much."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def start(page: Page, server: Server) -> None:
    for _ in range(3):
        server.stop()
        started = time.perf_counter()
        server.start()
        page.goto("/")
        page.get_by_role("heading", level=1).wait_for()
        seconds, busy = time.perf_counter() - started, processor(server)
        print(f"server's start to first page: {seconds:.1f} s, {busy:.1f} s of a processor")
        started = time.perf_counter()
        page.goto("/draw")
        page.locator(".st-key-canvas canvas").last.wait_for(timeout=120_000)
        ready = time.perf_counter() - started
        draw(page, [[(140, 50), (138, 140), (140, 230)]], rest=0)
        page.locator(".st-key-steps").wait_for(timeout=120_000)
        seconds, busy = time.perf_counter() - started, processor(server) - busy
        print(f"first visit of Draw: ready {ready:.1f} s, a digit read {seconds:.1f} s, {busy:.1f} s of a processor")
        page.wait_for_timeout(15_000)  # the worker warms up
        imported = "tensorflow" in Path(f"/proc/{server.process.pid}/maps").read_text()
        print(f"memory of an idle app: {resident(server)}; TensorFlow in the app: {'yes' if imported else 'no'}", flush=True)


def strokes(page: Page, server: Server) -> None:
    with tempfile.TemporaryDirectory() as folder:
        script, port = Path(folder) / "empty.py", free_port()
        script.write_text(EMPTY_PAGE)
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
        empty = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        page.wait_for_timeout(5000)
        plain, idle = [], []
        for _ in range(2):
            page.goto(f"http://127.0.0.1:{port}")
            plain += strokes_to_answers(page, ".st-key-prediction")
            page.goto("/draw")
            idle += strokes_to_answers(page, ".st-key-steps")
        empty.terminate()
    run, _ = train(page, server, "Tutorial, as written")  # goes on for as long as the strokes take
    page.goto("/draw")
    busy = np.median(strokes_to_answers(page, ".st-key-steps"))
    assert run.status().active, "the training ended too soon"
    stop(page, run)
    plain, idle = np.median(plain), np.median(idle)
    print(f"stroke to answer: empty page {plain:.0f} ms, Draw {idle:.0f} ms, {idle - plain:.0f} ms more")
    print(f"while a training runs: {busy:.0f} ms, {busy / idle:.2f} of idle")


def watching(page: Page, server: Server) -> None:
    waits, watched, alone, shares = [], [], [], []
    for _ in range(4):
        for seconds, away in ((watched, False), (alone, True)):
            run, wait = train(page, server)
            waits.append(wait)
            if away:
                page.goto("about:blank")
            started, busy = time.perf_counter(), processor(server)
            seconds.append(finish(run))
            shares += [] if away else [(processor(server) - busy) / (time.perf_counter() - started) / os.cpu_count()]
            page.wait_for_timeout(15_000)  # the next worker warms up
    print(f"click on Train to the first batch: {', '.join(f'{wait:.1f}' for wait in waits)} s")
    for name, seconds in ("watched", watched), ("unwatched", alone):
        print(f"an epoch {name}: {', '.join(f'{each:.2f}' for each in seconds)} s, median {np.median(seconds):.2f}")
    print(f"watched : unwatched {np.median(watched) / np.median(alone):.3f}, with the browser on the same processors;")
    print(f"of those, the app itself takes {np.mean(shares):.3f} while a page watches")


def memory(page: Page, server: Server) -> None:
    page.goto("/draw")
    page.locator(".st-key-canvas canvas").last.wait_for(timeout=120_000)
    run, _ = train(page, server)
    while len(run.history()) < 2:
        time.sleep(0.1)
    print(f"memory while Quick trains: {resident(server)}")
    finish(run)
    page.locator("[class*=st-key-dataset-]").get_by_role("combobox").click()
    page.get_by_role("option", name="Small digits").click()
    page.wait_for_timeout(1500)
    for number in range(12):
        known = {run.id for run in Store(server.models).runs()}
        page.locator(".st-key-train button").click()
        while not (new := [run for run in Store(server.models).runs() if run.id not in known]):
            time.sleep(0.1)
        finish(new[0])
        page.wait_for_timeout(1500)
        if number in (1, 11):
            page.wait_for_timeout(15_000)  # the next worker warms up
            print(f"after {number + 1} trainings on small digits: {resident(server)}", flush=True)


PARTS = {part.__name__: part for part in (start, strokes, watching, memory)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part")
    parts = parser.parse_args().parts or PARTS
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "models")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(base_url=server.url, locale="en-US", viewport={"width": 1280, "height": 1000})
        try:
            page.goto("/")
            page.get_by_role("heading", level=1).wait_for()
            page.wait_for_timeout(20_000)  # the worker warms up
            for part in parts:
                PARTS[part](page, server)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
