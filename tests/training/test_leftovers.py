"""Pages that an import left behind."""

import subprocess
import sys

import pytest

from mnist_cnn.training import leftovers

ENTRY = """{start}-{end} {permissions} 00000000 fe:00 {inode} {name}
Rss:                  64 kB
Anonymous:            {anonymous} kB
VmFlags: rd ex mr mw me
"""
SMAPS = [  # mapping, and whether nothing was ever written there
    ({"permissions": "r-xp", "inode": 17, "name": "/lib/code.so", "anonymous": 0}, True),
    ({"permissions": "r--p", "inode": 17, "name": "/lib/a name with 0-1 r-xp.so", "anonymous": 0}, True),
    ({"permissions": "r--p", "inode": 17, "name": "/lib/constants.so", "anonymous": 4}, False),
    ({"permissions": "rw-p", "inode": 17, "name": "/lib/variables.so", "anonymous": 0}, False),
    ({"permissions": "r--s", "inode": 18, "name": "/data/shared", "anonymous": 0}, False),
    ({"permissions": "---p", "inode": 17, "name": "/lib/gap.so", "anonymous": 0}, False),
    ({"permissions": "r-xp", "inode": 0, "name": "[vdso]", "anonymous": 0}, False),
]


def test_only_pages_of_files_that_were_never_written_are_let_go():
    places = [(f"7f{number:010x}", f"7f{number + 1:010x}") for number in range(len(SMAPS))]
    smaps = "".join(ENTRY.format(start=start, end=end, **entry) for (start, end), (entry, _) in zip(places, SMAPS, strict=True))
    wanted = [(int(a, 16), int(b, 16)) for (a, b), (_, unwritten) in zip(places, SMAPS, strict=True) if unwritten]
    assert leftovers._unwritten(smaps) == wanted


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of them")
def test_a_process_goes_on_without_them_and_is_smaller():
    code = """
import numpy as np, scipy.linalg
from mnist_cnn.training import leftovers

def mapped():
    return int(open("/proc/self/status").read().split("RssFile:")[1].split()[0])

before = mapped()
leftovers.let_go()
after = mapped()
assert np.allclose(scipy.linalg.inv(2 * np.eye(50)), np.eye(50) / 2)
print(before, after)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr
    before, after = map(int, answer.stdout.split())
    assert after < before / 2
