"""Where trainings go: a line on Train where a cluster was set, which says so when it is lost."""

import streamlit as st

from mnist_cnn.ui import server
from mnist_cnn.ui.language import explain, t

LOOK = 5.0  # seconds between two looks


def show() -> None:
    """The line; nothing without a cluster."""
    if server.queue().cluster:
        st.fragment(_show, run_every=LOOK)()


def _show() -> None:
    standing = server.queue().cluster.standing()
    with st.container(key="cluster"):
        if standing.problem:
            st.caption(f":material/cloud_off: {explain(standing.problem)}")
        elif standing.workers:
            st.caption(f":material/lan: {t('train.cluster', workers=standing.workers)}")
        else:
            st.caption(f":material/lan: {t('train.cluster_awaited', address=standing.address)}")
