"""Stress it: a digit distorted and attacked, and how much of that networks bear."""

import streamlit as st

from mnist_cnn.ui import address, header, run_picker, subject, trouble
from mnist_cnn.ui.language import t
from mnist_cnn.ui.stress import attack, curves, sliders


@st.fragment
@trouble.told()
def about_one_digit() -> None:
    """The digit, distorted and read; then attacked."""
    left, middle, right = (column.container(border=True, height="stretch") for column in st.columns(3))
    with left:
        st.markdown(f"**{t('subject.label')}**")
        digit = subject.choose()
        sliders.show_original(digit)
    with right:
        amounts = sliders.show()
    with middle.container(key="distorting"):  # on a phone this stays above the sliders, so that what they do is in view
        sliders.show_answer(run, digit, amounts)
    with st.container(border=True, key="attack"):
        attack.show(run, digit)
    address.write("stress", "address-digit")


header.show(t("stress.title"), t("stress.about"))
run = run_picker.choose("stressed", t("stress.run"))
run_picker.wake(run)
about_one_digit()
with st.container(border=True, key="curves"):
    curves.show(run)
