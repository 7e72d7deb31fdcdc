"""The cost of a month against another checkout: here against itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from batiksim.model.schedule import STEPS
from benchmarks import month_cost


def test_both_are_measured_in_turns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    other, calls = Path("other").resolve(), []

    def month_ms(checkout: Path, scale: float, months: int, seed: int, yearly: bool) -> dict[str, float]:
        calls.append((checkout == other, seed))
        return {"choice": 1.0, "month": 2.0 if checkout == other else 2.2}

    monkeypatch.setattr(month_cost, "month_ms", month_ms)
    assert month_cost.main([str(other), "--rounds", "2"]) == pytest.approx(1.1)
    assert calls == [(False, 1), (True, 1), (False, 1), (True, 1), (True, 2), (False, 2)]
    assert "ratio 1.100 (1.100 .. 1.100, 2 rounds)" in capsys.readouterr().out


def test_a_month_of_a_checkout_takes_time() -> None:
    cost = month_cost.month_ms(month_cost.HERE, 0.005, 1, 1, True)
    steps = {step.name for step in STEPS}
    assert steps | {"recording", "month"} == set(cost)
    assert 0.0 < sum(cost.values()) - cost["month"] <= cost["month"]
