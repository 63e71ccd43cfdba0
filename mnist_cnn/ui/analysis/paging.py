"""Many images, a page at a time."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_cnn.ui import state
from mnist_cnn.ui.language import t


def show(name: str, found: np.ndarray, most: int, tile: Callable[[int], None]) -> None:
    """The images of one page and the buttons that turn it, where there are more, for a fragment.

    Parameters
    ----------
    name : entry of `ui.state.TABLE`, the number of the page.
    found : indices of all images, one or more.
    most : images on a page.
    tile : shows the image of an index.
    """
    pages = -(-len(found) // most)
    page = min(state.get(name), pages)
    with st.container(horizontal=True):
        for index in found[(page - 1) * most : page * most]:
            tile(index)
    if pages == 1:
        st.caption(t("analysis.few" if len(found) > 1 else "analysis.image", count=len(found)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for key, step, end, side in ("previous", -1, 1, "left"), ("next", 1, pages, "right"):
            turning = {"on_click": state.put, "args": (name, page + step), "disabled": page == end}
            st.button(t(f"analysis.{key}"), key=key, icon=f":material/chevron_{side}:", **turning)
        st.caption(t("analysis.page", page=page, pages=pages, count=len(found)), width="content")
