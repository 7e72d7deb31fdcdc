"""The history of the benchmarks: lines are added, none is lost, and only what can be compared is."""

from __future__ import annotations

from pathlib import Path

from benchmarks import history, studies


def test_figures_are_kept_and_compared(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    assert history.against({"ratio": 200.0}, file) == []
    history.keep({"ratio": 200.0, "peak_mb": 500.0}, file)
    history.keep({"ratio": 220.0, "new_policy_seconds": 0.5}, file)
    first, second = history.read(file)
    assert first["peak_mb"] == "500" and first["new_policy_seconds"] == ""
    assert second["ratio"] == "220" and second["version"] and second["machine"]
    said = history.against({"ratio": 110.0, "peak_mb": 400.0, "new_policy_seconds": 1.0}, file)
    assert said[1:] == ["  ratio: 110, was 220 (0.50)", "  new_policy_seconds: 1, was 0.5 (2.00)"]


def test_figures_of_another_machine_are_not_compared(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text("version,date,machine,python,ratio,peak_mb\n0.1.0,2026-01-01,another,3.11,200,500\n")
    said = history.against({"ratio": 210.0, "peak_mb": 400.0}, file)
    assert "another machine" in said[0] and said[1:] == ["  ratio: 210, was 200 (1.05)"]


def test_every_study_is_told() -> None:
    assert list(studies.TOLD) == list(studies.STUDIES)
