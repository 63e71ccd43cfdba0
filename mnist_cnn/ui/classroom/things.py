"""Any run, drawing and nickname of the class, for the teacher to delete."""

from collections.abc import Collection
from functools import partial

import numpy as np
import streamlit as st

from mnist_cnn.digits.collection import Example
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import buttons, confirm, dialogs, images, people, run_names, server, state, teacher
from mnist_cnn.ui.analysis import paging
from mnist_cnn.ui.classroom import ending, me, names
from mnist_cnn.ui.language import explain, t

SHOWN = 36  # drawings at a time
ALL, NOBODY = -1, 0  # beside the numbers of people: everybody, and those whom nobody knows any more


def show_runs() -> None:
    """The runs that did not come with the app, to be chosen and deleted."""
    with st.expander(t("classroom.runs"), icon=":material/model_training:", **state.opens("class-runs-open")) as part:
        if not part.open:
            return
        runs = {run.id: run for run in server.store().runs() if not run.shipped}
        if not runs:
            st.caption(t("classroom.no_runs"))
            return
        called = run_names.labels(list(runs.values()))
        words = {key: t("classroom.run_of", name=called[key], who=names.whose(run)) for key, run in runs.items()}
        hint = {"placeholder": t("classroom.choose_runs")}
        chosen = state.choice(st.multiselect, "class-runs", t("classroom.runs"), runs, words.get, **hint)
        gone = [runs[key] for key in chosen if key in runs]
        look = {"disabled": not gone, "icon": ":material/delete:"}
        asked = partial(_confirm_runs, gone, [words[run.id] for run in gone])
        dialogs.opener(t("classroom.delete_runs", count=len(gone)), "delete-runs", t("classroom.delete"), asked, **look)


def _confirm_runs(runs: list[Run], called: list[str]) -> None:
    st.markdown(t("classroom.delete_runs_question", count=len(runs)))
    st.caption(" · ".join(map(run_names.plain, called)))
    confirm.buttons("delete-runs", act=_delete_runs, args=(runs,))


@teacher.only
def _delete_runs(runs: list[Run]) -> None:
    ending.stop(runs)
    problems = ending.delete(runs)
    said = t("classroom.deleted_runs", count=len(runs) - len(problems))
    me.say(" ".join([said, *map(explain, problems)]), not problems)
    state.pop("class-runs")


def show_drawings() -> None:
    """The class's drawings, of all or of one person, each with a button that deletes it."""
    with st.expander(t("classroom.all_drawings"), icon=":material/draw:", **state.opens("class-drawings-open")) as part:
        if part.open:
            st.fragment(_drawings)()


def _drawings() -> None:
    if state.get("class-said"):
        st.rerun()
    examples = server.collection().examples()[::-1]
    if not examples:
        st.caption(t("classroom.no_drawings"))
        return
    numbers = {example.owner: _number(example.owner) for example in examples}
    chosen = state.get("class-whose")  # stays, though nothing of theirs is left: nobody else's is meant
    owners = sorted(set(numbers.values()) | ({chosen} - {ALL, None}))
    called = {ALL: t("classroom.everybody")} | {number: _called(number) for number in owners}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = state.choice(st.selectbox, "class-whose", t("classroom.whose"), called, called.get, then=_first, width=280)
        some = [example for example in examples if whose in (ALL, numbers[example.owner])]
        label, asked = t("classroom.delete_drawings", count=len(some)), partial(_confirm_drawings, some, called[whose])
        look = {"disabled": not some, "icon": ":material/delete:"}
        dialogs.opener(label, "delete-drawings", t("classroom.delete"), asked, about=str(whose), **look)
    paging.show("class-drawings", np.arange(len(some)), SHOWN, lambda number: _tile(some[number]))


def _number(owner: str | None) -> int:
    person = people.people().get(owner)
    return person.number if person else NOBODY


def _called(number: int) -> str:
    return t("classroom.someone") if number == NOBODY else t("classroom.number", number=number)


def _first() -> None:
    state.put("class-drawings", 1)


def _tile(example: Example) -> None:
    with st.container(width=72, gap="xsmall", horizontal_alignment="center"):
        st.image(images.address(images.enlarge(example.image, 64)), str(example.digit), alt=str(example.digit), width=64)
        forget = {"on_click": _delete_one, "args": (example.id,), "type": "tertiary", "width": "stretch"}
        st.button("", key=f"delete-{example.id}", icon=":material/delete:", help=t("classroom.delete_drawing"), **forget)


def _delete_one(identity: str) -> None:
    buttons.once("delete", _delete_drawings, {identity})


def _confirm_drawings(examples: list[Example], whose: str) -> None:
    st.markdown(t("classroom.delete_drawings_question", count=len(examples), whose=whose))
    ids = {example.id for example in examples}
    confirm.buttons("delete-drawings", act=_delete_drawings, args=(ids,))


@teacher.only
def _delete_drawings(ids: Collection[str]) -> None:
    try:
        server.collection().remove(set(ids))
    except (StudioError, OSError) as error:
        me.say(explain(error), False)


def show_nicknames() -> None:
    """Nicknames that the class had better not see."""
    with st.expander(t("classroom.nicknames"), icon=":material/badge:", **state.opens("class-nicknames-open")) as part:
        if not part.open:
            return
        named = {person.number: person for _, person in people.people().nicknamed()}
        if not named:
            st.caption(t("classroom.no_nicknames"))
            return
        words = {number: names.person(person) for number, person in named.items()}
        hint = {"placeholder": t("classroom.choose_nicknames")}
        chosen = state.choice(st.multiselect, "class-nicknames", t("classroom.nicknames"), words, words.get, **hint)
        look = {"disabled": not chosen, "icon": ":material/backspace:", "on_click": _forget, "args": (chosen,)}
        st.button(t("classroom.take_nicknames"), key="take-nicknames", **look)


@teacher.only
def _forget(numbers: list[int]) -> None:
    known = people.people()
    known.forget_nicknames([visitor for visitor, person in known.nicknamed() if person.number in numbers])
    state.pop("class-nicknames")
