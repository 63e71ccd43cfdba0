"""A lock has one holder, whoever looks on, and goes with the process that held it."""

import errno
import importlib
import subprocess
import sys
import threading
import types

import pytest

from mnist_cnn import locks
from mnist_cnn.digits.datasets import PROJECT

fcntl = pytest.importorskip("fcntl")  # Windows is played by its means as well

HOLD = """
import pathlib, sys
from mnist_cnn import locks
lock = locks.acquire(pathlib.Path(sys.argv[1]))
print("held", flush=True)
input()
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    return tmp_path / "lock"


@pytest.fixture
def no_locks(monkeypatch):
    """A file system that knows no locks."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def check_one_holder(path) -> None:
    assert locks.held(path) is None and not path.exists()  # looking makes no file
    with locks.acquire(path) as lock:
        assert lock.sure and locks.held(path) is True and locks.acquire(path) is None
    assert locks.held(path) is False
    locks.acquire(path).release()


def test_a_lock_has_one_holder_until_it_is_released(path):
    check_one_holder(path)


def test_a_lock_ends_with_its_process_however_that_ends(path):
    with subprocess.Popen([sys.executable, "-c", HOLD, path], cwd=PROJECT, stdin=-1, stdout=-1) as holder:
        assert holder.stdout.readline() == b"held\n" and locks.held(path) is True and locks.acquire(path) is None
        holder.kill()
    assert locks.held(path) is False


def test_whoever_looks_disturbs_nobody_who_locks(path, monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 30)
    locks.acquire(path).release()
    over, seen = threading.Event(), []

    def look():
        while not over.is_set():
            seen.append(locks.held(path))

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(50):
        locks.acquire(path).release()
    over.set()
    for reader in readers:
        reader.join()
    assert seen and None not in seen


def test_where_there_are_no_locks_nobody_is_kept_out_and_nothing_is_told(path, no_locks):
    with locks.acquire(path) as first, locks.acquire(path) as second:
        assert not first.sure and not second.sure and locks.held(path) is None


def test_other_errors_are_not_taken_for_a_lock(path, tmp_path):
    with pytest.raises(FileNotFoundError):
        locks.acquire(tmp_path / "gone" / "lock")
    path.mkdir()
    assert locks.held(path) is None


def test_on_windows_its_own_locks_are_used(path, monkeypatch):
    def locking(number, mode, count):
        try:
            fcntl.flock(number, mode)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    windows = types.SimpleNamespace(LK_NBLCK=fcntl.LOCK_EX | fcntl.LOCK_NB, LK_UNLCK=fcntl.LOCK_UN, locking=locking)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fcntl", None)
        patch.setitem(sys.modules, "msvcrt", windows)
        try:
            importlib.reload(locks)
            monkeypatch.setattr(locks, "PATIENCE", 0.05)
            check_one_holder(path)
        finally:
            patch.undo()
            importlib.reload(locks)
