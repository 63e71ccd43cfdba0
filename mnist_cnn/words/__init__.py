"""The catalogue: every text of the interface by its key, in each language. A part of it is a module."""

from collections.abc import Callable

from mnist_cnn.words import (
    analysis,
    app,
    chapters,
    data,
    draw,
    errors,
    home,
    hyperparameters,
    inside,
    learn,
    machine,
    map,
    numbers,
    presets,
    runs,
    series,
    stress,
    subject,
    teach,
    train,
)  # fmt: skip

PARTS = (
    errors, app, home, subject, data, train, presets, hyperparameters, runs, series, machine, draw, inside, numbers, teach,
    analysis, learn, chapters, stress, map,
)  # fmt: skip
CATALOGUES = {
    "en": {key: text for part in PARTS for key, text in part.EN.items()},
    "zh": {key: text for part in PARTS for key, text in part.ZH.items()},
}


def speaker(language: str) -> Callable[..., str]:
    """What gives a text of the catalogue in that language, its braces filled in: `speaker("zh")("home.nav")`."""
    return lambda key, /, **values: CATALOGUES[language][key].format(**values)
