"""The test: accuracy beside validation, the first predictions, the confusion matrix with precision and recall."""

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import intervals
from mnist_cnn.runs import Run
from mnist_cnn.ui import charts, evaluated, images, state
from mnist_cnn.ui.language import explain, t

AMONG = (100, 300, 1000, 3000, 10_000)  # test images that may be used
TEN = 10
TILE = 84  # side of an image, in pixels


def show_accuracy(run: Run) -> None:
    """Validation beside test, and how far luck alone may carry."""
    result, history = evaluated.result(run), run.history()
    validated = history[-1]["val_accuracy"] if history else None
    with st.container(horizontal=True):
        st.metric(t("chapter.accuracy.validation"), "–" if validated is None else f"{validated:.2%}", border=True)
        st.metric(t("chapter.accuracy.test"), f"{result.accuracy:.2%}", border=True)
    if validated is not None:
        st.caption(t("chapter.accuracy.close", points=100 * abs(validated - result.accuracy)))
    sizes = [size for size in AMONG if size < len(result.labels)] + [len(result.labels)]
    count = state.get("among") if state.get("among") in sizes else sizes[-1]
    state.choice(st.select_slider, "among", t("chapter.accuracy.among"), sizes, "{:,}".format, shown=count)
    right = int((result.predictions == result.labels)[:count].sum())
    low, high = intervals.wilson(right, count)
    st.markdown(t("chapter.accuracy.right", right=right, count=count, accuracy=right / count, low=low, high=high))


def show_predictions(run: Run) -> None:
    """Ten test images with label and prediction."""
    result = evaluated.result(run)
    tens = range(0, min(len(result.labels), 300), TEN)
    start = state.choice(st.selectbox, "tens", t("chapter.predictions.from"), tens, _ten)
    try:
        pictures = datasets.load(run.dataset).x_test[start : start + TEN]
    except StudioError as error:
        st.info(explain(error), icon=":material/database_off:")
        return
    labels, predictions = result.labels[start : start + TEN], result.predictions[start : start + TEN]
    tiles = [t("analysis.tile", label=label, predicted=one) for label, one in zip(labels, predictions, strict=True)]
    images.gallery([images.enlarge(picture, TILE) for picture in pictures], tiles)
    wrong = int((labels != predictions).sum())
    st.markdown(t("chapter.predictions.wrong", wrong=wrong) if wrong else t("chapter.predictions.right"))


def _ten(start: int) -> str:
    return t("chapter.predictions.range", first=start + 1, last=start + TEN)


def show_matrix(run: Run) -> None:
    """The matrix, and one digit's row and column in the formulas."""
    result = evaluated.result(run)
    matrix = result.confusion_matrix()
    digit = state.choice(st.pills, "scored", t("chapter.matrix.digit"), range(10), str, required=True)
    for name, counts in {"recall": matrix[digit], "precision": matrix[:, digit]}.items():
        st.markdown(_formula(name, digit, counts))
        if _is_lowest(name, digit, matrix):
            st.success(t(f"chapter.matrix.lowest_{name}"), icon=":material/check_circle:")
    chart = charts.confusion_matrix(matrix, "count", (digit, digit))
    st.altair_chart(chart, key=f"learn-matrix-{digit}", alt=t("analysis.matrix"))


def _is_lowest(name: str, digit: int, matrix: np.ndarray) -> bool:
    """Whether no digit has a lower recall, or a lower precision of those that were predicted at all."""
    counts = matrix.sum(axis=1 if name == "recall" else 0)
    shares = np.divide(matrix.diagonal(), counts, out=np.full(10, np.inf), where=counts > 0)
    return bool(counts[digit]) and shares[digit] <= shares.min()


def _formula(name: str, digit: int, counts: np.ndarray) -> str:
    """Recall or precision of a digit, with the counts (10,) of its row or column."""
    if not counts.sum():
        return t("chapter.matrix.never")
    terms = " + ".join(str(count) for count in counts if count)
    told = {"right": int(counts[digit]), "sum": terms, "count": int(counts.sum())}
    return t(f"chapter.matrix.{name}", digit=digit, share=f"{counts[digit] / counts.sum():.2%}", **told)
