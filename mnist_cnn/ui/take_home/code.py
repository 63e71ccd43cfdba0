"""The program of a run, to read, to copy and to save."""

from functools import partial
from shlex import quote

import streamlit as st

from mnist_cnn.network import program
from mnist_cnn.runs import Run
from mnist_cnn.ui import run_names
from mnist_cnn.ui.language import t

MIMES = {"py": "text/x-python", "ipynb": "application/x-ipynb+json"}


def show(run: Run) -> None:
    """The program, under a button for each form of it."""
    source = program.script(run.hyperparameters, run.dataset, run_names.name(run), bool(run.base))
    st.caption(t("take.code.about"))
    with st.container(horizontal=True):
        for kind, mime in MIMES.items():
            made = partial(_made, source, kind)
            look = {"key": f"take-{kind}", "icon": ":material/download:", "on_click": "ignore"}
            st.download_button(t(f"take.{kind}"), made, f"{run.id}.{kind}", mime, **look)
    st.code(t("take.code.terminal", run=quote(run.id)), "bash", wrap_lines=True)
    st.code(source, "python", wrap_lines=True)  # what scrolls by itself no keyboard reaches


def _made(source: str, kind: str) -> bytes:
    return (source if kind == "py" else program.notebook(source)).encode()
