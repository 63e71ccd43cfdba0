"""All runs: a table of them, their curves overlaid, and what can be done with one."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import NAME_LIMIT, Run
from mnist_cnn.ui import confirm, dialogs, hiding, into_view, rights, run_names, server, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import curves, finder, run_view, settings

LOOK = 5.0  # seconds between two looks at all runs while some train
NAME = 150  # pixels of the column of names, so that a phone shows a run's state and accuracy beside it
SIGNS = {"queued": "…", "running": "▸", "finished": "✓", "stopped": "■", "failed": "✕", "guesses": "≈"}  # a cell takes no icon


def shown(runs: list[Run], visitor: str) -> Run | None:
    """The run to look at: the one chosen here, else one that trains, the visitor's own first, else the newest."""
    by_id = {run.id: run for run in runs}
    if run := by_id.get(state.get("run")):
        return run
    trained = [run for run in runs if not run.shipped and not run.series]
    active = [run for run in trained if run.status().active]
    return next(iter([run for run in active if run.owner == visitor] + active + trained), None)


def show(runs: list[Run], damaged: list[StudioError], visitor: str) -> None:
    """The list, with overlay and actions for what is chosen in it."""
    if hiding.hidden("runs"):
        return
    st.container(key="all-runs").header(t("runs.title"), anchor=False)
    for error in damaged:
        st.warning(explain(error), icon=":material/folder_off:")
    if any(run.series for run in runs) and not state.control(st.toggle, "of-series", t("runs.of_series")):
        runs = [run for run in runs if not run.series]
    if not runs:
        st.caption(t("runs.none"))
        return
    called, by_id = run_names.labels(runs), {run.id: run for run in runs}
    st.fragment(_listed, run_every=LOOK if _training(runs) else None)(runs, visitor, count())
    hint = {"placeholder": t("runs.choose_hint")}
    chosen = [by_id[key] for key in state.choice(st.multiselect, "compared", t("runs.choose"), by_id, called.get, **hint)]
    if len(chosen) > 1:
        refresh = run_view.pace().interval() if _training(chosen) else None
        st.fragment(_overlay, run_every=refresh)(chosen, visitor, refresh)
        settings.show_differences(chosen, called)
    for run in chosen:
        _actions(run, called[run.id])


def _listed(runs: list[Run], visitor: str, looks: Iterator[int]) -> None:
    """The table; as others begin, stop and delete runs, too."""
    if next(looks):
        series = any(run.series for run in runs)
        runs = [run for run in server.store().runs() if series or not run.series]
    with run_view.look(f"{visitor} listing"):
        look = {"hide_index": True, "column_config": _columns(), "placeholder": "–"}
        st.dataframe(_table(runs, run_names.labels(runs)), alt=t("runs.title"), key="runs", **look)


def _training(runs: list[Run]) -> bool:
    return any(run.status().active for run in runs)


def _overlay(runs: list[Run], visitor: str, refresh: float | None) -> None:
    if refresh and (not _training(runs) or run_view.pace().changed(refresh)):
        st.rerun()
    with run_view.look(f"{visitor} comparing"):
        if all(run.hyperparameters.seeks_rate for run in runs):
            finder.show(runs)
        else:
            curves.show(runs, "compared-")


def _table(runs: list[Run], called: dict[str, str]) -> pd.DataFrame:
    rows = []
    for run in runs:
        hp, history, scores = run.hyperparameters, run.history(), evaluation.summary(run)
        rows.append(
            {
                "name": called[run.id],
                "state": " · ".join(f"{SIGNS[word]} {t(f'state.{word}')}" for word in run_view.states(run)),
                "test_accuracy": scores and 100 * scores["accuracy"],
                "epochs": f"{len(history)} / {hp.epochs}",
                "dataset": t(f"data.{run.dataset}"),
                "parameters": model.count_parameters(hp),
                "network": _network(hp),
                "batch_size": hp.batch_size,
                "learning_rate": hp.learning_rate,
                "seconds": round(run.seconds()),
                "created": run.created,
            }
        )
    return pd.DataFrame(rows)


