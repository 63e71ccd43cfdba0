"""Test images that a network read wrong, or least surely right, and why."""

from functools import partial

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, dialogs, images, inside, state
from mnist_cnn.ui.analysis import paging
from mnist_cnn.ui.language import explain, t

PAGE = 27  # images at a time
TILE = 96  # side of each, in pixels: three fit beside each other on a phone
FIRST = 10  # predictions that the tutorial prints


def keep_filter(run: Run, result: Evaluation) -> None:
    """Keep label and prediction for another network, or other images to test it with, unless there is no such image."""
    shown = f"{run.id} {state.get('tested-on')}"
    if state.get("filtered") != shown:
        if not len(result.found(state.get("label"), state.get("predicted"))):
            state.pop("label")
            state.pop("predicted")
        state.put("filtered", shown)
        _first_page()


def show_first(result: Evaluation) -> None:
    """The first predictions, as the tutorial prints them."""
    st.markdown(f"**{t('analysis.first')}**")
    tiles = [t("analysis.tile", label=result.labels[i], predicted=result.predictions[i]) for i in range(FIRST)]
    images.gallery([images.enlarge(result.image(i), 84) for i in range(FIRST)], tiles)


def show(run: Run, result: Evaluation) -> None:
    """The filter, and the images that it lets through."""
    label, predicted = state.get("label"), state.get("predicted")
    right = label is not None and label == predicted
    st.markdown(f"**{t('analysis.right', digit=label) if right else t('analysis.misclassified')}**")
    st.caption(t("analysis.why"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, text in {"label": t("analysis.label"), "predicted": t("analysis.prediction")}.items():
            digits = [None, *range(10)]
            state.choice(st.selectbox, name, text, digits, _digit, then=_first_page, width=150)
        if not right:
            orders = {"sure": t("analysis.sure"), "unsure": t("analysis.unsure")}
            state.choice(st.selectbox, "order", t("analysis.order"), orders, orders.get, then=_first_page, width=220)
    found = result.found(label, predicted)
    if not len(found):
        st.info(t("analysis.none"), icon=":material/check_circle:")
        return
    try:
        of = datasets.load(run.dataset).x_test if right and not result.whole else None
    except StudioError as error:
        st.info(explain(error), icon=":material/database_off:")
        return
    st.fragment(_pages)(run, result, found[::-1] if state.get("order") == "unsure" and not right else found, of)


def _digit(digit: int | None) -> str:
    return t("analysis.all") if digit is None else str(digit)


def _pages(run: Run, result: Evaluation, found: np.ndarray, of: np.ndarray | None) -> None:
    """The images `found`; from `of`, uint8 (N, 28, 28), where the evaluation does not keep them."""
    paging.show("gallery-page", found, PAGE, lambda i: _sample(run, result, i, result.image(i) if of is None else of[i]))


def _sample(run: Run, result: Evaluation, index: int, image: np.ndarray) -> None:
    """An image and its caption, both of them a button that shows what the network thought of it."""
    told = {"label": result.labels[index], "predicted": result.predictions[index], "confidence": result.confidence[index]}
    caption = t("analysis.sample", **told)
    with st.container(width=TILE, gap=None, horizontal_alignment="center", key=f"tile-{index}"):
        st.image(images.enlarge(image, TILE), alt=caption)
        button(run, result, index, image, caption, f"sample-{index}")


def button(run: Run, result: Evaluation, index: int, image: np.ndarray, caption: str, key: str) -> None:
    """A button that opens the dialog about what a network thought of a test image, uint8 (28, 28)."""
    told = partial(_explain, run, image, result.probabilities[index], result.labels[index])
    dialogs.opener(caption, key, caption, told, "large", type="tertiary")


def _explain(run: Run, image: np.ndarray, answers: np.ndarray, label: int) -> None:
    """The image, its ink coloured, and the ten probabilities, with the place of the right answer among them."""
    predicted, second = np.argsort(-answers)[:2]
    other = second if predicted == label else label
    pixels = image.astype(np.float32) / 255
    left, right = st.columns(2)
    with left:
        try:
            inside.show_evidence(run, pixels, predicted, other)
        except StudioError:  # the network itself cannot be asked any more
            st.image(images.enlarge(image, inside.SIDE), alt=t("analysis.label"))
    with right:
        _answers(answers, label, predicted, other)
    with st.expander(t("inside.title"), key="inside-sample", icon=":material/layers:", on_change="rerun") as opened:
        if opened.open:
            try:
                inside.show_numbers(run, pixels)
            except StudioError as error:
                st.error(explain(error), icon=":material/error:")


def _answers(answers: np.ndarray, label: int, predicted: int, other: int) -> None:
    """What the network said of an image, and with which ten probabilities."""
    told = {"predicted": predicted, "first": answers[predicted], "other": other, "share": answers[other]}
    if predicted == label:
        st.markdown(t("analysis.nearly", **told))
    else:
        st.markdown(t("analysis.because", place=int((answers > answers[label]).sum()) + 1, **told))
    st.vega_lite_chart(*charts.probabilities(answers), alt=t("draw.probabilities"))


def _first_page() -> None:
    state.put("gallery-page", 1)
