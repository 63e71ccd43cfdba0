"""Bring what an action changed into view, so that no click seems dead."""

import streamlit as st

from mnist_cnn.ui import state

# The element may come a moment after this, and grow, move or be replaced as its page is drawn, which stops a scroll on its
# way: it is looked at for five seconds, unless the reader takes over. The height of Streamlit's bar, and of the errand
# under it, is left free above it.
_scroll = st.components.v2.component(
    "mnist_cnn_into_view",
    js="""
    let seen = 0, timer;
    export default function ({ data }) {
      if (data.number <= seen) return;
      seen = data.number;
      clearInterval(timer);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const scroll = (target) => {
        const { top, bottom, height } = target.getBoundingClientRect();
        const free = 60 + (document.querySelector(".st-key-errand")?.offsetHeight ?? 0);
        if (top >= free && bottom <= innerHeight) return;
        target.style.scrollMarginTop = `${free + 10}px`;
        const block = top < free || height > innerHeight - free - 10 ? "start" : "end";
        target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
      };
      let place, before, tries, looks = 100;
      const look = () => {
        if (!looks--) return end();
        const target = document.querySelector(`.st-key-${CSS.escape(data.target)}`);
        if (!target) return;
        if (!place) looks = 50;
        const { top, height } = target.getBoundingClientRect();
        const now = [top + target.closest("[data-testid=stMain]").scrollTop, height].join();
        if (now !== place) tries = 3;
        if ((!place || top === before) && tries-- > 0) scroll(target);
        [place, before] = [now, top];
      };
      timer = setInterval(look, 100);
      const end = () => clearInterval(timer);
      for (const hand of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(hand, end, { once: true });
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
