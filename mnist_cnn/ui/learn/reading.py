"""The chapters: what is told on the left, what there is to do on the right."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import into_view, run_names, run_picker, server, state, subject
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.learn.chapters import CHAPTERS, Chapter
from mnist_cnn.ui.navigation import PAGES

WIDTH = 440  # of the choice of a chapter, in pixels


def show(bar: DeltaGenerator) -> None:
    """The choice of a chapter, in the bar, and the chapter."""
    names = {name: f"{number} · {t(f'chapter.{name}')}" for number, name in enumerate(CHAPTERS, 1)}
    with bar:
        name = state.choice(st.selectbox, "chapter", t("learn.chapter"), CHAPTERS, names.get, width=WIDTH)
        _turn(name)
    chapter = CHAPTERS[name]
    told, figure = st.columns([1, 2], gap="medium")
    with figure.container(border=True, key="figure"):
        run = _network() if chapter.network else None
        digit = subject.choose() if chapter.digit else None
    with told.container(key="told"):
        _tell(name, chapter, run)
    with figure:
        if (run or not chapter.network) and (digit or not chapter.digit or chapter.blank):
            _do(chapter, [run] * chapter.network + [digit] * chapter.digit)
    with st.container(horizontal=True, horizontal_alignment="right"):
        _turn(name, "-below")  # a phone's reader is far from the top


def _turn(name: str, where: str = "") -> None:
    """The ways to the chapters before and after."""
    order = list(CHAPTERS)
    place = order.index(name)
    for key, step, side in ("previous", -1, "left"), ("next", 1, "right"):
        beyond = not 0 <= place + step < len(order)
        turning = {"disabled": beyond, "icon": f":material/chevron_{side}:", "on_click": _open}
        target = name if beyond else order[place + step]
        st.button(t(f"learn.{key}"), key=f"chapter-{key}{where}", args=(target,), **turning)


def _open(name: str) -> None:
    state.put("chapter", name)
    into_view.bring("told")


def _network() -> Run | None:
    """The choice of a network; None, with the way to Train, where there is none."""
    if prediction.usable(server.store().runs()):
        return run_picker.choose("learned", t("learn.network"), _first)
    st.info(t("runs.none_trained"), icon=":material/model_training:")
    st.page_link(PAGES["train"].file, label=t("home.train"), icon=":material/arrow_forward:")
    return None


def _first(runs: list[Run]) -> Run:
    """The reader's own newest one that finished, else the tutorial's, else the one that other pages open with."""
    own = [run for run in runs if run.owner == state.get("visitor-id") and run.status().state == "finished"]
    own = [run for run in own if not run.hyperparameters.seeks_rate]
    tutorial = [run for run in runs if run.shipped and run.id == "tutorial"]
    return next(iter(own + tutorial), None) or prediction.default_model(runs)


def _tell(name: str, chapter: Chapter, run: Run | None) -> None:
    """What the chapter says, the tutorial's line and how the network differs from it, and what to do."""
    hp = run.hyperparameters if run else PRESETS["tutorial"]
    st.header(t(f"chapter.{name}"), anchor=False)
    st.markdown(t(f"chapter.{name}.text", **chapter.values(hp)))
    st.code(chapter.code, language="python", wrap_lines=True)
    if run and (changes := run_names.changes(hp, "tutorial", run.dataset, chapter.settings)):
        told = {"name": run_names.plain(run_names.name(run)), "changes": run_names.plain(" · ".join(changes))}
        st.caption(t("learn.otherwise", **told))
    st.info(t(f"chapter.{name}.do"), icon=":material/touch_app:")


def _do(chapter: Chapter, about: list) -> None:
    try:
        if chapter.digit and chapter.network:
            with st.spinner(t("draw.warming")):
                prediction.load(about[0])
        with st.container(border=True, key="doing"):
            chapter.show(*about)
    except (StudioError, OSError) as error:
        st.error(explain(error), icon=":material/error:")
