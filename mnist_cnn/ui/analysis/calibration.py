"""How sure a network is, and how right: reliability, temperature, and what a threshold refuses and lets through."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import calibration, chance, reliability
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.reading.reliability import Bins, Temperature
from mnist_cnn.runs import Run
from mnist_cnn.ui import address, evaluated, images, run_picker, state, trouble
from mnist_cnn.ui.analysis import beyond, calibration_charts
from mnist_cnn.ui.language import explain, t

STEPS = [*(step / 100 for step in range(100)), 0.995, 0.999]  # of the slider
CLOSE = 0.0005  # two thresholds nearer than this have the same label
SHOWN = 12  # pictures of a kind at most
TILE = 72  # side of each, in pixels


def show() -> None:
    """The choice of the network; how right it is for how sure it is; the threshold."""
    run = run_picker.choose("analysed", t("analysis.run"))
    try:
        result = evaluated.result(run)
        fitted, frame = _measured(str(run.folder), run.model_file.stat().st_mtime_ns, result)
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        _show_reliability(fitted)
    with right.container(border=True, height="stretch"):
        _show_temperature(run, fitted)
    with st.container(border=True, key="threshold-box"):
        st.fragment(_show_threshold)(run, result, frame)


@st.cache_data(max_entries=8, show_spinner=False)
def _measured(folder: str, modified: int, _result: Evaluation) -> tuple[Temperature, pd.DataFrame]:
    """What takes a moment: the temperature, and the counts over the threshold as `calibration_charts.thresholds` takes them."""
    refused_right, wrong = reliability.curve(_result, np.array(STEPS))
    counts = pd.DataFrame({"threshold": STEPS, "refused_right": refused_right, "wrong": wrong})
    fitted = reliability.temperature(_result.probabilities, _result.labels)
    return fitted, counts.melt("threshold", var_name="kind", value_name="count")


def _show_reliability(fitted: Temperature) -> None:
    names = [t("calibration.before"), t("calibration.after", temperature=fitted.value)]
    st.markdown(f"**{t('calibration.reliability')}**")
    st.caption(t("calibration.reliability_about"))
    frame = pd.concat([_frame(name, bins) for name, bins in zip(names, (fitted.before, fitted.after), strict=True)])
    st.vega_lite_chart(*calibration_charts.reliability(frame, names), alt=t("calibration.reliability"))
    st.caption(t("calibration.interval_about"))


def _frame(name: str, bins: Bins) -> pd.DataFrame:
    """A row per bin that is not empty, as `calibration_charts.reliability` takes them."""
    filled = np.flatnonzero(bins.count)
    low, high = chance.wilson(bins.right[filled], bins.count[filled])
    columns = {"confidence": bins.confidence[filled], "accuracy": bins.accuracy[filled], "low": low, "high": high}
    return pd.DataFrame(columns | {"count": bins.count[filled], "answers": name})


def _show_temperature(run: Run, fitted: Temperature) -> None:
    """The expected error before and after, and the temperature between, each with what it means."""
    figures = {
        "error": f"{fitted.error_before:.2%}",
        "temperature": f"{fitted.value:.2f}",
        "error_after": f"{fitted.error_after:.2%}",
    }
    with st.container(horizontal=True):
        for name, figure in figures.items():
            st.metric(t(f"calibration.{name}"), figure, border=True)
    for name in ("error", "temperature", "error_after"):
        st.caption(t(f"calibration.{name}_about"))
    if calibration.calibrated(run):
        st.caption(t("calibration.calibrated"))


@trouble.told()
def _show_threshold(run: Run, result: Evaluation, frame: pd.DataFrame) -> None:
    """The slider, and what it refuses and lets through; a fragment of the page."""
    own = calibration.threshold(run)
    st.markdown(f"**{t('calibration.threshold_title')}**")
    st.caption(t("calibration.threshold_about"))
    threshold = _choose_threshold(own)
    refusal, images_asked = reliability.refuse(result, threshold), len(result.labels)
    figures = {
        "refused": f"{refusal.refused:,} ({refusal.refused / images_asked:.2%})",
        "refused_right": f"{refusal.refused_right:,}",
        "wrong": f"{refusal.wrong:,}",
        "answered": f"{refusal.accuracy:.2%}" if refusal.answered else "–",
    }
    with st.container(horizontal=True, key="threshold-figures"):
        for pair in (("refused", "refused_right"), ("wrong", "answered")):  # on a phone each is a column
            with st.container(horizontal=True):
                for name in pair:
                    st.metric(t(f"calibration.{name}"), figures[name], border=True)
    st.vega_lite_chart(*calibration_charts.thresholds(frame, own, threshold), alt=t("calibration.threshold_alt"))
    st.caption(t("calibration.counts_about"))
    _show_examples(result, threshold)
    beyond.show(run, threshold)
    address.write("analysis", "address-threshold")


def _choose_threshold(own: float) -> float:
    """The slider, which begins at the run's own threshold, and the way back to it."""
    steps = sorted([own, *(step for step in STEPS if abs(step - own) > CLOSE)])
    wanted = own if state.get("threshold") is None else state.get("threshold")
    threshold = min(steps, key=lambda step: abs(step - wanted))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch"):
            words = "{:.1%}".format
            state.choice(st.select_slider, "threshold", t("calibration.threshold"), steps, words, shown=threshold)
        back = {"on_click": state.put, "args": ("threshold", None), "disabled": threshold == own, "icon": ":material/undo:"}
        st.button(t("calibration.back", own=own), key="own-threshold", **back)
    return threshold


def _show_examples(result: Evaluation, threshold: float) -> None:
    """Of the images that the run keeps: the refused, and the mistakes let through."""
    low = reliability.refused(result, threshold)
    kept = result.index[low[result.index]]
    wrong = result.misclassified()
    shown = {"refused": kept[np.argsort(result.confidence[kept], kind="stable")], "wrong": wrong[~low[wrong]]}
    for (kind, found), column in zip(shown.items(), st.columns(2, gap="medium"), strict=True):
        with column:
            st.markdown(f"**{t(f'calibration.{kind}')}**")
            st.caption(t(f"calibration.{kind}_shown"))
            told = [(result.labels[i], result.predictions[i], result.confidence[i]) for i in found[:SHOWN]]
            words = [t("analysis.sample", label=label, predicted=read, confidence=sure) for label, read, sure in told]
            images.gallery([images.enlarge(result.image(i), TILE) for i in found[:SHOWN]], words)
            if not len(found):
                st.caption(t("calibration.none"))
