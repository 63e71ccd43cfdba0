"""The end of every dialog that deletes something: the button that does it, and the one that does not, beside it."""

from collections.abc import Callable

import streamlit as st

from mnist_cnn.ui import dialogs
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import t

DELETE = ":material/delete:"


def buttons(name: str, label: str | None = None, icon: str = DELETE, act: Callable | None = None, args: tuple = ()) -> bool:
    """Show both; the one that does not closes the dialog, as Esc does.

    Parameters
    ----------
    name : of what is deleted; the buttons are named after it, "confirm-NAME" and "cancel-NAME".
    label : of the button that deletes, where that is not only "for good".
    act, args : what that button does, where it is told on the page and not in the dialog, which closes.

    Returns
    -------
    Whether it was clicked and nothing was done: whoever asks does it, and closes the dialog.
    """

    def acted() -> None:
        dialogs.forget()
        act(*args)

    with st.container(horizontal=True):
        look = {"type": "primary", "icon": icon, "on_click": acted if act else None}
        sure = clicked(label or t("runs.delete_confirm"), key=f"confirm-{name}", **look)
        if clicked(t("runs.delete_cancel"), key=f"cancel-{name}") or sure and act:
            dialogs.close()
    return sure
