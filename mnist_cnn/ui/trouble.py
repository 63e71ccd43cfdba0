"""How a page ends early, and what a fragment says where its run, or a file of it, is gone long after the page was drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui.language import explain


class PageEnds(Exception):
    """A page has said all that it can; what is drawn around every page still is, as after `st.stop` it would not be."""


@contextmanager
def told() -> Iterator[None]:
    """A block, or as `@told()` a function, whose StudioError or OSError is shown as a sentence where it ends."""
    try:
        yield
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
