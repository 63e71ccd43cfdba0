"""One digit changed a little against the network: an adversarial example."""

import numpy as np
import streamlit as st

from mnist_cnn.reading import calibration, prediction, stress
from mnist_cnn.reading.stress import EPSILONS
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.subject import Subject

SIDE = 196  # of each image, in pixels
TIMES = 10  # as strong as it is, the change is shown


def show(run: Run, digit: Subject | None) -> None:
    """How strong, then the image, what is changed, and what comes of it."""
    st.markdown(f"**{t('stress.attack')}**")
    st.caption(t("stress.attack_about"))
    if digit is None:
        st.caption(t("subject.empty"))
        return
    epsilon = state.choice(st.select_slider, "epsilon", t("stress.epsilon"), EPSILONS, "{:.2f}".format)
    with st.spinner(t("stress.attacking")):
        attacked, answers = _attack(str(run.folder), run.model_file.stat().st_mtime_ns, digit.image, digit.label, run)
    number, threshold = EPSILONS.index(epsilon), calibration.threshold(run)
    before, after = (t(f"stress.{name}", said=_said(answers[at], threshold)) for name, at in (("before", 0), ("after", number)))
    change = images.change(attacked[number] - digit.image, TIMES)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        pictures = [images.enlarge(image, SIDE) for image in (digit.image, change, attacked[number])]
        images.gallery(pictures, [before, t("stress.change", times=TIMES), after])
    with right:
        _sum_up(answers, threshold)


def _said(answers: np.ndarray, threshold: float) -> str:
    sure = answers.max() >= threshold
    return t("stress.sure" if sure else "stress.unsure", digit=answers.argmax(), confidence=answers.max())


def _sum_up(answers: np.ndarray, threshold: float) -> None:
    """The least change that makes another answer, if any does."""
    first = stress.first_change(answers)
    if first is None:
        st.info(t("stress.withstands", most=EPSILONS[-1]), icon=":material/shield:")
        return
    told = {"epsilon": EPSILONS[first], "before": answers[0].argmax(), "after": answers[first].argmax()}
    key = "stress.falls" if answers[first].max() >= threshold else "stress.falls_unsure"
    st.info(t(key, percent=EPSILONS[first], **told), icon=":material/crisis_alert:")


@st.cache_data(max_entries=64, show_spinner=False)
def _attack(folder: str, modified: int, image: np.ndarray, label: int | None, _run: Run) -> tuple[np.ndarray, np.ndarray]:
    """The images of `stress.fgsm` against the label or, of a drawing, the network's own answer; and its answers to them."""
    predictor = prediction.load(_run)
    if label is None:
        label = int(predictor.predict(image[np.newaxis])[0].argmax())
    attacked = stress.fgsm(predictor, image, label)
    return attacked, predictor.predict(attacked)
