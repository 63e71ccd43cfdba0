"""The menu, which Streamlit lays over a narrow page: closed when a page opens, and once an entry was chosen."""

import streamlit as st

# Streamlit closes it only for what it takes for a phone, which a tablet or a narrow window is not; and it remembers that it
# was open, for every page that opens after.
_close = st.components.v2.component(
    "mnist_cnn_menu",
    js="""
    const close = ({ target }) => setTimeout(() => {
      if (target.closest("[data-testid=stSidebarNavLink]"))
        document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
      for (const key of Object.keys(localStorage)) if (key.startsWith("stSidebarCollapsed")) localStorage.removeItem(key);
    });
    export default function () {
      addEventListener("click", close);
      return () => removeEventListener("click", close);
    }
    """,
)


def show() -> None:
    """On every page."""
    with st.container(key="menu"):
        _close(key="menu-close", height=1)
