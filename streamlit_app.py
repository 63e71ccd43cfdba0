"""MNIST CNN Studio: `streamlit run streamlit_app.py`."""

import streamlit as st

from mnist_cnn.ui import frame

if st.runtime.exists():  # somebody visits
    frame.show()
else:  # the server starts
    app = st.App(__file__, lifespan=frame.lifespan)
