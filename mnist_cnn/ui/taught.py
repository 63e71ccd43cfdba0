"""What teaching a copy of a network did to it, on the pages that show a run."""

import streamlit as st

from mnist_cnn.ui.language import t


def show(result: dict) -> None:
    """Accuracy before and after, on the drawings held out and on the test set."""
    with st.container(horizontal=True, key="taught-result"):
        for name, figures in {"held_out": result["collection"], "test": result["test"]}.items():
            before, after = figures["before"], figures["after"]
            st.metric(
                t(f"teach.{name}", images=int(figures["images"])), f"{before:.2%} → {after:.2%}",
                t("teach.points", points=(after - before) * 100), border=True,
            )  # fmt: skip
