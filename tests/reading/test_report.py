"""A report holds what the pages say of a run, in one file that loads nothing and runs nothing, whatever names hold."""

import base64
import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from mnist_cnn.reading import evaluation, report
from mnist_cnn.reading.report import svg
from mnist_cnn.runs import Run, Store

MODELS = Path(__file__).parents[2] / "models"
MOST = 2_000_000  # bytes
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "dl", "div", "dt", "dd", "section", "h2", "figure",
    "figcaption", "span", "svg", "line", "text", "polyline", "circle", "rect", "a", "table", "thead", "tbody", "tr", "th", "td",
    "img", "footer",
}  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'><img src=http://x onerror=alert(1)>&amp;</title></style>"


class Page(HTMLParser):
    """The tags, attributes and texts of a file."""

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attributes]

    def handle_data(self, data):
        self.texts.append(data)

    def files(self) -> dict[str, list[list[str]]]:
        """The CSV files that it holds, by their names, as rows."""
        names = [value for tag, key, value in self.attributes if (tag, key) == ("a", "download")]
        contents = [value for tag, key, value in self.attributes if (tag, key) == ("a", "href")]
        texts = [base64.b64decode(content.partition("base64,")[2]).decode() for content in contents]
        return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in zip(names, texts, strict=True)}


@pytest.fixture(scope="module")
def drawing() -> report.Drawing:
    return report.Drawing(np.eye(28, dtype=np.float32), np.full(10, 0.1, np.float32))


@given(name=some.text(min_size=1))
@example(name=HOSTILE)
@settings(max_examples=25)
def test_a_name_is_text_whatever_it_holds(trained, drawing, name):
    run, result = Run(trained.folder), evaluation.load(trained)
    run.name = name
    page = Page(report.build(run, result, "en", name, drawing, (run, result)))
    assert set(page.tags) <= KNOWN
    assert not [key for _, key, _ in page.attributes if key.startswith("on")]
    assert {value.split(":")[0] for _, key, value in page.attributes if key in ("src", "href")} == {"data"}
    html = "".join(page.texts)
    assert " ".join(name.split()) in " ".join(html.split())


@pytest.mark.parametrize("name", ["quick", "sketch", "tutorial"])
@pytest.mark.parametrize("language", report.TAGS)
def test_it_is_small_and_refers_to_nothing_outside(drawing, name, language):
    run = Run(MODELS / name)
    html = report.build(run, evaluation.load(run), language, "Anna", drawing)
    assert len(html.encode()) < MOST
    assert "http:" not in html and "https:" not in html and "url(" not in html and "@import" not in html
    page = Page(html)
    assert ("html", "lang", report.TAGS[language]) in page.attributes
    wrong = len(evaluation.load(run).misclassified())
    assert page.tags.count("img") == min(wrong, report.WORST) + 1  # and the drawing


def test_its_figures_and_files_are_those_of_the_run(trained):
    result = evaluation.load(trained)
    page = Page(report.build(trained, result, "en"))
    assert f"{result.accuracy:.2%}" in page.texts and f"{result.loss:.4f}" in page.texts
    files = {name.removeprefix(f"{trained.id}-"): rows for name, rows in page.files().items()}
    header, *rows = files["history.csv"]
    history = [dict(zip(header, [*map(float, row[:-1]), row[-1]], strict=True)) for row in rows]
    assert history == trained.history()
    matrix = np.array([row[1:] for row in files["matrix.csv"][1:]], int)
    assert (matrix == result.confusion_matrix()).all()
    scores = np.array([row[1:] for row in files["scores.csv"][1:]], float)
    assert np.allclose(scores[:, 0], result.scores()["precision"])


def test_a_comparison_counts_every_test_image_once():
    runs = [Run(MODELS / name) for name in ("quick", "tutorial")]
    results = [evaluation.load(run) for run in runs]
    texts = Page(report.build(runs[0], results[0], "en", other=(runs[1], results[1]))).texts
    groups = ["Both", "Only A", "Only B", "Neither"]
    counts = [int(texts[texts.index(group) + 1].replace(",", "")) for group in groups]
    assert sum(counts) == 10_000
    assert any("McNemar" in text for text in texts) and "A: Quick" in texts
    assert counts[0] + counts[1] == round(10_000 * results[0].accuracy)
    assert counts[0] + counts[2] == round(10_000 * results[1].accuracy)


def test_what_was_drawn_is_read_or_it_is_said_to_be_unsure(trained, drawing):
    sure = report.Drawing(drawing.image, np.array([0.97] + 9 * [0.03 / 9], np.float32))
    said = {
        doubt: report.build(trained, evaluation.load(trained), "en", drawing=one) for doubt, one in ((1, drawing), (0, sure))
    }
    assert "Not sure" in said[1] and "Read as" not in said[1]
    assert "Read as 0 (97.0%)" in said[0] and "Not sure" not in said[0]


def test_a_run_without_epochs_has_a_report_all_the_same(trained, new_run, tmp_path):
    run = new_run(Store(tmp_path))
    assert "No epoch of this run was finished." in report.build(run, evaluation.load(trained), "en")


def test_curves_leave_out_what_is_no_number():
    drawn = svg.curves({"a": [(1, float("nan")), (2, 0.5), (3, float("inf"))], "b": [(1, 0.4)]}, 3, "t", "Epoch", False)
    assert "nan" not in drawn and "inf" not in drawn
    assert drawn.count("<circle") == 2
    assert "<circle" not in svg.curves({}, 1, "t", "Epoch", True)


@given(low=some.floats(-1e6, 1e6), span=some.floats(0, 1e6))
def test_ticks_enclose_what_is_drawn(low, span):
    ticks = np.array(svg._ticks(low, low + span))
    assert 2 <= len(ticks) <= 9 and (np.diff(ticks) > 0).all()
    slack = 1e-6 * (ticks[-1] - ticks[0])
    assert ticks[0] <= low + slack and low + span <= ticks[-1] + slack
