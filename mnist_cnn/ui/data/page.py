"""Data: what a network learns from, digit by digit, and what augmentation makes of it."""

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.ui import data_notice, header, state
from mnist_cnn.ui.data import augmentation, gallery, split
from mnist_cnn.ui.language import t

header.show(t("data.title"), t("data.about"))
data_notice.show()
with st.container(border=True, key="split"):
    st.markdown(f"**{t('data.split')}**")
    dataset = datasets.at_hand(data_notice.choose_dataset())
    split.choose()
    split.show(dataset)
(images, labels), _ = datasets.split(dataset, state.get("validation_split"), state.get("train_images"))
with st.container(border=True, key="digit"):
    digit = gallery.choose()
    found = images[labels == digit]  # the fewest images that Train allows have some of every digit
    gallery.show(dataset.name, len(images), digit, found)
with st.container(border=True, key="augmenting"):
    st.markdown(f"**{t('data.augmentation')}**")
    st.fragment(augmentation.show)(gallery.sixty(found)[0])
