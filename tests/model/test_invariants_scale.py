"""A sample of the region tells of the whole, and the region of January 2011 goes on as it began."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from batiksim.recording.indicators import load_indicators
from tests.support.worlds import Snapshot, series, world
from verification.oracle import MOST_ERRORS

STATED = (
    "batik.workers", "batik.workers_under_30", "batik.share_over_50", "batik.mean_age", "batik.share_women",
    "pay.mean_over_umk", "pay.hand_over_umk", "pay.stamp_over_umk", "chain.share_worker",
    "chain.share_broker",
    "contracts.share_brokered", "firms.count", "owners.mean_age", "skill.mean", "learning.information",
    "learning.bargaining", "youth.people", "youth.batik", "youth.garment", "youth.interest",
    "market.unfilled_share", "output.value",
)  # fmt: skip
SAMPLES = {0.02: 8, 0.05: 8, 0.1: 16, 0.3: 3, 1.0: 2}
# However small the sample, every place keeps a firm: at a fiftieth there are more firms than a fiftieth.
NOT_OF = {0.02: ["firms.count"]}


@cache
def last_year(scale: float, seed: int) -> pd.Series:
    """Means of the indicators over 2012."""
    return (
        series(world(seed=seed, scale=scale, until="2012-12").run())[list(STATED)].astype(float)[-12:].mean()
    )


@cache
def runs(scale: float) -> pd.DataFrame:
    return pd.DataFrame([last_year(scale, seed) for seed in range(1, SAMPLES[scale] + 1)])


def spread() -> pd.Series:
    """Variance of a run of the whole region; that of a sample is more by one over its scale.

    The largest of what the scales say, each from its own seeds.
    """
    return pd.concat([runs(scale).var() * scale for scale in SAMPLES], axis=1).max(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("pair", [(0.02, 0.1), (0.05, 0.1), (0.1, 0.3), (0.1, 1.0), (0.3, 1.0)])
def test_scales_agree_within_their_error(pair: tuple[float, float]) -> None:
    error = np.sqrt(sum(spread() / scale / SAMPLES[scale] for scale in pair))
    gap = (runs(pair[0]).mean() - runs(pair[1]).mean()).drop(NOT_OF.get(pair[0], []))
    distance = (gap / error).abs().sort_values(ascending=False)
    assert distance.iloc[0] < MOST_ERRORS, distance.head(5).to_string()


# Nothing may jump in 2011-13 (section 4): bounds of what may change from a year to the next (relative change
# of the yearly means, so that the season is out), and from one month to the next at the start.
SLOW = {
    "batik.workers": 0.04, "batik.workers_under_30": 0.2, "batik.share_over_50": 0.15, "batik.mean_age": 0.04,
    "batik.entrants": 0.4, "batik.exits": 0.3, "pay.mean_over_umk": 0.05, "pay.hand_over_umk": 0.06,
    "pay.stamp_over_umk": 0.05, "pay.brokered_over_umk": 0.15, "chain.share_worker": 0.02,
    "chain.share_broker": 0.03, "chain.share_owner": 0.04, "contracts.share_brokered": 0.03,
    "contracts.broker_cut": 0.02, "firms.count": 0.03, "firms.mean_size": 0.04, "owners.mean_age": 0.03,
    "skill.mean": 0.02, "skill.masters": 0.03, "learning.information": 0.02, "learning.skills": 0.02,
    "learning.capital": 0.02, "learning.bargaining": 0.02, "learning.togetherness": 0.02,
    "committee.strength": 0.06, "survey.helps_yes": 0.06, "survey.helps_dont_know": 0.05, "youth.batik": 0.22,
    "youth.garment": 0.05, "youth.other": 0.03, "youth.interest": 0.05, "youth.image": 0.05,
    "garment.workers": 0.03, "unemployment.15_24": 0.25, "output.value": 0.15,
}  # fmt: skip
FIRST = {
    "batik.workers": 0.01, "batik.mean_age": 0.01, "batik.share_over_50": 0.03, "chain.share_worker": 0.01,
    "chain.share_broker": 0.02, "contracts.share_brokered": 0.02, "firms.count": 0.01, "skill.mean": 0.01,
    "learning.information": 0.01, "learning.bargaining": 0.01, "learning.capital": 0.01,
    "youth.interest": 0.02, "youth.image": 0.02, "youth.garment": 0.03, "youth.other": 0.03,
}  # fmt: skip
# Few posts are open, so what may change here is a share of the staff wanted: from a year to the next, and
# from month to month at the start.
OPEN_POSTS = {"market.unfilled_share": (0.003, 0.005), "market.vacancy_share": (0.004, 0.008)}


@cache
def history() -> pd.DataFrame:
    """Indicators of all places in 2011-13, the mean of two samples."""
    tables = [
        series(world(seed=seed, scale=0.3).run())[[*SLOW, *OPEN_POSTS, "youth.seeking"]].astype(float)
        for seed in (1, 2)
    ]
    return sum(tables) / len(tables)


@pytest.mark.parametrize("name", SLOW)
def test_nothing_jumps_from_2011_to_2013(name: str) -> None:
    yearly = history()[name].groupby(lambda month: month[:4]).mean()
    change = yearly.pct_change().dropna()
    assert change.abs().max() <= SLOW[name], change.to_string()


@pytest.mark.parametrize("name", FIRST)
def test_nothing_jumps_in_the_first_months(name: str) -> None:
    change = history()[name][:6].pct_change().dropna()
    assert change.abs().max() <= FIRST[name], change.to_string()


@pytest.mark.parametrize("name", OPEN_POSTS)
def test_open_posts_do_not_jump(name: str) -> None:
    by_year, by_month = OPEN_POSTS[name]
    yearly = history()[name].groupby(lambda month: month[:4]).mean()
    assert yearly.diff().abs().max() <= by_year, yearly.to_string()
    assert history()[name][:6].diff().abs().max() <= by_month, history()[name][:6].to_string()


@pytest.mark.parametrize("name", ["batik.entrants", "batik.exits", "youth.seeking"])
def test_flows_of_the_first_months_are_those_of_the_year(name: str) -> None:
    """Flows swing more than stocks, but by less than a factor of about two from the start."""
    year = history()[name][:12]
    swing = year[:6] / year.mean()
    assert swing.between(0.35, 2.0).all(), swing.to_string()


def test_components_start_at_their_fixed_point() -> None:
    """A month of learning moves only the few who begin or end a job in it, and their friends."""
    model = world({f"choice.reconsider_{who}": 0.0 for who in ("youth", "adult", "older")}, scale=0.02)
    before = Snapshot.of(model)
    model.step()
    after = Snapshot.of(model)
    stay = before.here & after.here[: before.here.size]
    moved = np.abs(after.people.learning[: stay.size] - before.people.learning)[stay].max(axis=1)
    assert np.quantile(moved, 0.9) < 1e-6
    assert moved.max() > 1e-6


def test_all_stated_indicators_exist() -> None:
    assert {*STATED, *SLOW, *FIRST} <= set(load_indicators())
