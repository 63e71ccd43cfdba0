"""What a run was trained with, and the layers that it makes: tables of words."""

import pandas as pd
import streamlit as st

from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.reading import wording
from mnist_cnn.runs import Run
from mnist_cnn.ui import hiding
from mnist_cnn.ui.language import t


def show(run: Run) -> None:
    """Every setting of the run, and its layers, folded away."""
    if hiding.hidden("settings"):
        return
    with st.expander(t("train.settings"), icon=":material/tune:", key="settings"):
        table = pd.DataFrame({"name": list(words := wording.settings(run, t)), "value": list(words.values())})
        columns = {"name": t("settings.name"), "value": t("settings.value")}
        st.dataframe(table, hide_index=True, height="content", column_config=columns, alt=t("train.settings"))
    with st.expander(t("train.layers"), icon=":material/layers:", key="layers"):
        layers(run.hyperparameters)


def show_differences(runs: list[Run], called: dict[str, str]) -> None:
    """A row per setting that is not the same in all runs, a column per run."""
    words = {run.id: wording.settings(run, t) for run in runs}
    table = pd.DataFrame(words)
    table = table[table.nunique(axis=1) > 1].rename_axis("name").reset_index()
    if table.empty:
        st.caption(t("settings.same"))
        return
    columns = {"name": st.column_config.TextColumn(t("settings.name"), pinned=True)} | {key: called[key] for key in words}
    st.markdown(f"**{t('settings.differences')}**")
    st.dataframe(table, hide_index=True, height="content", column_config=columns, alt=t("settings.differences"))


def layers(hp: Hyperparameters) -> None:
    """A row per layer, as Keras lists them."""
    table = pd.DataFrame(
        {
            "name": layer.name,
            "kind": layer.kind,
            "shape": " × ".join(map(str, layer.output_shape)),
            "parameters": layer.parameters,
        }
        for layer in model.describe(hp)
    )
    columns = {"name": t("layers.name"), "kind": t("layers.kind"), "shape": t("layers.shape")}
    columns["parameters"] = st.column_config.NumberColumn(t("layers.parameters"), format="localized")
    order = ("name", "shape", "parameters", "kind")  # a phone shows the first three
    st.dataframe(table, hide_index=True, height="content", column_order=order, column_config=columns, alt=t("train.layers"))
