"""The teacher's rules: what they may be, and that a file of any content leaves rules that can hold."""

import errno
import json
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn import places
from mnist_cnn.errors import StudioError
from mnist_cnn.training.rules import LIMITS, Rulebook, Rules


def test_what_is_changed_is_what_another_server_reads(tmp_path):
    Rulebook(tmp_path / "c.json").change(paused=True, epochs=5)
    assert Rulebook(tmp_path / "c.json").read() == Rules(paused=True, epochs=5)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"epochs": True}, {"open": 1}, {"challenge": "x"}, {"drawings": "9"}])
def test_what_cannot_be_is_refused_and_changes_nothing(tmp_path, wrong):
    rules = Rulebook(tmp_path / "c.json")
    rules.change(paused=True)
    with pytest.raises(StudioError) as caught:
        rules.change(**wrong)
    assert caught.value.code == "rules.value" and rules.read() == Rules(paused=True)


def test_the_environment_names_other_defaults_which_the_teacher_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_LIMIT_WAITING", "2")
    monkeypatch.setenv("MNIST_CNN_LIMIT_EPOCHS", "none")
    monkeypatch.setenv("MNIST_CNN_LIMIT_DRAWINGS", "99999999")
    rules = Rulebook(tmp_path / "c.json")
    assert rules.read() == Rules(waiting=2)
    assert rules.change(waiting=3).waiting == 3 == rules.read().waiting


def test_the_file_is_read_again_only_when_it_has_changed(tmp_path, monkeypatch):
    rules = Rulebook(tmp_path / "c.json")
    rules.change(epochs=5)
    assert rules.read() is rules.read()
    Rulebook(rules.path).change(epochs=6)
    assert rules.read().epochs == 6
    rules.path.unlink()
    monkeypatch.setenv("MNIST_CNN_LIMIT_EPOCHS", "7")
    assert rules.read().epochs == 7


def test_rules_that_cannot_be_read_now_hold_and_are_not_written_over(tmp_path, monkeypatch):
    rules = Rulebook(tmp_path / "c.json")
    rules.change(epochs=5)
    assert rules.read().epochs == 5
    Rulebook(rules.path).change(epochs=6)
    refused = OSError(errno.EMFILE, "Too many open files")
    with monkeypatch.context() as broken:
        broken.setattr(places, "read_json", Mock(side_effect=refused))
        assert rules.read().epochs == 5 and Rulebook(rules.path).read() == Rules()
        with pytest.raises(OSError, match="Too many"):
            rules.change(open=False)
    assert rules.read() == Rules(epochs=6) == Rulebook(rules.path).read()


@pytest.mark.parametrize("content", [b"{", b'{"epochs": 5}\xff', b"[" * 10**5, b"[]", b"5"])
def test_a_damaged_file_is_set_aside_by_the_next_change(tmp_path, content):
    rules = Rulebook(tmp_path / "c.json")
    rules.path.write_bytes(content)
    assert rules.read() == Rules() and rules.path.read_bytes() == content
    rules.change(epochs=5)
    rules.change(epochs=6)
    assert Rulebook(rules.path).read() == Rules(epochs=6) and (tmp_path / "c.damaged.json").read_bytes() == content


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=4)


@given(st.dictionaries(st.sampled_from([*LIMITS, "open", "paused", "challenge", "other"]), ANYTHING) | ANYTHING)
def test_a_file_of_any_content_leaves_rules_that_can_hold(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("rules") / "c.json"
    path.write_text(json.dumps(content))
    assert Rules(**Rulebook(path).read().__dict__)
