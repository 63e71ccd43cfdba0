"""Modules import only what lies below them, and nothing heavy before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mnist_cnn

PACKAGE = Path(mnist_cnn.__file__).parent
MODULES = {path.stem: path for path in PACKAGE.glob("*.py")}
CORE = {
    "data",
    "download",
    "sketch",
    "strokes",
    "nondigits",
    "picture",
    "segmentation",
    "training_set",
    "model",
    "hyperparameters",
    "errors",
}
SERVICES = {
    "runs",
    "collection",
    "teaching",
    "calibration",
    "training",
    "evaluation",
    "prediction",
    "jobs",
    "estimate",
    "worker",
}
INTERFACE = {"ui", "cli", "streamlit", "altair", "streamlit_drawable_canvas"}
LIGHT = ["data", "hyperparameters", "model", "runs", "jobs", "evaluation", "prediction", "estimate", "training", "cli"]


def imports(path: Path) -> set[str]:
    """Names of what a module imports, at its top or later: "numpy", or "data" for mnist_cnn.data."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("mnist_cnn.").split(".")[0] for name in found}


def test_the_modules_named_here_exist():
    assert set(MODULES) >= CORE | SERVICES


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"__main__"}))
def test_nothing_below_the_pages_knows_the_interface(name):
    assert not imports(MODULES[name]) & INTERFACE


@pytest.mark.parametrize("name", sorted(CORE))
def test_the_core_knows_no_service(name):
    assert not imports(MODULES[name]) & SERVICES


def test_the_pages_know_the_interface():
    assert any("streamlit" in imports(path) for path in (PACKAGE / "ui").rglob("*.py"))


@pytest.mark.parametrize("name", LIGHT)
def test_importing_does_not_bring_tensorflow(name):
    code = f"import sys, mnist_cnn.{name}; print(sorted({{'tensorflow', 'keras', 'sklearn', 'streamlit'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
