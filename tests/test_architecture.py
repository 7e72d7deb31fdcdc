"""Imports go down the floors only; the tree names no machine."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "batiksim"

# The house, from the ground up: a package is one floor, and imports go down only.
HOUSE = (
    "errors codes arrays __version__",
    "i18n",
    "calendar",
    "data",
    "config",
    "world",
    "scenario",
    "agents",
    "rules",
    "kernels",
    "state",
    "interventions",
    "recording",
    "model",
    "runs",
    "studies",
    "futures",
    "present",
    "report",
    "futures",
    "app",
    "cli",
    "__main__",
)
FLOORS = {f"batiksim.{name}": floor for floor, names in enumerate(HOUSE) for name in names.split()}
FLOORS["batiksim"] = len(HOUSE)  # the public names, gathered
RULES_MAY_IMPORT = {"numpy", "numba", "batiksim.arrays", "batiksim.codes", "batiksim.rules"}

TEXT = {".py", ".js", ".css", ".html", ".ipynb", ".toml", ".yaml", ".yml", ".md", ".txt", ".csv", ".cff"}
TEXT_NAMES = {"Makefile", "LICENSE", "run"}
FOLDERS = (
    "batiksim",
    "verification",
    "scenarios",
    "tests",
    "tools",
    "benchmarks",
    "docs",
    "notebooks",
    ".ci",
)
FORBIDDEN = {
    "a path of one machine": r"(?<![.\w])/(?:root|home|work|Users|mnt)/|[A-Z]:\\+Users\b",
    "the address of a package registry": r"https?://[^/\s]*(?:pypi|pythonhosted|npmjs|anaconda|debian)[^/\s]*",
    "something left open": r"\b(?:TO[D]O|FIX[M]E|X[X]X|NotImplemented[E]rror)\b",
}


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_files() -> list[Path]:
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    at_the_top = [path for path in ROOT.iterdir() if path.is_file()]
    return [path for path in inside + at_the_top if path.suffix in TEXT or path.name in TEXT_NAMES]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def exists(module: str) -> bool:
    """Tell a module of ours from a name inside one."""
    path = ROOT.joinpath(*module.split("."))
    return module.startswith("batiksim.") and (path.with_suffix(".py").exists() or path.is_dir())


def imports(path: Path, *, at_start: bool = False) -> Iterator[tuple[int, str]]:
    """Line and full module name of the imports in a file.

    All of them, also those in functions and under TYPE_CHECKING; `at_start`: those that run on import.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield node.lineno, whole if whole in FLOORS or exists(whole) else source


def floor(module: str) -> int:
    """The floor of the package a module is in."""
    package = ".".join(module.split(".")[:2])
    assert package in FLOORS, f"{module} has no floor in HOUSE"
    return FLOORS[package]


@pytest.mark.parametrize("path", python_files("batiksim"), ids=module_name)
def test_imports_go_down(path: Path) -> None:
    here = floor(module_name(path))
    upward = [
        f"{path.relative_to(ROOT)}:{line} (floor {here}) imports {module} (floor {floor(module)})"
        for line, module in imports(path)
        if module.split(".")[0] == "batiksim" and floor(module) > here
    ]
    assert not upward, "\n".join(upward)


def test_imports_make_no_circle() -> None:
    files = {module_name(path): path for path in python_files("batiksim")}
    graph = {
        name: {module for _, module in imports(path, at_start=True) if module in files and module != name}
        for name, path in files.items()
    }
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError and names the circle


def test_every_floor_is_there() -> None:
    there = {module_name(path).split(".")[1] for path in python_files("batiksim") if path.parent != PACKAGE}
    assert there <= {name for names in HOUSE for name in names.split()}


@pytest.mark.parametrize("path", python_files("tools", "benchmarks", "verification"), ids=module_name)
def test_nothing_outside_tests_imports_tests(path: Path) -> None:
    assert not [line for line, module in imports(path) if module.split(".")[0] in ("tests", "conftest")]


@pytest.mark.parametrize("path", python_files("batiksim/rules"), ids=module_name)
def test_rules_know_arrays_only(path: Path) -> None:
    foreign = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for line, module in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == allowed or module.startswith(allowed + ".") for allowed in RULES_MAY_IMPORT)
    ]
    assert not foreign, "\n".join(foreign)


def test_only_compat_asks_which_mesa_this_is() -> None:
    asking = [
        str(path.relative_to(ROOT))
        for path in python_files("batiksim")
        if path.name != "_compat.py" and "mesa.__version__" in path.read_text(encoding="utf-8")
    ]
    assert not asking


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_has_no(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number} {hit.group()}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for hit in [pattern.search(line)]
        if hit and '"image/png": "' not in line  # letters of a picture spell anything
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["see " + "/home" + "/x", "C:" + r"\Users\me", "# TO" + "DO later", "https:" + "//pypi.org/simple"],
)
def test_the_patterns_find_what_they_should(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in FORBIDDEN.values())
