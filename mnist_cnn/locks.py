"""Locks on files, which the operating system gives back when their holder ends, however it ends."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

FILES = 1 << 16  # more than anybody needs
PATIENCE = 1.0  # seconds in which whoever only looks has looked
TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
UNKNOWN = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}  # as on some network drives


class Lock:
    """A file that is locked until `release`, or the end of the block or of the process.

    Attributes
    ----------
    sure : False where the file system knows no locks, so that others may hold it as well.
    """

    def __init__(self, file: BinaryIO, sure: bool):
        self._file, self.sure = file, sure

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_) -> None:
        self.release()

    def release(self) -> None:
        with self._file:
            if self.sure:
                _unlock(self._file)


def acquire(path: Path, patience: float = PATIENCE) -> Lock | None:
    """Lock a file, which is made where there is none; None where somebody else has it locked for so many seconds.

    Raises
    ------
    OSError : the file cannot be opened, as in a folder that is gone.
    """
    file, deadline = path.open("ab"), time.monotonic() + patience
    while (locked := _lock(file, shared=False)) is False and time.monotonic() < deadline:
        time.sleep(0.01)
    if locked is False:
        file.close()
        return None
    return Lock(file, sure=bool(locked))


@contextmanager
def waited(path: Path, patience: float = 10.0) -> Iterator[None]:
    """Wait until nobody else is in such a block, or so many seconds; at most one is at a time, where there are locks.

    Raises
    ------
    OSError : as `acquire` does.
    """
    lock = acquire(path, patience)
    try:
        yield
    finally:
        if lock:
            lock.release()


def allow_many() -> None:
    """Let this process have as many files open as the system allows it, where that can be said."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, FILES) if most != resource.RLIM_INFINITY else FILES, most))


def held(path: Path) -> bool | None:
    """Whether somebody, this process included, has locked a file; None where there is no telling."""
    try:
        with path.open("rb") as file:
            locked = _lock(file, shared=True)  # many may look at once; who acquires tries again
            if locked:
                _unlock(file)
            return None if locked is None else not locked
    except OSError:
        return None


def _lock(file: BinaryIO, shared: bool) -> bool | None:
    """Whether the file is locked now, without waiting; None where the file system knows no locks."""
    try:
        if fcntl:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        else:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno not in TAKEN | UNKNOWN:
            raise
        return False if error.errno in TAKEN else None
    return True


def _unlock(file: BinaryIO) -> None:
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_UN)
    else:
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
