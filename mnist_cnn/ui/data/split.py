"""The bars of training, validation and test, as the settings on Train split them."""

import numpy as np
import streamlit as st

from mnist_cnn.digits import overview
from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.ui import charts, setting, state
from mnist_cnn.ui.language import t


def choose() -> None:
    """The settings that make the split, the same as on Train."""
    left, right = st.columns(2)
    with left:
        setting.control("train_images")
    with right:
        setting.control("validation_split")


def show(dataset: Dataset) -> None:
    """How many images of each digit are in each part, side by side and to one scale."""
    counts = overview.counts(dataset, state.get("validation_split"), state.get("train_images"))
    most = int(np.max(list(counts.values())))
    for column, (part, of_digit) in zip(st.columns(3), counts.items(), strict=True):
        with column:
            st.metric(t(f"data.{part}"), f"{of_digit.sum():,}", help=t(f"data.{part}_about"))
            st.vega_lite_chart(*charts.digit_counts(of_digit, most), alt=t("data.bars", part=t(f"data.{part}")))
    st.caption(t("data.split_about", **{part: of_digit.sum() for part, of_digit in counts.items()}))
    if state.get("pen_copies") or state.get("nondigits"):
        st.caption(t("data.besides"))
