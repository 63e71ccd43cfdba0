"""Read the digits in image files."""

import argparse
import glob
import json
import sys
from pathlib import Path

from mnist_cnn import places
from mnist_cnn.errors import StudioError, printable
from mnist_cnn.ink import imagefile, picture
from mnist_cnn.reading import calibration, prediction, transcript
from mnist_cnn.reading.transcript import Transcript
from mnist_cnn.runs import Store


def add(commands) -> None:
    """Add the command to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    texts = {"description": predict.__doc__, "formatter_class": raw}
    command = commands.add_parser("predict", help="read digits in image files", **texts)
    command.add_argument("--model", metavar="RUN", help="name or id of a run (default: Sketch, as on the page)")
    command.add_argument("--json", action="store_true", help="print one JSON object a line")
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="PNG, JPEG or a pattern of such; dark on light or light on dark"
    )
    command.set_defaults(command=predict)


def predict(options) -> int:
    """Read the digits in each image file. A file that cannot be read gets a line on stderr; the others go on.

    With --json a line has "file", "text" (rows of digits joined by a line break), "sure" (of all of them) and
    "digits", in reading order: "digit", "confidence", "sure", "box" (left, top, right, bottom in pixels of the
    upright picture) and the ten "probabilities". Where there is one digit, its figures stand beside "file" too.
    """
    run = Store().get(options.model) if options.model else prediction.default_model(prediction.usable(Store().runs()))
    if run is None:
        raise StudioError("run.none")
    predictor, threshold, failed = prediction.load(run), calibration.threshold(run), False
    for file in _files(options.files):
        try:
            seen = imagefile.read(file, file)
            ink, found = transcript.of_picture(picture.looks(seen, file), predictor, threshold)
            line = json.dumps(_record(file, seen.scale, ink, found)) if options.json else f"{printable(file)}: {_told(found)}"
        except Exception as error:  # whatever a file may hold
            failed = True
            problem = error if isinstance(error, StudioError) else f"{printable(file)}: {error!r}"
            print(f"mnist_cnn: {problem}", file=sys.stderr)
        else:
            print(line, flush=True)
    return int(failed)


def _files(names: list[str]) -> list[str]:
    """The files meant: not every shell looks for those that a pattern matches. A pattern without any is left."""
    found = []
    for name in names:
        matching = [] if places.is_file(Path(name)) else sorted(glob.glob(name))  # noqa: PTH207  it may be absolute
        found += matching or [name]
    return found


def _record(file: str, scale: float, ink: picture.Ink, found: Transcript) -> dict:
    """What `predict --json` says of a file that was read with so many of its pixels to one: large ones are read smaller."""
    digits = []
    for digit in found.digits:
        figures = {"digit": digit.digit, "confidence": round(digit.confidence, 6), "sure": digit.sure}
        box = [round(edge * scale) for edge in ink.in_picture(digit.segment.box)]
        digits.append(figures | {"box": box, "probabilities": [round(float(p), 6) for p in digit.probabilities]})
    record = {"file": file, "text": found.text, "sure": found.sure, "digits": digits}
    single = ("digit", "confidence", "probabilities") if len(digits) == 1 else ()
    return record | {key: digits[0][key] for key in single}


def _told(found: Transcript) -> str:
    """The digits in words, rows divided by a stroke, with the confidence of the least sure."""
    text = found.text.replace("\n", " / ")
    return f"{'' if found.sure else 'not sure, most like '}{text} ({min(digit.confidence for digit in found.digits):.1%})"
