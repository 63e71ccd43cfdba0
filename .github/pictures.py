"""The pictures of every page in README, `.github/pages/NAME.webp`.

MNIST_CNN_DATA=mnist.npz python .github/pictures.py [NAME ...]
"""

import argparse
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from browser import FLAGS, SECOND, Server, draw, settle  # noqa: E402

from mnist_cnn.ui.navigation import PAGES  # noqa: E402

WIDTH, HEIGHT = 1280, 800
TALL = {"draw": 1440}  # what the page goes on to show belongs to the picture
ADDRESSES = {  # where not simply the page as it opens
    "home": "",
    "learn": "learn?learn-view=lessons&lesson=convolution&guesses=convolution.1.2",
    "train": "train?run=quick",
    "analysis": "analysis?analysed=quick",
    "stress": "stress?stressed=quick&stress-turn=30&stress-noise=0.2",
    "map": "map?mapped=quick",
}
SCROLLED = {"analysis": 300}  # pixels, to what the page is about
NINE = [[(116, 50), (92, 28), (58, 34), (46, 66), (66, 92), (100, 86), (118, 52), (114, 100), (104, 152)]]  # of 280x280


def take(page: Page, name: str) -> None:
    """Show a page, and save what is seen of it."""
    page.set_viewport_size({"width": WIDTH, "height": TALL.get(name, HEIGHT)})
    page.goto(f"/{ADDRESSES.get(name, name)}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    at_rest(page)
    if name == "draw":
        draw(page, NINE)
        expect(page.locator(".st-key-prediction")).to_contain_text("9")
        page.locator(".st-key-inside summary").click()
        expect(page.locator(".st-key-evidence img")).to_be_visible()
        at_rest(page)
    page.mouse.move(0, 0)
    page.locator("[data-testid=stMain]").evaluate("(element, y) => element.scrollTo(0, y)", SCROLLED.get(name, 0))
    page.wait_for_timeout(SECOND)
    path = ROOT / ".github" / "pages" / f"{name}.webp"
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, quality=75, method=6)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def at_rest(page: Page) -> None:
    """Wait until all is computed and drawn, also what the page begins when it has been shown."""
    for _ in range(2):
        settle(page)
        page.wait_for_timeout(2 * SECOND)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PAGES, []], metavar="NAME")
    names = parser.parse_args().names or PAGES
    os.environ["MNIST_CNN_ADDRESS"] = "http://192.168.1.20:8501"  # not this machine's
    (ROOT / ".github" / "pages").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "models")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        expect.set_options(timeout=120 * SECOND)
        page = browser.new_page(base_url=server.url, locale="en-US", color_scheme="light", device_scale_factor=1.5)
        page.set_default_timeout(120 * SECOND)
        try:
            for name in names:
                take(page, name)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
