"""A series: where it stands, a dot per run, what is noise, and the way to each run."""

import time
from collections.abc import Callable
from functools import partial
from math import inf

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import LOST, Run, Status
from mnist_cnn.training import estimate, outcome, series
from mnist_cnn.training.outcome import Standing
from mnist_cnn.ui import address, confirm, dialogs, door, into_view, notice, rights, run_names, server, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import run_view, series_chart

SELDOM = 1.0  # seconds between two looks at least; runs end every few seconds


def show(runs: list[Run], visitor: str) -> None:
    """The series that was begun or chosen, else the visitor's own that trains, else the newest."""
    by_id = series.among(runs)
    if not by_id:
        with st.container(border=True, key="shown-series"):
            st.header(t("series.empty"), anchor=False)
            st.caption(t("series.empty_about"))
        return
    if state.get("series") not in by_id:
        state.put("series", next(iter(sorted(by_id, key=lambda id: by_id[id][0].owner != visitor))))
    if len(by_id) > 1:
        state.choice(st.selectbox, "series", t("series.shown"), by_id, lambda id: _label(by_id[id]))
    chosen = by_id[state.get("series")]
    refresh = _interval() if Standing(chosen).active else None
    st.fragment(_live, run_every=refresh)(chosen, visitor, estimate.measured_rate(runs), refresh)


def _label(runs: list[Run]) -> str:
    return f"{run_names.asked(runs[0].series)} · {t(f'data.{runs[0].dataset}')} · {runs[0].created.astimezone():%m-%d %H:%M}"


def _interval() -> float:
    """Seconds until the next look."""
    return max(SELDOM, run_view.pace().interval())


