"""Random and mutated input into everything that takes input: what is no good is refused in words, and nothing falls.

    python benchmarks/fuzz.py [pictures] [canvas] [collections] ... [--count N] [--seed S]

pictures: image files, as `predict` and Draw read them. canvas: what a browser sends as a drawing. collections: files of
drawings. runs: damaged run folders, and all that pages read of them. hyperparameters: those of a file, and of a series as it
is typed. addresses: what the text of an address may say. pages: whole pages at such addresses. Without a word, all of
them. Prints a row for each: how many tries, how many were refused, the slowest of them, by how much the memory
grew; and of what fell the seed and number that make it again.
"""

import argparse
import base64
import io
import json
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from benchmarks.damage import anything, changed, make_run, mutated, read_all, spoil, text  # noqa: E402
from mnist_cnn.digits.collection import Collection  # noqa: E402
from mnist_cnn.errors import StudioError  # noqa: E402
from mnist_cnn.ink import imagefile, picture, sketch  # noqa: E402
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, VARIABLE, Hyperparameters  # noqa: E402
from mnist_cnn.network.model import count_parameters  # noqa: E402
from mnist_cnn.reading import transcript  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402
from mnist_cnn.training import series  # noqa: E402

PICTURES = sorted((ROOT / "tests" / "ink" / "pictures").iterdir())
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "F")
KINDS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "ICO", "PPM")
MOST_PARAMETERS = 50_000_000  # more than any hyperparameters ask for

Trial = Callable[[np.random.Generator], None]
"""One try, which raises StudioError where what it made up is refused, and anything else where something falls."""


