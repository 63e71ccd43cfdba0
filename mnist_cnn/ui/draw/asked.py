"""Draw what is asked: the label is known before the drawing, and the network says nothing until it is kept."""

from collections import Counter

import numpy as np
import streamlit as st

from mnist_cnn.digits import asking
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import sketch
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Run
from mnist_cnn.ui import canvas, rights, run_names, server, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.draw import teach
from mnist_cnn.ui.language import explain, t

NAME = "asked-drawing"  # of the canvas
WIDTH = 420  # of the task, in pixels


def show(run: Run, visitor: str) -> None:
    """The digit that is asked for, the canvas, and the list of what the class drew; inside a fragment of the page."""
    examples = server.collection().examples()
    counts = Counter(example.digit for example in examples)
    if state.get("asked") is None:
        _next(counts, visitor)
    digit = state.get("asked")
    with st.container(horizontal_alignment="center"), st.container(border=True, width=WIDTH, key="asking", gap="xsmall"):
        st.header(t("asked.draw", digit=digit), anchor=False, text_alignment="center")
        drawing = canvas.show(NAME)
        drawn = None if drawing is None else sketch.normalise(drawing)
        with st.container(horizontal=True, horizontal_alignment="center"):
            keep = {"type": "primary", "disabled": drawn is None, "icon": ":material/bookmark_add:"}
            if clicked(t("asked.keep"), key="keep-asked", **keep) and drawn:  # here, not in a callback: the canvas may
                _keep(run, digit, drawn.image, visitor, counts)  # tell its last stroke together with the click
                st.rerun()
            skip = {"on_click": _next, "args": (counts, visitor), "icon": ":material/skip_next:"}
            st.button(t("asked.skip"), key="skip-asked", **skip)
        _said(drawn is None, examples, visitor)
        st.caption(t("asked.consent"))
    teach.show_collection(examples, visitor)


def _said(blank: bool, examples: list, visitor: str) -> None:
    """What became of the last drawing, and how many there are."""
    said = state.get("asked-said")
    if isinstance(said, Exception):
        st.markdown(f":material/error: {explain(said)}")
    elif said and teach.is_kept(said[0], examples):
        drawing, by, values, sure = said
        values = values | {"digit": drawing.digit, "name": run_names.plain(run_names.name(by))}
        st.markdown(f":material/bookmark_added: {t('asked.kept' if sure else 'asked.kept_unsure', **values)}")
    elif blank:
        st.caption(t("asked.blank"))
    mine = sum(example.owner == visitor for example in examples)
    st.caption(t("asked.counts", mine=mine, all=len(examples)))


def _keep(run: Run, digit: int, image: np.ndarray, visitor: str, counts: Counter) -> None:
    """Keep a drawing, float32 (28, 28) in [0, 1], say what the network reads, and ask for the next."""
    answers = prediction.load(run).predict(image[np.newaxis])[0]
    try:
        kept = server.collection().add(digit, image, visitor, rights.most("drawings"))
    except (StudioError, OSError) as error:
        state.put("asked-said", error)
        return
    told = {"read": answers.argmax(), "confidence": answers.max()}
    sure = answers.max() >= calibration.threshold(run)
    _next(counts + Counter([digit]), visitor)
    state.put("asked-said", (kept, run, told, sure))


def _next(counts: Counter, visitor: str) -> None:
    """Ask for another digit, on an empty canvas."""
    turn = state.get("asked-turn")
    state.put("asked", asking.next_digit(counts, visitor, turn, state.get("asked")))
    state.put("asked-turn", turn + 1)
    state.put("asked-said", None)
    if drawing := state.get("drawings").get(NAME):
        drawing.restart([], drawing.strokes)
