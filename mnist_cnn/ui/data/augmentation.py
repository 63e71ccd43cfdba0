"""Augmentation: versions of one image, made by the function that makes them in training."""

import numpy as np
import streamlit as st

from mnist_cnn.ui import address, images, setting, state
from mnist_cnn.ui.language import t

VERSIONS = 8
TILE = 84  # side of a version, in pixels: three fit beside each other on a phone


def show(image: np.ndarray) -> None:
    """The slider, and what it makes of an image, uint8 (28, 28)."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting.control("augmentation")
        st.button(t("data.fresh"), key="fresh", icon=":material/casino:", on_click=_fresh)
    strength = state.get("augmentation")
    with st.spinner(t("data.warming")):
        made = versions(image, strength, state.get("augmented"))
    words = t("data.version", strength=strength)
    with st.container(horizontal=True, key="versions"):
        st.image(images.enlarge(image, TILE), t("data.original"), alt=t("data.original"))
        for version in made:
            st.image(images.enlarge(version, TILE), alt=words)
    st.caption(t("data.augmentation_none" if not strength else "data.augmentation_about"))
    address.write("data", "address-augmentation")


def versions(image: np.ndarray, strength: float, number: int) -> np.ndarray:
    """Versions float32 (VERSIONS, 28, 28) in [0, 1] of an image, uint8 (28, 28).

    Parameters
    ----------
    strength : 0 to 1; at 0 each is the image itself.
    number : another one gives other versions.
    """
    from mnist_cnn.network import forward

    copies = np.repeat(image[np.newaxis, ..., np.newaxis].astype(np.float32) / 255, VERSIONS, axis=0)
    return forward.augment(copies, strength, (number, 0)).numpy()[..., 0]


def _fresh() -> None:
    state.put("augmented", state.get("augmented") + 1)
