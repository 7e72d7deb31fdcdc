"""Drivers: known dates, known wages, means and limits."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batiksim.calendar import LAST_MONTH, month_index
from batiksim.data import rows
from batiksim.world import drivers

TO_2040 = month_index("2041-01")
TO_2060 = month_index(LAST_MONTH) + 1


def at(series: np.ndarray, month: str) -> float | np.ndarray:
    return series[month_index(month)]


@pytest.mark.parametrize("day", [date(2011, 8, 31), date(2019, 6, 5), date(2020, 5, 24), date(2024, 4, 10)])
def test_lebaran_falls_within_a_day_of_the_announced_date(day: date) -> None:
    assert min(abs((day - known).days) for known in drivers.lebaran_dates()) <= 1


def test_2033_has_two_lebarans_and_the_range_reaches_past_2060() -> None:
    dates = drivers.lebaran_dates()
    assert [d.month for d in dates if d.year == 2033] == [1, 12]
    assert dates[0] <= date(2011, 9, 1)
    assert dates[-1] >= date(2061, 1, 31)


def test_umk_is_history_then_growth() -> None:
    growth = np.full(TO_2060, 0.05)
    umk = drivers.umk(TO_2060, growth)
    assert umk.shape == (TO_2060, 2)
    assert list(at(umk, "2011-01")) == [810_000, 810_000]
    assert list(at(umk, "2022-12")) == [2_156_000, 2_094_646]
    assert list(at(umk, "2026-01")) == [2_700_926, 2_633_700]
    assert at(umk, "2027-06") == pytest.approx(at(umk, "2026-06") * 1.05)
    assert at(umk, "2060-12") == pytest.approx(at(umk, "2026-06") * 1.05**34)
    assert (np.diff(umk, axis=0) >= 0).all()
    assert drivers.umk(5, growth[:5]).shape == (5, 2)


def test_umk_growth_of_a_january_counts_for_the_year() -> None:
    growth = np.full(TO_2040, 0.05)
    growth[month_index("2030-01") : month_index("2031-01")] = 0.10
    umk = drivers.umk(TO_2040, growth)
    assert at(umk, "2030-12") == pytest.approx(at(umk, "2029-12") * 1.10)
    assert at(umk, "2031-01") == pytest.approx(at(umk, "2030-12") * 1.05)


@given(peak=st.floats(0.0, 1.5), width=st.floats(0.5, 4.0))
def test_season_has_mean_one_and_keeps_its_ratios(peak: float, width: float) -> None:
    season = drivers.season(TO_2040, peak, width)
    assert season.mean() == pytest.approx(1.0)
    assert season.max() / season.min() <= 1.0 + peak + 1e-9
    np.testing.assert_array_equal(drivers.season(24, peak, width), season[:24])
    np.testing.assert_array_equal(drivers.season(TO_2060, peak, width)[:TO_2040], season)


def test_season_is_high_before_lebaran_and_low_after() -> None:
    season = drivers.season(TO_2040, 0.8, 2.0)
    assert at(season, "2019-05") == season.max()  # Lebaran on 4 June 2019: all of May lies before it
    assert at(season, "2019-07") == season.min()
    assert at(season, "2033-11") == season.max()  # and the second Lebaran of 2033
    assert drivers.season(12, 0.0, 2.0) == pytest.approx(np.ones(12))


def test_floods_take_from_exposed_places_only() -> None:
    exposure = np.array([0.0, 0.5, 1.0])
    left = drivers.flood_factor(TO_2060, exposure, 1.0)
    assert (left[:, 0] == 1.0).all()
    lost = 1.0 - at(left, "2016-02")
    assert lost[2] == pytest.approx(0.5 * 2 / (29 / 7))
    assert lost[1] == pytest.approx(lost[2] / 2)
    assert (at(left, "2015-02") == 1.0).all()
    assert (at(left, "2040-02") < 1.0)[1:].all()
    assert ((left >= 0.0) & (left <= 1.0)).all()


def test_flood_severity_may_change_with_time() -> None:
    severity = np.ones(TO_2040)
    severity[month_index("2026-01") :] = 0.0
    left = drivers.flood_factor(TO_2040, np.ones(1), severity)
    assert (left[month_index("2026-01") :] == 1.0).all()
    assert at(left, "2025-02") < 1.0


def test_factories_ramp_and_close() -> None:
    jobs = drivers.factory_jobs(TO_2040)
    assert at(jobs, "2020-02") == 0.0
    assert at(jobs, "2022-02") == pytest.approx(0.35 * 7008 / 2)
    assert at(jobs, "2022-11") - at(jobs, "2022-12") == pytest.approx(0.5 * 1627 - 0.35 * 7008 / 48)
    assert jobs[-1] == pytest.approx(0.35 * 7008 - 0.5 * (1627 + 800 + 500))
    assert drivers.factory_jobs(3).shape == (3,)


def test_covid_drops_in_april_2020_and_returns_slowly() -> None:
    left = drivers.covid(TO_2040, 0.65, 0.1)
    assert at(left, "2020-02") == 1.0
    assert at(left, "2020-04") == pytest.approx(0.35) == left.min()
    assert (np.diff(left[month_index("2020-04") :]) >= -1e-12).all()
    assert left[-1] == pytest.approx(1.0 - 0.65 * 0.1)
    assert at(drivers.covid(TO_2040, 0.65, 0.0), "2030-01") == 1.0


def test_places_are_21_with_stable_numbers() -> None:
    places = rows("places.csv")
    assert [int(p["number"]) for p in places] == list(range(1, 22))
    assert len({p["id"] for p in places}) == 21
    assert sum(int(p["firms_table1"] or 0) for p in places) == 674
    assert sum(int(p["workers_table1"] or 0) for p in places) == 6224
    assert all(0.0 <= float(p["flood_exposure"]) <= 1.0 for p in places)
    for region in drivers.REGIONS:
        shares = sum(float(p["population_share"]) for p in places if p["region"] == region)
        assert shares == pytest.approx(1.0, abs=1e-5)
