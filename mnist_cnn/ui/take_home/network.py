"""The network of a run as a file, and how to use it."""

from functools import partial
from shlex import quote

import streamlit as st

from mnist_cnn.reading import export
from mnist_cnn.runs import Run
from mnist_cnn.ui.language import t

MIME = "application/octet-stream"


def show(run: Run) -> None:
    """Each form of the file, over a few lines that read an image with it."""
    st.caption(t("take.model.about"))
    if run.hyperparameters.views > 1:
        st.caption(t("take.views", views=run.hyperparameters.views))
    for ending in export.ENDINGS:
        file, kind = f"{run.id}{ending}", ending.removeprefix(".")
        with st.container(horizontal=True, vertical_alignment="center"):
            look = {"key": f"take-{kind}", "icon": ":material/download:", "on_click": "ignore"}
            st.download_button(t(f"take.{kind}"), partial(export.content, run, ending), file, MIME, **look)
            st.caption(t(f"take.{kind}.about"), width="content")
        st.code(export.snippet(file), "python", wrap_lines=True)
    st.code(t("take.model.terminal", run=quote(run.id)), "bash", wrap_lines=True)
