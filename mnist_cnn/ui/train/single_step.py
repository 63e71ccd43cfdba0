"""One step at a time: what a single batch does to a new network of the settings in the form."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.training import single_step
from mnist_cnn.training.single_step import Change, SingleStep, Step
from mnist_cnn.ui import door, hiding, images, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t

SIDE, TILE = 84, 116  # of an image and of its place with its words, in pixels: two fit beside each other on a phone
KERNELS = 16  # that are shown, so that a phone shows their weights
COLUMNS = 8  # of kernels
DOT, GAP = 12, 6  # pixels of a weight, and between kernels


@dataclass(eq=False)
class Walk:
    """A network under way, kept for one visitor: whose settings, how far, and the step taken last."""

    hp: Hyperparameters
    dataset: str
    network: SingleStep
    last: Step | None = None

    def go(self, steps: int) -> None:
        for _ in range(steps):
            self.last = self.network.step()


def show(hp: Hyperparameters, dataset: str) -> None:
    """Under a heading that opens it; what nobody looks at is not computed."""
    if hiding.hidden("single-step"):
        return
    with st.expander(t("single_step.title"), icon=":material/footprint:", **state.opens("single-step")) as opened:
        if opened.open:
            st.fragment(_walk)(hp, dataset)


def _walk(hp: Hyperparameters, dataset: str) -> None:
    st.markdown(t("single_step.about"))
    if error := door.too_much(hp, dataset):
        st.caption(f":material/block: {explain(error)}")
        return
    small = single_step.affordable(hp)
    if small != hp:
        st.caption(t("single_step.limited", batch_size=small.batch_size))
    with st.container(horizontal=True, key="single-step-buttons"):
        one = clicked(t("single_step.one"), key="one-step", type="primary", icon=":material/footprint:")
        ten = clicked(t("single_step.ten"), key="ten-steps", icon=":material/fast_forward:")
        st.button(t("single_step.again"), key="no-step", icon=":material/replay:", on_click=state.put, args=("walk", None))
    with st.spinner(t("single_step.working")):
        walk = _present(small, dataset)
        walk.go(10 if ten else int(one))
    if walk.last is None:
        st.caption(t("single_step.begin"))
    else:
        _show(walk.last)


def _present(hp: Hyperparameters, dataset: str) -> Walk:
    """The visitor's walk with these settings; a new one where they were changed."""
    walk = state.get("walk")
    if walk is None or (walk.hp, walk.dataset) != (hp, dataset):
        walk = Walk(hp, dataset, SingleStep(hp, datasets.at_hand(dataset)))
        state.put("walk", walk)
        _keep_kernels()
    return walk


def _keep_kernels() -> None:
    """Let Keras, which is in this process from the first walk on, keep what it has prepared, for as long as that lives.

    Streamlit clears Keras's session after every run of any page, collects all garbage with it, and drops the kernels of
    every network in memory.
    """
    import keras

    keras.backend.clear_session = lambda free_memory=True: None


def _show(step: Step) -> None:
    place = {"number": step.number, "epoch": step.epoch, "batch": step.batch, "batches": step.batches, "rate": step.rate}
    st.markdown(f"**{t('single_step.place', **place)}**")
    with st.container(border=True, key="step-forward"):
        st.markdown(f"**{t('single_step.forward')}**")
        with st.container(horizontal=True):
            for number in range(len(step.labels)):
                _image(step, number)
        st.caption(t("single_step.forward_about", images=len(step.labels), batch_size=step.size))
    left, right = st.columns([1, 2])
    with left.container(border=True, height="stretch", key="step-loss"):
        _loss(step)
    with right.container(border=True, height="stretch", key="step-kernels"):
        _kernels(step.changes[0])
    with st.container(border=True, key="step-layers"):
        _layers(step.changes)


def _image(step: Step, number: int) -> None:
    label, (before, after) = step.labels[number], step.losses[:, number]
    said, share = step.probabilities[0, number].argmax(), step.probabilities[0, number].max()
    words = t("single_step.image", label=label, said=said, share=share, loss=before, after=after)
    with st.container(width=TILE, gap="xsmall"):
        st.image(images.enlarge(step.images[number], SIDE), alt=words)
        st.caption(words)


def _loss(step: Step) -> None:
    before, after = step.loss
    st.markdown(f"**{t('single_step.loss')}**")
    with st.container(horizontal=True):
        st.metric(t("single_step.before"), f"{before:.4f}", width="content")
        change = {"delta": f"{after - before:+.4f}", "delta_color": "inverse"}
        st.metric(t("single_step.after"), f"{after:.4f}", width="content", **change)
    st.caption(t("single_step.loss_about"))


def _kernels(change: Change) -> None:
    """Kernels, gradient and change in three rows, each coloured by its own largest number."""
    st.markdown(f"**{t('single_step.kernels')}**")
    times = np.abs(change.kernel).max() / max(float(np.abs(change.update).max()), 1e-12)
    for kind in ("kernel", "gradient", "update"):
        words = t(f"single_step.{kind}", times=float(f"{times:.2g}"))
        kernels = np.moveaxis(getattr(change, kind)[:, :, 0, :KERNELS], -1, 0)  # an image has one channel
        st.caption(words)
        st.image(images.kernel_sheet(kernels, COLUMNS, DOT, GAP), alt=words)
    if (kernels := change.kernel.shape[-1]) > KERNELS:
        st.caption(t("single_step.first", shown=KERNELS, kernels=kernels))
    st.caption(t("single_step.kernels_about"))


def _layers(changes: list[Change]) -> None:
    """A row per layer that has a kernel."""
    st.markdown(f"**{t('single_step.layers')}**")
    table = pd.DataFrame(_norms(change) for change in changes)
    columns = {"name": t("layers.name")}
    for name, shown in ("norm", "%.3f"), ("gradient_norm", "%.3g"), ("update_norm", "%.3g"), ("largest", "%.2g"):
        columns[name] = st.column_config.NumberColumn(t(f"single_step.{name}"), format=shown)
    columns["share"] = st.column_config.NumberColumn(t("single_step.share"), format="%.2f%%")
    st.dataframe(table, hide_index=True, height="content", column_config=columns, alt=t("single_step.layers"))
    st.caption(t("single_step.layers_about"))


def _norms(change: Change) -> dict:
    norm, gradient, update = (float(np.linalg.norm(part)) for part in (change.kernel, change.gradient, change.update))
    figures = {"norm": norm, "gradient_norm": gradient, "update_norm": update, "share": 100 * update / max(norm, 1e-12)}
    return {"name": change.name} | figures | {"largest": float(np.abs(change.update).max())}
