"""A short form of `benchmarks/faults.py`: whatever goes wrong, nothing that was learned or drawn is lost."""

import pytest

from benchmarks import damage, faults
from mnist_cnn.runs import Store

TIMES = {"kills": 1, "disk": 1, "readonly": 1, "corrupt": 40, "clock": 1, "servers": 3}


@pytest.mark.parametrize("part", TIMES)
def test_nothing_is_lost(part):
    result = faults.cause(part, TIMES[part])
    if result.skipped:
        pytest.skip(result.skipped)
    assert result.fell == []
    assert result.faults >= TIMES[part] and result.checks > result.faults


def test_a_run_with_every_file_is_read_whole(tmp_path):
    """What the parts damage is sound before."""
    store = Store(tmp_path / "models")
    run = damage.make_run(store)
    told = damage.read_all(store)[run.id]
    assert told["complete"] and told["status"].state == "finished" and len(told["history"]) == 3
    assert (told["batches"], told["snapshots"], told["learned"], len(told["events"]), told["asked"]) == (15, 3, 6, 2, 2)
    assert told["teaching"]["test"]["after"] == 0.6 and told["threshold"] == 0.4
    assert told["evaluation"]["accuracy"] == told["summary"]["accuracy"]


def test_what_falls_is_told():
    result = faults.Result("kills", faults=3)
    result.check(True, "unseen")
    result.check(False, "lost")
    assert result.fell == ["fault 3: lost"] and result.row() == "| kills | 3 | 2 | 1 |"
