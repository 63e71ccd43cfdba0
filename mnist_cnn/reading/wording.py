"""What a run is called, and its settings in words; `t` gives a text of the catalogue, as `words.speaker` does."""

from collections.abc import Callable, Collection

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters, differences
from mnist_cnn.runs import Run

TOLD = 2  # differences from a preset that a name tells; of more it tells how many
SMALL = 0.001  # p-values below are told as no more than that
Speaker = Callable[..., str]


def name(run: Run, t: Speaker) -> str:
    """What a run is called: as somebody named it, else by its preset, in the language of who reads it."""
    if run.shipped and run.id in PRESETS:
        return t(f"preset.{run.id}")
    if not run.preset:
        return run.name
    if run.series and not run.base:
        return in_series(run, t)
    if run.base:
        return t("teach.run_name", name=t(f"preset.{run.preset}"))
    return described(run.hyperparameters, run.preset, run.dataset, t)


def in_series(run: Run, t: Speaker) -> str:
    """A run by what tells it from others of its series: "Dropout after dense layer 0.5 · Seed 2"."""
    hp, fields = run.hyperparameters, (*run.series.fields, "seed")
    return " · ".join(f"{t(f'hyperparameter.{field}')} {setting(field, getattr(hp, field), t)}" for field in fields)


def described(hp: Hyperparameters, preset: str, dataset: str, t: Speaker) -> str:
    """Settings by a preset and how they differ from it: "Quick", "Quick · Epochs 5"."""
    changed = changes(hp, preset, dataset, t)
    more = [f"+{len(changed) - TOLD}"] if len(changed) > TOLD else []
    return " · ".join([t(f"preset.{preset}"), *changed[:TOLD], *more])


def changes(hp: Hyperparameters, preset: str, dataset: str, t: Speaker, among: Collection[str] = RANGES) -> list[str]:
    """How settings differ from a preset, of some hyperparameters: ["Epochs 5", "Batch size 100"]."""
    changed = [field for field in differences(PRESETS[preset], hp) if field in among]
    return [f"{t(f'hyperparameter.{field}')} {setting(field, _used(hp, field, dataset), t)}" for field in changed]


def setting(field: str, value, t: Speaker) -> str:
    """A hyperparameter's value in words."""
    if isinstance(value, bool):
        return t("choice.on" if value else "choice.off")
    if isinstance(value, str) or field == "views":
        return t(f"choice.{value}")
    if field.startswith("kernel"):
        return f"{value} × {value}"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def settings(run: Run, t: Speaker) -> dict[str, str]:
    """Name and value of each setting."""
    hp = run.hyperparameters
    words = {t("data.label"): t(f"data.{run.dataset}"), t("train.parameters"): f"{model.count_parameters(hp):,}"}
    return words | {t(f"hyperparameter.{field}"): setting(field, _used(hp, field, run.dataset), t) for field in RANGES}


def _used(hp: Hyperparameters, field: str, dataset: str):
    """A hyperparameter's value; of images no more than the dataset has."""
    value = getattr(hp, field)
    return min(value, TRAIN_IMAGES[dataset]) if field == "train_images" else value


def p_value(p: float, t: Speaker) -> str:
    """How often chance alone does that, in words: "p = 0.013"."""
    return t("compare.p", p=p) if p >= SMALL else t("compare.p_small")
