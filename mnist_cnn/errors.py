"""Errors meant for people: a code that pages translate, and the English sentence for it."""

import unicodedata

JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # unseen, but scripts and emoji need them
VARIANTS = "".join(map(chr, (*range(0x180B, 0x180E), 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))  # as well
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")  # letters and signs that nobody sees

MESSAGES = {
    "data.missing": "MNIST was not found. Run `python -m mnist_cnn data`, or set MNIST_CNN_DATA to the path of an mnist.npz.",
    "data.unreadable": "{path} cannot be read as MNIST ({detail}). Delete it and run `python -m mnist_cnn data`, or point MNIST_CNN_DATA at a good mnist.npz.",
    "data.foreign": "{path} does not hold MNIST: {array} differs from the original. Delete it and run `python -m mnist_cnn data`, or point MNIST_CNN_DATA at a good mnist.npz.",
    "data.absent": "MNIST_CNN_DATA names {path}, where no file can be read. Correct the path, or unset the variable.",
    "data.download": "MNIST could not be downloaded: no mirror answered with the right content ({detail}). Try again later, or copy mnist.npz to {path}.",
    "data.unknown": "There is no dataset named {name}. Choose one of: {choices}.",
    "strokes.missing": "No pen strokes were found. Set MNIST_CNN_STROKES to the path of a strokes.jsonl.gz, or train without them.",
    "strokes.unreadable": "{path} cannot be read as pen strokes ({detail}).",
    "hyperparameter.unknown": "There is no hyperparameter named {field}. Choose from: {choices}.",
    "hyperparameter.type": "{field} is {value}, but must be {expected}.",
    "hyperparameter.range": "{field} is {value}, but must be from {low} to {high}.",
    "hyperparameter.choice": "{field} is {value}, but must be one of {choices}.",
    "run.missing": "There is no run named {name}.",
    "run.none": "No network has been trained yet. `python -m mnist_cnn train --preset quick` trains one.",
    "run.damaged": "The run folder {name} is damaged: {detail}.",
    "run.folder": "{path} cannot hold runs ({detail}). Correct MNIST_CNN_MODELS, or unset it.",
    "run.no_model": "The run {name} has no model yet: it ended before its first epoch did.",
    "run.busy": "The run {name} is still training.",
    "run.idle": "The run {name} is not training: there is nothing to stop.",
    "run.shipped": "The run {name} came with the app and is kept as it is.",
    "run.name": "A run's name has 1 to {limit} characters.",
    "run.unseen": "A run's name cannot hold {character}, a character that nobody sees.",
    "run.ship": "A run that ships with the app is named with small letters, digits and hyphens, not {name}.",
    "run.taken": "There is a run named {name} already.",
    "run.complete": "The run {name} has finished all its epochs, diverged, or lost what resuming needs: there is nothing to resume.",
    "pair.same": "A network compared with itself shows nothing. Choose two different ones.",
    "pair.datasets": "These two cannot be compared: they were trained and tested on different datasets.",
    "pair.labels": "These two cannot be compared: their test images are not the same.",
    "series.varied": "A series varies one or two hyperparameters, each with two values or more, and has 1 to {seeds} seeds.",
    "series.many": "This series would have {runs} runs; at most {most} are possible. Take fewer values or seeds.",
    "line.full": "{waiting} trainings are waiting already. Try again when some are done.",
    "series.missing": "There is no ready-made series named {name}. Choose from: {choices}.",
    "collection.foreign": "This file holds no collection of drawings: line {line} cannot be read as one.",
    "collection.full": "The collection holds at most {limit} drawings. Delete some first.",
    "collection.busy": "Somebody else is changing the collection. Try again in a moment.",
    "collection.folder": "{path} is a folder, not a file of drawings. Correct MNIST_CNN_COLLECTION, or unset it.",
    "collection.few": "At least {least} drawings of the same digit are needed: one to teach, one to ask about.",
    "rules.value": "{value} cannot be set for the rule {rule}.",
    "class.closed": "Training is closed for now. The teacher opens it again.",
    "class.teacher": "Only the teacher can do this.",
    "class.nickname": "A nickname has at most {limit} characters, all of which can be seen.",
    "class.pretender": "Nobody but the teacher is called {name}. Choose another nickname.",
    "class.limit": "{rule}: this training has {value}, and the teacher allows {most} at most.",
    "class.runs": "You keep {most} runs already. Delete some first.",
    "class.waiting": "You have {most} runs under way or waiting already. Wait until one is done, or stop one.",
    "class.drawings": "You have kept {most} drawings already. Delete some first.",
    "class.imports": "You may bring {most} drawings from files at most.",
    "class.owner": "The run {name} is somebody else's.",
    "cluster.package": "MNIST_CNN_SCHEDULER is set, but the package distributed is not installed: `pip install -r requirements-cluster.txt`. Trainings run on this machine.",
    "cluster.lost": "The cluster {address} cannot be reached. Trainings run on this machine until it can.",
    "cluster.empty": "The cluster {address} has no workers. Trainings run on this machine until it has.",
    "cluster.foreign": "No worker of the cluster {address} has this version of the app. Trainings run on this machine.",
    "image.missing": "There is no file {path}.",
    "image.unreadable": "{path} cannot be read as an image: it is damaged, or none of {formats}. Save it again as PNG or JPEG.",
    "image.large": "{path} is too large: of an image of this kind at most {limit} million pixels are read. Make it smaller, or cut out the part with the digits.",
    "image.empty": "{path} holds no ink that stands out from its paper. Write with a dark pen on light paper, and take the picture from nearby.",
    "file.ending": "{path} must end in one of: {endings}.",
    "reason.stopped": "Stopped on request.",
    "reason.teacher": "The teacher stopped it.",
    "reason.diverged": "Diverged: the loss was no longer a number in epoch {epoch}. A lower learning rate helps.",
    "reason.range_test": "The rate became too high at {rate}. That is how a range test ends.",
    "reason.checkpoint": "It cannot go on: its checkpoint.npz or history.csv is damaged. What it has learned is kept as it is; a new run can begin from the same settings.",
    "reason.disk_full": "The disk is full.",
    "reason.memory": "There was not enough memory. A smaller network, smaller batches or fewer images need less.",
    "reason.start": "No process could be started to train it: {detail}.",
    "reason.crashed": "Training failed: {detail}",
    "reason.killed": "The training process ended unexpectedly.",
    "reason.server": "The server ended while this run was training.",
}


class StudioError(Exception):
    """A problem that a person can understand and act on.

    Parameters
    ----------
    code : a key of `MESSAGES`; pages translate by it.
    **values : what the message's braces hold; kept as they are shown, numbers as numbers.
    """

    def __init__(self, code: str, /, **values):
        self.code = code
        self.values = {key: value if isinstance(value, int) else printable(str(value)) for key, value in values.items()}
        super().__init__(MESSAGES[code].format(**self.values))


def printable(text: str) -> str:
    """Text from anywhere, as the name of a file, with escapes for what a page or a terminal must not be given.

    Those are control characters, line breaks among them, marks that turn the direction, letters and signs that nobody sees,
    and what is no Unicode.
    """

    def shown(character: str) -> bool:
        kind = unicodedata.category(character)
        return character in JOINERS or kind[0] != "C" and kind not in ("Zl", "Zp") and character not in BLANK

    return "".join(c if shown(c) else c.encode("unicode_escape").decode() for c in text)


def spaced(name: str) -> str:
    """A name with plain single spaces inside, none around it, and at its ends no mark that joins or varies nothing."""
    return " ".join(name.split()).lstrip(" " + JOINERS + VARIANTS).rstrip(" " + JOINERS)
