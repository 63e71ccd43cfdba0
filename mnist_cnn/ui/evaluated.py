"""The evaluation of a run, on the pages that show one: kept for everybody as long as its model file does not change."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
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
