"""Every problem is told in a sentence with all its values."""

import ast
import string
from pathlib import Path

import pytest

import mnist_cnn
from mnist_cnn.errors import MESSAGES, StudioError

PACKAGE = Path(mnist_cnn.__file__).parent
TREES = {path.relative_to(PACKAGE): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def braces(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def calls(name: str):
    """Where the package calls a function of that name: (file, call)."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == name:
                yield path, node


def literal_codes(call: ast.Call) -> set[str]:
    texts = [node.value for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and "." in text}


TOLD = [(path, call) for name in ("StudioError", "Halt", "set_status") for path, call in calls(name) if literal_codes(call)]


@pytest.mark.parametrize(("path", "call"), TOLD, ids=[f"{path}:{call.lineno}" for path, call in TOLD])
def test_what_is_told_fills_in_its_sentence(path, call):
    given = {keyword.arg for keyword in call.keywords}
    for code in literal_codes(call):
        assert code in MESSAGES and braces(MESSAGES[code]) == given


def test_every_sentence_is_used():
    trees = [tree for path, tree in TREES.items() if path.name != "errors.py" and "words" not in path.parts]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert [code for code in MESSAGES if code not in constants] == []


def test_an_error_says_its_sentence_and_keeps_its_code_and_values():
    error = StudioError("run.missing", name="first")
    assert str(error) == "There is no run named first."
    assert (error.code, error.values) == ("run.missing", {"name": "first"})
    assert isinstance(error, Exception)


@pytest.mark.parametrize("code", MESSAGES)
def test_sentences_end_in_a_full_stop_or_a_detail(code):
    assert MESSAGES[code].rstrip().endswith((".", "{detail}")) and MESSAGES[code][0] in string.ascii_uppercase + "{"


@pytest.mark.parametrize("value", ["{braces}", "50 %", "a\nb", "数字", None, 3])
def test_any_value_can_be_told(value):
    assert str(value) in str(StudioError("run.missing", name=value))
