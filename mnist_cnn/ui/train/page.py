"""Train: choose hyperparameters, click, watch the network learn; stop, resume, compare."""

import pandas as pd
import streamlit as st

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import NAME_LIMIT
from mnist_cnn.training import estimate
from mnist_cnn.ui import data_notice, header, run_names, server, state
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import form, run_list, run_view

header.show(t("train.title"), t("train.about"))
data_notice.show()

runs, damaged = server.store().scan()
visitor = server.visitor()
settings, view = st.columns([2, 3], gap="medium")

with settings.container(border=True):
    dataset = data_notice.choose_dataset()
    hp = form.choose()

    images = min(hp.train_images, TRAIN_IMAGES[dataset])
    seconds = estimate.seconds(hp, images, estimate.measured_rate(runs))
    duration = t("train.minutes", minutes=seconds / 60) if seconds > 90 else t("train.seconds", seconds=max(1, seconds))
    with st.container(horizontal=True, gap="large"):
        st.metric(t("train.parameters"), f"{model.count_parameters(hp):,}", width="content")
        st.metric(t("train.estimate"), duration, width="content")

    hint = t("train.name_hint")
    name = state.control(st.text_input, "run-name", t("train.name"), max_chars=NAME_LIMIT, placeholder=hint)
    if st.button(t("train.start"), key="train", type="primary", icon=":material/play_arrow:", width="stretch"):
        preset = next((name for name, settings in PRESETS.items() if settings == hp), None)
        name = name.strip() or t(f"preset.{preset}" if preset else "preset.own")
        try:
            run = server.store().create(name, dataset, hp, visitor)
            server.queue().submit(run)
        except (StudioError, OSError) as error:
            st.error(explain(error), icon=":material/error:")
        else:
            state.put("run", run.id)
            state.put("begun", run.id)
            st.rerun()

with view:
    with st.container(border=True, key="shown-run"):
        if shown := run_list.shown(runs, visitor):
            if state.pop("begun"):  # on a phone the run is out of sight, below the form
                st.toast(t("train.begun", name=run_names.plain(shown.name)), icon=":material/model_training:")
            run_view.show(shown, visitor)
        else:
            st.subheader(t("train.empty"), anchor=False)
            st.caption(t("train.empty_about"))
            if example := next((run for run in runs if run.id == state.get("preset")), None):
                st.caption(t("train.example", name=run_names.name(example)))
                run_view.show_curves([example], "example-")
    with st.container(border=True, key="layers"):
        st.markdown(f"**{t('train.layers')}**")
        layers = pd.DataFrame(
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
        st.dataframe(
            layers, hide_index=True, height="content", column_order=order, column_config=columns, alt=t("train.layers")
        )

run_list.show(runs, damaged, visitor)
