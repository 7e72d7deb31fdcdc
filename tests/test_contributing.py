"""What the pages for contributors say is done here, page after page, in a copy of the package."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "contributing"
NAMES = ("parameter", "rule", "indicator", "intervention", "language")
# A block of code, and the file that the sentence before it names.
_BLOCK = re.compile(r"(?:(Add to|Change in|Write) `([^`]+)`:\n\n)?^```(\w+)\n(.*?)^```", re.M | re.S)


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what contributors work on."""
    folder = tmp_path_factory.mktemp("workbench")
    for name in ("batiksim", "scenarios", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def blocks(page: str) -> list[tuple[str, str, str, str]]:
    """What each block of a page is for, the file it is about, its language and its content."""
    content = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    found = [match.groups(default="") for match in _BLOCK.finditer(content)]
    assert len(found) == len(re.findall(r"^```\w", content, re.M))
    return [(doing, file, language, code) for doing, file, language, code in found]


def do(folder: Path, doing: str, file: str, code: str) -> None:
    """Change a file of the copy as a page says."""
    target = folder / file
    if doing == "Write":
        target.write_text(code, encoding="utf-8")
        return
    before = target.read_text(encoding="utf-8")
    if doing == "Add to":
        target.write_text(before + code, encoding="utf-8")
        return
    old, new = ([line[1:] for line in code.splitlines() if line.startswith(sign)] for sign in "-+")
    assert before.count("\n".join(old)) == 1, f"{file} does not have {old} once"
    target.write_text(before.replace("\n".join(old), "\n".join(new)), encoding="utf-8")


def run(folder: Path, language: str, code: str) -> None:
    """Run a block in a process of its own; compiling would take longer than these few people do without."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BATIKSIM_")}
    environment = {
        **kept,
        "PYTHONPATH": str(folder),
        "NUMBA_DISABLE_JIT": "1",
    }
    commands = [[sys.executable, "-c", code]]
    if language == "sh":
        lines = [shlex.split(line) for line in code.splitlines()]
        for name, _, value in (words[1].partition("=") for words in lines if words[0] == "export"):
            environment[name] = value
        commands = [[sys.executable, *words[1:]] for words in lines if words[0] == "python"]
    for command in commands:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=600
        )
        assert done.returncode == 0, f"{command[1:]}\n{done.stdout}{done.stderr}"
        assert (folder / "batiksim").is_dir()


def test_every_page_is_named() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(NAMES)
    listed = re.findall(
        r"docs/contributing/(\w+)\.md", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    )
    assert sorted(listed) == sorted(NAMES)


@pytest.mark.slow
def test_what_the_pages_say_works(workbench: Path) -> None:
    """In one copy and in this order, because the pages lead on from each other."""
    for page in NAMES:
        for doing, file, language, code in blocks(page):
            if doing:
                do(workbench, doing, file, code)
            else:
                assert language in ("python", "sh"), f"{page}: a block nobody runs"
                run(workbench, language, code)


def test_a_language_is_begun_once(workbench: Path) -> None:
    from tools.new_language import begin, main

    assert begin(workbench, "su") > 20
    assert begin(workbench, "su") == 0
    assert main(["Javanese"]) == 2 and main([]) == 2
