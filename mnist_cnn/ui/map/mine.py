"""The reader's digit: where it lies in the map, and which training images are nearest to it."""

import numpy as np
import streamlit as st

from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import embedding, prediction
from mnist_cnn.reading.embedding import Pca, Tsne
from mnist_cnn.runs import Run
from mnist_cnn.ui import address, images, subject
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.map import computed, scatter

TILE = 64  # side of an image, in pixels: four stand beside each other on a phone


def show(run: Run, dataset: Dataset, key: str, kind: str, projection: Pca | Tsne) -> None:
    """The choice of a digit, the digit, and its neighbours; the map is told where they lie."""
    st.markdown(f"**{t('map.mine')}**")
    chosen = subject.choose()
    star, near, labels = None, np.empty((0, 2)), np.empty(0)
    if chosen:
        try:
            with st.spinner(t("map.comparing")):
                network = prediction.load(run).network
                training = computed.training_reading(key, run, dataset)
        except StudioError as error:
            st.error(explain(error), icon=":material/error:")
            return
        reading = embedding.read(network, chosen.image[np.newaxis])
        found, _ = embedding.nearest(training.hidden, reading.hidden[0])
        star, *near = projection.place(np.concatenate([reading.hidden, training.hidden[found]]))
        near, (pictures, labels) = np.array(near), (part[found] for part in computed.training_images(run, dataset))
        _show_near(chosen.image, reading.probabilities[0], pictures, labels, len(training.hidden))
        st.caption(t(f"map.{kind}_star"))
    scatter.show_star(f"{run.id} {kind}", projection.places, star, near, labels)
    address.write("map", "address-mine")


def _show_near(image: np.ndarray, answers: np.ndarray, pictures: np.ndarray, labels: np.ndarray, count: int) -> None:
    """The digit with the network's answer to it, and its neighbours with their labels, in a row."""
    said = t("map.said", digit=answers.argmax(), confidence=answers.max())
    st.image(images.enlarge(image, 2 * TILE), said, alt=said)
    st.markdown(f"**{t('map.nearest', neighbours=len(labels))}**")
    with st.container(key="nearest"):
        images.gallery([images.enlarge(one, TILE) for one in pictures], [str(label) for label in labels])
    st.caption(t("map.nearest_about", count=count))
