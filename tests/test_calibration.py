"""The tool that holds the model against targets: its verdict, on made-up numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from batiksim.data import rows
from batiksim.i18n.texts import catalogue
from batiksim.scenario import Scenario
from batiksim.studies.validation.facts import Fact, shipped_facts
from tools import calibration

TARGET = Fact("young_workers_fall", "batik.workers_15_24", ("city",), "2022-12", "change", 120, high=0.0)


def row(value: float, **said: float) -> calibration.Row:
    return calibration.Row("hands-short", TARGET, np.array([value, value]), said)


def test_a_null_wins_where_it_is_nearer_to_the_band() -> None:
    assert row(-5.0, trend=-1.0, cohort=2.0).better_nulls == []  # both met: nobody wins
    assert row(5.0, trend=-1.0, cohort=2.0, persistence=7.0).better_nulls == ["trend", "cohort"]
    told = " ".join(calibration.verdict([row(5.0, trend=-1.0)]))
    assert "wins** `young_workers_fall`" in told and "check: 0 of 1" in told
    silent = row(5.0, cohort=float("nan"))
    assert silent.better_nulls == [] and "| – |" in list(calibration.lines([silent], "check"))[-1]


def test_a_missed_fit_row_ends_in_an_error_after_the_page_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PAGE", "FAILED"):
        monkeypatch.setattr(calibration, name, tmp_path / name)
    fit = calibration.Row("hands-short", replace(TARGET, role="fit"), np.array([1.0]), {})
    for found, code in ((fit, 1), (row(1.0), 0)):
        monkeypatch.setattr(calibration, "look", lambda *_, found=found: [[found]])
        assert calibration.main(["2"]) == code
        assert "young_workers_fall" in (tmp_path / "PAGE").read_text(encoding="utf-8")
    assert "young_workers_fall,hands-short" in (tmp_path / "FAILED").read_text(encoding="utf-8")
    (tmp_path / "PAGE").unlink()
    assert calibration.main(["1", "--scale", "0.1"]) == 0 and not (tmp_path / "PAGE").exists()


def test_every_check_has_words_for_the_report() -> None:
    known = [key.removeprefix("report.check.") for key in catalogue() if key.startswith("report.check.")]
    checks = [target["target"] for target in rows("targets.csv") if target["role"] == "check"]
    assert not [name for name in checks if not name.startswith(tuple(known))]


def test_one_run_says_something_of_every_target_it_may_be_read_for(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [fact for fact in shipped_facts() if fact.month < "2013-07"]
    monkeypatch.setattr(calibration, "targets", lambda scale: some)
    monkeypatch.setattr(calibration, "UNTIL", "2013-12")
    found = calibration.measure(Scenario.default(), 1, 0.02)
    assert len(found.model) == len(some) and not np.isnan(found.model).any()
    assert set(found.nulls) == set(calibration.NULLS)
    assert not np.isnan(found.nulls["persistence"]).any() and not np.isnan(found.nulls["pay-only"]).any()
