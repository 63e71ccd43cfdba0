"""The catalogues say the same things, and no page says anything past them."""

import ast
import re
import string
from pathlib import Path

import pytest

from mnist_cnn.errors import MESSAGES
from mnist_cnn.network.hyperparameters import PRESETS, RANGES
from mnist_cnn.runs import STATES
from mnist_cnn.ui import people
from mnist_cnn.words import CATALOGUES, PARTS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "streamlit_app.py", *sorted((ROOT / "mnist_cnn" / "ui").rglob("*.py"))]
EN, ZH = CATALOGUES["en"], CATALOGUES["zh"]
SOURCES = [path for path in PAGES if path.parent.name not in ("words", "lessons")]  # see test_lessons.py for the latter
PROPER_NAMES = {"MNIST CNN Studio", "EN", "中文", "Dense"}
TERMS = {"Dropout", "Softmax"}  # which Chinese textbooks leave as they are


def braces(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_both_languages_have_the_same_keys(part):
    assert set(part.EN) == set(part.ZH)


def test_no_key_stands_in_two_parts():
    assert sum(len(part.EN) for part in PARTS) == len(EN)


@pytest.mark.parametrize("key", sorted(EN))
def test_translations_fill_in_the_same_values(key):
    assert braces(EN[key]) == braces(ZH[key])


def test_no_text_of_the_interface_stands_twice_under_one_prefix():
    for words in (EN, ZH):
        texts = [(key.split(".")[0], text) for key, text in words.items() if len(text) > 25]
        assert len(texts) == len(set(texts))


def test_chinese_texts_are_chinese():
    alike = [key for key in EN if EN[key] == ZH[key] and EN[key] not in TERMS]
    prose = [key for key in alike if re.search(r"[a-z]{4,}", re.sub(r"{.*?}", "", EN[key]))]
    assert [key for key in prose if not key.startswith("choice.")] == []


def test_every_name_that_pages_translate_is_in_the_catalogue():
    needed = [f"preset.{name}{tail}" for name in PRESETS for tail in ("", ".about")]
    needed += [f"hyperparameter.{field}{tail}" for field in RANGES for tail in ("", ".help")]
    needed += [f"state.{state}" for state in STATES] + list(MESSAGES)
    needed += [f"choice.{choice}" for field in ("optimizer", "schedule") for choice in RANGES[field]["choices"]]
    assert [key for key in needed if key not in EN] == []


def strings(path: Path):
    """(line, text) of every literal in a module that is no docstring and no part of CSS, HTML or JavaScript."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and ast.get_docstring(node) is not None
    }
    code = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("js", "css")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | code:
            yield node.lineno, node.value


def looks_like_words(text: str) -> bool:
    if (
        text in PROPER_NAMES
        or text in people.ALIKE
        or text in people.ALIKE.values()
        or re.search(r"%[YHMmd]|YYYY", text)
        or text.startswith(("<", ":material/", "datum", "!datum"))
    ):
        return False
    sentence = re.search(r"[A-Za-z]{2,} [A-Za-z]", text) or re.match(r"[A-Z][a-z]+$", text)
    return bool(sentence or re.search(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_literal_bypasses_the_catalogue(path):
    assert [(line, text) for line, text in strings(path) if looks_like_words(text)] == []


def test_the_search_for_literals_finds_them(tmp_path):
    page = tmp_path / "page.py"
    page.write_text(
        '"""A docstring of words."""\nst.title("Train a network")\n'
        'st.button("Go")\nst.caption("训练")\nst.button(key="a-key")\n'
    )
    assert [text for _, text in strings(page) if looks_like_words(text)] == ["Train a network", "Go", "训练"]


def used_keys(path: Path):
    """The literal keys that a module passes to `t`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "t" and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def test_every_key_that_pages_use_exists():
    assert {key for path in SOURCES for key in used_keys(path)} <= set(EN)


def test_no_text_is_left_unused():
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    dynamic = (
        "preset.",
        "hyperparameter.",
        "state.",
        "choice.",
        "phase.",
        "data.",
        "train.",
        "analysis.",
        "compare.",
        "home.",
        "runs.",
        "history.",
        "draw.",
        "inside.",
        "teach.",
        "pixels.",
        "subject.",
        "learn.",
        "chapter.",
        "stress.",
        "map.",
        "machine.",
        "numbers.",
        "asked.",
        "calibration.",
        "report.",
        "take.",
        "link.hide.",
        "single_step.",
        "series.",
        "classroom.",
    )
    literal = {key for path in SOURCES for key in used_keys(path)} | set(MESSAGES)
    unused = [key for key in EN if key not in literal and not key.startswith(dynamic) and key not in source]
    assert unused == []
