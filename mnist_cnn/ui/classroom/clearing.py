"""The end of a lesson: all that the class made goes, and the teacher is told how much."""

from dataclasses import asdict, astuple, dataclass

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import confirm, dialogs, people, server, teacher
from mnist_cnn.ui.classroom import ending, me
from mnist_cnn.ui.language import explain, t

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
    return Things(len(_runs()), drawings, nicknames, people.people().followed())


def _runs() -> list[Run]:
    return [run for run in server.store().runs() if not run.shipped]


def clear() -> list[StudioError | OSError]:
    """Stop and delete all that there is; what hindered it. Nothing begins meanwhile; then the rules are as at first."""
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
    people.people().forget_all()
    return problems


def show() -> None:
    """The button that clears it all, which asks first."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="desk-clear"):
        st.markdown(t("classroom.clear_about"), width="stretch")
        title = t("classroom.clear")
        dialogs.opener(title, "clear", title, _confirm, icon=":material/delete_sweep:")


def _confirm() -> None:
    what = _told(count())
    st.markdown(t("classroom.clear_question", what=what) if what else t("classroom.clear_nothing"))
    st.caption(t("classroom.clear_rest"))
    confirm.buttons("clear", t("classroom.clear_confirm"), ":material/delete_sweep:", act=_clear)


@teacher.only
def _clear() -> None:
    before = count()
    problems = clear()
    left = count()
    gone = Things(*(max(0, much - more) for much, more in zip(astuple(before), astuple(left), strict=True)))
    gone, kept = _told(gone), _told(left)
    said = [t("classroom.cleared", what=gone) if gone else t("classroom.clear_nothing")]
    if problems:
        said += [t("classroom.left", what=kept)] * bool(kept) + [*dict.fromkeys(map(explain, problems))]
    else:
        said.append(t("classroom.rules_as_at_first"))
    me.say(" ".join(said), not problems)


def _told(what: Things) -> str:
    """So many runs, so many drawings: in words, without what there is none of."""
    counted = [(name, number) for name, number in asdict(what).items() if number]
    *first, last = [t(f"classroom.{'one' if number == 1 else 'count'}.{name}", count=number) for name, number in counted] or [
        ""
    ]
    return t("classroom.and", first=t("classroom.comma").join(first), last=last) if first else last
