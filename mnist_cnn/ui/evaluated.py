"""The evaluation of a run, on the pages that show one: kept for everybody as long as its files do not change."""

import streamlit as st

from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.training import class_test
from mnist_cnn.training.class_test import ClassTest
from mnist_cnn.ui import server
from mnist_cnn.ui.language import t


@st.cache_data(max_entries=8, show_spinner=False)
def _load(folder: str, modified: int, _run: Run) -> Evaluation:
    return evaluation.load(_run)


def result(run: Run) -> Evaluation:
    """What `evaluation.load` gives, with a word while it takes long. Raises as it does, and OSError where the model is gone."""
    try:
        with st.spinner(t("analysis.evaluating")):
            return _load(str(run.folder), run.model_file.stat().st_mtime_ns, run)
    except (StudioError, OSError):
        _load.clear()
        raise


@st.cache_data(max_entries=8, show_spinner=False)
def _examine(folder: str, modified: int, collection: tuple[int, ...], _run: Run, _examples: list[Example]) -> ClassTest:
    return class_test.examine(_run, _examples)


def on_drawings(run: Run) -> ClassTest:
    """The run examined on the class's drawings, as they are now. Raises as `class_test.examine` and `result` do."""
    state = server.collection().state()  # before the drawings: what is newer is never taken for what was
    examples = server.collection().examples()
    if not examples:
        return ClassTest(None, 0, 0)
    with st.spinner(t("asked.evaluating")):
        return _examine(str(run.folder), run.model_file.stat().st_mtime_ns, state, run, examples)
