"""Compare two runs on their test set."""

import json

from mnist_cnn.reading import comparison, evaluation, wording
from mnist_cnn.runs import Run, Store
from mnist_cnn.words import speaker

t = speaker("en")


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("compare", help="compare two runs on their test set", description=compare.__doc__)
    command.add_argument("a", metavar="A", help="name or id of a run")
    command.add_argument("b", metavar="B", help="name or id of another")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(command=compare)


def compare(options) -> int:
    """Compare two runs, A and B: settings that differ, which images one reads and the other does not, recall per digit."""
    a, b = (Store().get(name) for name in (options.a, options.b))
    comparison.check(a, b)
    result, settings = comparison.load(a, b), comparison.settings(a, b)
    told = result.summary()
    if options.json:
        runs = {"a": _run(a, result.a), "b": _run(b, result.b)}
        print(json.dumps(runs | {"dataset": a.dataset, "settings": settings} | told | {"verdict": result.verdict(t)}))
        return 0
    for letter, run, one in (("A", a, result.a), ("B", b, result.b)):
        print(f"{letter}: {wording.name(run, t)} ({run.id}), accuracy {one.accuracy:.4f}")
    print(f"\n{result.verdict(t)}")
    _print_settings(settings)
    groups = (f"{t(f'compare.{name}')} {count:,}" for name, count in told["counts"].items())
    print(f"\nRead right: {', '.join(groups)}")
    _print_difference(told["difference"])
    _print_recall(told["recall"])
    return 0


def _run(run: Run, result: evaluation.Evaluation) -> dict:
    return {"id": run.id, "name": run.name, "accuracy": round(result.accuracy, 6), "history": run.history()}


def _print_settings(settings: dict[str, tuple]) -> None:
    print(f"\n{'Settings that differ':<28} {'A':>10} {'B':>10}" if settings else "\nTheir settings are the same.")
    for field, values in settings.items():
        print(f"{t(f'hyperparameter.{field}'):<28} " + " ".join(f"{value!s:>10}" for value in values))


def _print_difference(difference: list[list[int]]) -> None:
    print("\nConfusion matrix of B less that of A, rows the label, columns the prediction:")
    print("    |" + "".join(f"{digit:>6}" for digit in range(10)))
    for digit, row in enumerate(difference):
        print(f"{digit:>3} |" + "".join(f"{change:>+6}" if change else " " * 6 for change in row).rstrip())


def _print_recall(recall: dict[str, dict]) -> None:
    print("\ndigit  recall of A (95 % interval)  recall of B (95 % interval)")
    for digit in range(10):
        shares = ((one[key][digit] for key in ("recall", "low", "high")) for one in recall.values())
        print(f"{digit:>5}  " + "  ".join("{:>11.4f} ({:.4f} to {:.4f})".format(*share) for share in shares))
