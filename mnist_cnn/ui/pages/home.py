"""The overview: what there is to do here, and with which digits."""

import streamlit as st

from mnist_cnn import data
from mnist_cnn.errors import StudioError
from mnist_cnn.ui import data_notice, header, images, join
from mnist_cnn.ui.language import t

header.show(t("home.title"), t("home.about"))

IDEAS = {
    "draw": ("mnist_cnn/ui/pages/draw.py", ":material/draw:"),
    "train": ("mnist_cnn/ui/pages/train.py", ":material/model_training:"),
    "analysis": ("mnist_cnn/ui/pages/analysis.py", ":material/analytics:"),
}
for column, (name, (page, icon)) in zip(st.columns(3), IDEAS.items(), strict=True):
    with column.container(border=True, height="stretch"):
        st.subheader(f"{icon} {t(f'{name}.nav')}", anchor=False)
        st.markdown(t(f"home.{name}_about"))
        st.space("stretch")
        st.page_link(page, label=t(f"home.{name}"), icon=":material/arrow_forward:")

data_notice.show()
join.show()
with st.container(border=True):
    try:
        digits = data.load("mnist")
    except StudioError:
        digits = data.load("digits")
    st.markdown(f"**{t(f'home.{digits.name}')}**")
    st.image(images.strip(digits.x_train[:20], 64), width="stretch", alt=t(f"home.{digits.name}"))
    st.caption(t("home.counts", train=len(digits.x_train), test=len(digits.x_test)))
