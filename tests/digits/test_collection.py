"""The class's drawings are kept, deleted, exported and imported; what is no drawing is refused."""

import base64
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn import locks
from mnist_cnn.digits import collection
from mnist_cnn.digits.collection import Collection
from mnist_cnn.errors import StudioError


def image(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((28, 28), np.float32)


@pytest.fixture
def drawings(tmp_path) -> Collection:
    return Collection(tmp_path / "deep" / "collection.jsonl")


def test_nothing_is_kept_at_first(drawings):
    assert drawings.examples() == [] and drawings.export() == b""


@pytest.mark.parametrize("place", ["/", ".", "..", "here"])
def test_a_folder_keeps_no_drawings_and_is_left_as_it_is(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("MNIST_CNN_COLLECTION", place)
    with pytest.raises(StudioError, match="is a folder"):
        Collection().add(7, image(), None)
    assert Collection().examples() == [] and [path.name for path in tmp_path.rglob("*")] == ["here"]


def test_a_drawing_is_kept_as_it_was(drawings):
    drawings.add(7, image(), "somebody")
    (kept,) = Collection(drawings.path).examples()
    assert (kept.digit, kept.owner) == (7, "somebody")
    assert np.allclose(kept.image / 255, image(), atol=0.002)


def test_drawings_are_deleted_for_good(drawings):
    first, second = (drawings.add(digit, image(digit), None) for digit in (1, 2))
    drawings.remove({first.id})
    assert [example.id for example in drawings.examples()] == [second.id]
    assert first.id not in drawings.path.read_text()


def test_a_drawing_can_be_said_to_be_another_digit(drawings):
    first, second = (drawings.add(digit, image(digit), "anna") for digit in (1, 2))
    drawings.relabel(first.id, 7)
    told = [(kept.id, kept.digit, kept.owner) for kept in drawings.examples()]
    assert told == [(first.id, 7, "anna"), (second.id, 2, "anna")]


def test_an_exported_collection_is_taken_in_elsewhere_once(drawings, tmp_path):
    for digit in range(5):
        drawings.add(digit, image(digit), "anna")
    elsewhere = Collection(tmp_path / "elsewhere.jsonl")
    assert elsewhere.take(drawings.export(), "ben") == 5
    assert elsewhere.take(drawings.export(), "ben") == 0
    assert [example.digit for example in elsewhere.examples()] == list(range(5))
    assert {example.owner for example in elsewhere.examples()} == {"ben"}
    assert b"anna" not in drawings.export()


def refused(action, *arguments) -> str:
    with pytest.raises(StudioError) as caught:
        action(*arguments)
    return caught.value.code


def test_one_person_keeps_so_many_drawings_and_brings_so_many_from_files(drawings, tmp_path):
    for digit in range(3):
        drawings.add(digit, image(digit), "anna", 3)
    assert refused(drawings.add, 3, image(3), "anna", 3) == "class.drawings"
    exported, elsewhere = drawings.export(), Collection(tmp_path / "elsewhere.jsonl")
    assert refused(elsewhere.take, exported, "ben", 2) == "class.imports" and elsewhere.examples() == []
    assert elsewhere.take(exported, "ben", 3) == 3
    assert elsewhere.add(1, image(9), "ben", 1)  # what came from files is counted apart, however often it is written
    elsewhere.relabel(elsewhere.examples()[0].id, 5)
    drawings.add(7, image(7), "carl")
    assert refused(elsewhere.take, drawings.export(), "ben", 3) == "class.imports"
    assert [example.imported for example in elsewhere.examples()] == [True] * 3 + [False]
    assert elsewhere.take(drawings.export(), "dora", 1) == 1 and b"imported" not in elsewhere.export()


def test_of_clicks_at_once_one_takes_the_last_place(drawings):
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda seed: _kept(drawings, seed), range(4)))
    assert sorted(kept) == [False] * 3 + [True] and len(drawings.examples()) == 1


def _kept(drawings: Collection, seed: int) -> bool:
    try:
        return bool(drawings.add(1, image(seed), "anna", 1))
    except StudioError:
        return False


RECORD = {"id": "a1", "digit": 3, "image": base64.b64encode(bytes(783) + b"\xff").decode(), "owner": None}


