"""Which digits there are: a choice of dataset, and what to do while MNIST is not here."""

import os

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.ui import server, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t


def choose_dataset() -> str:
    """The control for the dataset; MNIST, where it is here."""
    choices = datasets.DATASETS if _ready() else ("digits",)
    return state.choice(st.selectbox, "dataset", t("data.label"), choices, lambda name: t(f"data.{name}"))


def show() -> None:
    """Where MNIST is not here: what is used instead, how the download stands, how else to get it."""
    if not _ready():
        st.fragment(_notice, run_every=1.0 if server.mnist_state().share is not None else None)()


def _notice() -> None:
    mnist = server.mnist_state()
    if mnist.share is not None:
        st.info(t("data.downloading", share=mnist.share), icon=":material/download:")
        st.progress(mnist.share)
    elif mnist.problem:
        with st.container(border=True, key="data-problem"):
            st.warning(explain(mnist.problem), icon=":material/database_off:")
            st.markdown(t("data.instead"))
            if os.environ.get("MNIST_CNN_DATA"):
                return  # a download would not be used
            if clicked(t("data.retry"), key="fetch-mnist", icon=":material/download:"):
                server.fetch_mnist()
                st.rerun()
    else:
        st.rerun()  # it has arrived


def _ready() -> bool:
    mnist = server.mnist_state()
    return mnist.share is None and mnist.problem is None
