"""In bfloat16 a step is nearly that of float32, and what it changes and leaves is float32."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_cnn.digits import datasets
from mnist_cnn.network import forward, model, precision
from mnist_cnn.network.precision import BFLOAT16, FLOAT32, FORMATS, VARIABLE
from mnist_cnn.network.step import Learner
from mnist_cnn.training import training

CPU = "processor\t: 0\nbugs\t: none\nflags\t\t: fpu sse2 {}\n"
PROCESSORS = {
    "older": ("avx2 avx512f avx512_vnni", False),
    "AVX-512": ("avx512_vnni avx512_bf16 gfni", True),
    "AMX": ("amx_bf16 amx_tile amx_int8", True),
    "of another format": ("avx512_fp16 amx_int8 avx512_bf16x", False),
}


@pytest.mark.parametrize(("flags", "has"), PROCESSORS.values(), ids=PROCESSORS)
def test_bfloat16_is_chosen_where_the_processor_has_it(tmp_path, monkeypatch, flags, has):
    (tmp_path / "cpuinfo").write_text(CPU.format(flags))
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert precision.native() == has and precision.chosen() == (BFLOAT16 if has else FLOAT32)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")  # what else there is for bfloat16 is slow
    assert not precision.native()


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"Features : fp asimd bf16\n"])
def test_a_system_that_tells_nothing_of_it_has_float32(tmp_path, monkeypatch, content):
    if content is not None:
        (tmp_path / "cpuinfo").write_bytes(content)
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert precision.chosen() == FLOAT32


@pytest.mark.parametrize("has", [True, False])
def test_the_environment_overrides_what_the_processor_has(monkeypatch, has):
    monkeypatch.setattr(precision, "native", lambda: has)
    for named, form in {FLOAT32: FLOAT32, " BFloat16 ": BFLOAT16, "float8": (FLOAT32, BFLOAT16)[has]}.items():
        monkeypatch.setenv(VARIABLE, named)
        assert precision.chosen() == form


@pytest.mark.parametrize("has", [True, False])
def test_a_product_in_bfloat16_is_rounded_forward_and_back_whoever_rounds(monkeypatch, has):
    """A processor without such instructions has kernels too; they sum less precisely, but few values well enough."""
    monkeypatch.setattr(precision, "native", lambda: has)
    chance = np.random.default_rng(1)
    x, kernel, back = (chance.normal(size=size).astype(np.float32) for size in ((2, 4, 4, 3), (3, 3, 3, 5), (2, 4, 4, 5)))

    def product_and_gradients(form):
        operands = [tf.constant(x), tf.constant(kernel)]
        with tf.GradientTape() as tape:
            tape.watch(operands)
            y = tf.cast(forward._product(forward._convolution, *operands, form), tf.float32)
        return y, *tape.gradient(y, operands, tf.constant(back))

    for narrow, wide in zip(*map(product_and_gradients, (BFLOAT16, FLOAT32)), strict=True):
        assert narrow.dtype == tf.float32
        assert np.array_equal(narrow, tf.cast(tf.cast(narrow, tf.bfloat16), tf.float32))
        assert 0 < difference(narrow, wide) < 0.01


def difference(a, b) -> float:
    """Of two tensors, by their lengths."""
    return float(np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(b))


NETWORKS = {"tutorial": {}, "deep": {"convolutions": 2, "batch_norm": True}, "transcript": {"second_pooling": True}}


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_a_step_in_bfloat16_goes_the_way_of_one_in_float32(small, monkeypatch, changes):
    """Where the sign of 1 in 400 values before a ReLU is another, the gradient differs by the root of that, 5 %."""
    hp, digits, found = small(filters1=6, filters2=8, dense_units=16, **changes), datasets.load("digits"), {}
    for form in FORMATS:
        monkeypatch.setenv(VARIABLE, form)
        learner = Learner(model.build(hp), keras.optimizers.Adam(), hp)
        found[form] = learner.differentiate(digits.x_train[:64], digits.y_train[:64].astype(np.int32), learner.seed())
    narrow, wide = found[BFLOAT16], found[FLOAT32]
    assert {tensor.dtype.name for tensor in (narrow.logits, narrow.losses, *narrow.gradients)} == {"float32"}
    assert 0 < difference(narrow.logits, wide.logits) < 0.02
    flat = [np.concatenate([np.ravel(gradient) for gradient in each.gradients]) for each in (narrow, wide)]
    assert 0 < difference(*flat) < 0.2
    first, last = ((narrow.gradients[at], wide.gradients[at]) for at in (0, -1))
    assert difference(*last) < 0.01 and difference(*first) < 0.4


def test_what_bfloat16_trains_is_float32_and_the_same_each_time(store, new_run, monkeypatch):
    monkeypatch.setenv(VARIABLE, BFLOAT16)
    histories = []
    for _ in range(2):
        run = new_run(store, batch_norm=True, dropout1=0.2)
        training.train(run)
        histories.append([row | {"seconds": 0} for row in run.history()])
    assert histories[0] == histories[1] and [row["precision"] for row in histories[0]] == 2 * [BFLOAT16]
    network = keras.models.load_model(run.model_file)
    assert {weight.dtype.name for weight in network.get_weights()} == {"float32"}
    assert {layer.dtype_policy.name for layer in network.layers} == {"float32"}


def test_a_run_goes_on_in_the_format_of_the_machine_that_resumes_it(store, new_run, monkeypatch):
    run = new_run(store)
    for form, until in (BFLOAT16, 2), (FLOAT32, None):
        monkeypatch.setenv(VARIABLE, form)
        training.train(run, lambda event, until=until: event["epoch"] == until and run.request_stop())
        if until:
            assert run.status().state == "stopped" and run.resumable()
    assert run.status().state == "finished"
    assert [row["precision"] for row in run.history()] == [BFLOAT16, FLOAT32]
