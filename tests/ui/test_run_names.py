"""A run's name is shown as it is, whatever Markdown would make of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.ui.run_names import plain

JOINER = "\N{WORD JOINER}"
MADE_OF_TEXT = re.compile(  # what Streamlit makes of text after its escapes were taken out
    r"https?://|www\.|[-.\w+]@[-\w]|:material/\w+:|:streamlit:|->|<-|--|~=|>=|<=", re.IGNORECASE
)
SPECIAL = ["http://", "HTTPS://", "www.", "@", ":material/home:", ":streamlit:", *"<>-=~&;:*_`#[]()!|$\\", "a", "é", "7", " "]


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


@given(st.lists(st.sampled_from(SPECIAL), max_size=12).map("".join))
def test_nothing_is_made_of_a_name_and_nothing_is_lost(name):
    shown = unescaped(plain(name))
    assert shown.replace(JOINER, "") == name
    assert not MADE_OF_TEXT.search(shown)


@given(st.text(SPECIAL[13:], max_size=12))
def test_every_mark_of_markdown_is_escaped(name):
    assert not re.search(r"[*_`#\[\]()!|$<>&]", re.sub(r"\\.", "", plain(name)))


@pytest.mark.parametrize("name", ["first", "Quick 2", "安娜的网络", "anna's (2nd) run", "a-b"])
def test_ordinary_names_hold_nothing_unseen(name):
    assert JOINER not in plain(name)
