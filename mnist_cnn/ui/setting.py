"""The control of a hyperparameter, on the pages that have one."""

from functools import partial

import streamlit as st

from mnist_cnn.network.hyperparameters import RANGES
from mnist_cnn.ui import run_names, state
from mnist_cnn.ui.language import t


def control(field: str) -> None:
    """The widget that fits the field's range; nothing outside it can be chosen."""
    allowed, value = RANGES[field], state.get(field)
    label, about = t(f"hyperparameter.{field}"), t(f"hyperparameter.{field}.help")
    if field == "learning_rate":
        state.choice(st.select_slider, field, label, sorted({*_rates(), value}), "{:g}".format, help=about)
    elif "choices" in allowed:
        state.choice(st.selectbox, field, label, allowed["choices"], partial(run_names.setting, field), help=about)
    elif isinstance(value, bool):
        state.control(st.toggle, field, label, help=about)
    else:
        limits = {"min_value": allowed["low"], "max_value": allowed["high"], "step": max(allowed["step"], 1)}
        if isinstance(value, float):
            limits["step"] = allowed["step"]
        make = st.slider if isinstance(value, float) or allowed["high"] <= 512 else st.number_input
        state.control(make, field, label, help=about, **limits)


def _rates() -> list[float]:
    """1, 2, 5, 10, ... over the range of the learning rate."""
    low, high = RANGES["learning_rate"]["low"], RANGES["learning_rate"]["high"]
    steps = [float(f"{digit}e{power}") for power in range(-5, 2) for digit in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]
