"""What the documents say is what the package holds."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from batiksim.cli import app
from batiksim.config.parameters import load_parameters
from batiksim.recording.indicators import load_indicators
from batiksim.scenario import Scenario
from batiksim.studies.study import Study
from tools.build_docs import pages

ROOT = Path(__file__).resolve().parents[1]
AT_THE_TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
WRITTEN = [*AT_THE_TOP, *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_generated_pages_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run `make docs`"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_names_in_backticks_exist(path: Path) -> None:
    known = {*load_parameters(), *load_indicators(), *(f"study.{name}" for name in dir(Study))}
    families = {name.split(".")[0] for name in known}
    named = set(re.findall(r"`([a-z]+\.[a-z_0-9]+)`", path.read_text(encoding="utf-8")))
    files = {name for name in named if name.endswith(".json")}
    assert not {name for name in named - files if name.split(".")[0] in families} - known


def test_the_house_is_drawn_as_it_stands() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = dict(re.findall(r"^\| `(batiksim/[\w/]+)/` \| (.+) \|$", page, flags=re.M))
    there = {}
    for file in sorted((ROOT / "batiksim").rglob("*/__init__.py")):
        (first, *_) = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").splitlines()
        there[file.parent.relative_to(ROOT).as_posix()] = first
    assert drawn == there
    for path in re.findall(r"`((?:batiksim|tests)/[\w/]+\.py)`", page):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text(encoding="utf-8")):
        file, _, heading = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.M)
            anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in anchors, link


def test_addresses_of_ours_lead_somewhere() -> None:
    """Those of the README are whole, because an index of packages shows it without the rest of the tree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    home = project["urls"]["Source"]
    texts = [path.read_text(encoding="utf-8") for path in WRITTEN]
    found = {link for text in texts for link in re.findall(rf"{home}/(?:blob|raw)/main/([^)\s\"#]+)", text)}
    found |= {url.partition("/main/")[2] for url in project["urls"].values() if "/main/" in url}
    assert len(found) > 5 and not [link for link in found if not (ROOT / link).exists()]
    assert not re.findall(r"\]\((?!https?:)", texts[0])


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_scenarios_in_documents_load(path: Path, tmp_path: Path) -> None:
    for block in re.findall(r"^```yaml\n(.+?)^```", path.read_text(encoding="utf-8"), flags=re.M | re.S):
        file = tmp_path / "example.yaml"
        file.write_text(block, encoding="utf-8")
        assert Scenario.load(file).title


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_commands_in_documents_exist(path: Path) -> None:
    known = {command.name for command in app.registered_commands}
    named = re.findall(r"(?:^|[`/\\])batiksim ([a-z][a-z-]*)", path.read_text(encoding="utf-8"), flags=re.M)
    assert set(named) <= known


@pytest.mark.slow
def test_python_in_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.+?)^```", text, flags=re.M | re.S)
    assert blocks
    exec("".join(blocks), {})
