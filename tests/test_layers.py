"""The house: modules import only from rooms below their own, and nothing heavy before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mnist_cnn

PACKAGE = Path(mnist_cnn.__file__).parent
ROOMS = (
    ("ui", "cli", "__main__"),
    ("training",), ("reading",), ("runs",), ("records", "tickets"), ("network",), ("digits",), ("ink",), ("words",),
    ("arrays", "locks", "places", "errors"),
)  # fmt: skip
"""From the top of the house to its ground; those of one tuple stand side by side."""
LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
INTERFACE = {"streamlit", "altair", "streamlit_drawable_canvas"}
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}
TENSORFLOW = {"network.forward", "network.step"}  # are made of it, and imported where they are used
BELOW_PAGES = {name: path for name, path in MODULES.items() if not name.startswith("ui.")}


def imports(path: Path) -> set[str]:
    """What a module imports, at its top or later, names of modules in full: "numpy", "mnist_cnn.digits.datasets"."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> str:
    return name.removeprefix("mnist_cnn.").split(".")[0]


def test_every_module_stands_in_a_room():
    assert {room(name) for name in MODULES} == set(LEVELS)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_its_own_room_and_those_below(name):
    used = {room(found) for found in imports(MODULES[name]) if found.startswith("mnist_cnn.")}
    own, beside = LEVELS[room(name)], {other for other in used if LEVELS[other] == LEVELS[room(name)]}
    assert [other for other in used if LEVELS[other] < own] == []
    assert beside <= {room(name)} or name == "__main__"


@pytest.mark.parametrize("name", BELOW_PAGES)
def test_only_the_pages_know_the_interface(name):
    assert not {found.split(".")[0] for found in imports(MODULES[name])} & INTERFACE


def test_the_search_finds_imports_wherever_they_stand(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("import a.b\ndef f():\n    from mnist_cnn.ui import charts\n")
    assert imports(module) == {"a.b", "mnist_cnn.ui.charts"}


def test_importing_all_that_is_not_made_of_tensorflow_does_not_bring_it():
    light = sorted(set(BELOW_PAGES) - TENSORFLOW - {"__main__"})
    names = ", ".join(f"mnist_cnn.{name}".removesuffix(".__init__") for name in light)
    heavy = {"tensorflow", "keras", "sklearn", "streamlit", "distributed", "dask"}
    code = f"import sys, {names}; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
