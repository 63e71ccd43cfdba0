"""A link that opens exactly what the page shows, also as a QR code, with what a lesson does not need left out."""

import streamlit as st

from mnist_cnn.ui import address, dialogs, state
from mnist_cnn.ui.hideable import HIDEABLE
from mnist_cnn.ui.home import join
from mnist_cnn.ui.language import t
from mnist_cnn.ui.navigation import PAGES

SIDE = 260  # of the QR code, in pixels


def button() -> None:
    """The button in the header; it opens the link in a dialog."""
    look = {"icon": ":material/link:", "help": t("link.help")}
    dialogs.opener(t("link.label"), "link", t("link.title"), _show, "medium", _as_here, **look)


def _as_here() -> None:
    """What is hidden here, the link hides too, until that is changed."""
    state.put("left-out", state.get("hide"))


def _show() -> None:
    st.markdown(t("link.about"))
    state.choice(
        st.multiselect, "left-out", t("link.leave_out"), HIDEABLE, lambda name: t(f"link.hide.{name}"),
        help=t("link.leave_out_help"), placeholder=t("link.nothing"),
    )  # fmt: skip
    place, reached = base()
    told = f"{place}{path()}"
    st.code(told, language=None, wrap_lines=True)
    if not reached:
        st.caption(t("link.here_only"))
    elif picture := join.code(told):
        with st.container(horizontal_alignment="center"):
            st.image(picture, alt=t("link.code"), width=SIDE)
    else:
        st.caption(t("link.too_long"))


def path() -> str:
    """Path and query of the present page and all that it remembers, with what the dialog leaves out: "/train?lang=en"."""
    page = state.get("page")
    query = address.query(page, hide=state.get("left-out"), run=state.get("run") or state.get("run-shown"))
    return f"/{'' if page == next(iter(PAGES)) else page}{'?' if query else ''}{query}"


def base() -> tuple[str, bool]:
    """The address of the app without an end stroke, and whether other devices reach it there."""
    own = (st.context.url or "").rstrip("/").removesuffix(f"/{state.get('page')}")
    reached = join.named_base() or join.base(own, st.get_option("server.address"))
    return (reached, True) if reached else (own, False)
