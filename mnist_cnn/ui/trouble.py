"""What a fragment says where its run, or a file of it, is gone: it draws itself again long after the page did."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.ui.language import explain


@contextmanager
def told() -> Iterator[None]:
    """A block, or as `@told()` a function, whose StudioError or OSError is shown as a sentence where it ends."""
    try:
        yield
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
