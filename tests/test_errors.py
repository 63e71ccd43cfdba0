"""Every problem is told in a sentence with all its values."""

import ast
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mnist_cnn
from mnist_cnn.errors import MESSAGES, StudioError, printable

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


@pytest.mark.parametrize("value", ["{braces}", "50 %", "数字", "全\u3000角", None, 3, 0.5])
def test_any_value_can_be_told(value):
    assert str(value) in str(StudioError("run.missing", name=value))


@given(st.text(st.characters()))
def test_whatever_is_told_can_be_shown_on_one_line(text):
    error = StudioError("run.missing", name=text)
    shown = str(error).encode() + error.values["name"].encode()
    assert not any(byte < 32 or byte == 127 for byte in shown) and len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\udcff", "\\udcff"),
        ("\u202egnp", "\\u202egnp"),
        ("\x9b", "\\x9b"),
        ("a\u3164", "a\\u3164"),
        ("\u1160\uffa0", "\\u1160\\uffa0"),
        ("\u2800", "\\u2800"),
        ("\u034f\u17b4", "\\u034f\\u17b4"),
    ],
)
def test_what_must_not_be_shown_is_escaped(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "seven.png",
        "七　八.png",
        "\N{NO-BREAK SPACE}",
        "👩\u200d👧",
        "می\u200cخواهم",
        "❤\ufe0f",
        "葛\U000e0100",
        "한글",
        "C:\\x",
    ],
)
def test_what_can_be_shown_is_left_as_it_is(text):
    assert printable(text) == text
