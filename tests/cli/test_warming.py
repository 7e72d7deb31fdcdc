"""Whoever waits for the compiler is told so once; programs, files and the quiet are not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from batiksim.cli import main, warming
from batiksim.i18n.texts import speaking, text
from batiksim.runs import warming as work
from batiksim.runs.warming import Warmed, Warming

TINY = ("run", "baseline", "--scale", "0.005", "--until", "2011-01")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A computer on which nothing is compiled yet, and a terminal before it; how often it compiles."""
    calls: list[int] = []

    def warm(tell: Callable[[Warming], None] = lambda so_far: None) -> Warmed:
        calls.append(1)
        tell(Warming())
        tell(Warming(0.25, 21.0))
        return Warmed(4, 28.0)

    monkeypatch.setattr(work, "is_cold", lambda: not calls)
    monkeypatch.setattr(work, "warm", warm)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    return calls


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_first_run_tells_that_it_compiles_and_the_next_does_not(
    fresh: list[int], capsys: pytest.CaptureFixture[str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main([*TINY, "--lang", lang]) == 0
    told, once = capsys.readouterr(), text("kernels.compiled_once", lang, seconds="28")
    assert told.err.count(once) == 1 and once not in told.out
    assert main([*TINY, "--lang", lang]) == 0
    assert once not in capsys.readouterr().err and fresh == [1]


@pytest.mark.parametrize("more", [("--quiet",), ("--json",), ("--csv", "-")])
def test_programs_and_the_quiet_hear_nothing(
    fresh: list[int],
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main([*TINY, *more]) == 0
    assert not fresh and "28 s" not in capsys.readouterr().err


def test_a_file_hears_nothing(
    fresh: list[int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert main([*TINY]) == 0
    assert not fresh and "28 s" not in capsys.readouterr().err


def test_how_far_it_is_in_one_line() -> None:
    assert warming.told(Warming(0.186, 20.4)).endswith("18 %, about 20 s left")
    assert warming.told(Warming()).endswith("0 %, time left not known yet")
    with speaking("id"):
        assert warming.told(Warming(0.186, 20.4)).endswith("18 %, sekitar 20 dtk lagi")


def test_doctor_compiles_and_says_what_it_did(
    fresh: list[int], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--warm"]) == 0
    told = capsys.readouterr().out
    assert fresh == [1] and text("doctor.warmed", "en", count=4, seconds="28") in told
    monkeypatch.setattr(work, "warm", lambda *_: Warmed(0, 0.1))
    assert main(["doctor", "--warm", "--json"]) == 0
    assert text("doctor.warm_already", "en") in capsys.readouterr().out
    assert main(["doctor"]) == 0
    assert "compiled " not in capsys.readouterr().out.replace("compiled functions", "")


def test_doctor_compiles_nothing_where_nothing_can_be_kept(
    fresh: list[int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batiksim.kernels.compiling._refused", ["the disk is full"])
    assert main(["doctor", "--warm"]) == 1
    assert not fresh and "BAD  compiled" in (told := capsys.readouterr().out) and "the disk is full" in told


def test_doctor_goes_on_where_compiling_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Warmed:
        raise RuntimeError("no compiler")

    monkeypatch.setattr(work, "warm", fails)
    assert main(["doctor", "--warm"]) == 1
    told = capsys.readouterr().out
    assert "BAD  compiled" in told and "no compiler" in told and "tiny run" in told
