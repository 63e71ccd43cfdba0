"""The end of a lesson: all that the class made goes, and the teacher is told how much."""

from dataclasses import asdict, astuple, dataclass

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import people, server, state, teacher
from mnist_cnn.ui.classroom import ending
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.learn import progress

PATIENCE = 10.0  # seconds in which trainings end


@dataclass(frozen=True)
class Things:
    """How much there is: runs that did not come with the app, drawings, nicknames, and people with ticks in lessons."""

    runs: int
    drawings: int
    nicknames: int
    ticks: int


def count() -> Things:
    """How much there is now."""
    drawings, nicknames = len(server.collection().examples()), len(people.people().nicknamed())
    return Things(len(_runs()), drawings, nicknames, progress.followed())


def _runs() -> list[Run]:
    return [run for run in server.store().runs() if not run.shipped]


def clear() -> list[StudioError | OSError]:
    """Stop and delete all that there is; what hindered it. Nothing begins meanwhile; then the first rules hold again."""
    problems: list[StudioError | OSError] = []
    try:
        server.rules().change(open=False, paused=True)
    except OSError as error:  # a full disk, which this is about to mend
        problems.append(error)
    runs = _runs()
    ending.stop(runs, PATIENCE)
    problems += ending.delete(runs)
    try:
        server.collection().remove({example.id for example in server.collection().examples()})
        server.rules().reset()
    except (StudioError, OSError) as error:
        problems.append(error)
    people.people().forget_nicknames()
    progress.forget_all()
    return problems


def show() -> None:
    """The button that clears it all, which asks first."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="desk-clear"):
        st.markdown(t("classroom.clear_about"), width="stretch")
        if st.button(t("classroom.clear"), key="clear", icon=":material/delete_sweep:"):
            st.dialog(t("classroom.clear"))(_confirm)()


def _confirm() -> None:
    st.markdown(t("classroom.clear_question", what=_told(count())))
    st.caption(t("classroom.clear_rest"))
    look = {"type": "primary", "icon": ":material/delete_sweep:", "on_click": _clear}
    if st.button(t("classroom.clear_confirm"), key="confirm-clear", **look):
        st.rerun()


@teacher.only
def _clear() -> None:
    before = count()
    problems = clear()
    left = count()
    gone = Things(*(max(0, much - more) for much, more in zip(astuple(before), astuple(left), strict=True)))
    said = t("classroom.cleared", what=_told(gone))
    if problems:
        said = " ".join([said, t("classroom.left", what=_told(left)), *dict.fromkeys(map(explain, problems))])
    state.put("class-said", (said, not problems))


def _told(what: Things) -> str:
    """So many runs, so many drawings: in words."""
    return ", ".join(t(f"classroom.count.{name}", count=number) for name, number in asdict(what).items())
