"""What the teacher allows the class: one table of rules, kept in a file beside the runs, so that every server has the same."""

import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType

from mnist_cnn import locks, places
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import RANGES
from mnist_cnn.runs import Store

LIMITS = MappingProxyType(
    {
        "epochs": (1, RANGES["epochs"]["high"], RANGES["epochs"]["high"]),
        "train_images": (100, 60_000, 60_000),
        "parameters": (1_000, 100_000_000, 5_000_000),
        "runs": (1, 1_000, 50),
        "waiting": (1, 100, 4),
        "drawings": (1, 2_000, 200),
        "imports": (0, 2_000, 500),
    }
)
"""Of each number that is limited: the lowest and highest that a teacher may set, and what holds until somebody does.

epochs, train_images, parameters : of one training. runs : that one person keeps. waiting : single runs that one person has
under way or in line. drawings : that one person keeps. imports : drawings that one person brings from files.
The environment may name another default: MNIST_CNN_LIMIT_WAITING=2.
"""
CHALLENGES = ("accuracy", "small", "drawings")  # best on the test set, best of few parameters, best on the class's drawings
SMALL = 20_000  # parameters of a network that takes part in "small"


@dataclass(frozen=True)
class Rules:
    """What holds now. Attributes that are numbers are explained at `LIMITS`.

    Attributes
    ----------
    open : whether training is open to the class.
    paused : whether the line stands still; what trains goes on.
    ranking : whether anybody is shown a ranking.
    challenge : which one of `CHALLENGES` is on.
    """

    open: bool = True
    paused: bool = False
    ranking: bool = False
    challenge: str = "accuracy"
    epochs: int = LIMITS["epochs"][2]
    train_images: int = LIMITS["train_images"][2]
    parameters: int = LIMITS["parameters"][2]
    runs: int = LIMITS["runs"][2]
    waiting: int = LIMITS["waiting"][2]
    drawings: int = LIMITS["drawings"][2]
    imports: int = LIMITS["imports"][2]

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            good = isinstance(value, field.type) and (isinstance(value, bool) or type(value) is field.type)
            if field.name in LIMITS:
                low, high, _ = LIMITS[field.name]
                good = good and not isinstance(value, bool) and low <= value <= high
            if not good or field.name == "challenge" and value not in CHALLENGES:
                raise StudioError("rules.value", rule=field.name, value=value)


class Rulebook:
    """The rules in `classroom.json` beside the runs; any number of threads and processes may use it."""

    def __init__(self, path: Path | None = None):
        self.path = Path(path or Store().folder / "classroom.json")
        self._kept = places.Kept(self.path, _rules, _environment)

    def read(self) -> Rules:
        """The rules that hold now. What the file does not say, or cannot say, is by the environment or `LIMITS`.

        Where the file is there and cannot be read now, they are the last that were known.
        """
        return self._kept.read()

    def change(self, **values) -> Rules:
        """Set rules. Raises StudioError "rules.value", or OSError as on a full disk or where the old ones cannot be read.

        A damaged file is set aside.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locks.waited(self.path.with_suffix(".lock")):
            self._kept.look()
            rules = replace(self._kept.told, **values)
            self._kept.write(rules, lambda rules: places.write_json(self.path, asdict(rules)))
        return rules

    def reset(self) -> Rules:
        """Go back to the rules that hold until somebody sets others. Raises OSError where the file cannot be removed."""
        self.path.unlink(missing_ok=True)
        return self.read()


def _rules(content) -> tuple[Rules, bool]:
    """What the file says, and whether it is damaged."""
    rules, told = _defaults(), content if isinstance(content, dict) else {}
    for field in fields(Rules):
        if field.name in told:
            rules = _changed(rules, field.name, told[field.name])
    return rules, told is not content


def _environment() -> tuple[str, ...]:
    """What the environment says of each of `LIMITS`."""
    return tuple(os.environ.get(f"MNIST_CNN_LIMIT_{name.upper()}", "") for name in LIMITS)


def _defaults() -> Rules:
    rules = Rules()
    for name, named in zip(LIMITS, _environment(), strict=True):
        if named.isdecimal():
            rules = _changed(rules, name, int(named))
    return rules


def _changed(rules: Rules, name: str, value) -> Rules:
    """The rules with another value, where it is one that can be."""
    try:
        return replace(rules, **{name: value})
    except StudioError:
        return rules
