"""What Map computes, kept for everybody until a model changes; nobody may change it."""

import base64
import io

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.ink.sketch import SIZE
from mnist_cnn.reading import embedding, prediction
from mnist_cnn.reading.embedding import Pca, Reading, Tsne
from mnist_cnn.runs import Run
from mnist_cnn.ui import images

TEST = 2000  # images that are mapped, the first ones of the test set
TRAIN = 10_000  # images among which the nearest are sought; all 60,000 would take up to half a minute
COLUMNS = 50  # of the sheet of images
PROJECTIONS = {"pca": Pca, "tsne": Tsne}


def key(run: Run, dataset: Dataset) -> str:
    """What a map depends on: the run, its model as it is now, and where the images come from. Raises OSError."""
    return f"{run.folder}:{run.model_file.stat().st_mtime_ns}:{dataset.name}"


def training_images(run: Run, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The first training images of a run, uint8 (N, 28, 28), and their labels, uint8 (N,)."""
    hp = run.hyperparameters
    (x, y), _ = datasets.split(dataset, hp.validation_split, hp.train_images)
    return x[:TRAIN], y[:TRAIN]


@st.cache_resource(max_entries=8, show_spinner=False)
def test_reading(key: str, _run: Run, _dataset: Dataset) -> Reading:
    """What the run's network makes of the images that are mapped. Raises StudioError as `prediction.load` does."""
    return embedding.read(prediction.load(_run).network, _dataset.x_test[:TEST])


@st.cache_resource(max_entries=4, show_spinner=False)
def training_reading(key: str, _run: Run, _dataset: Dataset) -> Reading:
    """The same of its training images."""
    return embedding.read(prediction.load(_run).network, training_images(_run, _dataset)[0])


@st.cache_resource(max_entries=8, show_spinner=False)
def projected(key: str, kind: str, _hidden: np.ndarray) -> Pca | Tsne:
    """The map of hidden values, of a kind in `PROJECTIONS`."""
    return PROJECTIONS[kind](_hidden)


@st.cache_resource(max_entries=2, show_spinner=False)
def atlas(dataset: str, _images: np.ndarray) -> str:
    """All images that are mapped as one PNG, in base64, `COLUMNS` to a row."""
    file = io.BytesIO()
    images.sheet(_images, COLUMNS, SIZE, gap=0).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
