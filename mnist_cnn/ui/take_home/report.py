"""The report of a run: who made it, their drawing, another network beside it."""

from functools import partial
from shlex import quote

import streamlit as st

from mnist_cnn.reading import prediction
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.reading.report import Drawing, build
from mnist_cnn.runs import Run
from mnist_cnn.ui import drawn, evaluated, images, language, run_names, server, state
from mnist_cnn.ui.language import t

NAME_LIMIT = 60  # characters
SIDE = 112  # of the drawing, in pixels


def show(run: Run) -> None:
    """The choices, and the button that makes the report and saves it."""
    result = evaluated.result(run)
    st.caption(t("take.report.about"))
    name = state.control(st.text_input, "report-name", t("take.report.name"), max_chars=NAME_LIMIT)
    drawing, other = _drawing(run), _other(run)
    made = partial(_made, run, result, language.current(), name.strip(), drawing, other)
    look = {"key": "take-html", "type": "primary", "icon": ":material/download:", "on_click": "ignore"}
    st.download_button(t("take.report.save"), made, f"{run.id}.html", "text/html", **look)
    st.code(t("take.report.terminal", run=quote(run.id)), "bash", wrap_lines=True)


def _drawing(run: Run) -> Drawing | None:
    """The drawing of this session and what the network makes of it, where it is to be told."""
    mine = drawn.digit()
    if mine is None:
        st.caption(t("take.report.no_drawing"))
        return None
    _, digit = mine
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(images.enlarge(digit.image, SIDE), alt=t("report.drawing"))
        wanted = state.control(st.toggle, "report-drawing", t("take.report.drawing"))
    return Drawing(digit.image, prediction.load(run).predict(digit.image[None])[0]) if wanted else None


def _other(run: Run) -> tuple[Run, Evaluation] | None:
    """Another run of the same dataset, if one is chosen, and what it made of the test set."""
    runs = [one for one in prediction.usable(server.store().runs()) if one.dataset == run.dataset and one.id != run.id]
    called, by_id = run_names.labels(runs), {one.id: one for one in runs}
    words = {None: t("take.report.nobody")} | called
    if not runs:
        return None
    chosen = state.choice(st.selectbox, "report-other", t("take.report.other"), words, words.get)
    return (by_id[chosen], evaluated.result(by_id[chosen])) if chosen else None


def _made(run: Run, result: Evaluation, lang: str, name: str, drawing: Drawing | None, other) -> bytes:
    return build(run, result, lang, name, drawing, other).encode()
