"""The end of every dialog that deletes something: the button that does it, and the one that does not, beside it."""

import streamlit as st

from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import t

DELETE = ":material/delete:"


def buttons(name: str, label: str | None = None, icon: str = DELETE, **click) -> bool:
    """Show both; the one that does not closes the dialog, as Esc does.

    Parameters
    ----------
    name : of what is deleted; the buttons are named after it, "confirm-NAME" and "cancel-NAME".
    label : of the button that deletes, where that is not only "for good".
    **click : `on_click` and `args` of that button, where it has a callback.

    Returns
    -------
    Whether it was clicked. Whoever asks closes the dialog with `st.rerun`, once it is done.
    """
    with st.container(horizontal=True):
        sure = clicked(label or t("runs.delete_confirm"), key=f"confirm-{name}", type="primary", icon=icon, **click)
        if clicked(t("runs.delete_cancel"), key=f"cancel-{name}"):
            st.rerun()
    return sure
