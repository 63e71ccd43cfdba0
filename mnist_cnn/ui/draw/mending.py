"""Drawings that were kept as one digit and as another, for whoever may mend them."""

from collections.abc import Callable

import streamlit as st

from mnist_cnn.digits import contradictions
from mnist_cnn.digits.collection import Example
from mnist_cnn.ui import images, rights, server
from mnist_cnn.ui.language import t

TILE = 84  # side of a drawing, in pixels
Relabel, Forget = Callable[[str, int], None], Callable[[set[str]], None]


def show(examples: list[Example], relabel: Relabel, forget: Forget) -> None:
    """The groups in which the visitor may mend a drawing, each drawing with its label; nothing where there are none.

    Parameters
    ----------
    relabel, forget : what the buttons under those drawings do.
    """
    groups = [group for group in _found(server.collection().state(), examples) if any(map(rights.may_change, group))]
    if not groups:
        return
    with st.container(border=True, key="contradictory"):
        st.markdown(f":material/warning: **{t('teach.contradict')}**")
        st.caption(t("teach.contradict_about"))
        for group in groups:
            with st.container(horizontal=True):
                for example in group:
                    _drawing(example, {other.digit for other in group} - {example.digit}, relabel, forget)


@st.cache_data(max_entries=2, show_spinner=False)
def _found(state: tuple[int, ...], _examples: list[Example]) -> list[list[Example]]:
    """The contradictions of a collection in that state."""
    return contradictions.find(_examples)


def _drawing(example: Example, others: set[int], relabel: Relabel, forget: Forget) -> None:
    mendable, own = rights.may_change(example), example.owner == server.visitor_id()
    called = t("teach.mine", digit=example.digit) if own else str(example.digit)
    with st.container(width=TILE + 40, gap="xsmall", horizontal_alignment="center"):
        st.image(images.enlarge(example.image, TILE), called, alt=called)
        for digit in sorted(others if mendable else ()):
            change = {"on_click": relabel, "args": (example.id, digit), "width": "stretch"}
            st.button(t("teach.relabel", digit=digit), key=f"relabel-{example.id}-{digit}", **change)
        if mendable:
            delete = {"on_click": forget, "args": ({example.id},), "type": "tertiary", "width": "stretch"}
            key = f"forget-contradictory-{example.id}"
            st.button("", key=key, icon=":material/delete:", help=t("teach.forget"), **delete)
