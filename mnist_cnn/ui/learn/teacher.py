"""What a teacher needs for the lessons, on paper too: time, questions, what to expect."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_cnn.ui import state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import printing
from mnist_cnn.ui.learn.lessons import LESSONS
from mnist_cnn.ui.learn.lessons.lesson import Lesson, say


def show(bar: DeltaGenerator) -> None:
    """All lessons, one below the other; in the bar, the button that prints them."""
    with bar.container(key="print-button"):
        printing.show()
    st.markdown(t("learn.teacher_about"))
    for number, lesson in enumerate(LESSONS.values(), 1):
        with st.container(border=True, key=f"sheet-{lesson.id}"):
            _show_lesson(number, lesson)


def _show_lesson(number: int, lesson: Lesson) -> None:
    """Title and time, goal, every step with question, task and figures, and what to discuss."""
    st.header(f"{number} · {say(lesson.title)}", anchor=False)
    st.markdown(f"**{t('learn.minutes', minutes=lesson.minutes)}** · {_line('goal', say(lesson.goal))}")
    for place, step in enumerate(lesson.steps, 1):
        options = " / ".join(say(option.words) for option in step.options)
        st.markdown(f"**{place} · {say(step.title)}**")
        lines = {"question": f"{say(step.question)} ({options})", "do_here": say(step.task), "expect": say(step.expect)}
        st.markdown("\n".join(f"- {_line(name, text)}" for name, text in lines.items()))
    st.markdown(f"**{t('learn.discuss')}**\n" + "\n".join(f"- {say(question)}" for question in lesson.discuss))
    opening = {"on_click": _open, "args": (lesson,), "icon": ":material/arrow_forward:"}
    st.button(t("learn.open"), key=f"open-{lesson.id}", **opening)


def _line(name: str, text: str) -> str:
    return t("learn.line", name=t(f"learn.{name}"), text=text)


def _open(lesson: Lesson) -> None:
    for name, value in {"learn-view": "lessons", "lesson": lesson.id, "step": 1}.items():
        state.put(name, value)
