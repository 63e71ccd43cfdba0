"""The training images of one digit: sixty of them, their mean, the typical and the odd."""

import numpy as np
import streamlit as st

from mnist_cnn.digits import overview
from mnist_cnn.digits.overview import Overview
from mnist_cnn.ui import images, state
from mnist_cnn.ui.language import t

SIXTY = 60
COLUMNS = 10  # of sixty images
FEW = 10  # typical and odd ones
TILE, LARGE = 56, 84  # side of an image, in pixels


@st.cache_data(max_entries=40, show_spinner=False)
def _overview(dataset: str, count: int, digit: int, _images: np.ndarray) -> Overview:
    """The overview of a digit among so many training images of a dataset."""
    return overview.of_digit(_images, FEW)


def choose() -> int:
    """The control for the digit."""
    return state.choice(st.pills, "data-digit", t("data.digit"), range(10), str, required=True)


def sixty(found: np.ndarray) -> np.ndarray:
    """Those of a digit's images, uint8 (N, 28, 28), that are shown; past the last ones the first come again."""
    return np.roll(found, -SIXTY * state.get("sixty"), axis=0)[:SIXTY]


def show(dataset: str, count: int, digit: int, found: np.ndarray) -> None:
    """The digit's images `found`, uint8 (N, 28, 28), N > 0, among `count` training images of a dataset."""
    shown = sixty(found)
    with st.spinner(t("data.comparing")):
        seen = _overview(dataset, count, digit, found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        title = t("data.images", shown=len(shown), count=len(found), digit=digit)
        st.markdown(f"**{title}**")
        st.image(images.sheet(shown, COLUMNS, TILE), alt=title, width="stretch")
        st.button(t("data.others"), key="others", icon=":material/casino:", on_click=_others)
    with right:
        st.markdown(f"**{t('data.mean')}**")
        st.image(images.enlarge(seen.mean, 4 * TILE), alt=t("data.mean"))
        st.caption(t("data.mean_about", digit=digit))
    for column, name in zip(st.columns(2, gap="medium"), ("typical", "odd"), strict=True):
        with column:
            st.markdown(f"**{t(f'data.{name}')}**")
            st.image(images.sheet(getattr(seen, name), COLUMNS // 2, LARGE), alt=t(f"data.{name}"))
    st.caption(t("data.odd_about", components=overview.COMPONENTS))


def _others() -> None:
    state.put("sixty", state.get("sixty") + 1)
