"""List, stop, rename or delete runs."""

import json
import sys

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation, wording
from mnist_cnn.runs import Run, Store
from mnist_cnn.words import speaker

t = speaker("en")


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("runs", help="list, stop, rename or delete runs", description=runs.__doc__)
    command.add_argument("--json", action="store_true", help="print one JSON object a line")
    change = command.add_mutually_exclusive_group()
    change.add_argument("--stop", metavar="RUN", help="ask a run that trains to stop")
    change.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="give a run another name")
    change.add_argument("--delete", metavar="RUN", help="remove a run for good")
    command.set_defaults(command=runs)


def runs(options) -> int:
    """List all runs, newest first; or stop, rename or delete one."""
    store = Store()
    if options.stop:
        if not (run := store.get(options.stop)).request_stop():
            raise StudioError("run.idle", name=run.name)
    elif options.rename:
        store.rename(store.get(options.rename[0]), options.rename[1])
    elif options.delete:
        store.delete(store.get(options.delete))
    else:
        good, damaged = store.scan()
        for run in good:
            _print_run(run, options.json)
        for error in damaged:
            print(f"mnist_cnn: {error}", file=sys.stderr)
    return 0


def _print_run(run: Run, as_json: bool) -> None:
    scores, state = evaluation.summary(run), run.status().state
    accuracy, done = scores and scores["accuracy"], len(run.history())
    if as_json:
        record = {"id": run.id, "name": run.name, "state": state, "dataset": run.dataset, "epochs": done}
        print(json.dumps(record | {"test_accuracy": accuracy, "hyperparameters": run.hyperparameters.to_dict()}))
    else:
        shown = f"{accuracy:.4f}" if accuracy is not None else "-"
        epochs = f"{done:>3}/{run.hyperparameters.epochs:<3}"
        print(f"{run.id:<24} {state:<9} {epochs} {run.dataset:<7} {shown:>7}  {wording.name(run, t)}")
