"""The controls of the Train page: a preset, then every hyperparameter within its range."""

from collections.abc import Sequence

import streamlit as st

from mnist_cnn.digits import strokes
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.ui import hiding, run_names, setting, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.train import settings

MAIN = ("epochs", "batch_size", "learning_rate", "optimizer")
LEARNING = ("schedule", "validation_split", "train_images", "augmentation", "pen_copies", "nondigits", "views", "seed")
NETWORK = (
    "filters1", "kernel1", "filters2", "kernel2", "filters3", "convolutions", "dense_units", "dropout1", "dropout2",
    "batch_norm", "second_pooling",
)  # fmt: skip
FIELDS = (*MAIN, *NETWORK, *LEARNING)


def choose_preset() -> None:
    """Show the presets, unless they are left out; the one that the settings equal is lit."""
    if hiding.hidden("presets"):
        return
    possible = [name for name, preset in PRESETS.items() if strokes.find() or not preset.pen_copies]
    now = chosen()
    equal = now == PRESETS[origin(now)]
    state.choice(
        st.pills, "preset", t("train.preset"), possible, lambda name: t(f"preset.{name}"), then=_take_preset,
        shown=origin(now) if equal and origin(now) in possible else None, required=True,
    )  # fmt: skip
    name = run_names.described(now, origin(now), state.get("dataset"))
    st.caption(t(f"preset.{origin(now)}.about") if equal else t("preset.changed", name=name))


def choose_settings() -> Hyperparameters:
    """Show the controls, but for those left out, and return what all of them say, always valid."""
    _controls(hiding.seen(MAIN))
    if network := hiding.seen(NETWORK):
        with st.expander(t("train.network"), icon=":material/account_tree:"):
            _controls(network)
            settings.layers(chosen())
    if learning := hiding.seen(field for field in LEARNING if strokes.find() or field != "pen_copies"):
        with st.expander(t("train.learning"), icon=":material/tune:"):
            _controls(learning)
    return chosen()


def origin(hp: Hyperparameters) -> str:
    """The preset that these settings equal; else the one that they started from."""
    return next((name for name, preset in PRESETS.items() if preset == hp), state.get("preset"))


def chosen() -> Hyperparameters:
    """What the controls say."""
    return Hyperparameters.from_dict({field: state.get(field) for field in RANGES})


def _take_preset() -> None:
    for field, value in PRESETS[state.get("preset")].to_dict().items():
        state.put(field, value)


def _controls(names: Sequence[str]) -> None:
    left, right = st.columns(2) if names else (None, None)
    for number, field in enumerate(names):
        with (left, right)[number % 2]:
            setting.control(field)
