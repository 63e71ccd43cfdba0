"""The door to the line: every training that a page begins or goes on with passes here, by the teacher's rules."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import streamlit as st

from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import Run
from mnist_cnn.training import admission, series, teaching
from mnist_cnn.training.series import Series
from mnist_cnn.ui import rights, server, teacher

_door = threading.Lock()  # one at a time, so that nobody's two clicks find the same place free


def refusal(settings: Sequence[Hyperparameters], dataset: str, **more) -> StudioError | None:
    """Why whoever is looking may not train this, as `admission.refusal`, which explains `more`; the teacher may."""
    return _refusal(server.store().runs, settings, dataset, **more)


def foreseen(settings: Sequence[Hyperparameters], dataset: str) -> StudioError | None:
    """The same, for a page that asks every few seconds: runs are looked for only where one came or went."""
    return _refusal(lambda: _runs(str(server.store().folder), _changed()), settings, dataset)


def _refusal(runs: Callable[[], list[Run]], settings: Sequence[Hyperparameters], dataset: str, **more) -> StudioError | None:
    if teacher.here():
        return None
    return admission.refusal(server.rules().read(), runs(), server.visitor_id(), settings, dataset, **more)


@st.cache_resource(max_entries=1, show_spinner=False)
def _runs(folder: str, changed: int) -> list[Run]:
    """The runs there, as of that change of the folder."""
    return server.store().runs()


def _changed() -> int:
    """When a run came or went, in nanoseconds."""
    try:
        return server.store().folder.stat().st_mtime_ns
    except OSError:  # no run yet
        return 0


def too_much(hp: Hyperparameters, dataset: str) -> StudioError | None:
    """The same of what is not put in line: only how large the network is."""
    return None if teacher.here() else admission.too_much(server.rules().read(), [hp], dataset, admission.OF_COPIES)


def begin(name: str, dataset: str, hp: Hyperparameters, preset: str | None) -> Run:
    """Create a run and put it in line. Raises StudioError "class.*"; else as `Store.create` and `Queue.submit` do."""
    with _door:
        _check([hp], dataset)
        return _submit(server.store().create(name, dataset, hp, server.visitor_id(), preset=preset))


def begin_series(wanted: Series) -> list[Run]:
    """Create the runs of a series and put them in line. Raises StudioError "class.*"; else as `series.begin` does."""
    with _door:
        _check(wanted.settings(), wanted.dataset)
        return series.begin(server.store(), server.queue(), wanted, server.visitor_id())


def teach(base: Run, examples: list[Example], name: str) -> Run:
    """Put a copy in line that learns from drawings. Raises StudioError "class.*"; else as `teaching.prepare` does."""
    with _door:
        _check([base.hyperparameters], base.dataset, measures=admission.OF_COPIES)
        return _submit(teaching.prepare(server.store(), base, examples, name, server.visitor_id()))


def resume(run: Run) -> None:
    """Go on with a run. Raises StudioError "class.*"; else as `Queue.submit` does."""
    with _door:
        _check_again([run])
        server.queue().submit(run)


def resume_series(runs: list[Run]) -> None:
    """Go on with the runs of a series. Raises StudioError "class.*"; else as `Queue.submit_series` does."""
    with _door:
        _check_again(runs)
        server.queue().submit_series(runs)


def _check(settings: Sequence[Hyperparameters], dataset: str, **more) -> None:
    if error := refusal(settings, dataset, **more):
        raise error


def _check_again(runs: list[Run]) -> None:
    rights.check(runs)
    measures = admission.OF_COPIES if any(run.base for run in runs) else tuple(admission.MEASURES)
    _check([run.hyperparameters for run in runs], runs[0].dataset, measures=measures, again=runs)


def _submit(run: Run) -> Run:
    """Put a new run in line; where that cannot be, it is not kept."""
    try:
        server.queue().submit(run)
    except (StudioError, OSError):
        with suppress(StudioError, OSError):
            server.store().remove(run)
        raise
    return run
