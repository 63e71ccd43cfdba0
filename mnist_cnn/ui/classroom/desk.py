"""The teacher's desk: the line, the rules, the challenge, and what may be deleted. Every click asks again who clicks."""

from collections.abc import Iterable
from itertools import groupby

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.training.rules import CHALLENGES, LIMITS, SMALL, Rules
from mnist_cnn.ui import run_names, server, state, teacher
from mnist_cnn.ui.classroom import clearing, ending, me, names, standing, things
from mnist_cnn.ui.language import explain, t

LOOK = 2.0  # seconds between two looks at the line


def show() -> None:
    """All of it."""
    me.tell()
    rules = server.rules().read()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.fragment(_line, run_every=LOOK)()
    with right:
        _challenge(rules)
    _limits(rules)
    things.show_runs()
    things.show_drawings()
    things.show_nicknames()
    clearing.show()


def _line() -> None:
    """What trains and waits, and what is allowed of it."""
    if state.get("class-said"):  # by a click in this fragment
        st.rerun()
    rules = server.rules().read()
    stands = standing.now(rules.challenge)
    with st.container(border=True, height="stretch", key="desk-line"):
        st.header(t("classroom.line"), anchor=False)
        with st.container(horizontal=True):
            _switch("open", rules.open, t("classroom.open"))
            _switch("paused", rules.paused, t("classroom.pause"))
        called = names.runs([one.run for one in stands.training] + stands.waiting)
        for one in stands.training:
            _row([one.run], called, t("classroom.epoch", epoch=one.epoch, epochs=one.epochs), "stop", ":material/stop:")
        ahead = 0
        for _, alike in groupby(stands.waiting, lambda run: run.series.id if run.series else run.id):
            runs, where = list(alike), t("classroom.ahead" if ahead else "classroom.next", ahead=ahead)
            _row(runs, called, where, "cancel", ":material/close:", can_move=ahead > 0)
            ahead += len(runs)
        if not (stands.training or stands.waiting):
            st.caption(t("classroom.nothing_trains"))


def _switch(name: str, value: bool, label: str) -> None:
    """A switch that shows a rule as it is now, whoever changed it."""
    key = f"rule-{name}"
    st.session_state[key] = value
    st.toggle(label, key=key, on_change=_rule, args=(name, key), help=t(f"classroom.{name}.help"))


def _row(runs: list[Run], called: dict, where: str, stop: str, icon: str, can_move: bool = False) -> None:
    """A run, or those of a series that wait one behind the other: where they stand, whose they are, what can be done."""
    run = runs[0]
    with st.container(horizontal=True, vertical_alignment="center", key=f"desk-run-{run.id}"):
        name, more = (
            called[run.id] if len(runs) == 1 else (run_names.asked(run.series), t("classroom.of_series", runs=len(runs)))
        )
        told = " · ".join([where, *filter(None, [run_names.plain(more)])])
        st.markdown(f"**{run_names.plain(name)}** · {run_names.plain(names.whose(run))}  \n:small[{told}]", width="stretch")
        if can_move:
            look = {"icon": ":material/vertical_align_top:", "on_click": _to_front, "args": (runs,)}
            st.button(t("classroom.front"), key=f"front-{run.id}", **look)
        st.button(t(f"classroom.{stop}"), key=f"stop-{run.id}", icon=icon, on_click=_stop, args=(runs,))


@teacher.only
def _to_front(runs: list[Run]) -> None:
    for run in reversed(runs):
        server.queue().to_front(run)
    standing.forget()


@teacher.only
def _stop(runs: list[Run]) -> None:
    ending.stop(runs)


@teacher.only
def _rule(name: str, key: str) -> None:
    if key in st.session_state:  # as long as this page has not given way to another
        _change(**{name: st.session_state[key]})


def _change(**values) -> bool:
    """Set rules; whether that went well. What hinders it is told."""
    try:
        server.rules().change(**values)
    except (StudioError, OSError) as error:
        me.say(explain(error), False)
        return False
    standing.forget()
    return True


def _challenge(rules: Rules) -> None:
    with st.container(border=True, height="stretch", key="desk-challenge"):
        st.header(t("classroom.challenge"), anchor=False)
        st.session_state["rule-challenge"] = rules.challenge
        words = {name: t(f"classroom.goal.{name}", most=SMALL) for name in CHALLENGES}
        look = {"key": "rule-challenge", "on_change": _rule, "args": ("challenge", "rule-challenge")}
        st.radio(t("classroom.challenge"), CHALLENGES, format_func=words.get, label_visibility="collapsed", **look)
        _switch("ranking", rules.ranking, t("classroom.rank"))
        if not rules.ranking:
            st.caption(t("classroom.ranking_off"))


def _limits(rules: Rules) -> None:
    """The numbers that the teacher may limit, saved together."""
    part = st.expander(t("classroom.limits"), icon=":material/speed:", **state.opens("class-limits"))
    with part.form("limits", border=False):
        for columns in _in_rows(LIMITS, 4):
            for column, name in columns:
                low, high, _ = LIMITS[name]
                key = f"limit-{name}-{getattr(rules, name)}"  # another one, once it was changed elsewhere
                look = {"help": t(f"classroom.limit.{name}.help"), "min_value": low, "max_value": high, "key": key}
                column.number_input(t(f"classroom.limit.{name}"), value=getattr(rules, name), **look)
        save = {"on_click": _save, "args": (rules,), "icon": ":material/save:"}
        st.form_submit_button(t("classroom.limits_save"), key="save-limits", **save)


def _in_rows(names: Iterable[str], width: int):
    """Rows of pairs of a column and a name."""
    every = list(names)
    for start in range(0, len(every), width):
        yield zip(st.columns(width), every[start : start + width], strict=False)


@teacher.only
def _save(rules: Rules) -> None:
    """Set the limits that were changed in the form; `rules` are those that it was drawn with, others may hold by now."""
    shown = {name: st.session_state.get(f"limit-{name}-{getattr(rules, name)}") for name in LIMITS}
    if _change(**{name: value for name, value in shown.items() if value not in (None, getattr(rules, name))}):
        me.say(t("classroom.limits_saved"), True)
