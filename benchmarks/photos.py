"""How well a run reads photos of digits on paper: made from pen strokes of people held out of training, by seed.

    python benchmarks/photos.py strokes.jsonl.gz sketch
    python benchmarks/photos.py strokes.jsonl.gz sketch --count 40 --save photos

Every photo goes the way of one that is given to the page or to `predict`. Prints how many are read right, which is
exactly and surely, refused (not sure, or without ink) and read wrong with confidence, for each kind of paper, desk,
light, pen, angle and blur, with Wilson intervals; the same for the strokes drawn on a canvas, which is what the network alone
makes of them; and seconds of a processor. --save keeps the photos, and a sheet of those that were not read right.
"""

import argparse
import io
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import photographed
from benchmarks.photographed import Shot
from mnist_cnn.digits import strokes
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile, picture
from mnist_cnn.reading import calibration, prediction, transcript
from mnist_cnn.runs import Store

ROWS = 0.15  # share of photos with several digits side by side
SEVERAL = (2, 5)  # digits of such a row, the latter exclusive
TILE = 300  # pixels of a photo on the sheet


@dataclass(frozen=True)
class Photo:
    """A photo and what it shows."""

    shot: Shot
    written: str
    digits: list[strokes.Strokes]
    data: bytes


@dataclass(frozen=True)
class Answer:
    """What was read: digits, whether they are sure; empty and unsure where there was no ink."""

    text: str
    sure: bool

    def outcome(self, written: str) -> str:
        """One of `OUTCOMES`."""
        return ("right" if self.text == written else "wrong") if self.sure else "refused"


OUTCOMES = ("right", "refused", "wrong")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strokes", type=Path, help="a file of pen strokes, see mnist_cnn/digits/strokes.py")
    parser.add_argument("run", help="name or id of a run")
    parser.add_argument("--count", type=int, default=300, help="photos")
    parser.add_argument("--seed", type=int, default=11, help="of the first photo; each has the next")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep the photos here")
    options = parser.parse_args()
    people = by_writer(strokes.load(options.strokes, "test"))
    run = Store().get(options.run)
    predictor, sure = prediction.load(run), calibration.threshold(run)
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    print(f"{run.name}: {options.count} photos of digits by {len(people)} writers; sure from {sure:.3f}\n", flush=True)

    kinds, drawn, failures, seconds = defaultdict(list), [], [], []
    for seed in range(options.seed, options.seed + options.count):
        photo = made(people, seed)
        before = time.process_time()
        answer = read(photo.data, predictor, sure)
        seconds.append(time.process_time() - before)
        outcome = answer.outcome(photo.written)
        for kind in conditions(photo):
            kinds[kind].append(outcome)
        drawn.append(on_canvas(photo, predictor, sure).outcome(photo.written))
        if outcome != "right":
            failures.append((f"{seed}: {photo.written} {outcome} {answer.text!r}", photo.data))
            print(f"  {failures[-1][0]}  {drawn[-1]} on a canvas  {photo.shot}", flush=True)
        if options.save:
            (options.save / f"{seed}_{photo.written}.jpg").write_bytes(photo.data)
    if options.save and failures:
        contact_sheet(failures).save(options.save / "not_right.jpg")
    report({**kinds, ("", "on a canvas"): drawn})
    print(f"\nSeconds of a processor for a photo: {np.median(seconds):.2f}, at most {max(seconds):.2f}")


def by_writer(pen: list[strokes.PenDigit]) -> list[list[strokes.PenDigit]]:
    """The digits of each writer, without pieces that are none."""
    found = defaultdict(list)
    for digit in pen:
        if digit.whole:
            found[digit.writer].append(digit)
    return list(found.values())


def made(people: list[list[strokes.PenDigit]], seed: int) -> Photo:
    """The photo of a seed: one writer, each as likely, in any conditions."""
    rng = np.random.default_rng(seed)
    shot, writer = photographed.some_shot(rng), people[rng.integers(len(people))]
    count = rng.integers(*SEVERAL) if rng.random() < ROWS else 1
    chosen = [writer[number] for number in rng.integers(len(writer), size=count)]
    digits = [digit.strokes for digit in chosen]
    return Photo(shot, "".join(str(digit.digit) for digit in chosen), digits, photographed.taken(shot, digits, rng))


