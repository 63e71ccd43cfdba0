"""What a student takes home of a run: its code, its network, a report. Nothing is made before somebody looks or saves it."""

from functools import partial

import streamlit as st

from mnist_cnn.runs import Run
from mnist_cnn.ui import dialogs, hiding, language, trouble
from mnist_cnn.ui.language import t
from mnist_cnn.ui.take_home import code, network, report

TABS = {"code": code.show, "model": network.show, "report": report.show}


def button(run: Run) -> None:
    """The button, which opens a dialog."""
    if not hiding.hidden("take-home"):
        packing = partial(_show, run)
        dialogs.opener(
            t("take.button"), "take-home", t("take.title"), packing, "large", about=run.id, icon=":material/backpack:"
        )


def _show(run: Run) -> None:
    """A tab for each; of a run without a network the code alone."""
    names = [name for name in TABS if name == "code" or run.model_file.is_file()]
    tabs = st.tabs([t(f"take.{name}") for name in names], key=f"take-home-{language.current()}", on_change="rerun")
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab, trouble.told():
                TABS[name](run)
    if len(names) == 1:
        st.caption(t("take.no_model"))
