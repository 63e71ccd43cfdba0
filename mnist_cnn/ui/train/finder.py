"""What a range test shows: its curve, the rate that it suggests, and the way to train with it."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.network.hyperparameters import PRESETS, RANGES
from mnist_cnn.network.optimizer import RANGE
from mnist_cnn.runs import Run
from mnist_cnn.training import batches, finding
from mnist_cnn.ui import into_view, run_names, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import t
from mnist_cnn.ui.train import finder_chart

LOFTY = 1.3  # times the first losses: what is higher is drawn at the rim


def show(runs: list[Run]) -> None:
    """The curves of range tests, for a fragment; of one alone, also what it tells."""
    called = run_names.labels(runs)
    found = {run.id: finding.curve(run.hyperparameters, batches.read(run)) for run in runs}
    st.markdown(f"**{t('finder.title')}**")
    highest = [run.hyperparameters.learning_rate for run in runs]
    frame = pd.concat([_placed(found[run.id]).assign(run=called[run.id]) for run in runs])
    chart = finder_chart.show(frame, list(called.values()), (min(highest) / RANGE, max(highest)))
    st.vega_lite_chart(*chart, alt=t("finder.chart"))
    if len(runs) == 1:
        _tell(runs[0], found[runs[0].id])


def _placed(found: finding.Curve) -> pd.DataFrame:
    """The points of `finder_chart.show` but for what the run is called."""
    begin = found.smoothed[: max(1, len(found.smoothed) // 10)]
    rim = LOFTY * begin.max() if len(begin) else 1.0
    rates, losses, smoothed = found.rates, np.minimum(found.losses, rim), np.minimum(found.smoothed, rim)
    suggested = finding.steepest(found)
    here = np.arange(len(rates)) == (-1 if suggested is None else np.abs(np.log(rates / suggested)).argmin())
    return pd.DataFrame({"rate": rates, "loss": losses, "smoothed": smoothed, "here": here})


def _tell(run: Run, found: finding.Curve) -> None:
    """The rate, and the button that has the form take it."""
    if run.status().active:
        st.caption(t("finder.growing"))
        return
    rate = finding.steepest(found)
    if rate is None:
        st.caption(t("finder.none"))
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(t("finder.suggested", rate=rate), width="content")
            using = {"on_click": _take, "args": (run, rate), "icon": ":material/input:"}
            if clicked(t("finder.use"), key="use-rate", **using):
                st.rerun()  # the form is outside this fragment
        st.caption(t("finder.check", tenth=finding.tenth(found)))
    st.caption(t("finder.purpose"))


def _take(run: Run, rate: float) -> None:
    """Have the form say what the run was trained with, but for the rate, and the usual schedule to learn with."""
    known = run.preset and not PRESETS[run.preset].seeks_rate
    preset, anew = (run.preset, ("schedule",)) if known else ("quick", ("schedule", "epochs", "train_images"))
    usual = {field: getattr(PRESETS[preset], field) for field in anew}
    for field, value in (
        run.hyperparameters.to_dict() | usual | {"learning_rate": max(rate, RANGES["learning_rate"]["low"])}
    ).items():
        state.put(field, value)
    state.put("preset", preset)
    state.put("dataset", run.dataset)
    into_view.bring("train")
