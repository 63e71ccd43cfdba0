"""A class that draws at once: how long each stroke waits for its answer, and what remains when the class has left.

    MNIST_CNN_DATA=mnist.npz python benchmarks/classroom.py [--browsers 30] [--strokes 20] [--pause 3] [--trainings 2]

Every browser is a WebSocket client that speaks Streamlit's protocol: it opens Draw, and sends for each stroke what the
canvas sends, its strokes and its picture. It draws digits in one to three strokes, clears the canvas after each, and
pauses between two strokes as people do, from half to one and a half times `--pause` seconds. A stroke counts as answered
when the page tells how its ink was cropped, which differs from stroke to stroke; the 0.2 s for which the canvas waits
before it sends a stroke come before that. Meanwhile two trainings of the tutorial's CNN run or wait. Prints Markdown: the
waiting, what was missed, the app's processor time for a stroke, how often a script ran, and the app's memory with one
browser, with all of them, and more than two minutes after they left. Takes four minutes.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import secrets
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from browser import DIGITS, Server  # noqa: E402

from mnist_cnn.ink import sketch  # noqa: E402

SIDE, BRUSH, FINE = 280, 18, 3  # of the canvas and its brush, in pixels; a picture is drawn so many times as large
LATE = 20  # seconds after which a stroke's answer is missed
FORGOTTEN = 140  # seconds after which Streamlit has forgotten who left, and the app has cleaned up behind them
OBJECT = {  # how Fabric.js describes a stroke, besides its path
    **{f"lock{name}": False for name in ("MovementX", "MovementY", "Rotation", "ScalingX", "ScalingY", "SkewingX", "SkewingY")},
    **{"lockScalingFlip": False, "type": "Path", "version": "7.4.0", "originX": "center", "originY": "center"},
    **{"left": 140.0, "top": 140.0, "width": 118.5, "height": 170.0, "fill": None, "stroke": "#ffffff", "strokeWidth": BRUSH},
    **{"strokeDashArray": None, "strokeLineCap": "round", "strokeDashOffset": 0, "strokeLineJoin": "round"},
    **{"strokeUniform": False, "strokeMiterLimit": 10, "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False, "flipY": False},
    **{"opacity": 1, "shadow": None, "visible": True, "backgroundColor": "", "fillRule": "nonzero", "paintFirst": "fill"},
    **{"globalCompositeOperation": "source-over", "skewX": 0, "skewY": 0},
}


class Drawing:
    """What a canvas holds, as it tells it."""

    def __init__(self, strokes: list[list[tuple[float, float]]]):
        picture = Image.new("RGBA", (SIDE * FINE,) * 2, "black")
        pen, width = ImageDraw.Draw(picture), BRUSH * FINE
        for stroke in strokes:
            fine = [(x * FINE, y * FINE) for x, y in stroke]
            pen.line(fine, "white", width, "curve")
            for x, y in (fine[0], fine[-1]):
                pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), "white")
        picture = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
        picture.save(png := BytesIO(), "PNG")
        objects = [OBJECT | {"path": _path(stroke)} for stroke in strokes]
        address = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
        self.value = {"drawing": {"raw": {"version": "7.4.0", "objects": objects, "background": "#000000"}, "data": address}}
        self.cropped = _cropped(np.asarray(picture))


def _path(stroke: list[tuple[float, float]]) -> list:
    """A stroke in as many points as a hand leaves, eight to a line."""
    points = [
        (a[0] + (b[0] - a[0]) * step / 8, a[1] + (b[1] - a[1]) * step / 8)
        for a, b in zip(stroke, stroke[1:], strict=False)
        for step in range(8)
    ]
    return [["M", *points[0]], *(["Q", *a, *b] for a, b in zip(points, points[1:], strict=False)), ["L", *stroke[-1]]]


def _cropped(rgba: np.ndarray) -> str:
    """What the page tells of the ink of a picture uint8 (H, W, 4)."""
    digit = sketch.normalise(sketch.ink(rgba))
    if digit is None:
        return ""
    left, top, right, bottom = digit.box
    return f"{right - left}×{bottom - top} of {SIDE}×{SIDE}"


def digits(rng: random.Random):
    """Digits without end, each as the drawings after its one to three strokes; every stroke changes how the ink is cropped."""
    while True:
        scale, left, top = rng.uniform(0.5, 0.95), rng.uniform(-15, 15), rng.uniform(-10, 10)
        polylines = [
            [(140 + left + (x - 140) * scale, 140 + top + (y - 140) * scale) for x, y in line]
            for line in rng.choice([*DIGITS.values()])
        ]
        [line] = polylines
        cuts = sorted(rng.sample(range(1, len(line) - 1), min(rng.randint(0, 2), len(line) - 2)))
        ends = [0, *cuts, len(line) - 1]
        strokes = [line[a : b + 1] for a, b in zip(ends, ends[1:], strict=False)]
        drawings = [Drawing(strokes[: count + 1]) for count in range(len(strokes))]
        if len({drawing.cropped for drawing in drawings}) == len(drawings):
            yield drawings


class Browser:
    """A session: what its page shows, and what its widgets hold.

    Attributes
    ----------
    waits : seconds from each stroke to its answer.
    missed : strokes that were not answered.
    """

    def __init__(self, server: Server, page: str, query: str = "lang=en"):
        self.server, self.page, self.query = server, page, query
        self.values: dict[str, dict] = {}  # by widget id
        self.elements: dict[str, tuple] = {}  # by the end of their widget id: the id, their fragment, the element
        self.script = ""
        self.waiting: dict[str, float] = {}  # what the page will tell of a stroke's ink, and when it was sent
        self.waits, self.missed, self.runs = [], 0, 0
        self.fetching: list[asyncio.Task] = []
        self.finished = asyncio.Event()
        self.changed = asyncio.Event()

    async def open(self) -> None:
        self.socket = await connect(
            f"{self.server.url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None
        )
        self.listening = asyncio.create_task(self._listen())
        await self._send(page=self.page)
        await self.finished.wait()
        if "visitor" in self.elements:
            await self.set("visitor", {"id": secrets.token_hex(16)})
            await self.finished.wait()

    async def close(self) -> None:
        self.listening.cancel()
        await self.socket.close()

    async def set(self, key: str, value: dict) -> None:
        """Another value of a component."""
        identity, fragment, _ = self.elements[key]
        self.values[identity] = value
        await self._send(fragment)

    async def click(self, key: str) -> None:
        identity, fragment, _ = self.elements[key]
        await self._send(fragment, clicked=identity)

    async def _send(self, fragment: str = "", page: str = "", clicked: str = "") -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name, rerun.fragment_id, rerun.page_script_hash = self.query, page, fragment, self.script
        rerun.context_info.timezone, rerun.context_info.locale, rerun.context_info.url = "UTC", "en-US", self.server.url
        for identity, value in self.values.items():
            rerun.widget_states.widgets.add(id=identity, json_value=json.dumps(value, separators=(",", ":")))
        if clicked:
            rerun.widget_states.widgets.add(id=clicked, trigger_value=True)
        self.finished.clear()
        await self.socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for data in self.socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.runs += 1
            elif kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "script_finished":
                self.finished.set()
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._take(message.delta)

    def _take(self, delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if identity := getattr(content, "id", ""):
            self.elements[identity.split("-", 2)[-1]] = identity, delta.fragment_id, content
        if self.waiting and kind in ("markdown", "html"):
            self._answered(content.body)
        elif kind == "imgs":
            for image in content.imgs:
                if image.url.startswith("/"):
                    self.fetching.append(asyncio.create_task(asyncio.to_thread(self._fetch, image.url)))
        self.changed.set()

    def _answered(self, text: str) -> None:
        """A stroke is answered, and those before it are, too."""
        if found := next((cropped for cropped in self.waiting if cropped in text), None):
            for cropped, sent in [*self.waiting.items()]:
                del self.waiting[cropped]
                self.waits.append(time.perf_counter() - sent)
                if cropped == found:
                    return

    def _fetch(self, url: str) -> None:
        """What a page shows as an image is an address."""
        with suppress(OSError):  # another picture has taken its place
            urllib.request.urlopen(self.server.url + url, timeout=LATE).read()

    async def draw(self, strokes: int, pause: float, rng: random.Random) -> None:
        """So many strokes with pauses between them; between two digits the canvas is cleared in the middle of the pause."""
        for drawings in digits(rng):
            for number, drawing in enumerate(drawings):
                await asyncio.sleep(pause * rng.uniform(0.5, 1.5) / (1 if number else 2))
                self.waiting[drawing.cropped] = time.perf_counter()
                await self.set("drawing", drawing.value)
                strokes -= 1
                if not strokes:
                    await self._settle()
                    return
            await asyncio.sleep(pause * rng.uniform(0.5, 1.5) / 2)
            await self._settle()
            await self._clear()

    async def _settle(self) -> None:
        """Wait for the answers that are still to come."""
        end = time.perf_counter() + LATE
        while self.waiting and time.perf_counter() < end:
            await asyncio.sleep(0.05)
        self.missed += len(self.waiting)
        self.waiting.clear()

    async def _clear(self) -> None:
        """Click on Clear; the canvas then tells that it is empty."""
        shown = self._shown()
        await self.click("clear")
        while self._shown() == shown:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), LATE)
        await self.set("drawing", Drawing([]).value)

    def _shown(self) -> str:
        """The strokes that the page tells the canvas to show."""
        content = self.elements["drawing"][2]
        return getattr(content, content.WhichOneof("data"))


def memory(process: int) -> float:
    """What a process holds besides files, in MB: of those, how many others have opened them changes its share."""
    return int(Path(f"/proc/{process}/smaps_rollup").read_text().split("Pss_Anon:")[1].split()[0]) / 1024


def seconds(process: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def lesson(server: Server, arguments: argparse.Namespace) -> None:
    process, rng = server.process.pid, random.Random(1)
    first = Browser(server, "draw")
    await first.open()
    await asyncio.sleep(20)  # the network and the first worker wake up
    await first.draw(10, 0.5, rng)
    before = memory(process)
    await first.close()
    teacher = Browser(server, "train", "lang=en&preset=tutorial")
    await teacher.open()
    for _ in range(arguments.trainings):
        await teacher.click("train")
        await teacher.finished.wait()
        await asyncio.sleep(1)
    await teacher.close()
    browsers = [Browser(server, "draw") for _ in range(arguments.browsers)]
    for browser in browsers:
        await browser.open()
    runs = sum(browser.runs for browser in browsers)
    began, used = time.perf_counter(), seconds(process)
    await asyncio.gather(
        *(browser.draw(arguments.strokes, arguments.pause, random.Random(2 + n)) for n, browser in enumerate(browsers))
    )
    took, used = time.perf_counter() - began, seconds(process) - used
    during = memory(process)
    waits = sorted(wait for browser in browsers for wait in browser.waits)
    runs = sum(browser.runs for browser in browsers) - runs
    missed = sum(browser.missed for browser in browsers)
    for browser in browsers:
        await browser.close()
    print(f"{len(waits) + missed} strokes of {len(browsers)} browsers in {took:.0f} s, {arguments.trainings} trainings\n")
    print("| a stroke's answer, s: median | 95 % | 99 % | slowest | missed | processor time a stroke, ms | reruns |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    shares = " | ".join(f"{np.quantile(waits, share):.2f}" for share in (0.5, 0.95, 0.99, 1))
    print(f"| {shares} | {missed} | {used / len(waits) * 1000:.0f} | {runs} |", flush=True)
    if arguments.stay:
        return
    await asyncio.sleep(FORGOTTEN)
    last = Browser(server, "draw")
    await last.open()  # Streamlit looks at who left when somebody comes
    await last.draw(3, 0.5, rng)
    await last.close()
    after = memory(process)
    print("\n| app's memory, MB: one browser | all | after they left | ratio |\n| --- | --- | --- | --- |")
    print(f"| {before:.0f} | {during:.0f} | {after:.0f} | {after / before:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browsers", type=int, default=30)
    parser.add_argument("--strokes", type=int, default=20, help="of each")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two strokes, on average")
    parser.add_argument("--trainings", type=int, default=2)
    parser.add_argument("--stay", action="store_true", help="do not measure what remains when they have left")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "models")
        try:
            asyncio.run(lesson(server, parser.parse_args()))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
