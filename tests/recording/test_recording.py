"""The recorder: every indicator of a region small enough to do by hand, and properties of random regions."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batiksim.kernels.sums import SETS, put_in_order, rank_pay
from batiksim.recording.indicators import load_indicators
from batiksim.recording.recorder import Recorder
from tests.support.made_up import MONTH, Places, random_region, tiny_region

EXPECTED = Path(__file__).parents[1] / "data" / "tiny_region.csv"
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25)


def measured(region: SimpleNamespace) -> pd.DataFrame:
    """Indicators of the month, one row a place."""
    recorder = Recorder(region)
    recorder.record()
    return recorder.table(since=MONTH).drop(columns="month").set_index("place")


def expected() -> dict[str, dict[str, float]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row.pop("indicator"): {
            place: float(Fraction(value)) if value else np.nan for place, value in row.items()
        }
        for row in rows
    }


def test_every_indicator_of_a_tiny_region() -> None:
    table = measured(tiny_region())
    answers = expected()
    assert set(answers) == set(load_indicators())
    wrong = {
        name: (got, want)
        for name, values in answers.items()
        for got, want in [(table[name].to_dict(), values)]
        if got != pytest.approx(want, nan_ok=True)
    }
    assert not wrong


def test_an_empty_trade_has_counts_of_zero_and_no_ratios() -> None:
    region = tiny_region()
    region.batik = np.zeros(0, dtype=np.int64)
    region.owners.open[:] = 0
    table = measured(region)
    assert (table["batik.workers"] == 0).all()
    assert (table["firms.count"] == 0).all()
    for name in ("batik.mean_age", "pay.batik_over_umk", "pay.gini", "firms.mean_size", "survey.helps_yes"):
        assert table[name].isna().all(), name


def test_results_are_at_full_scale() -> None:
    region = tiny_region()
    half = measured(region)
    region.scale = 1.0
    full = measured(region)
    for name, indicator in load_indicators().items():
        factor = 2.0 if indicator.kind in ("stock", "flow") else 1.0
        np.testing.assert_allclose(half[name], factor * full[name], err_msg=name)


@few
@given(seed=seeds)
def test_groups_are_recomputed_from_people(seed: int) -> None:
    region = random_region(np.random.default_rng(seed))
    table = measured(region)
    people = region.people
    jobs = region.batik[people.employer[region.batik] >= 0]
    where = region.places.region[people.place]
    for row, rows in (("all", jobs), ("city", jobs[where[jobs] == 0]), ("regency", jobs[where[jobs] == 1])):
        if not rows.size:
            assert np.isnan(table.loc[row, "pay.gini"])
            continue
        relative = people.pay[rows] / region.umk[people.place[rows]]
        assert table.loc[row, "pay.batik_over_umk"] == pytest.approx(np.median(relative))
        assert table.loc[row, "pay.gini"] == pytest.approx(naive_gini(people.pay[rows]))
    for row, region_number in (("city", 0), ("regency", 1)):
        rows = region.batik[where[region.batik] == region_number]
        assert table.loc[row, "batik.workers"] == pytest.approx(rows.size / region.scale)
        if rows.size:
            age = (MONTH + 1 - people.birth[rows]) / 12
            assert table.loc[row, "batik.mean_age"] == pytest.approx(age.mean())
            assert table.loc[row, "batik.share_under_30"] == pytest.approx((age < 30).mean())
            assert table.loc[row, "learning.skills"] == pytest.approx(people.learning[rows, 1].mean())


@few
@given(seed=seeds)
def test_reordered_places_reorder_the_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    region = random_region(rng)
    before = measured(region)
    order = rng.permutation(len(region.places))  # new position p holds the old place order[p]
    inverse = np.argsort(order).astype(np.int8)
    places = region.places
    region.places = Places(
        tuple(places.id[p] for p in order),
        places.region[order],
        places.organised[order],
        places.workers_table1[order],
    )
    for table in (region.people, region.owners):
        table.place = inverse[table.place]
    for name in ("umk", "active", "taught_alone", "committee_strength"):
        setattr(region, name, getattr(region, name)[order])
    region.flows.table = region.flows.table[:, order]
    region.costs, region.stages = region.costs[:, order], region.stages[:, order]
    pd.testing.assert_frame_equal(measured(region).loc[before.index], before, rtol=1e-12)


@few
@given(seed=seeds)
def test_shares_lie_between_0_and_1_and_complete_sets_sum_to_1(seed: int) -> None:
    table = measured(random_region(np.random.default_rng(seed)))
    for name, indicator in load_indicators().items():
        if indicator.unit in ("share", "0..1"):
            values = table[name].dropna()
            assert values.between(-1e-12, 1.0 + 1e-12).all(), name
    for prefix in ("chain.share_", "survey.helps_"):
        total = table.filter(like=prefix).sum(axis=1, skipna=False).dropna()
        np.testing.assert_allclose(total, 1.0)


@given(values=st.lists(st.floats(0.0, 1e12) | st.floats(1.0, 1.0 + 1e-14), max_size=60))
def test_radix_order_sorts_and_keeps_ties(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    order, other = np.empty((2, array.size), dtype=np.int64)
    put_in_order(array, order, other, np.empty(2049, dtype=np.int64))
    np.testing.assert_array_equal(order, np.argsort(array, kind="stable"))


@pytest.mark.parametrize("region", [[0, 1, 0, 1], [1, 1, 1, 1], [2, 2, 2, 2], [0, 2, 1, 0]])
@given(seed=seeds, n=st.integers(0, 60))
def test_ranks_agree_with_naive_statistics(region: list[int], seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    pay = np.round(rng.random(n), 1)
    place, group, tier = (rng.integers(0, codes, n).astype(np.int8) for codes in (4, 2, 3))
    of = np.array(region, dtype=np.int8)
    umk = np.array([2.0, 1.5, 1.75])[of]
    out = np.zeros((7, 2 * len(SETS) + 1))
    # Between those who work lie others, without an employer, who are passed over.
    rows, employer = np.arange(0, 2 * n), np.tile(np.array([-1, 3], dtype=np.int32), n)
    columns = [np.repeat(column, 2) for column in (pay, place, group, tier)]
    rank_pay(rows, employer, *columns, of, umk, out)
    everybody = np.ones(n, dtype=bool)
    some = (everybody, group == 0, group == 1, tier == 0, tier > 0)
    rows = (*(place == c for c in range(4)), everybody, of[place] == 0, of[place] == 1)
    for row, counts in enumerate(rows):
        for s, chosen in enumerate(some):
            for column, value in ((s, pay / umk[place]), (s + len(SETS), pay)):
                mine = value[chosen & counts]
                assert out[row, column] == pytest.approx(
                    np.median(mine) if mine.size else np.nan, nan_ok=True
                )
        np.testing.assert_allclose(out[row, -1], naive_gini(pay[counts]), atol=1e-12)


def naive_gini(pay: np.ndarray) -> float:
    """Half the mean absolute difference over the mean."""
    if not pay.sum() > 0.0:
        return np.nan
    return float(np.abs(pay[:, None] - pay[None, :]).mean() / (2.0 * pay.mean()))
