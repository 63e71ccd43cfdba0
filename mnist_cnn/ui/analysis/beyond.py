"""What a threshold does with what no test set holds: things that are no digit, and the class's drawings."""

import numpy as np
import streamlit as st

from mnist_cnn.digits import nondigits
from mnist_cnn.reading import prediction, reliability
from mnist_cnn.runs import Run
from mnist_cnn.ui import evaluated, images, state
from mnist_cnn.ui.language import t

COUNT, SEED = 300, 7  # of the drawings that are no digit
SHOWN = 12  # of those that are taken for a digit, at most
TILE = 72  # side of each, in pixels


def show(run: Run, threshold: float) -> None:
    """Both, under a heading that opens them; what nobody looks at is not computed. Raises as `prediction.load` does."""
    with st.expander(t("calibration.beyond"), icon=":material/gesture:", **state.opens("beyond")) as opened:
        if opened.open:
            _show_nondigits(run, threshold)
            _show_class(run, threshold)


def _show_nondigits(run: Run, threshold: float) -> None:
    with st.spinner(t("calibration.drawing", count=COUNT)):
        drawings = _drawings()
        answers = _asked(str(run.folder), run.model_file.stat().st_mtime_ns, run)
    taken = np.flatnonzero(answers.max(axis=1) >= threshold)
    refused = COUNT - len(taken)
    st.markdown(t("calibration.nondigits", refused=refused, count=COUNT, share=refused / COUNT))
    surest = taken[np.argsort(-answers[taken].max(axis=1), kind="stable")][:SHOWN]
    words = [t("draw.tile", digit=answers[i].argmax(), confidence=answers[i].max()) for i in surest]
    images.gallery([images.enlarge(drawings[i], TILE) for i in surest], words)


@st.cache_data(show_spinner=False)
def _drawings() -> np.ndarray:
    """Letters, scribbles and blots, the same at every start, uint8 (COUNT, 28, 28)."""
    return nondigits.images(COUNT, np.random.default_rng(SEED), [], judge=True)


@st.cache_data(max_entries=8, show_spinner=False)
def _asked(folder: str, modified: int, _run: Run) -> np.ndarray:
    """What a network makes of them, probabilities float32 (COUNT, 10)."""
    return prediction.load(_run).predict(_drawings().astype(np.float32) / 255)


def _show_class(run: Run, threshold: float) -> None:
    """The class's drawings that count for the run, where there are any."""
    if result := evaluated.on_drawings(run).result:
        refusal = reliability.refuse(result, threshold)
        told = {"refused": refusal.refused, "right": refusal.refused_right, "wrong": refusal.wrong}
        st.markdown(t("calibration.class", count=len(result.labels), **told))