def test_the_record_that_is_changed_below_is_good(drawings):
    assert drawings.take(json.dumps(RECORD).encode(), None) == 1


@pytest.mark.parametrize(
    "change", [{"id": "../x"}, {"id": ""}, {"id": 5}, {"digit": 10}, {"digit": "3"}, {"digit": True}, {"image": "AAAA"},
               {"image": None}, {"image": "*"}, {"owner": 7}],
    ids=str,
)  # fmt: skip
def test_a_line_that_holds_no_drawing_is_refused_with_its_number(drawings, change):
    good = json.dumps(RECORD)
    with pytest.raises(StudioError, match="line 2"):
        drawings.take((good + "\n" + json.dumps(json.loads(good) | change)).encode(), None)
    assert drawings.examples() == []


def test_the_number_of_a_bad_line_counts_empty_ones(drawings):
    with pytest.raises(StudioError, match="line 3"):
        drawings.take(json.dumps(RECORD).encode() + b"\n\nDear teacher\n", None)


@given(st.binary(max_size=200))
def test_whatever_is_imported_is_refused_or_taken_never_a_crash(tmp_path_factory, content):
    drawings = Collection(tmp_path_factory.mktemp("any") / "collection.jsonl")
    with pytest.raises(StudioError):
        drawings.take(content, None)


def test_a_damaged_line_does_not_lose_the_others(drawings):
    drawings.add(1, image(), None)
    with drawings.path.open("ab") as file:
        file.write(b'{"id": "cut')
    drawings.add(2, image(2), None)
    assert [example.digit for example in drawings.examples()] == [1, 2]


def test_before_a_damaged_file_is_changed_what_can_be_saved_of_it_is_kept(drawings):
    drawings.add(7, image(), None)
    content = drawings.path.read_bytes() + b"{torn\n"
    drawings.path.write_bytes(content)
    drawings.add(8, image(2), None)
    assert (drawings.path.parent / "collection.damaged.jsonl").read_bytes() == content
    assert [example.digit for example in drawings.examples()] == [7, 8]


def test_what_a_file_has_twice_is_there_once(drawings):
    drawings.add(7, image(), None)
    drawings.path.write_bytes(drawings.path.read_bytes() * 2)
    assert len(drawings.examples()) == 1
    drawings.add(8, image(2), None)
    assert len(drawings.path.read_bytes().splitlines()) == 2


def test_there_is_a_limit(drawings, monkeypatch):
    monkeypatch.setattr(collection, "LIMIT", 2)
    drawings.add(1, image(), None)
    drawings.add(2, image(), None)
    with pytest.raises(StudioError, match="at most 2 drawings"):
        drawings.add(3, image(), None)
    assert len(drawings.examples()) == 2


def test_many_may_keep_drawings_at_once(drawings):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda digit: drawings.add(digit % 10, image(digit), None), range(40)))
    assert len(drawings.examples()) == 40


WRITER = """
import sys
import numpy as np
from mnist_cnn.digits.collection import Collection
drawings = Collection(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    drawings.add(number % 10, np.ones((28, 28), np.float32), sys.argv[2])
"""


def test_processes_that_keep_drawings_at_once_lose_none(drawings):
    command = [sys.executable, "-c", WRITER, str(drawings.path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    writers = [subprocess.Popen([*command, name], **pipes) for name in ("anna", "ben", "cem")]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert len(drawings.examples()) == 90


def test_a_drawing_that_another_process_kept_is_seen_and_stays(drawings):
    drawings.add(1, image(1), None)
    assert len(drawings.examples()) == 1
    Collection(drawings.path).add(2, image(2), None)
    assert [example.digit for example in drawings.examples()] == [1, 2]


def test_a_collection_that_somebody_holds_is_busy(drawings, monkeypatch):
    monkeypatch.setattr(collection, "PATIENCE", 0.0)
    first = drawings.add(1, image(), None)
    with locks.acquire(drawings.path.with_suffix(".lock")):
        for change in (lambda: drawings.add(2, image(), None), lambda: drawings.remove({first.id})):
            with pytest.raises(StudioError, match="Somebody else"):
                change()
    assert [example.id for example in drawings.examples()] == [first.id]