def _network(hp: Hyperparameters) -> str:
    """Kernels and their size, block by block, then the dense units: "16 × 5², 36 × 5², 128"."""
    blocks = [(hp.filters1, hp.kernel1), (hp.filters2, hp.kernel2)] + [(hp.filters3, hp.kernel2)] * bool(hp.filters3)
    often = f"{hp.convolutions} × " if hp.convolutions > 1 else ""
    return ", ".join([*(f"{often}{filters} × {kernel}²" for filters, kernel in blocks), str(hp.dense_units)])


def _columns() -> dict:
    number = st.column_config.NumberColumn
    return {
        "name": st.column_config.TextColumn(t("runs.run"), pinned=True, width=NAME),
        "state": t("runs.state"),
        "test_accuracy": number(t("runs.test_accuracy"), format="%.2f%%"),
        "epochs": t("train.epochs"),
        "dataset": t("data.label"),
        "parameters": number(t("train.parameters"), format="localized"),
        "network": t("train.network"),
        "batch_size": number(t("hyperparameter.batch_size")),
        "learning_rate": number(t("hyperparameter.learning_rate"), format="%g"),
        "seconds": number(t("history.seconds"), format="localized"),
        "created": st.column_config.DatetimeColumn(t("runs.created"), format="YYYY-MM-DD HH:mm", timezone=st.context.timezone),
    }


def _actions(run: Run, called: str) -> None:
    """View, take away, rename, delete."""
    status = run.status()
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"actions-{run.id}"):
        st.markdown(f"**{run_names.plain(called)}**", width="content")
        run_view.badges(run)
        st.space("stretch")
        st.button(t("runs.view"), key=f"view-{run.id}", icon=":material/visibility:", on_click=_view, args=(run.id,))
        _download(run, run.folder / "history.csv", "csv", "text/csv", ":material/table:")
        _download(run, run.model_file, "keras", "application/octet-stream", ":material/download:")
        if not run.shipped and not rights.may_change(run):
            st.caption(t("runs.owner" if run.owner else "train.terminal"), width="content")
        elif not run.shipped and not status.active:
            rename, delete, asked = t("runs.rename"), t("runs.delete"), partial(_delete, run, called)
            dialogs.opener(rename, f"rename-{run.id}", rename, partial(_rename, run), icon=":material/edit:")
            dialogs.opener(delete, f"delete-{run.id}", delete, asked, icon=":material/delete:")


def _view(id: str) -> None:
    state.put("run", id)
    into_view.bring("shown-run")


def _download(run: Run, path: Path, ending: str, mime: str, icon: str) -> None:
    """A button for a file of the run, read only when it is clicked."""
    if path.is_file():
        st.download_button(
            t(f"runs.{ending}"), path.read_bytes, f"{run.id}.{ending}", mime, key=f"{ending}-{run.id}", icon=icon,
            on_click="ignore",
        )  # fmt: skip


def _rename(run: Run) -> None:
    with st.form("rename", border=False):  # Enter will do
        name = st.text_input(t("runs.new_name"), run_names.name(run)[:NAME_LIMIT], max_chars=NAME_LIMIT, key="new-name")
        renamed = clicked(t("runs.rename"), key="confirm-rename", make=st.form_submit_button, type="primary")
    if renamed:
        try:
            rights.check([run])
            server.store().rename(run, name)
        except (StudioError, OSError) as error:
            st.error(explain(error))
            return
        dialogs.close()


def _delete(run: Run, called: str) -> None:
    st.markdown(t("runs.delete_question", name=run_names.plain(called)))
    if confirm.buttons("delete-run"):
        try:
            rights.check([run])
            server.store().delete(run)
        except (StudioError, OSError) as error:
            st.error(explain(error))
            return
        if state.get("run") == run.id:
            state.pop("run")
        dialogs.close()
