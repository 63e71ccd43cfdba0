"""The images of a comparison: a click on a cell of the difference, or on a group, shows them."""

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading.comparison import GROUPS, Comparison
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, into_view, state
from mnist_cnn.ui.analysis import gallery, paging, pair_charts
from mnist_cnn.ui.language import explain, t

PAGE = 16  # images at a time
TILE = 96  # side of each, in pixels: three fit beside each other on a phone


def show_matrix(result: Comparison) -> None:
    """The difference of the confusion matrices, the cell framed whose images are shown."""
    st.markdown(f"**{t('compare.difference')}**")
    st.caption(t("compare.difference_about"))
    cell = _cell()
    key = f"difference-matrix-{state.get('pair-shown')}"  # a new one has no cell selected: every click is a choice
    st.altair_chart(
        pair_charts.difference(result, cell), key=key, on_select=lambda: _take(key, cell), selection_mode="cell",
        alt=t("compare.difference"),
    )  # fmt: skip


def _cell() -> tuple[int, int] | None:
    """Label and prediction of the cell that was chosen; None while a group is."""
    shown = state.get("pair-shown")
    return None if shown in GROUPS else (int(shown[0]), int(shown[1]))


def _take(key: str, before: tuple[int, int] | None) -> None:
    """Show the images of the cell that was clicked; the one that was chosen before is let go."""
    cells = st.session_state[key]["selection"]["cell"] if key in st.session_state else None
    if cells:
        cell = int(cells[0]["label"]), int(cells[0]["prediction"])
        state.pop("pair-shown") if cell == before else state.put("pair-shown", "{}{}".format(*cell))
        _first_page()
        into_view.bring("pair-images")


def _first_page() -> None:
    state.put("pair-page", 1)


def show(a: Run, b: Run, result: Comparison) -> None:
    """The four groups, and the images of the one that is chosen, or of the cell."""
    st.markdown(f"**{t('compare.images')}**")
    words = {name: t("compare.group", name=t(f"compare.{name}"), count=count) for name, count in result.counts().items()}
    cell, shown = _cell(), state.get("pair-shown")
    look = {"label_visibility": "collapsed", "required": True, "shown": None if cell else shown}
    state.choice(st.segmented_control, "pair-shown", t("compare.images"), GROUPS, words.get, then=_first_page, **look)
    if cell:
        st.caption(t("compare.cell", label=cell[0], predicted=cell[1]))
    else:
        st.caption(t(f"compare.{shown}.about"))
    found = result.changed(*cell) if cell else result.group(shown)
    if not len(found):
        st.info(t("compare.none"), icon=":material/check_circle:")
        return
    try:
        of = datasets.load(a.dataset).x_test if shown == "both" else None
    except StudioError as error:
        st.info(explain(error), icon=":material/database_off:")
        return
    st.fragment(_pages)(a, b, result, found, of)


def _pages(a: Run, b: Run, result: Comparison, found: np.ndarray, of: np.ndarray | None) -> None:
    """The images `found`; from `of`, uint8 (N, 28, 28), where no evaluation keeps them."""
    paging.show("pair-page", found, PAGE, lambda i: _sample(a, b, result, i, result.image(i) if of is None else of[i]))


def _sample(a: Run, b: Run, result: Comparison, index: int, image: np.ndarray) -> None:
    """An image with its label, over a button for each network that tells its answer and opens what it thought."""
    label = t("compare.label", label=result.labels[index])
    answers = {"A": (a, result.a), "B": (b, result.b)}
    with st.container(width=TILE, gap=None, horizontal_alignment="center"):
        st.image(images.enlarge(image, TILE), label, alt=label)
        for letter, (run, one) in answers.items():
            told = {"predicted": one.predictions[index], "confidence": one.confidence[index]}
            caption = t("compare.answer", network=letter, **told)
            gallery.button(run, one, index, image, caption, f"answer-{letter}-{index}")
