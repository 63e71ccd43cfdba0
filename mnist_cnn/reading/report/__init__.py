"""One run as one HTML file: it opens without a network or a script, in any browser, and prints."""

from dataclasses import dataclass
from html import escape

import numpy as np

from mnist_cnn.network import model
from mnist_cnn.reading import calibration, wording
from mnist_cnn.reading.comparison import Comparison
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.reading.report import parts, svg
from mnist_cnn.reading.report.style import STYLE
from mnist_cnn.reading.wording import Speaker
from mnist_cnn.records import COLUMNS
from mnist_cnn.runs import Run
from mnist_cnn.words import speaker

WORST = 20  # misclassified images that are shown at most
TAGS = {"en": "en", "zh": "zh-CN"}  # of languages, as HTML has them
SAFE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # nothing is loaded, and nothing runs


@dataclass(frozen=True, eq=False)
class Drawing:
    """What somebody drew, float32 (28, 28) in [0, 1], and the ten probabilities (10,) that the network gave it."""

    image: np.ndarray
    answers: np.ndarray


def build(
    run: Run,
    result: Evaluation,
    language: str,
    student: str = "",
    drawing: Drawing | None = None,
    other: tuple[Run, Evaluation] | None = None,
) -> str:
    """The report of a run: HTML, well below 2 MB.

    Parameters
    ----------
    language : a key of `words.CATALOGUES`.
    student : who made it; any text.
    other : a run to compare with, of the same dataset, and what it made of the test set.

    Raises
    ------
    StudioError : "pair.labels" where the two were tested on other images.
    """
    t = speaker(language)
    name = wording.name(run, t)
    sections = [
        _drawing(run, drawing, t) if drawing else "",
        _curves(run, t),
        _matrix(run, result, t),
        _worst(result, t),
        _comparison(run, result, *other, t) if other else "",
        _settings(run, t),
    ]
    about = [student, t(f"data.{run.dataset}"), f"{run.created:%Y-%m-%d}"]
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{SAFE}">'
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>{escape(t('report.title', name=name))}</title><style>{STYLE}</style>"
    body = f"<header><h1>{escape(name)}</h1><p>{escape(' · '.join(filter(None, about)))}</p></header>"
    body += f"{_figures(run, result, t)}{''.join(sections)}<footer>{escape(t('report.made'))}</footer>"
    return f'<!DOCTYPE html>\n<html lang="{TAGS[language]}"><head>{head}</head><body>{body}</body></html>\n'


def _figures(run: Run, result: Evaluation, t: Speaker) -> str:
    figures = {
        t("analysis.accuracy"): f"{result.accuracy:.2%}",
        t("analysis.loss"): f"{result.loss:.4f}",
        t("analysis.errors"): f"{len(result.misclassified()):,}",
        t("analysis.images"): f"{len(result.labels):,}",
        t("train.parameters"): f"{model.count_parameters(run.hyperparameters):,}",
    }
    return f"<dl>{''.join(f'<div><dt>{escape(key)}</dt><dd>{value}</dd></div>' for key, value in figures.items())}</dl>"


def _drawing(run: Run, drawing: Drawing, t: Speaker) -> str:
    best, second = (int(digit) for digit in np.argsort(-drawing.answers)[:2])
    first, share = float(drawing.answers[best]), float(drawing.answers[second])
    said = t("report.read", digit=best, share=first)
    if first < calibration.threshold(run):
        said = f"{t('draw.unsure')}. {t('draw.runner_up', best=best, first=first, second=second, share=share)}"
    picture = parts.picture(drawing.image, t("report.drawing"), "large")
    chart = svg.bars(drawing.answers, t("draw.probabilities"))
    pair = f'<div class="pair"><div>{picture}<p>{escape(said)}</p></div><div>{chart}</div></div>'
    return parts.section(t("report.drawing"), pair)


