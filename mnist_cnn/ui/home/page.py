"""The overview: what there is to do here, and with which digits."""

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.ui import data_notice, header, images
from mnist_cnn.ui.home import join
from mnist_cnn.ui.language import t
from mnist_cnn.ui.navigation import PAGES

header.show(t("home.title"), t("home.about"))

for column, name in zip(st.columns(4), ("learn", "draw", "train", "analysis"), strict=True):
    page = PAGES[name]
    with column.container(border=True, height="stretch"):
        st.header(f"{page.icon} {t(f'{name}.nav')}", anchor=False)
        st.markdown(t(f"home.{name}_about"))
        st.space("stretch")
        st.page_link(page.file, label=t(f"home.{name}"), icon=":material/arrow_forward:")

with st.container(horizontal=True, horizontal_alignment="center"):
    for name in ("data", "stress", "map", "classroom"):
        st.page_link(PAGES[name].file, label=t(f"home.{name}"), icon=PAGES[name].icon, width="content")
data_notice.show()
join.show()
with st.container(border=True):
    try:
        digits = datasets.load("mnist")
    except StudioError:
        digits = datasets.load("digits")
    st.markdown(f"**{t(f'home.{digits.name}')}**")
    st.image(images.strip(digits.x_train[:20], 64), width="stretch", alt=t(f"home.{digits.name}"))
    st.caption(t("home.counts", train=len(digits.x_train), test=len(digits.x_test)))
