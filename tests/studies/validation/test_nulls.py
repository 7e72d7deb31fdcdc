"""Nulls and readings on made-up numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from batiksim.calendar import month_name
from batiksim.kernels.sums import AGE_BANDS
from batiksim.scenario import Scenario
from batiksim.studies.validation import nulls
from batiksim.studies.validation.facts import Fact
from batiksim.studies.validation.readings import difference, rank, read

MONTHS = pd.Index([month_name(month) for month in range(156)])


def wide(*rows: object) -> pd.DataFrame:
    return pd.DataFrame(np.stack([np.asarray(row, dtype=float) for row in rows]), columns=MONTHS)


def fact(statistic: str, window: int = 12, month: str = "2013-12", **more: object) -> Fact:
    return Fact("x", "batik.workers", ("all",), month, statistic, window, **more)  # type: ignore[arg-type]


def test_persistence_and_trend_are_those_of_2012_and_of_2011_to_2013() -> None:
    stays = nulls.said(nulls.PERSISTENCE, wide(np.arange(156.0) ** 2), "batik.workers")
    assert stays is not None and set(stays.iloc[0]) == {float(np.mean(np.arange(12.0, 24.0) ** 2))}
    straight, broken = 5.0 + 2.0 * np.arange(156), 5.0 + 2.0 * np.arange(156)
    straight[36:] = 0.0  # what comes later is not looked at
    broken[3] = np.nan
    line = nulls.said(nulls.TREND, wide(straight, broken, np.full(156, np.nan)), "batik.workers")
    assert line is not None and line["2023-12"].tolist()[:2] == pytest.approx([5.0 + 2.0 * 155] * 2)
    assert np.isnan(line["2023-12"].iloc[2])
    share = nulls.said(nulls.TREND, wide(straight), "batik.share_under_30")
    assert share is not None and share["2023-12"].iloc[0] == 1.0


def test_a_cohort_grows_older_and_nobody_enters() -> None:
    counts = np.zeros((1, len(AGE_BANDS)))
    counts[0, :4] = 50.0, 100.0, 0.0, 50.0  # 15-19, 20-24, 25-29, 30-34
    months = wide(np.zeros(156))
    young = nulls.said(nulls.COHORT, months, "batik.workers_under_30", counts)
    assert young is not None
    said = young.iloc[0]
    assert said["2012-12"] == pytest.approx(150.0) and said["2017-12"] == pytest.approx(150.0)
    assert said["2018-12"] == pytest.approx(130.0)  # one year of the five of a band has turned thirty
    assert said["2022-12"] == pytest.approx(50.0) and said["2023-12"] == pytest.approx(40.0)
    share = nulls.said(nulls.COHORT, months, "batik.share_under_30", counts)
    assert share is not None and share["2022-12"].iloc[0] == pytest.approx(0.25)
    assert nulls.said(nulls.COHORT, months, "unemployment.all", counts) is None
    assert nulls.said(nulls.COHORT, months, "batik.workers_under_30") is None


def test_every_rule_changes_the_baseline() -> None:
    base = Scenario.default()
    for changes in (*nulls.RULES.values(), *nulls.ABLATIONS.values(), *nulls.TWINS.values()):
        assert base.but(dict(changes)).hash != base.hash


def test_statistics_by_hand() -> None:
    values = wide(np.arange(156.0), np.full(156, 7.0))
    assert read(fact("mean"), lambda _: values).tolist() == [np.mean(np.arange(24, 36)), 7.0]
    assert read(fact("change"), lambda _: values).tolist() == [12.0, 0.0]
    assert read(fact("sign"), lambda _: values).tolist() == [12.0, 0.0]
    assert read(fact("max_step", 3), lambda _: values).tolist() == pytest.approx([1.0 / 33.0, 0.0])
    twin = wide(np.full(156, 70.0), np.full(156, 14.0))
    assert read(fact("drop_vs_twin", 1), lambda _: values, lambda _: twin).tolist() == [0.5, 0.5]
    undefined = wide(np.where(np.arange(156) == 30, np.nan, 2.0), np.full(156, np.nan))
    means = read(fact("mean"), lambda _: undefined)
    assert means[0] == 2.0 and np.isnan(means[1])
    both = difference(["a", "b"], {"a": values, "b": twin}.__getitem__)
    assert both["2011-01"].tolist() == [-70.0, -7.0]


def test_ranks_count_from_the_highest() -> None:
    levels = np.array([[5.0, 9.0, 1.0], [5.0, 5.0, 1.0], [np.nan, 1.0, 2.0], [5.0, np.nan, 9.0]])
    found = rank(levels)
    assert found[[0, 1, 3]].tolist() == [2.0, 1.5, 2.0] and np.isnan(found[2])
    ranked = Fact("x", "batik.workers", ("kauman", "jenggot"), "2013-12", "rank", 12, 1.0, 1.0, 1.0)
    by_place = {"kauman": wide(np.arange(156.0)), "jenggot": wide(np.full(156, 29.0))}
    assert read(ranked, by_place.__getitem__).tolist() == [1.0]