def read(data: bytes, predictor: prediction.Predictor, threshold: float) -> Answer:
    """What the page and `predict` say of a file."""
    try:
        seen = imagefile.read(io.BytesIO(data), "photo")
        _, found = transcript.of_picture(picture.looks(seen, "photo"), predictor, threshold)
    except StudioError:
        return Answer("", False)
    return Answer(found.text, found.sure)


def on_canvas(photo: Photo, predictor: prediction.Predictor, threshold: float) -> Answer:
    """What they say of the same digits, each drawn on a canvas of its own."""
    rng, style = np.random.default_rng(0), strokes.STYLES["plain"]
    canvases = [strokes.render(digit, style, rng) for digit in photo.digits]
    found = [transcript.read(canvas, predictor, threshold) for canvas in canvases]
    return Answer("".join(one.text for one in found), all(one.sure for one in found))


def conditions(photo: Photo) -> list[tuple[str, str]]:
    """The kinds that a photo is of: what about it, and which."""
    shot = photo.shot
    steep = max(abs(shot.turn), *map(abs, shot.tilt))
    fingers = "on the sheet" if shot.fingers else "none"
    digits = "several in a row" if len(photo.written) > 1 else "one"
    megapixels = shot.size[0] * shot.size[1] / 1e6
    told = {"paper": shot.paper, "desk": shot.desk, "light": shot.light, "pen": shot.pen, "blur": shot.blur}
    told |= {"fingers": fingers, "digits": digits, "angle": "to 10°" if steep <= 10 else "to 15°"}
    return [*told.items(), ("size", "to 4 megapixels" if megapixels < 4 else "8 to 12 megapixels"), ("all", "photos")]


def report(kinds: dict[tuple[str, str], list[str]]) -> None:
    """A line for each kind."""
    print(f"\n{'':<28}  photos   right (95 %)           refused   wrong (95 %)")
    for (about, kind), outcomes in sorted(kinds.items(), key=lambda item: (item[0][0] in ("", "all"), item[0])):
        count = len(outcomes)
        right, refused, wrong = (outcomes.count(outcome) for outcome in OUTCOMES)
        print(
            f"{about:<8} {kind:<19}  {count:>6}   {right / count:.3f} ({told(right, count)})   "
            f"{refused / count:.3f}     {wrong / count:.3f} ({told(wrong, count)})"
        )


def told(hits: int, count: int) -> str:
    return "{:.3f} to {:.3f}".format(*wilson(hits, count))


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share with 95 % confidence (E. B. Wilson, 1927)."""
    share, more = hits / count, z**2 / count
    middle = share + more / 2
    half = z * np.sqrt(share * (1 - share) / count + more / (4 * count))
    return max(0.0, (middle - half) / (1 + more)), min(1.0, (middle + half) / (1 + more))


def contact_sheet(failures: list[tuple[str, bytes]], across: int = 6) -> Image.Image:
    """Photos side by side, each above its words and beside the ink that was found in it."""
    high = TILE + 20
    sheet = Image.new("RGB", (across * 2 * TILE, -(-len(failures) // across) * high), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (words, data) in enumerate(failures):
        x, y = number % across * 2 * TILE, number // across * high
        seen = imagefile.read(io.BytesIO(data), "photo")
        with Image.open(io.BytesIO(data)) as image:
            upright = image.rotate(-90, expand=True) if image.getexif().get(0x0112) == 6 else image.convert("RGB")
        upright.thumbnail((TILE - 4, TILE))
        sheet.paste(upright, (x, y))
        try:
            found = Image.fromarray((picture.find(seen, "photo").drawing * 255).astype(np.uint8))
            found.thumbnail((TILE - 4, TILE))
            sheet.paste(found, (x + TILE, y))
        except StudioError:
            pass
        draw.text((x + 4, y + TILE + 4), words, "black")
    return sheet


if __name__ == "__main__":
    main()
