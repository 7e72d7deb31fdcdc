"""What `make bench` says of runs of millions: measured in small, told in the same words."""

from __future__ import annotations

import pytest

from benchmarks import run
from benchmarks.measure import whole_run


def test_millions_are_told_by_person_and_month(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def small(scale: float, until: str, scenario: str) -> dict[str, float]:
        asked.append((scale, until, scenario))
        return whole_run(0.005, "2011-06", scenario)

    monkeypatch.setattr(run, "whole_run", small)
    found = run.tell_millions()
    assert asked == [(4.0, "2030-12", "baseline"), (0.75, "2030-12", "national")]
    lines = capsys.readouterr().out.splitlines()
    for name, line in zip(("million", "nation"), lines, strict=True):
        assert f"{found[f'{name}_ns']:.0f} ns a person and month; {found[f'{name}_mb']:.0f} MB" in line
        assert found[f"{name}_seconds"] > 0.0
