"""What every batch taught is kept row by row, whatever happens in the midst of one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Store
from mnist_cnn.training import batches


@given(st.lists(st.floats(0.5, 4, width=32), max_size=20), st.binary(max_size=11), st.integers(0, 5))
def test_batches_are_kept_row_by_row_and_forgotten_from_an_epoch_on(tmp_path_factory, epochs, half, kept):
    run = Store(tmp_path_factory.mktemp("models")).create("one", "digits", PRESETS["tiny"])
    rows = np.array([(epoch, 0.5, 0.9) for epoch in sorted(epochs)], np.float32).reshape(-1, 3)
    for row in rows:
        batches.append(run, row[None])
    with batches.file(run).open("ab") as file:
        file.write(half)
    assert np.array_equal(batches.read(run), rows)
    batches.forget(run, kept)
    batches.append(run, np.array([[9, 1, 0]]))
    assert np.array_equal(batches.read(run), [*rows[rows[:, 0] <= kept], (9, 1, 0)])
