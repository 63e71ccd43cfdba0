"""Analysis: what a network gets wrong on the test set, digit by digit and image by image."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import evaluation
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, header, images, inside, run_picker
from mnist_cnn.ui.language import explain, t

PAGE = 27  # images of the gallery at a time
TILE = 96  # side of each, in pixels: three fit beside each other on a phone
FIRST = 10  # predictions that the tutorial prints

header.show(t("analysis.title"), t("analysis.about"))
run = run_picker.choose("analysed", t("analysis.run"))


@st.cache_data(max_entries=8, show_spinner=False)
def evaluate(folder: str, modified: int, _run: Run) -> Evaluation:
    """The evaluation of a run, as long as its model file does not change."""
    return evaluation.load(_run)


try:
    with st.spinner(t("analysis.evaluating")):
        result = evaluate(str(run.folder), run.model_file.stat().st_mtime_ns, run)
except (StudioError, OSError) as error:
    evaluate.clear()
    st.error(explain(error), icon=":material/error:")
    st.stop()

figures = {"accuracy": f"{result.accuracy:.2%}", "loss": f"{result.loss:.4f}"}
figures |= {"errors": f"{len(result.misclassified()):,}", "images": f"{len(result.labels):,}"}
with st.container(horizontal=True):
    for pair in (("accuracy", "loss"), ("errors", "images")):  # on a phone each is a column
        with st.container(horizontal=True):
            for name in pair:
                st.metric(t(f"analysis.{name}"), figures[name], border=True)

matrices = st.session_state.setdefault("matrices", 0)  # how many have been left for another filter
matrix = f"confusion-matrix-{matrices}"


def take_cell() -> None:
    """A click on the matrix filters the gallery by that label and prediction."""
    cells = st.session_state[matrix]["selection"]["cell"]
    if cells:
        st.session_state["label"], st.session_state["predicted"] = int(cells[0]["label"]), int(cells[0]["prediction"])
    else:
        st.session_state["label"] = st.session_state["predicted"] = None
    st.session_state["gallery-page"] = 1


left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    st.markdown(f"**{t('analysis.matrix')}**")
    st.caption(t("analysis.matrix_about"))
    st.altair_chart(
        charts.confusion_matrix(result.confusion_matrix()), key=matrix, on_select=take_cell,
        selection_mode="cell", alt=t("analysis.matrix"),
    )  # fmt: skip
with right.container(border=True, height="stretch"):
    st.markdown(f"**{t('analysis.scores')}**")
    scores = pd.DataFrame({"digit": range(10)} | result.scores())
    scores[["precision", "recall", "f1"]] *= 100
    share = st.column_config.NumberColumn
    names = {key: share(t(f"analysis.{key}"), format="%.2f %%") for key in ("precision", "recall", "f1")}
    names |= {"digit": share(t("analysis.digit"), width=50), "support": t("analysis.support")}
    st.dataframe(scores, hide_index=True, height="content", row_height=40, column_config=names, alt=t("analysis.scores"))

with st.container(border=True, key="first-predictions"):
    st.markdown(f"**{t('analysis.first')}**")
    tiles = [t("analysis.tile", label=result.labels[i], predicted=result.predictions[i]) for i in range(FIRST)]
    images.gallery([images.enlarge(result.image(i), 84) for i in range(FIRST)], tiles)


@st.fragment
def gallery() -> None:
    st.markdown(f"**{t('analysis.misclassified')}**")
    st.caption(t("analysis.why"))
    filters = {"label": t("analysis.label"), "predicted": t("analysis.prediction")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label, predicted = (
            st.selectbox(
                text, [None, *range(10)], format_func=lambda digit: t("analysis.all") if digit is None else str(digit),
                key=key, persist_state="session", width=150, on_change=leave_cell,
            )
            for key, text in filters.items()
        )  # fmt: skip
        if st.session_state["matrices"] != matrices:
            st.rerun()
        orders = {"sure": t("analysis.sure"), "unsure": t("analysis.unsure")}
        order = st.selectbox(
            t("analysis.order"), list(orders), format_func=orders.get, key="order", width=220, on_change=first_page
        )
    found = result.misclassified(label, predicted)
    if not len(found):
        st.info(t("analysis.none"), icon=":material/check_circle:")
        return
    if order == "unsure":
        found = found[::-1]
    pages = -(-len(found) // PAGE)
    st.session_state["gallery-page"] = min(st.session_state.get("gallery-page", 1), pages)
    page = st.session_state["gallery-page"]
    shown = found[(page - 1) * PAGE : page * PAGE]
    with st.container(horizontal=True):
        for i in shown:
            sample(i)
    with st.container(horizontal=True, vertical_alignment="center"):
        turning = {"on_click": turn, "disabled": page == 1, "icon": ":material/chevron_left:"}
        st.button(t("analysis.previous"), key="previous", args=(-1,), **turning)
        turning |= {"disabled": page == pages, "icon": ":material/chevron_right:"}
        st.button(t("analysis.next"), key="next", args=(1,), **turning)
        st.caption(t("analysis.page", page=page, pages=pages, count=len(found)), width="content")


def sample(index: int) -> None:
    """A misclassified image over a button that shows what the network thought of it."""
    told = {"label": result.labels[index], "predicted": result.predictions[index], "confidence": result.confidence[index]}
    caption = t("analysis.sample", **told)
    with st.container(width=TILE, gap=None, horizontal_alignment="center"):
        st.image(images.enlarge(result.image(index), TILE), alt=caption)
        if st.button(caption, key=f"sample-{index}", type="tertiary"):
            st.dialog(caption)(explain_sample)(index)


def explain_sample(index: int) -> None:
    """The image, its ink coloured, and the ten probabilities, with the place of the right answer among them."""
    answers, label = result.probabilities[index], result.labels[index]
    place = int((answers > answers[label]).sum()) + 1
    try:
        inside.show_evidence(run, result.image(index).astype(np.float32) / 255, answers.argmax(), label)
    except StudioError:  # the network itself cannot be asked any more
        st.image(images.enlarge(result.image(index), inside.SIDE), alt=t("analysis.label"))
    told = {"predicted": answers.argmax(), "first": answers.max(), "label": label, "share": answers[label], "place": place}
    st.markdown(t("analysis.because", **told))
    st.vega_lite_chart(*charts.probabilities(answers), alt=t("draw.probabilities"))


def first_page() -> None:
    st.session_state["gallery-page"] = 1


def leave_cell() -> None:
    """Another filter than the chosen cell of the matrix: a new matrix has none chosen."""
    first_page()
    if st.session_state[matrix]["selection"]["cell"]:
        st.session_state["matrices"] += 1


def turn(step: int) -> None:
    st.session_state["gallery-page"] += step


with st.container(border=True, key="misclassified"):
    gallery()