class Guess:
    """A network that answers at random, so that drawings are taken apart in every way; TensorFlow is not needed."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def predict(self, images: np.ndarray) -> np.ndarray:
        assert images.dtype == np.float32 and images.shape[1:] == (28, 28) and np.isfinite(images).all()
        return self.rng.dirichlet(np.full(10, 0.1), len(images)).astype(np.float32)


def _sound(drawing: np.ndarray) -> None:
    assert drawing.dtype == np.float32 and drawing.ndim == 2 and (drawing >= 0).all() and (drawing <= 1).all()


def _read(rng: np.random.Generator, drawing: np.ndarray) -> None:
    """Take a drawing apart; every digit lies in it."""
    _sound(drawing)
    height, width = drawing.shape
    for digit in transcript.read(drawing, Guess(rng), 0.5).digits:
        left, top, right, bottom = digit.sketch.box
        assert 0 <= left < right <= width and 0 <= top < bottom <= height


def _image(rng: np.random.Generator) -> Image.Image:
    """A picture of any size, mode and content: blank, noise, or a line on paper."""
    width, height = (2 ** rng.uniform(0, 9.5, 2)).astype(int)
    pixels = np.full((height, width), rng.integers(256), np.uint8)
    if rng.random() < 0.4:
        pixels = rng.integers(0, 256, (height, width), np.uint8)
    elif rng.random() < 0.8:
        rows, columns = (np.linspace(*rng.uniform(0, side - 1, 2), 500).astype(int) for side in (height, width))
        pixels[rows, columns] = rng.integers(256)
    mode = MODES[rng.integers(len(MODES))]
    if mode == "I;16":
        return Image.fromarray(pixels.astype(np.uint16) * np.uint16(rng.integers(1, 257)))
    return Image.fromarray(_samples(rng, pixels)) if mode == "F" else Image.fromarray(pixels).convert("RGB").convert(mode)


def _samples(rng: np.random.Generator, pixels: np.ndarray) -> np.ndarray:
    """Pixels as float32 of any size, some of them no numbers."""
    samples = pixels.astype(np.float32) * np.float32(10.0 ** rng.integers(-40, 37)) * np.float32(rng.choice([1, -1]))
    samples[rng.random(samples.shape) < 0.01] = rng.choice([np.nan, np.inf, -np.inf])
    return samples


def _file(rng: np.random.Generator) -> bytes:
    """A file of such pictures, one or several, with an orientation that a camera may or may not have noted."""
    several = [_image(rng) for _ in range(rng.integers(1, 4))]
    options = {"save_all": True, "append_images": several[1:]} if len(several) > 1 else {}
    notes = Image.Exif()
    notes[0x0112] = int(rng.integers(0, 12))
    for kind in rng.permutation(KINDS):
        try:
            several[0].save(file := io.BytesIO(), str(kind), exif=notes.tobytes(), **options)
            return file.getvalue()
        except Exception:  # not every format takes every mode and size
            continue
    return b""


def _claim(rng: np.random.Generator, content: bytes) -> bytes:
    """A PNG or BMP whose head says that it is of another size."""
    place = {b"\x89P": 16, b"BM": 18}.get(content[:2])
    return content if place is None else content[:place] + rng.bytes(8) + content[place + 8 :]


def pictures(folder: Path) -> Trial:
    def attempt(rng: np.random.Generator) -> None:
        whole = PICTURES[rng.integers(len(PICTURES))].read_bytes() if rng.random() < 0.3 else _file(rng)
        content = (lambda: whole, lambda: mutated(rng, whole), lambda: _claim(rng, whole))[rng.integers(3)]()
        found = imagefile.read(io.BytesIO(content), "x")
        _sound(found.brightness)
        assert max(found.brightness.shape) <= imagefile.LONGEST and found.scale > 0
        _read(rng, picture.find(found, "x").drawing)

    return attempt


def canvas(folder: Path) -> Trial:
    from mnist_cnn.ui import message
    from mnist_cnn.ui.drawing import Drawing

    def attempt(rng: np.random.Generator) -> None:
        _image(rng).convert("RGBA").resize((280, 280)).save(file := io.BytesIO(), "PNG")
        png = (lambda: file.getvalue(), lambda: mutated(rng, file.getvalue()), lambda: _file(rng))[rng.integers(3)]()
        url = text(rng) if rng.random() < 0.2 else "data:image/png;base64," + base64.b64encode(png).decode()
        sent = {"version": "6", "objects": [{"type": "path", "path": [["M", 1, 2], ["Q", 1, 2, 3, 4]], "strokeWidth": 18}]}
        told = {"drawing": {"data": url, "raw": changed(rng, sent) if rng.random() < 0.7 else sent}}
        drawing = Drawing()
        drawing.take(*message.received(changed(rng, told) if rng.random() < 0.1 else told, 280, 280))
        if drawing.ink is None:
            raise StudioError("image.empty", path="x")
        _read(rng, drawing.ink)
        sketch.normalise(drawing.ink)
        drawing.restart(drawing.strokes[:-1], drawing.strokes)

    return attempt


def collections(folder: Path) -> Trial:
    drawings = Collection(folder / "collection.jsonl")
    other = Collection(folder / "other.jsonl")

    def attempt(rng: np.random.Generator) -> None:
        if len(drawings.examples()) > 100:
            drawings.remove({example.id for example in drawings.examples()})
        other.add(int(rng.integers(10)), rng.random((28, 28), np.float32), text(rng))
        lines = other.export().splitlines()[-3:]
        if rng.random() < 0.5:
            lines.append(json.dumps(changed(rng, json.loads(lines[-1]))).encode())
        content = b"\n".join(lines) if rng.random() < 0.5 else mutated(rng, b"\n".join(lines))
        before = {example.id for example in drawings.examples()}
        try:
            taken = drawings.take(content, text(rng))
        finally:
            after = {example.id for example in drawings.examples()}
            assert before <= after, "drawings were lost"
        assert len(after) == len(before) + taken

    return attempt


def runs(folder: Path) -> Trial:
    store = Store(folder / "models")
    spoilt, other = make_run(store), make_run(store, "other")
    whole = {path: path.read_bytes() for path in spoilt.folder.rglob("*") if path.is_file()}
    sound = read_all(store)
    assert not sound["damaged"] and not any(isinstance(answer, StudioError) for answer in sound[spoilt.id].values())

    def attempt(rng: np.random.Generator) -> None:
        paths = [[*whole][place] for place in rng.choice(len(whole), rng.integers(1, 4), replace=False)]
        try:
            for path in paths:
                spoil(rng, path)
            told = read_all(store)
            assert repr(told[other.id]) == repr(sound[other.id]), "another run was read otherwise"
        finally:
            for path in paths:
                path.write_bytes(whole[path])
        if told["damaged"] or any(isinstance(answer, StudioError) for answer in told.get(spoilt.id, {}).values()):
            raise StudioError("run.damaged", name="x", detail="")

    return attempt


def hyperparameters(folder: Path) -> Trial:
    names, varied = [*RANGES], sorted(VARIABLE)

    def attempt(rng: np.random.Generator) -> None:
        if rng.random() < 0.5:
            name = varied[rng.integers(len(varied))]
            typed = rng.choice([", ", " ", "；", "、"]).join(text(rng) for _ in range(rng.integers(0, 5)))
            found = series.parse(name, typed)
            assert [*found] == sorted({*found}) and all(Hyperparameters(**{name: value}) for value in found)
            base = PRESETS["tiny"]
            assert len(series.Series("tiny", base, "digits", {name: found}, int(rng.integers(0, 7))).settings()) <= series.MOST
            return
        values = [*PRESETS.values()][rng.integers(len(PRESETS))].to_dict()
        for _ in range(rng.integers(0, 4)):
            name = names[rng.integers(len(names))] if rng.random() < 0.9 else text(rng)
            limits = RANGES.get(name, {})
            ends = [limits.get("low", 0), limits.get("high", 1), limits.get("choices", (0,))[-1]]
            values[name] = ends[rng.integers(3)] if rng.random() < 0.5 else anything(rng)
        hp = Hyperparameters.from_dict(values)
        assert Hyperparameters.from_dict(json.loads(json.dumps(hp.to_dict()))) == hp
        assert 0 < count_parameters(hp) < MOST_PARAMETERS

    return attempt


def addresses(folder: Path) -> Trial:
    from mnist_cnn.ui.state import TABLE

    entries = [entry for entry in TABLE.values() if entry.pages]

    def attempt(rng: np.random.Generator) -> None:
        entry = entries[rng.integers(len(entries))]
        told = text(rng) if rng.random() < 0.7 else ",".join(text(rng) for _ in range(rng.integers(0, 200)))
        try:
            value = entry.parse(told)
        except ValueError as error:
            raise StudioError("rules.value", rule="address", value="") from error
        assert value == value, "no number"

    return attempt


def pages(folder: Path) -> Trial:
    """Whole pages, on runs of their own: those that ship with the app."""
    import os
    import shutil

    from pages import open_page

    from mnist_cnn.ui.state import TABLE

    shutil.copytree(ROOT / "models", folder / "models")
    os.environ |= {"MNIST_CNN_MODELS": str(folder / "models"), "MNIST_CNN_COLLECTION": str(folder / "drawings.jsonl")}
    where = sorted({page for entry in TABLE.values() for page in entry.pages})

    def attempt(rng: np.random.Generator) -> None:
        page = where[rng.integers(len(where))]
        names = [name for name, entry in TABLE.items() if page in entry.pages]
        chosen = rng.choice(names, min(len(names), 6), replace=False)
        known = {
            "lang": ["en", "zh"][rng.integers(2)],
            "model": "quick",
            "analysed": "quick",
            "mapped": "quick",
            "stressed": "quick",
        }
        shown = open_page(page, **known, **{name: text(rng) for name in chosen if name not in known})
        assert not shown.exception, shown.exception

    return attempt


PARTS = {part.__name__: part for part in (pictures, canvas, collections, runs, hyperparameters, addresses, pages)}
COUNTS = {
    "pictures": 3000,
    "canvas": 3000,
    "collections": 3000,
    "runs": 1000,
    "hyperparameters": 30_000,
    "addresses": 100_000,
    "pages": 40,
}
"""How many tries of each, unless told."""


@dataclass
class Result:
    """What came of the tries of a part. `fell` : of each that fell, its number and what was raised."""

    part: str
    tries: int = 0
    refused: int = 0
    slowest: tuple[float, int] = (0.0, 0)  # seconds, and the try's number
    grown: float = 0.0  # million bytes of memory that the process took more at its most
    fell: list[str] = field(default_factory=list)

    def row(self) -> str:
        """A row of a Markdown table."""
        slowest = "{:.2f} ({})".format(*self.slowest)
        return f"| {self.part} | {self.tries:,} | {self.refused:,} | {slowest} | {self.grown:.0f} | {len(self.fell)} |"


def fuzz(part: str, count: int, seed: int = 1, first: int = 0) -> Result:
    """Try one of `PARTS` so many times; try number n of a seed is always the same."""
    result = Result(part)
    with tempfile.TemporaryDirectory() as folder:
        attempt, before = PARTS[part](Path(folder)), _peak()
        for number in range(first, first + count):
            result.tries += 1
            started = time.perf_counter()
            try:
                attempt(np.random.default_rng([seed, number]))
            except StudioError:
                result.refused += 1
            except Exception:
                result.fell.append(f"--seed {seed} --first {number}: {traceback.format_exc(limit=-3)}")
            result.slowest = max(result.slowest, (time.perf_counter() - started, number))
        result.grown = _peak() - before
    return result


def _peak() -> float:
    """Million bytes of memory that this process has taken at its most; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first try")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # Pillow and NumPy have much to say of such files
    print("| part | tries | refused | slowest, s (its number) | memory, MB | fell |\n| --- | --- | --- | --- | --- | --- |")
    results = []
    for part in asked.parts or PARTS:
        results.append(fuzz(part, asked.count or COUNTS[part], asked.seed, asked.first))
        print(results[-1].row(), flush=True)
    for result in results:
        print("".join(f"\n{result.part} {told}" for told in result.fell[:5]))
    sys.exit(any(result.fell for result in results))


if __name__ == "__main__":
    main()
