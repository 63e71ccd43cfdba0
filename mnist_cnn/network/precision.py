"""The number format in which trainings multiply: bfloat16 where the processor has instructions for it, else float32."""

import os
from functools import cache
from pathlib import Path

FORMATS = FLOAT32, BFLOAT16 = "float32", "bfloat16"
VARIABLE = "MNIST_CNN_PRECISION"  # names one of `FORMATS`, whatever the processor has
PROCESSOR = Path("/proc/cpuinfo")  # of Linux
INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}  # as Linux calls them


def chosen() -> str:
    """The format of `FORMATS` that a training in this process takes."""
    named = os.environ.get(VARIABLE, "").strip().lower()
    return named if named in FORMATS else (BFLOAT16 if native() else FLOAT32)


def native() -> bool:
    """Whether TensorFlow multiplies bfloat16 by instructions of this processor; oneDNN does, and nothing else of it."""
    return os.environ.get("TF_ENABLE_ONEDNN_OPTS", "").lower() in ("1", "true") and _has_instructions(PROCESSOR)


@cache
def _has_instructions(described: Path) -> bool:
    """Whether a file, in the form of Linux's /proc/cpuinfo, tells of any of `INSTRUCTIONS`; False where there is none."""
    try:
        lines = described.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")  # the cores are alike
    return not INSTRUCTIONS.isdisjoint(flags.split())
