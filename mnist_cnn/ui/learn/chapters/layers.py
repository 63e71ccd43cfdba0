"""The layers: convolution, pooling, dropout, and the dense ones."""

import numpy as np
import streamlit as st

from mnist_cnn.network import counting
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, inside, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.subject import Subject

SIDE = 280  # of an image, in pixels


def convolution_values(hp: Hyperparameters) -> dict:
    """How the parameters of the first convolution are counted."""
    first = next(count for count in counting.explain(hp) if count.layer.kind == "Conv2D")
    told = {"formula": first.formula, "total": first.total, "side": first.factors[0], "filters": first.factors[-1]}
    return told | {"biases": t(f"chapter.convolution.{'biases' if first.biases else 'bare'}")}


def show_convolution(run: Run, subject: Subject) -> None:
    inside.show_numbers(run, subject.image, "convolution")


def show_pooling(run: Run, subject: Subject) -> None:
    inside.show_numbers(run, subject.image, "pooling")


def dropout_values(hp: Hyperparameters) -> dict:
    return {"share": hp.dropout1}


def show_dropout(run: Run, subject: Subject) -> None:
    """The image with a share of its pixels set to zero, as a layer does with its values (N. Srivastava et al., JMLR 2014)."""
    limits = {"min_value": 0.0, "max_value": 0.9, "step": 0.05}
    share = state.control(st.slider, "dropped", t("chapter.dropout.share"), **limits)
    times = state.get("dropped-times")
    again = {"on_click": state.put, "args": ("dropped-times", times + 1), "icon": ":material/casino:"}
    stays = np.random.default_rng(times).random(subject.image.shape) >= share
    left, right = st.columns(2, vertical_alignment="center")
    left.image(images.enlarge(subject.image * stays, SIDE), alt=t("chapter.dropout"))
    right.button(t("chapter.dropout.again"), key="drop-again", **again)
    right.caption(t("chapter.dropout.left", left=int(stays.sum()), count=stays.size, kept=1 - share))


def dense_values(hp: Hyperparameters) -> dict:
    """What is laid in a row, and how many units look at it."""
    flat = [count for count in counting.explain(hp) if len(count.input_shape) > 1][-1]
    maps, units = "·".join(map(str, flat.input_shape)), hp.dense_units
    return {"maps": maps, "count": flat.layer.output_shape[0], "units": units}


def show_dense(run: Run, subject: Subject) -> None:
    inside.show_numbers(run, subject.image, "dense")
