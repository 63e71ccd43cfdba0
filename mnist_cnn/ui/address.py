"""The address of a page, read and written by the one table of what is remembered (see `state`)."""

from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui import state


def read() -> None:
    """Take from the address, once in a session, what it says; what cannot be is passed over."""
    if "lang" in st.session_state:
        return
    for name, entry in state.TABLE.items():
        if entry.pages and name in st.query_params:
            with suppress(StudioError, ValueError):
                state.put(name, entry.parse(st.query_params[name]))


def query(page: str, **instead) -> str:
    """The query of a page's address: what differs from how a new session begins there; values may be given instead."""
    told = {}
    for name, entry in state.TABLE.items():
        if page in entry.pages and (value := instead.get(name, state.get(name))) != entry.first():
            told[name] = ",".join(value) if isinstance(value, list) else value
    return urlencode({name: value for name, value in told.items() if value is not None}, safe=",")


# Streamlit's own `st.query_params` would add a step to the browser's history at every change, so that
# nobody gets back to where they came from.
_address = st.components.v2.component(
    "mnist_cnn_address",
    js="""
    export default function ({ data }) {
      const query = data.query ? `?${data.query}` : "";
      if (location.search !== query) history.replaceState(history.state, "", location.pathname + query + location.hash);
    }
    """,
)


def write(page: str, key: str = "address") -> None:
    """Have the browser show the page's address; under another key for a fragment, which draws itself alone."""
    _address(key=key, data={"query": query(page)}, height=0)  # of a bare text Streamlit asks pandas whether it is a table
