"""What the buttons of lessons put in place before they open a page."""

from collections.abc import Callable

from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.reading import prediction
from mnist_cnn.ui import language, server, state

SHORT = {"batch_size": 50, "epochs": 5, "train_images": 2000}
"""Settings with which the tutorial's network trains in a few seconds on two cores, to a test accuracy of about 94 %."""


def train(name: tuple[str, str], **changes) -> Callable[[], None]:
    """Train: the tutorial's settings but for these, and a name for the run, in English and Chinese."""

    def set_up() -> None:
        state.put("dataset", "mnist")
        state.put("preset", "tutorial")
        for field, value in (PRESETS["tutorial"].to_dict() | changes).items():
            state.put(field, value)
        state.put("run-name", name[language.current() == "zh"])

    return set_up


def draw(mode: str, network: str | None = None) -> Callable[[], None]:
    """Draw, in that mode, with a network that ships with the app."""

    def set_up() -> None:
        state.put("mode", mode)
        if network:
            state.put("model", network)

    return set_up


def analyse() -> None:
    """Analysis of the tutorial's network, nothing filtered."""
    if _tutorial():
        state.put("analysed", "tutorial")
        state.put("filtered", "tutorial")
    for name in ("label", "predicted", "order"):
        state.pop(name)


def _tutorial() -> bool:
    """Whether the tutorial's network is there."""
    return any(run.id == "tutorial" for run in prediction.usable(server.store().runs()))


def chapter(name: str) -> Callable[[], None]:
    """Learn, at that chapter, of the tutorial's network, of which the lessons tell figures."""

    def set_up() -> None:
        state.put("learn-view", "chapters")
        state.put("chapter", name)
        state.pop("counted")
        if _tutorial():
            state.put("learned", "tutorial")

    return set_up


def overlay(*likes) -> Callable[[], None]:
    """Train, with the newest finished run of each kind compared."""

    def set_up() -> None:
        runs = [run for run in server.store().runs() if not run.shipped and run.status().state == "finished"]
        found = [next((run.id for run in runs if like(run.hyperparameters)), None) for like in likes]
        state.put("compared", [run for run in found if run])

    return set_up
