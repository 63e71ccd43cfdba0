"""MNIST CNN Studio: `streamlit run streamlit_app.py`."""

import streamlit as st

from mnist_cnn.ui import images, language, server
from mnist_cnn.ui.language import t

st.set_page_config(page_title="MNIST CNN Studio", page_icon=images.icon(), layout="wide")
language.choose()

pages = [
    st.Page("mnist_cnn/ui/pages/home.py", title=t("home.nav"), icon=":material/home:", default=True),
    st.Page("mnist_cnn/ui/pages/train.py", title=t("train.nav"), icon=":material/model_training:", url_path="train"),
    st.Page("mnist_cnn/ui/pages/draw.py", title=t("draw.nav"), icon=":material/draw:", url_path="draw"),
    st.Page("mnist_cnn/ui/pages/analysis.py", title=t("analysis.nav"), icon=":material/analytics:", url_path="analysis"),
]
page = st.navigation(pages, position="top")
page.run()
server.warm_up()
