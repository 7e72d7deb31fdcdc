"""What compiling costs, by pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cold


def test_the_longest_comes_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    asked: list[Path] = []

    def measured(checkout: Path) -> tuple[float, dict[str, tuple[float, int]]]:
        asked.append(checkout)
        return 4.0, {"scan.losers": (0.5, 2), "decision.decide": (2.0, 1)}

    monkeypatch.setattr(cold, "cold", measured)
    cold.main(["other"])
    assert asked == [Path("other").resolve()]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:2]] == ["decision.decide", "scan.losers"]
    assert "(2 times)" in lines[1]
    assert lines[2].split()[:2] == ["2.50", "2"] and "4.00" in lines[2]
