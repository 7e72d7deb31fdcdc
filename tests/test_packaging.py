"""What is handed out is whole: the wheel runs without the repository, the sdist can test itself."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import batiksim

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def files_under(folder: str, *suffixes: str) -> set[str]:
    found = (path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_wheel_has_code_data_and_scenarios(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    package = files_under("batiksim", ".py", ".yaml", ".csv", ".json", ".html", ".jinja", ".js", ".css")
    library = {f"batiksim/{name}" for name in files_under("scenarios", ".yaml")}
    assert library
    assert package | library <= inside
    assert not [name for name in inside if name.endswith((".pyc", ".nbi", ".nbc"))]


def test_sdist_can_build_and_test_itself(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        inside = {name.partition("/")[2] for name in sdist.getnames()}
    folders = ("batiksim", "scenarios", "tests", "tools", "benchmarks", "docs", "notebooks")
    wanted = {name for folder in folders for name in files_under(folder, ".py", ".yaml", ".csv", ".md")}
    assert wanted | {"Makefile", "constraints.txt", ".ci/run", "LICENSE", "CITATION.cff"} <= inside


def test_citation_names_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = YAML(typ="safe", pure=True).load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (batiksim.__version__, project["license"])


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    required = [*project["dependencies"], *(need for extra in extras for need in extra)]
    required = [need for need in required if not need.startswith("batiksim[")]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines}
    assert {need.partition(">=")[0] for need in required} <= pinned
