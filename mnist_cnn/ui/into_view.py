"""Bring what an action changed into view, so that no click seems dead."""

import streamlit as st

from mnist_cnn.ui import state

# The element may come a moment after this, and grow as its charts are drawn, until the reader takes over; the height of
# Streamlit's bar is left free above it.
_scroll = st.components.v2.component(
    "mnist_cnn_into_view",
    js="""
    let seen = 0;
    export default function ({ data }) {
      if (data.number <= seen) return;
      seen = data.number;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const scroll = (target) => {
        const { top, bottom, height } = target.getBoundingClientRect();
        if (top >= 60 && bottom <= innerHeight) return;
        target.style.scrollMarginTop = "70px";
        const block = top < 60 || height > innerHeight - 70 ? "start" : "end";
        target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
      };
      const bring = (tries) => {
        const target = document.querySelector(`.st-key-${CSS.escape(data.target)}`);
        if (!target) return tries && setTimeout(bring, 50, tries - 1);
        const growth = new ResizeObserver(() => scroll(target));
        const end = () => growth.disconnect();
        growth.observe(target);
        for (const hand of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(hand, end, { once: true });
        setTimeout(end, 5000);
      };
      setTimeout(bring, 100, 200);
    }
    """,
)


def bring(key: str) -> None:
    """Have the page scroll, once it is drawn, until the container of that key is in view; also for callbacks."""
    _, number = state.get("into-view")
    state.put("into-view", (key, number + 1))


def show() -> None:
    """At the end of a page: do what was asked."""
    target, number = state.get("into-view")
    _scroll(key="into-view", data={"target": target, "number": number}, height=1)
