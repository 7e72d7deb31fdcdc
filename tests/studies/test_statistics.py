"""Statistics of paired runs: against hand-computed answers and against the plainest way to compute them."""

from __future__ import annotations

import math
import statistics as plain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batiksim.studies.statistics import (
    acceptability,
    present_value,
    regrets,
    spread,
    wins,
)

numbers = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40)
EPS = 1e-9


def naive_quantile(values: list[float], share: float) -> float:
    """Linear between the two neighbours of the place (n - 1) share."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def test_spread_by_hand() -> None:
    assert spread(np.arange(101.0)) == {
        "median": 50, "low_50": 25, "high_50": 75, "low_90": 5, "high_90": 95,
    }  # fmt: skip
    one = spread(np.array([3.0, np.nan]))
    assert one["median"] == 3 and math.isnan(one["low_90"]) and math.isnan(one["high_50"])
    assert all(math.isnan(value) for value in spread(np.array([np.nan])).values())
    assert all(math.isnan(value) for value in spread(np.zeros(0)).values())


@given(values=numbers)
def test_spread_is_what_the_textbook_says(values: list[float]) -> None:
    found = spread(np.array([*values, np.nan]))
    scale = max(map(abs, values)) + 1
    assert found["median"] == pytest.approx(plain.median(values), abs=EPS * scale)
    for name, share in {"low_50": 0.25, "high_50": 0.75, "low_90": 0.05, "high_90": 0.95}.items():
        assert found[name] == pytest.approx(naive_quantile(values, share), abs=EPS * scale)


def test_wins_do_not_count_ties() -> None:
    differences = np.array([2.0, 0.0, -1.0, 3.0])
    assert (wins(differences, "up"), wins(differences, "down")) == (2, 1)


def test_present_value_by_hand() -> None:
    amounts = np.array([[100.0, 110.0, 121.0], [0.0, 0.0, 1210.0]])
    np.testing.assert_allclose(present_value(amounts, 0.1), [300.0, 1000.0])
    np.testing.assert_allclose(present_value(amounts, 0.0), [331.0, 1210.0])
    assert present_value(np.zeros((2, 0)), 0.1).tolist() == [0.0, 0.0]


def test_acceptability_by_hand() -> None:
    costs, gains = np.array([100.0, 100.0, 100.0, 100.0]), np.array([1.0, 2.0, 4.0, -1.0])
    worth = np.array([0.0, 30.0, 60.0, 200.0])
    np.testing.assert_array_equal(acceptability(costs, gains, worth), [0.0, 0.25, 0.5, 0.75])
    assert np.isnan(acceptability(np.zeros(0), np.zeros(0), worth)).all()


@given(data=st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e4)), min_size=1, max_size=30))
def test_acceptability_rises_with_worth_where_nothing_is_lost(data: list[tuple[float, float]]) -> None:
    costs, gains = np.array(data).T
    curve = acceptability(costs, gains, np.linspace(0, 1e6, 20))
    assert (np.diff(curve) >= 0).all() and 0 <= curve.min() <= curve.max() <= 1


def test_regret_by_hand() -> None:
    values = np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 0.0]])
    np.testing.assert_array_equal(regrets(values, "up"), [[2, 0, 1], [0, 0, 5]])
    np.testing.assert_array_equal(regrets(values, "down"), [[0, 2, 1], [5, 5, 0]])


@given(values=st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=1, max_size=20))
def test_somebody_is_best_in_every_run(values: list[tuple[float, float, float]]) -> None:
    found = regrets(np.array(values), "up")
    assert (found >= 0).all() and (found.min(axis=1) == 0).all()
