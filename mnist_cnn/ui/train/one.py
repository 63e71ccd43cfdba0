"""One run: choose its hyperparameters, click, watch it learn."""

from functools import partial

import streamlit as st

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import NAME_LIMIT, Run
from mnist_cnn.training import estimate
from mnist_cnn.ui import buttons, data_notice, door, into_view, notice, run_names, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import cluster_notice, curves, form, run_list, run_view, settings, time_machine


def choose(runs: list[Run], visitor: str) -> tuple[Hyperparameters, str]:
    """The controls, and the button that begins; the settings and the dataset that they say."""
    form.choose_preset()
    start = st.container(gap="xsmall")  # above the controls, so that it is in sight; below them in the order of things
    dataset = data_notice.choose_dataset()
    hp = form.choose_settings()
    with start:
        preset = form.origin(hp)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            hint = run_names.described(hp, preset, dataset)
            name = state.control(st.text_input, "run-name", t("train.name"), max_chars=NAME_LIMIT, placeholder=hint).strip()
            begin = clicked(t("train.start"), key="train", type="primary", icon=":material/play_arrow:")
            hindrance = _begin(name, preset, dataset, hp) if begin and not buttons.again("begin") else None
        seconds = estimate.seconds(hp, min(hp.train_images, TRAIN_IMAGES[dataset]), estimate.measured_rate(runs))
        st.caption(t("train.size", parameters=model.count_parameters(hp), duration=notice.duration(seconds)))
        cluster_notice.show()
        if hindrance:
            st.error(explain(hindrance), icon=":material/error:")
        else:
            notice.show(partial(door.foreseen, [hp], dataset))
    return hp, dataset


def _begin(name: str, preset: str, dataset: str, hp: Hyperparameters) -> StudioError | OSError:
    """Begin a run and have the page show it; what hinders that."""
    try:
        run = door.begin(name or preset, dataset, hp, None if name else preset)
    except (StudioError, OSError) as error:
        return error
    buttons.acted("begin")
    state.put("run", run.id)
    state.put("run-name", "")
    into_view.bring("shown-run")
    st.rerun()


def show(runs: list[Run], visitor: str) -> None:
    """The run that was begun or chosen."""
    shown = run_list.shown(runs, visitor)
    state.put("run-shown", shown and shown.id)
    if state.get("run") not in (None, shown and shown.id):
        st.info(t("train.gone_other" if shown else "train.gone"), icon=":material/link_off:")
    if shown:
        run_view.show(shown, run_names.labels(runs)[shown.id], visitor, estimate.measured_rate(runs))
        time_machine.show(shown, visitor)
        settings.show(shown)
        return
    with st.container(border=True, key="shown-run"):
        st.header(t("train.empty"), anchor=False)
        st.caption(t("train.empty_about"))
        if example := next((run for run in runs if run.id == state.get("preset")), None):
            st.caption(t("train.example", name=run_names.name(example)))
            st.fragment(curves.show)([example])
