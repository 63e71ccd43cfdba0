"""Pages of programs and libraries that an import has read, and that hardly anything reads again."""

import ctypes
import re
from contextlib import suppress
from pathlib import Path

MADV_DONTNEED = 4


def let_go() -> None:
    """Have the system take back pages of files that are mapped here and never written; whoever needs one maps it anew.

    To import TensorFlow leaves 250 MB of them. Only Linux tells of them (proc_pid_smaps(5), madvise(2)).
    """
    with suppress(OSError, AttributeError, TypeError):
        advise = ctypes.CDLL(None).madvise
        advise.argtypes = ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int
        for start, end in _unwritten(Path("/proc/self/smaps").read_text()):
            advise(start, end - start, MADV_DONTNEED)


def _unwritten(smaps: str) -> list[tuple[int, int]]:
    """The first address of each such mapping, and the one after its last.

    A library's constants are written once, when it is loaded, and then closed to writing: such pages are anonymous, and stay.
    """
    found = []
    for start, end, rest in re.findall(r"^(\w+)-(\w+) r-.p \w+ \S+ [1-9]\d* ((?:.|\n(?!\w+-\w+ ))*)", smaps, re.MULTILINE):
        if re.search(r"^Anonymous: +0 kB$", rest, re.MULTILINE):
            found.append((int(start, 16), int(end, 16)))
    return found