def _live(runs: list[Run], visitor: str, rate: float, refresh: float | None) -> None:
    now = Standing(runs)
    if refresh and (not now.active or not refresh / 2 <= _interval() <= refresh * 2):
        st.rerun()  # the whole page: the list of runs has changed; or looks are too many or too few
    with run_view.look(f"{visitor}-series"), st.container(border=True, key="shown-series", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(run_names.plain(run_names.asked(runs[0].series)), anchor=False, width="content")
            st.caption(t(f"data.{runs[0].dataset}"), width="content")
            st.space("stretch")
            _buttons(now)
        told, hindrance = state.get("hindered") or (None, None)
        if told == runs[0].series.id:
            st.error(hindrance, icon=":material/error:")
        _progress(now, rate)
        series_chart.show(now, runs[0].series.fields)
        _list(now)
    address.write("train", "series-address")


def _buttons(now: Standing) -> None:
    """Stop, go on, delete, for whoever may."""
    if not rights.may_change(now.runs[0]):
        st.caption(t("train.others" if now.runs[0].owner else "train.terminal"), width="content")
    elif now.active:
        st.button(t("series.stop"), key="stop-series", icon=":material/stop:", on_click=_stop, args=(now.runs,))
    else:
        if now.resumable:
            resume = {"type": "primary", "icon": ":material/play_arrow:", "on_click": _resume, "args": (now.resumable,)}
            if clicked(t("series.resume"), key="resume-series", **resume):
                st.rerun()
        delete = t("series.delete")
        dialogs.opener(
            delete, "delete-series", delete, partial(_delete, now.runs), about=now.runs[0].series.id, icon=":material/delete:"
        )


def _stop(runs: list[Run]) -> None:
    """Stop, and give the trainer a moment, so that the next picture already shows the end."""
    if not _try(runs, partial(server.queue().stop_all, reason=rights.stop_reason(runs[0]))):
        return
    for _ in range(30):
        if not Standing(runs).active:
            return
        time.sleep(0.05)


def _resume(runs: list[Run]) -> None:
    _try(runs, door.resume_series)


def _try(runs: list[Run], action: Callable[[list[Run]], None]) -> bool:
    """Do something with the series, if it may be done by who is looking; what hinders it is told. Whether it was done."""
    state.put("hindered", None)
    try:
        rights.check(runs)
        action(runs)
    except (StudioError, OSError) as error:
        state.put("hindered", (runs[0].series.id, explain(error)))
        return False
    return True


def _delete(runs: list[Run]) -> None:
    st.markdown(t("series.delete_question", runs=len(runs)))
    if confirm.buttons("delete-series"):
        try:
            rights.check(runs)
            series.delete(server.store(), runs)
        except (StudioError, OSError) as error:
            st.error(explain(error))
            return
        state.pop("series")
        dialogs.close()


def _progress(now: Standing, rate: float) -> None:
    """How many are done and how long the others take; what trains now; what has no dot."""
    done, count = len(now.inside("finished")) + len(now.lost), len(now.runs)
    if now.active:
        left = series.seconds([run.hyperparameters for run in now.active], now.runs[0].dataset, rate)
        st.progress(done / count, t("series.left", done=done, runs=count, duration=notice.duration(left)))
        running, waiting = now.inside("running"), now.inside("queued")
        if running:
            told = {"epoch": min(len(running[0].history()) + 1, running[0].hyperparameters.epochs)}
            told |= {"name": run_names.in_series(running[0]), "epochs": running[0].hyperparameters.epochs}
            st.caption(t("series.now", **told))
        else:
            places = {server.queue().place(run) or inf: run for run in waiting}
            st.caption(notice.waiting(places[min(places)], rate, "series.waiting") or t("train.starting"))
    else:
        st.progress(done / count, t("series.done", done=done, runs=count))
        _reason(now)
    if now.lost:
        st.caption(t("series.diverged", count=len(now.lost)))


def _reason(now: Standing) -> None:
    """Why not all have finished, in one sentence; that some never began only where there is no other reason.

    What keeps those that may go on comes before what ended others, a failure before a stop.
    """
    ended = [(run, status) for run, status in zip(now.runs, now.statuses, strict=True) if status.reason]
    begun = [(run, status) for run, status in ended if status.reason != LOST.reason or run.history()]
    if begun:
        _, told = min(begun, key=lambda one: (one[1].state == "finished", one[0] in now.lost, one[1].state != "failed"))
        (st.error if told.state == "failed" else st.warning)(run_names.reason(told), icon=run_view.ICONS[told.state])
    elif ended:
        st.warning(t("series.unbegun", count=len(ended)), icon=run_view.ICONS["stopped"])


def _list(now: Standing) -> None:
    """Under a heading that opens it: a line per value, with mean, standard deviation, and a button for each run."""
    fields, metric = now.runs[0].series.fields, series_chart.metric(now.runs[0].series.fields)
    with st.expander(t("series.runs"), icon=":material/list:", **state.opens("series-runs")) as opened:
        if not opened.open:
            return
        by_value: dict[tuple, list[tuple[Run, Status]]] = {}
        for run, status in zip(now.runs, now.statuses, strict=True):
            by_value.setdefault(outcome.values(run, fields), []).append((run, status))
        for values, members in sorted(by_value.items()):
            figures = {run.id: (outcome.figures(run) or {}).get(metric) for run, _ in members}
            known = outcome.groups([(values, figure) for figure in figures.values() if figure is not None])
            told = f"**{run_names.plain(series_chart.words(fields, values))}**"
            if known and known[0].sd is not None:
                mean, sd = series_chart.said(metric, known[0].mean), series_chart.difference(metric, known[0].sd)
                told += f" · {t('series.mean', mean=mean, sd=sd)}"
            with st.container(gap=None):
                st.markdown(told)
                with st.container(horizontal=True, gap="small"):
                    for run, status in members:
                        _view(run, status, metric, figures[run.id])


def _view(run: Run, status: Status, metric: str, figure: float | None) -> None:
    """The button that shows the run itself."""
    seed = run.hyperparameters.seed
    label = t("series.seed", seed=seed)
    if figure is not None:
        label = t("series.seed_figure", seed=seed, figure=series_chart.said(metric, figure))
    if clicked(label, key=f"view-{run.id}", icon=run_view.ICONS[status.state], type="tertiary"):
        state.put("run", run.id)
        state.put("train-view", "one")
        into_view.bring("shown-run")
        st.rerun()
