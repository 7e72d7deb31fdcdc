"""Imports go down the floors only; files and functions stay small; the tree names no machine."""

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

# The longest matching name decides, so batiksim.interventions.base has a floor of its own.
HOUSE = {
    0: "errors _compat calendar codes frozen gather heard texts reading __version__",
    1: "agentset columns data drivers geography interventions.base parameters places rules scale scenario"
    " streams",
    2: "agents counts interventions levers memory now programmes state start.industry start.population"
    " start.links",
    3: "indicators month model recording start steps story",
    4: "experiments",
    5: "app cli report",
    6: "__main__",
}
FLOORS = {f"batiksim.{name}": floor for floor, names in HOUSE.items() for name in names.split()}
FLOORS["batiksim"] = max(HOUSE)  # the public names, gathered
RULES_MAY_IMPORT = {
    "numpy",
    "numba",
    "batiksim.codes",
    "batiksim.gather",
    "batiksim.heard",
    "batiksim.streams",
    "batiksim.rules",
}
LONGEST_FILE = 320
LONGEST_FUNCTION = 45
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

TEXT = {".py", ".js", ".css", ".html", ".ipynb", ".toml", ".yaml", ".yml", ".md", ".txt", ".csv", ".cff"}
TEXT_NAMES = {"Makefile", "LICENSE", "run"}
FOLDERS = ("batiksim", "scenarios", "tests", "tools", "benchmarks", "docs", "notebooks", ".ci")
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


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function; its docstring does not count, so that nobody saves on explaining."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function):
        lines -= first.end_lineno - first.lineno + 1
    return lines


def floor(module: str) -> int:
    """The floor of the longest name in FLOORS that leads to this one."""
    leading = [name for name in FLOORS if module == name or module.startswith((f"{name}.", f"{name}_"))]
    best = max(leading, key=len)
    assert best != "batiksim" or module == "batiksim", f"{module} has no floor: give it one in FLOORS"
    return FLOORS[best]


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


def test_files_and_functions_stay_small() -> None:
    large = []
    for path in python_files("batiksim", "tests", "tools", "benchmarks"):
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > LONGEST_FILE:
            large.append(f"{path.relative_to(ROOT)}: {lines} lines")
        functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS))
        large += [
            f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {lines_of(function)} lines"
            for function in functions
            if lines_of(function) > LONGEST_FUNCTION
        ]
    assert not large, "\n".join(large)


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
