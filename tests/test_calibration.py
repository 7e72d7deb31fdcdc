"""The tool that holds the model against targets: its nulls and its verdict, on made-up numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from batiksim.calendar import month_name
from batiksim.data import rows
from batiksim.i18n.texts import catalogue
from batiksim.kernels.sums import AGE_BANDS
from batiksim.model.batik_model import BatikModel
from batiksim.scenario import Scenario
from tools import calibration, nulls

MONTHS = pd.Index([month_name(month) for month in range(156)])
TARGET = {
    "target": "young_workers_fall", "indicator": "batik.workers_15_24", "place": "city", "month": "2022-12",
    "statistic": "change", "window": "120", "low": "", "high": "0", "role": "check",
}  # fmt: skip


def test_persistence_and_trend_are_those_of_2012_and_of_2011_to_2013() -> None:
    values = pd.Series(np.arange(156.0) ** 2, MONTHS)
    stays = nulls.said("persistence", values, TARGET, None)  # type: ignore[arg-type]
    assert stays is not None and set(stays) == {float(np.mean(np.arange(12.0, 24.0) ** 2))}
    straight = pd.Series(5.0 + 2.0 * np.arange(156), MONTHS)
    straight["2014-01":] = 0.0  # what comes later is not looked at
    line = nulls.said("trend", straight, TARGET, None)  # type: ignore[arg-type]
    assert line is not None and line["2023-12"] == pytest.approx(5.0 + 2.0 * 155)
    share = nulls.said("trend", straight, TARGET | {"indicator": "batik.share_under_30"}, None)  # type: ignore[arg-type]
    assert share is not None and share["2023-12"] == 1.0


def test_a_cohort_grows_older_and_nobody_enters() -> None:
    counts = np.zeros(len(AGE_BANDS))
    counts[:4] = 50.0, 100.0, 0.0, 50.0  # 15-19, 20-24, 25-29, 30-34
    young = nulls.cohort(counts, "batik.workers_under_30", MONTHS)
    assert young is not None
    assert young["2012-12"] == pytest.approx(150.0) and young["2017-12"] == pytest.approx(150.0)
    assert young["2018-12"] == pytest.approx(130.0)  # one year of the five of a band has turned thirty
    assert young["2022-12"] == pytest.approx(50.0) and young["2023-12"] == pytest.approx(40.0)
    share = nulls.cohort(counts, "batik.share_under_30", MONTHS)
    assert share is not None and share["2022-12"] == pytest.approx(0.25)
    assert nulls.cohort(counts, "unemployment.all", MONTHS) is None


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
    fit = calibration.Row("hands-short", TARGET | {"role": "fit"}, np.array([1.0]), {})
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
    some = [target for target in rows("targets.csv") if target["month"] < "2013-07"]
    monkeypatch.setattr(calibration, "targets", lambda scale: some)
    monkeypatch.setattr(calibration, "UNTIL", "2013-12")
    found = calibration.measure(Scenario.default(), 1, 0.02)
    assert len(found.model) == len(some) and not np.isnan(found.model).any()
    assert set(found.nulls) == set(nulls.NAMES)
    assert not np.isnan(found.nulls["persistence"]).any() and not np.isnan(found.nulls["pay only"]).any()
    model = BatikModel(Scenario.default(), seed=1, scale=0.02, until="2013-12").run()
    assert nulls.said("cohort", pd.Series(0.0, MONTHS), TARGET, model) is not None
