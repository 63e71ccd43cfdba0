"""A lesson as it is walked: its checklist, and the step at hand: predict, run, look, explain."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_cnn.ui import into_view, run_names, server, state, turning
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import errand, progress
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.learn.lessons.lesson import Lesson, Step, say
from mnist_cnn.ui.navigation import PAGES

WIDTH = 440  # of the choice of a lesson, in pixels
LOOK, SELDOM = 2.0, 6.0  # seconds between two looks at what trains, and at whether anything does
PHASES = {"predict": ":material/psychology_alt:", "do": ":material/play_circle:", "look": ":material/visibility:"}
PHASES |= {"explain": ":material/lightbulb:"}


def show(bar: DeltaGenerator) -> None:
    """The choice of a lesson, in the bar, its steps, and the one at hand."""
    titles = {name: t("learn.lesson_label", title=say(one.title), minutes=one.minutes) for name, one in LESSONS.items()}
    with bar:
        lesson = LESSONS[state.choice(st.selectbox, "lesson", t("learn.lesson"), LESSONS, titles.get, then=_first, width=WIDTH)]
    done = progress.ticked(lesson)
    number = min(state.get("step"), len(done) + 1, len(lesson.steps))
    left, right = st.columns([1, 3], gap="large")
    with left:
        _show_list(lesson, number, len(done))
    with right:
        _show_step(lesson, number, done[number - 1] if number <= len(done) else None)


def _first() -> None:
    state.put("step", 1)


def _show_list(lesson: Lesson, number: int, done: int) -> None:
    """The steps, those that are done ticked, those to come closed."""
    with st.container(key="checklist", gap="xsmall"):
        for place, step in enumerate(lesson.steps, 1):
            icon = ":material/check_circle:" if place <= done else ":material/radio_button_unchecked:"
            kind = "primary" if place == number else "secondary"
            look = {"icon": icon, "type": kind, "disabled": place > done + 1, "width": "stretch"}
            label = t("learn.step_label", number=place, title=say(step.title))
            st.button(label, key=f"step-{place}", on_click=state.put, args=("step", place), **look)


def _show_step(lesson: Lesson, number: int, figures: dict | None) -> None:
    """The four phases; each opens when the one before it is done."""
    step, guess = lesson.steps[number - 1], progress.guess(lesson, number)
    with _phase("predict"):
        _predict(lesson, number, step, guess)
    with _phase("do"):
        if guess is not None:  # the task may give the answer away
            st.markdown(say(step.task))
        label, page = say(step.action.words), PAGES[step.action.page]
        begin = {"type": "primary" if figures is None else "secondary", "disabled": guess is None, "icon": page.icon}
        turning.button(page.name, label, key="set-up", on_click=errand.begin, args=(lesson, number), **begin)
        if guess is None:
            st.caption(t("learn.predict_first"))
    with _phase("look"):
        if figures is not None:
            st.success(_done_by(figures), icon=":material/check_circle:")
        else:
            training = any(run.status().active for run in server.store().runs())
            st.fragment(_wait, run_every=LOOK if training else SELDOM)(lesson, number)
    if figures is not None:
        with _phase("explain"):
            st.markdown(say(step.explanation, **figures))
            _show_next(lesson, number)


def _phase(name: str):
    """A framed part of the step under its heading."""
    box = st.container(border=True, key=f"phase-{name}")
    box.markdown(f"{PHASES[name]} **{t(f'learn.{name}')}**")
    return box


def _predict(lesson: Lesson, number: int, step: Step, guess: int | None) -> None:
    """The question, its options, and the answer to the one that was chosen."""
    st.markdown(say(step.question))
    with st.container(horizontal=True):
        for option, (words, _) in enumerate(step.options):
            kind = "primary" if option == guess else "secondary"
            chosen = {"on_click": progress.take, "args": (lesson, number, option), "type": kind}
            st.button(say(words), key=f"guess-{option}", **chosen)
    if guess is not None:
        st.info(say(step.options[guess].answer), icon=":material/chat:")


def _wait(lesson: Lesson, number: int) -> None:
    """Not yet; while something trains, how far it is. The page is drawn anew when the step is done."""
    if len(progress.ticked(lesson)) >= number:
        st.rerun()
    st.caption(t("learn.waiting"))
    if lesson.steps[number - 1].action.page != "train":
        return
    st.caption(t("learn.classmate"))
    for run in server.store().runs():
        if not run.series and run.status().state == "running":
            told = {"name": run_names.plain(run_names.name(run)), "epoch": len(run.history())}
            st.caption(t("learn.training_now", epochs=run.hyperparameters.epochs, **told))


def _done_by(figures: dict) -> str:
    """That the step is done, and by which run."""
    return t("learn.by_run", name=run_names.plain(figures["run"])) if "run" in figures else t("learn.ticked")


def _show_next(lesson: Lesson, number: int) -> None:
    if number == len(lesson.steps):
        st.success(f"{say(lesson.goal)}\n\n{t('learn.finished')}", icon=":material/school:")
    else:
        turning = {"icon": ":material/arrow_forward:", "type": "primary", "on_click": _open, "args": (number + 1,)}
        st.button(t("learn.next_step"), key="next-step", **turning)


def _open(number: int) -> None:
    state.put("step", number)
    into_view.bring("phase-predict")
