"""Indicators: complete and well described, and a year summed up from measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from batiksim.errors import UsageError
from batiksim.recording import indicators
from batiksim.recording.indicators import KINDS, Measured, finish, load_indicators
from batiksim.recording.recorder import ADDS, MEASURES, MONEY
from batiksim.state.state import FLOWS

ASKED_FOR = """
batik.workers batik.workers_under_30 batik.share_under_30 batik.share_over_50 batik.mean_age batik.entrants
batik.exits batik.regeneration_ratio batik.share_women pay.batik_over_umk pay.hand_over_umk
pay.stamp_over_umk pay.gini pay.gap_city_regency chain.share_materials chain.share_worker chain.share_broker
chain.share_owner chain.share_trader contracts.share_brokered contracts.broker_cut firms.count owners.count
firms.mean_size owners.mean_age owners.successions owners.closures owners.foundings skill.mean skill.masters
learning.information learning.skills learning.capital learning.bargaining learning.togetherness
learning.empowerment survey.helps_yes survey.helps_no survey.helps_dont_know youth.school youth.batik
youth.garment youth.other youth.interest youth.image youth.seeking youth.home garment.workers
unemployment.15_24 unemployment.25_34 unemployment.all committee.strength
market.unfilled_share market.idle_share output.value
public.cost private.cost fit.age_hand_small fit.age_hand_large fit.tenure_hand_small fit.tenure_hand_large
fit.firm_size_kauman
"""


def region(months: int, **series: list[float]) -> Measured:
    """Measures of one place, equal in all groups; zero where nothing is given."""
    values = np.zeros((months, 4, len(MEASURES)))
    for name, numbers in series.items():
        values[:, :, MEASURES.index(name)] = np.array(numbers, dtype=float)[:, None]
    return Measured(values, MEASURES, ("kauman", *indicators.GROUPS), ADDS)


def of(table: pd.DataFrame, name: str, place: str = "kauman") -> list[float]:
    return table.loc[table["place"] == place, name].tolist()


def test_all_indicators_that_were_asked_for_exist() -> None:
    assert set(ASKED_FOR.split()) <= set(load_indicators())


@pytest.mark.parametrize("indicator", load_indicators().values(), ids=lambda indicator: indicator.name)
def test_an_indicator_is_fully_described(indicator: indicators.Indicator) -> None:
    assert set(indicator.label) == {"en", "id"} and all(indicator.label.values())
    assert indicator.unit and set(indicator.formula) == {"en", "id"}
    assert indicator.kind in KINDS
    assert bool(indicator.measure) != bool(indicator.of)
    assert {indicator.measure, *indicator.of} - {""} <= set(MEASURES)
    assert len(indicator.of) in (0, 2) and (not indicator.of or indicator.kind == "ratio")
    if indicator.kind == "flow":
        assert indicator.measure in (*FLOWS, *MONEY)
    else:
        assert indicator.measure not in (*FLOWS, *MONEY)


def test_what_is_said_of_a_year_is_said_of_what_adds_up() -> None:
    """A sum and a mean weighted by the denominator need measures that add up over months."""
    for indicator in load_indicators().values():
        adds = [bool(ADDS[MEASURES.index(name)]) for name in (indicator.measure, *indicator.of) if name]
        assert all(adds) == (indicator.year != "mean"), indicator.name


def test_no_window_is_longer_than_a_year() -> None:
    assert {one.window for one in indicators.load_indicators().values()} <= {1, 12}  # Recorder.yearly


def test_labels_are_unique_in_both_languages() -> None:
    for lang in ("en", "id"):
        labels = [indicator.label[lang] for indicator in load_indicators().values()]
        assert len(labels) == len(set(labels))


def test_a_monthly_table_has_a_row_a_month_and_place() -> None:
    table = finish(region(3, workers=[5, 6, 7]), since=1)
    assert list(table.columns[:2]) == ["month", "place"]
    assert table["month"].tolist() == ["2011-02"] * 4 + ["2011-03"] * 4
    assert table["place"].tolist() == ["kauman", "all", "city", "regency"] * 2
    assert of(table, "batik.workers") == [6, 7]
    assert (table.dtypes.iloc[2:] == "float64").all()


def test_a_year_has_december_stocks_summed_flows_and_means_of_ratios() -> None:
    year = list(range(1, 13))
    measured = region(
        30,
        workers=[*[10.0] * 11, 20.0, *[30.0] * 18],
        workers_under_30=[5.0] * 30,
        entrants=[*year, *[0.0] * 18],
        worker=[*year, *[1.0] * 18],
        chain_total=[*[10.0] * 12, *[4.0] * 18],
        pay_over_umk_all=[*[np.nan] * 10, 0.2, 0.6, *[np.nan] * 12, *[0.1] * 6],
    )
    table = finish(measured, record="yearly")
    assert table["month"].unique().tolist() == ["2011-12", "2012-12"]  # the half year 2013 is not reported
    assert of(table, "batik.workers") == [20.0, 30.0]
    # 60 of 130 worker-months, where December alone would say 5 of 20 and the mean of the months 23 of 48.
    assert of(table, "batik.share_under_30") == pytest.approx([60 / 130, 1 / 6])
    assert of(table, "batik.entrants") == [78.0, 0.0]
    assert of(table, "chain.share_worker") == [pytest.approx(78 / 120), 0.25]
    # A median counts in the months in which it is defined.
    assert of(table, "pay.batik_over_umk") == pytest.approx([0.4, np.nan], nan_ok=True)


def test_every_indicator_of_a_year_is_that_of_its_months() -> None:
    """From the monthly tables and what ratios are divided by, as a reader of them would work it out."""
    rng = np.random.default_rng(5)
    values = rng.random((24, 4, len(MEASURES)))
    values[:, :, ~ADDS] = np.where(rng.random(values[:, :, ~ADDS].shape) < 0.2, np.nan, values[:, :, ~ADDS])
    values[rng.random((24, 4)) < 0.1] = 0.0  # nobody there
    measured = Measured(values, MEASURES, ("kauman", *indicators.GROUPS), ADDS)
    monthly, yearly = finish(measured), finish(measured, record="yearly")
    for name, one in load_indicators().items():
        months = monthly[name].to_numpy().reshape(2, 12, 4)
        if one.year == "december" or one.window > 1:  # a window looks back at that very year
            want = months[:, -1]
        elif one.year == "sum":
            want = months.sum(axis=1)
        else:
            weight = values[:, :, MEASURES.index(one.of[1])].reshape(months.shape) if one.of else 1.0
            weight = np.where(np.isnan(months), 0.0, weight)
            want = np.nansum(months * weight, axis=1) / weight.sum(axis=1)
        np.testing.assert_allclose(yearly[name].to_numpy().reshape(2, 4), want, err_msg=name)


def test_no_complete_year_is_an_empty_table_of_the_same_columns() -> None:
    table = finish(region(6), record="yearly")
    assert len(table) == 0
    assert list(table.columns) == list(finish(region(6)).columns)
    assert table["month"].dtype != np.float64


def test_a_year_that_began_before_since_is_summed_in_full() -> None:
    table = finish(region(24, entrants=[1.0] * 24), since=18, record="yearly")
    assert of(table, "batik.entrants") == [12.0]


def test_regeneration_looks_back_twelve_months() -> None:
    measured = region(14, entrants_under_30=[2.0] + [1.0] * 13, exits=[4.0] * 14)
    ratio = of(finish(measured), "batik.regeneration_ratio")
    assert np.isnan(ratio[:11]).all()
    assert ratio[11:] == pytest.approx([13 / 48, 12 / 48, 12 / 48])
    assert of(finish(measured, record="yearly"), "batik.regeneration_ratio") == pytest.approx([13 / 48])


def test_regeneration_without_exits_is_undefined() -> None:
    ratio = of(finish(region(12, entrants_under_30=[1.0] * 12)), "batik.regeneration_ratio")
    assert np.isnan(ratio[-1])


def test_undefined_is_null_in_parquet(tmp_path: Path) -> None:
    file = tmp_path / "series.parquet"
    finish(region(1)).to_parquet(file)
    column = pyarrow.parquet.read_table(file).column("batik.mean_age")
    assert column.null_count == len(column)


def test_another_way_to_record_is_an_error() -> None:
    with pytest.raises(UsageError, match="monthly or yearly"):
        finish(region(1), record="weekly")
