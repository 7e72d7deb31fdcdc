"""What a large study costs, on paper: straight lines through what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import slopes


def test_costs_lie_on_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """36 s and 36 s a million people, 100 MB and 50 MB a million, 2 MB a run."""
    rows = "".join(f"{n * 1_000_000},{36 + 36 * n},{100 + 50 * n},2e6,8e6,x\n" for n in (1, 2, 3))
    (tmp_path / "slopes.csv").write_text(",".join(slopes.COLUMNS) + "\n" + rows, encoding="utf-8")
    monkeypatch.setattr(slopes, "KEPT", tmp_path / "slopes.csv")
    found = slopes.expected(9_000_000, 1000)
    assert found.core_hours == pytest.approx(100) and found.memory_mb == pytest.approx(1000)
    assert (found.yearly_gb, found.monthly_gb) == pytest.approx((2, 8))