def _curves(run: Run, t: Speaker) -> str:
    history, charts = run.history(), []
    if not history:
        return parts.section(t("report.curves"), f"<p>{escape(t('report.no_epochs'))}</p>")
    for metric in ("loss", "accuracy"):
        lines = {}
        for split, key in ("training", metric), ("validation", f"val_{metric}"):
            points = [(row["epoch"], row[key]) for row in history if row[key] is not None]
            lines |= {t(f"chart.{split}"): points} if points else {}
        title, epochs = t(f"train.{metric}"), run.hyperparameters.epochs
        chart = svg.curves(lines, epochs, title, t("chart.epoch"), percent=metric == "accuracy")
        charts.append(f"<figure><figcaption>{escape(title)} {parts.legend(lines)}</figcaption>{chart}</figure>")
    link = parts.csv_link(t("report.history_csv"), f"{run.id}-history.csv", [COLUMNS, *(row.values() for row in history)])
    return parts.section(t("report.curves"), f'<div class="pair">{"".join(charts)}</div>{link}')


def _matrix(run: Run, result: Evaluation, t: Speaker) -> str:
    counts, scores = result.confusion_matrix(), result.scores()
    chart = svg.matrix(counts, t("analysis.matrix"), t("analysis.label"), t("analysis.prediction"))
    columns = ["digit", "precision", "recall", "f1", "support"]
    rows = [
        [digit, *(f"{scores[key][digit]:.2%}" for key in columns[1:4]), f"{scores['support'][digit]:,}"] for digit in range(10)
    ]
    table = parts.table([t(f"analysis.{key}") for key in columns], rows)
    grid = [["label", *range(10)], *([digit, *map(int, row)] for digit, row in enumerate(counts))]
    exact = [columns, *([digit, *(scores[key][digit] for key in columns[1:])] for digit in range(10))]
    links = parts.csv_link(t("report.matrix_csv"), f"{run.id}-matrix.csv", grid)
    links += parts.csv_link(t("report.scores_csv"), f"{run.id}-scores.csv", exact)
    pair = f'<div class="pair"><div>{chart}</div><div>{table}</div></div>'
    return parts.section(t("analysis.matrix"), f"<p>{escape(t('report.matrix_about'))}</p>{pair}{links}")


def _worst(result: Evaluation, t: Speaker) -> str:
    tiles = []
    for i in result.misclassified()[:WORST]:
        told = {"label": result.labels[i], "predicted": result.predictions[i], "confidence": result.confidence[i]}
        caption = t("analysis.sample", **told)
        picture = parts.picture(result.image(i), caption)
        tiles.append(f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>")
    shown = f'<p>{escape(t("report.worst_about"))}</p><div class="tiles">{"".join(tiles)}</div>'
    return parts.section(t("report.worst"), shown if tiles else f"<p>{escape(t('analysis.none'))}</p>")


def _comparison(run: Run, result: Evaluation, second: Run, other: Evaluation, t: Speaker) -> str:
    """Who reads which test images right, whether that is more than chance, and which settings differ."""
    compared = Comparison(result, other)
    names = [f"{letter}: {wording.name(one, t)}" for letter, one in (("A", run), ("B", second))]
    rows = [[t("analysis.accuracy"), f"{result.accuracy:.2%}", f"{other.accuracy:.2%}"]]
    ours, theirs = wording.settings(run, t), wording.settings(second, t)
    rows += [[key, ours[key], theirs[key]] for key in ours if ours[key] != theirs[key]]
    counts = [[t(f"compare.{name}"), f"{count:,}"] for name, count in compared.counts().items()]
    tables = parts.table(["", *names], rows) + parts.table([t("report.right_by"), t("report.count")], counts)
    verdict = f"<p>{escape(compared.verdict(t))}</p>"
    return parts.section(t("report.comparison"), f'{verdict}<div class="pair">{tables}</div>')


def _settings(run: Run, t: Speaker) -> str:
    table = parts.table([t("settings.name"), t("settings.value")], wording.settings(run, t).items())
    layers = [
        (layer.kind, " × ".join(map(str, layer.output_shape)), f"{layer.parameters:,}")
        for layer in model.describe(run.hyperparameters)
    ]
    columns = [t(f"layers.{key}") for key in ("kind", "shape", "parameters")]
    return parts.section(t("report.settings"), f'<div class="pair">{table}{parts.table(columns, layers)}</div>')
