"""What is sent to the address of uploads does not pile up."""

import sys

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_cnn.ui import uploads


@pytest.fixture
def manager(monkeypatch) -> MemoryUploadedFileManager:
    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", MemoryUploadedFileManager.add_file)
    monkeypatch.setattr(uploads, "BYTES", 100)
    uploads.keep_few()
    uploads.keep_few()  # as a server that starts again in this process would
    return MemoryUploadedFileManager("/upload")


def send(manager: MemoryUploadedFileManager, session: str, name: str, size: int) -> None:
    manager.add_file(session_id=session, file=UploadedFileRec(name, "x.png", "image/png", bytes(size)))


def test_of_one_page_the_last_few_files_are_kept_and_others_keep_theirs(manager):
    send(manager, "other", "mine", 100)
    for number in range(20):
        send(manager, "one", f"{number}", 1)
    kept = [str(number) for number in range(20 - uploads.FILES, 20)]
    assert [file.file_id for file in manager.get_files("one", list(map(str, range(20))))] == kept
    assert manager.get_files("other", ["mine"]) and manager._file_count == 1 + uploads.FILES


def test_of_large_files_fewer_are_kept_and_the_last_in_any_case(manager):
    for name, size in (("a", 10), ("b", 60), ("c", 40), ("d", 1)):
        send(manager, "one", name, size)
    assert [*manager.file_storage["one"]] == ["c", "d"] and manager._total_bytes == 41
    send(manager, "one", "e", 500)
    assert [*manager.file_storage["one"]] == ["e"] and manager._total_bytes == 500


def test_another_streamlit_keeps_files_as_it_does(manager, monkeypatch):
    kept = []
    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", lambda manager, session_id, file: kept.append(file.file_id))
    uploads.keep_few()
    del manager.file_storage
    send(manager, "one", "a", 1)
    assert kept == ["a"]
    monkeypatch.setitem(sys.modules, MemoryUploadedFileManager.__module__, None)
    uploads.keep_few()
