"""Many digits: accuracy over the amount of a distortion, for up to three networks."""

import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import prediction
from mnist_cnn.reading.stress import DISTORTIONS
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, run_names, server, state, trouble
from mnist_cnn.ui.language import t
from mnist_cnn.ui.stress import measuring

RUNS = 3  # at most
PAUSE = 0.1  # seconds between two looks while measuring goes on


def show(run: Run) -> None:
    """The controls and the curves, of the run that the page is about unless others are chosen."""
    st.markdown(f"**{t('stress.curves')}**")
    by_id = {run.id: run for run in prediction.usable(server.store().runs())}
    called = run_names.labels(list(by_id.values()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {name: t(f"stress.{name}") for name in DISTORTIONS}
        name = state.choice(st.selectbox, "bent", t("stress.bent"), DISTORTIONS, names.get, width=260)
        hint = {"placeholder": called.get(run.id, run.name), "max_selections": RUNS}
        chosen = state.choice(st.multiselect, "bent-runs", t("stress.runs"), by_id, called.get, **hint)
    runs = [by_id[key] for key in chosen] or [run]
    with trouble.told():
        share, _ = measuring.measure(runs, name)
        st.fragment(_draw, run_every=PAUSE if share < 1 else None)(runs, name, called, share < 1)


def _draw(runs: list[Run], name: str, called: dict[str, str], going_on: bool) -> None:
    """What is known by now; the whole page once more when all is, or a run is gone, so that it comes to rest."""
    try:
        share, accuracies = measuring.measure(runs, name)
    except (StudioError, OSError):  # the page will say so, or do without it
        st.rerun()
    if going_on and share == 1:
        st.rerun()
    st.progress(share, t("stress.measured" if share == 1 else "stress.measuring", images=measuring.count(), share=share))
    words = [called.get(run.id, run.name) for run in runs]
    rows = [(word, *row) for word, run in zip(words, runs, strict=True) for row in accuracies[run.id].items()]
    frame = pd.DataFrame(rows, columns=["run", "amount", "accuracy"])
    chart = charts.endurance(frame, words, t(f"stress.{name}.axis"), DISTORTIONS[name])
    st.vega_lite_chart(*chart, alt=t("stress.curves_alt", name=t(f"stress.{name}")))
    for word, run in zip(words, runs, strict=True):
        if (known := accuracies[run.id]) and share == 1:
            plain, (worst, least) = known[DISTORTIONS[name].nothing], min(known.items(), key=lambda one: one[1])
            told = {"plain": plain, "least": least, "worst": t(f"stress.{name}.format") % worst}
            st.markdown(t("stress.summary", name=run_names.plain(word), **told))
