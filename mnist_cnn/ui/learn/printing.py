"""A button that prints the page; what is only to click is left out by `style.css`."""

import streamlit as st

from mnist_cnn.ui.language import t

_button = st.components.v2.component(
    "mnist_cnn_print",
    html="<button type=button></button>",
    css="""
    button { font: inherit; color: var(--st-text-color); background: var(--st-background-color); cursor: pointer;
             border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.4rem 1rem; }
    button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
    """,
    js="""
    export default function ({ data, parentElement }) {
      const button = parentElement.querySelector("button");
      button.textContent = data.label;
      button.onclick = () => window.print();
    }
    """,
)


def show() -> None:
    """The button."""
    _button(key="print", data={"label": t("learn.print")})
