"""What ships is made anew by one command, which goes on where it was stopped."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from batiksim.runs import fingerprints
from tools import shipped
from tools.shipped import ROOT, STEPS, Step, main


def writes(name: str) -> Step:
    """A step that says that it was done, in a file of its folder's name."""
    return Step(("tests.support.step", shipped.WORK, name), "nothing")


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "STEPS", {name: writes(name) for name in ("first", "broken", "last")})


def said(work: Path) -> list[str]:
    return (work / "said").read_text(encoding="utf-8").split()


@pytest.mark.usefixtures("made_up")
def test_a_step_that_fails_ends_it_and_is_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["--work", str(tmp_path)]) == 3
    assert said(tmp_path) == ["first", "broken"] and "broken failed with code 3" in capsys.readouterr().err
    (tmp_path / "mended").touch()
    assert main(["--work", str(tmp_path)]) == 0
    assert said(tmp_path) == ["first", "broken", "broken", "last"]
    assert main(["--work", str(tmp_path)]) == 0
    assert len(said(tmp_path)) == 4


@pytest.mark.usefixtures("made_up")
def test_another_model_makes_all_of_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mended").touch()
    assert main(["--work", str(tmp_path)]) == 0
    monkeypatch.setattr(fingerprints, "package", lambda: {"code": "another"})
    assert main(["--work", str(tmp_path), "--only", "last", "first"]) == 0
    assert said(tmp_path) == ["first", "broken", "last", "first", "last"]


@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_a_module_and_what_it_makes_is_there(name: str) -> None:
    step = STEPS[name]
    assert find_spec(step.command[0]) is not None
    for path in re.findall(r"(?:docs|tests|batiksim|notebooks)(?:/[\w.]+)*", step.makes):
        assert (ROOT / path).exists(), path


def test_every_tool_that_writes_from_runs_is_a_step() -> None:
    """A tool that writes into the repository is a step, or is named here with its reason."""
    apart = {
        "core": "screens for hours", "kept": "rows of a folder", "new_language": "drafts",
        "shipped": "this command", "app_probe": "pictures to look at", "app_bench": "prints",
    }  # fmt: skip
    steps = {step.command[0].removeprefix("tools.") for step in STEPS.values()}
    parts = {"regimes_page", "regimes_figure", "start_page", "uncertainty_picture"}  # of steps
    for file in (ROOT / "tools").glob("*.py"):
        if re.search(r"\.write_(text|bytes)\(|\.savefig\(", file.read_text(encoding="utf-8")):
            assert file.stem in steps | parts | set(apart), file.name


def test_without_a_folder_nothing_is_made(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "--work is needed" in capsys.readouterr().err
    assert main(["--list"]) == 0
    assert "tools.carried --work" in capsys.readouterr().out
