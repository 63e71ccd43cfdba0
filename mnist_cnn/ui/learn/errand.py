"""What a lesson sent the reader to do on another page: shown there until it is done, with the way back."""

import streamlit as st

from mnist_cnn.ui import into_view, state, turning
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import progress
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.learn.lessons.lesson import Lesson, say

LOOK = 3.0  # seconds between two looks at whether it is done


def begin(lesson: Lesson, number: int) -> None:
    """Put in place what the step needs, and remember it; a callback."""
    lesson.steps[number - 1].action.set_up()
    state.put("errand", f"{lesson.id}.{number}")
    into_view.bring("page-top")  # which may be far up, where the errand is on the lesson's own page


def show(page: str) -> None:
    """At the top of every page but the lessons themselves, while there is an errand."""
    lesson, number = _errand()
    if lesson is None or page == "learn" and state.get("learn-view") == "lessons":
        return
    done = len(progress.ticked(lesson)) >= number
    with st.container(key="errand-place"):
        st.fragment(_show, run_every=None if done else LOOK)(lesson, number)


def _errand() -> tuple[Lesson | None, int]:
    """Lesson and step, counted from 1, as they stand in the address; what is neither is forgotten."""
    for lesson in LESSONS.values():
        for number in range(1, len(lesson.steps) + 1):
            if state.get("errand") == f"{lesson.id}.{number}":
                return lesson, number
    state.put("errand", None)
    return None, 0


def _show(lesson: Lesson, number: int) -> None:
    done = len(progress.ticked(lesson)) >= number
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="errand"):
        told = {"title": say(lesson.title), "step": number, "task": say(lesson.steps[number - 1].task)}
        icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
        hint = None if done else progress.hint(lesson, number)
        found = f"  \n:material/lightbulb: {hint}" if hint else ""
        st.markdown(f"{icon} {t('learn.errand', **told)}{found}", width="stretch")
        back = {"type": "primary" if done else "secondary", "icon": ":material/school:", "on_click": _back}
        turning.button("learn", t("learn.back"), key="back-to-lesson", args=(lesson, number), **back)


def _back(lesson: Lesson, number: int) -> None:
    state.put("errand", None)
    for name, value in {"learn-view": "lessons", "lesson": lesson.id, "step": number}.items():
        state.put(name, value)
    into_view.bring("phase-look")
