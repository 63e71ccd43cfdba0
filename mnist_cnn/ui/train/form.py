"""The controls of the Train page: a preset, then every hyperparameter within its range."""

from collections.abc import Sequence

import streamlit as st

from mnist_cnn.digits import strokes
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.ui.language import t

DEFAULT = "quick"
MAIN = ("epochs", "batch_size", "learning_rate", "optimizer")
LEARNING = ("schedule", "validation_split", "train_images", "augmentation", "pen_copies", "nondigits", "views", "seed")
NETWORK = (
    "filters1", "kernel1", "filters2", "kernel2", "filters3", "convolutions", "dense_units", "dropout1", "dropout2",
    "batch_norm", "second_pooling",
)  # fmt: skip


def choose() -> Hyperparameters:
    """Show the controls and return what they say, always valid."""
    for field, value in PRESETS[DEFAULT].to_dict().items():
        st.session_state.setdefault(field, value)
    st.session_state.setdefault("preset", DEFAULT)
    possible = [name for name, preset in PRESETS.items() if strokes.find() or not preset.pen_copies]
    st.pills(
        t("train.preset"), possible, key="preset", format_func=lambda name: t(f"preset.{name}"),
        on_change=_take_preset, persist_state="session",
    )  # fmt: skip
    chosen = Hyperparameters.from_dict({field: st.session_state[field] for field in RANGES})
    name = next((name for name, preset in PRESETS.items() if preset == chosen), None)
    st.caption(t(f"preset.{name}.about") if name else t("preset.changed"))
    _controls(MAIN)
    with st.expander(t("train.network"), icon=":material/account_tree:"):
        _controls(NETWORK)
    with st.expander(t("train.learning"), icon=":material/tune:"):
        _controls([field for field in LEARNING if strokes.find() or field != "pen_copies"])
    return Hyperparameters.from_dict({field: st.session_state[field] for field in RANGES})


def _take_preset() -> None:
    if name := st.session_state["preset"]:
        st.session_state.update(PRESETS[name].to_dict())


def _controls(names: Sequence[str]) -> None:
    left, right = st.columns(2)
    for number, field in enumerate(names):
        with (left, right)[number % 2]:
            _control(field)


def _control(field: str) -> None:
    """The widget that fits the field's range; nothing outside it can be chosen."""
    allowed, value = RANGES[field], st.session_state[field]
    texts = {"label": t(f"hyperparameter.{field}"), "help": t(f"hyperparameter.{field}.help")}
    texts |= {"key": field, "persist_state": "session"}
    if field == "learning_rate":
        st.select_slider(options=sorted({*_rates(), value}), format_func="{:g}".format, **texts)
    elif "choices" in allowed:
        named = isinstance(value, str) or field == "views"
        st.selectbox(options=allowed["choices"], format_func=lambda v: t(f"choice.{v}") if named else f"{v} × {v}", **texts)
    elif isinstance(value, bool):
        st.toggle(**texts)
    elif isinstance(value, float) or allowed["high"] <= 512:
        st.slider(min_value=allowed["low"], max_value=allowed["high"], step=allowed["step"], **texts)
    else:
        st.number_input(min_value=allowed["low"], max_value=allowed["high"], step=max(1, allowed["step"]), **texts)


def _rates() -> list[float]:
    """1, 2, 5, 10, ... over the range of the learning rate."""
    low, high = RANGES["learning_rate"]["low"], RANGES["learning_rate"]["high"]
    steps = [float(f"{digit}e{power}") for power in range(-5, 2) for digit in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]
