"""Which digits there are: a choice of dataset, and what to do while MNIST is not here."""

import os

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.ui import server
from mnist_cnn.ui.language import explain, t


def choose_dataset() -> str:
    """The control for the dataset; MNIST, where it is here."""
    ready = _ready()
    choices = datasets.DATASETS if ready else ("digits",)
    if st.session_state.get("mnist-ready") != ready:  # at the first look, and when MNIST has arrived
        st.session_state["mnist-ready"], st.session_state["dataset"] = ready, choices[0]
    return st.selectbox(
        t("data.label"), choices, format_func=lambda name: t(f"data.{name}"), key="dataset", persist_state="session"
    )


def show() -> None:
    """Where MNIST is not here: what is used instead, how the download stands, how else to get it."""
    if not _ready():
        st.fragment(_notice, run_every=1.0 if server.mnist_state().share is not None else None)()


def _notice() -> None:
    state = server.mnist_state()
    if state.share is not None:
        st.info(t("data.downloading", share=state.share), icon=":material/download:")
        st.progress(state.share)
    elif state.problem:
        with st.container(border=True, key="data-problem"):
            st.warning(explain(state.problem), icon=":material/database_off:")
            st.markdown(t("data.instead"))
            if os.environ.get("MNIST_CNN_DATA"):
                return  # a download would not be used
            if st.button(t("data.retry"), key="fetch-mnist", icon=":material/download:"):
                server.fetch_mnist()
                st.rerun()
    else:
        st.rerun()  # it has arrived


def _ready() -> bool:
    state = server.mnist_state()
    return state.share is None and state.problem is None
