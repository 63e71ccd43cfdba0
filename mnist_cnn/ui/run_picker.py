"""The choice of a trained network, on the pages that use one."""

from collections.abc import Callable

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation, guessing, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import run_names, server, state, trouble
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.navigation import PAGES

WIDTH = 480  # of the control at most, in pixels


def choose(name: str, label: str, first: Callable[[list[Run]], Run] = prediction.default_model) -> Run:
    """The control; the page ends here where nothing is trained yet.

    Parameters
    ----------
    first : the one to begin with, of those that there are.
    """
    runs = {run.id: run for run in prediction.usable(server.store().runs())}
    if not runs:
        with st.container():
            st.info(t("runs.none_trained"), icon=":material/model_training:")
            st.page_link(PAGES["train"].file, label=t("home.train"), icon=":material/arrow_forward:")
        raise trouble.PageEnds
    called = run_names.labels(list(runs.values()))
    begin = first(list(runs.values())).id
    order = [begin, *(run for run in runs if run != begin)]
    return runs[state.choice(st.selectbox, name, label, order, lambda id: _describe(runs[id], called), width=WIDTH)]


def wake(run: Run) -> None:
    """Have the network in memory before the page goes on; the page ends here where it cannot be read."""
    try:
        with st.spinner(t("draw.warming")):
            prediction.load(run)
    except StudioError as error:
        st.error(explain(error), icon=":material/error:")
        raise trouble.PageEnds from error


def _describe(run: Run, called: dict[str, str]) -> str:
    scores = evaluation.summary(run)
    accuracy = f" · {scores['accuracy']:.2%}" if scores else ""
    guesses = f" · {t('state.guesses')}" if guessing.only_guesses(run) else ""
    return f"{called[run.id]}{accuracy}{guesses} · {t(f'data.{run.dataset}')}"
