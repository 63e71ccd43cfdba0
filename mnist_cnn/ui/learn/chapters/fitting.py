"""Training: batches, epochs, the images held back, and the curves."""

import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import images, state
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.learn import tables
from mnist_cnn.ui.train import curves

EDGE = 8  # images shown on either side of the split
SIDE = 56  # of each, in pixels


def show_split(run: Run) -> None:
    """The very images that the run's dataset is split at, and how many steps that makes."""
    try:
        dataset = datasets.load(run.dataset)
    except StudioError as error:
        st.info(explain(error), icon=":material/database_off:")
        return
    share = state.control(st.slider, "split-share", t("chapter.training.share"), min_value=0.0, max_value=0.5, step=0.05)
    limits = {"min_value": 8, "max_value": 2000, "step": 1}
    batch = state.control(st.number_input, "split-batch", t("chapter.training.batch"), **limits)
    hp = run.hyperparameters
    (x_train, _), (x_val, _) = datasets.split(dataset, share, hp.train_images)
    cut, count = len(x_train), len(x_train) + len(x_val)
    rows = [(t("chapter.training.learned"), f"1 – {cut:,}", f"{cut:,}")]
    rows += [(t("chapter.training.validated"), f"{cut + 1:,} – {count:,}", f"{count - cut:,}")] if count > cut else []
    tables.show([t(f"chapter.training.{word}") for word in ("part", "numbers", "count")], rows, t("chapter.training"))
    steps = -(-cut // batch)
    st.markdown(t("chapter.training.steps", images=cut, batch=batch, steps=steps, all=steps * hp.epochs, epochs=hp.epochs))
    _show_edge(x_train[-EDGE:], t("chapter.training.edge", first=cut - EDGE + 1, last=cut))
    if count > cut:
        _show_edge(x_val[:EDGE], t("chapter.training.beyond", first=cut + 1, last=cut + EDGE))
    else:
        st.caption(t("chapter.training.none"))


def _show_edge(some, caption: str) -> None:
    st.image(images.strip(some, SIDE), alt=caption)
    st.caption(caption)


def show_curves(run: Run) -> None:
    """The run's curves, and the numbers of one epoch."""
    history = run.history()
    if not history:
        st.info(t("chapter.curves.none"), icon=":material/show_chart:")
        return
    st.fragment(curves.show)([run], page="learn")
    epochs = range(1, len(history) + 1)
    epoch = state.choice(st.selectbox, "epoch", t("chapter.curves.epoch"), epochs, str, width=150)
    row = history[epoch - 1]
    head = [t(f"chart.{split}") for split in ("split", "training", "validation")]
    losses = t("train.loss"), f"{row['loss']:.4f}", _told(row["val_loss"], ".4f")
    accuracies = t("train.accuracy"), f"{row['accuracy']:.2%}", _told(row["val_accuracy"], ".2%")
    tables.show(head, [losses, accuracies], t("chapter.curves"))
    validated = [row for row in history if row["val_loss"] is not None]
    if not validated:
        st.caption(t("chapter.curves.unvalidated"))
        return
    best = min(validated, key=lambda row: row["val_loss"])
    told = {"epoch": epoch, "loss": row["val_loss"], "least": best["val_loss"], "best": best["epoch"]}
    st.markdown(t("chapter.curves.best", **told))


def _told(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
