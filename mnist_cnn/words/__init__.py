"""The catalogue: every text of the interface by its key, in each language. A part of it is a module."""

from collections.abc import Callable

from mnist_cnn.words import (
    analysis,
    app,
    asked,
    calibration,
    chapters,
    classroom,
    compare,
    data,
    draw,
    errors,
    finder,
    home,
    hyperparameters,
    inside,
    learn,
    link,
    machine,
    map,
    numbers,
    presets,
    report,
    runs,
    series,
    single_step,
    stress,
    subject,
    take_home,
    teach,
    train,
)  # fmt: skip

PARTS = (
    errors, app, link, home, subject, data, train, presets, hyperparameters, finder, single_step, runs, series, machine, draw,
    asked, inside, numbers, teach, analysis, compare, calibration, learn, chapters, stress, map, take_home, report, classroom,
)  # fmt: skip
CATALOGUES = {
    "en": {key: text for part in PARTS for key, text in part.EN.items()},
    "zh": {key: text for part in PARTS for key, text in part.ZH.items()},
}


def speaker(language: str) -> Callable[..., str]:
    """What gives a text of the catalogue in that language, its braces filled in: `speaker("zh")("home.nav")`."""
    return lambda key, /, **values: CATALOGUES[language][key].format(**values)
