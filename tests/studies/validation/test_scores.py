"""Scores against closed forms, and that they are proper: nobody gains by saying what he does not think."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import norm

from batiksim.studies.validation.scores import BAND, brier, crps, interval_score, quantile

EVEN = np.full(4, 0.25)


def normal_crps(y: float, mean: float, deviation: float) -> float:
    """Gneiting & Raftery 2007, eq. 21: the closed form for a normal distribution."""
    z = (y - mean) / deviation
    return float(deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


@pytest.mark.parametrize("y", [-3.0, 0.0, 1.7, 4.2])
def test_the_crps_of_a_normal_forecast_is_the_closed_form(y: float) -> None:
    one = crps(np.array([1.0]), np.array([1.0]), y, error=2.0)
    assert one == pytest.approx(normal_crps(y, 1.0, 2.0), abs=1e-12)
    # An ensemble of normal quantiles, and one that adds an error of its own.
    levels = (np.arange(2000) + 0.5) / 2000
    weights = np.full(2000, 1 / 2000)
    many = crps(1.0 + 2.0 * ndtri(levels), weights, y)
    assert many == pytest.approx(normal_crps(y, 1.0, 2.0), abs=2e-3)
    added = crps(1.0 + 1.2 * ndtri(levels), weights, y, error=1.6)  # 1.2² + 1.6² = 2²
    assert added == pytest.approx(normal_crps(y, 1.0, 2.0), abs=2e-3)


def test_the_crps_of_a_few_runs_by_hand() -> None:
    # E|X - y| = (2 + 1) / 2 = 1.5, E|X - X'| / 2 = 1 / 4 for values 0 and 1, y = 2.
    assert crps(np.array([0.0, 1.0]), np.array([0.5, 0.5]), 2.0) == pytest.approx(1.25)
    # Weights .75 and .25: 1.75 - .75 * .25 = 1.5625.
    assert crps(np.array([0.0, 1.0]), np.array([0.75, 0.25]), 2.0) == pytest.approx(1.5625)
    # A weight of two is the same as the run twice; a single run is its distance.
    twice = crps(np.array([0.0, 0.0, 1.0]), np.full(3, 1 / 3), 0.4)
    assert crps(np.array([0.0, 1.0]), np.array([2 / 3, 1 / 3]), 0.4) == pytest.approx(twice)
    assert crps(np.array([3.0]), np.array([1.0]), 5.0) == 2.0


def test_bands_are_known_quantiles() -> None:
    values = np.array([3.0, 1.0, 4.0, 2.0])
    assert [quantile(values, EVEN, level) for level in (0.05, 0.25, 0.5, 0.6, 0.95)] == [
        1.0,
        1.5,
        2.5,
        3.0,
        4.0,
    ]
    assert quantile(values, np.array([0.0, 0.9, 0.0, 0.1]), 0.5) == 1.0
    assert quantile(values, np.array([0.1, 0.1, 0.7, 0.1]), 0.5) == 4.0
    assert quantile(np.array([2.0]), np.array([1.0]), 0.95, error=3.0) == pytest.approx(
        2.0 + 3.0 * ndtri(0.95)
    )
    spread = quantile(1.2 * ndtri((np.arange(4000) + 0.5) / 4000), np.full(4000, 1 / 4000), 0.95, error=1.6)
    assert spread == pytest.approx(2.0 * ndtri(0.95), abs=5e-3)


def test_the_interval_score_of_a_uniform_forecast() -> None:
    """For y uniform on 0..1 the band .05 .. .95 has width .9, and 20 E(miss) = 20 (2 * .05² / 2) = .05."""
    y = (np.arange(200_000) + 0.5) / 200_000
    scores = [interval_score(*BAND, one) for one in y[::50]]
    assert np.mean(scores) == pytest.approx(0.95, abs=1e-3)
    assert interval_score(1.0, 3.0, 2.0) == 2.0
    assert interval_score(1.0, 3.0, 3.5) == 2.0 + 20 * 0.5 and interval_score(1.0, 3.0, 0.5) == 12.0


def test_of_a_range_the_nearest_point_counts() -> None:
    assert interval_score(1.0, 3.0, 2.5, 9.0) == 2.0
    assert interval_score(1.0, 3.0, 4.0, 9.0) == 22.0 and interval_score(1.0, 3.0, -np.inf, 0.0) == 22.0
    assert interval_score(1.0, 3.0, 0.0, np.inf) == 2.0


@settings(max_examples=40)
@given(
    st.lists(st.floats(-50, 50), min_size=3, max_size=40),
    st.floats(-60, 60),
    st.floats(0, 60),
    st.integers(1, 9),
)
def test_the_interval_score_is_proper(truth: list[float], low: float, width: float, seed: int) -> None:
    """Whoever thinks `truth` does best, on the average over it, with its own quantiles."""
    values = np.array(truth)
    weights = np.random.default_rng(seed).dirichlet(np.ones(values.size))
    own = [quantile(values, weights, level) for level in BAND]
    expected = sum(w * interval_score(*own, y) for w, y in zip(weights, values, strict=True))
    other = sum(w * interval_score(low, low + width, y) for w, y in zip(weights, values, strict=True))
    assert expected <= other + 1e-9 * max(1.0, abs(other))


@settings(max_examples=40)
@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=12),
    st.lists(st.floats(-60, 60), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.5, 7.0]),
)
def test_the_crps_is_proper(truth: list[float], other: list[float], error: float) -> None:
    """On the average over the runs of a forecast (without error) no other forecast does better."""
    mine, theirs = np.array(truth), np.array(other)
    even = [np.full(one.size, 1 / one.size) for one in (mine, theirs)]
    own = np.mean([crps(mine, even[0], y) for y in mine])
    assert own <= np.mean([crps(theirs, even[1], y, error) for y in mine]) + 1e-9


@settings(max_examples=40)
@given(st.floats(0, 1), st.floats(0, 1))
def test_the_brier_score_is_proper(truth: float, said: float) -> None:
    def expected(probability: float) -> float:
        return truth * brier(probability, 1.0) + (1.0 - truth) * brier(probability, 0.0)

    assert expected(truth) <= expected(said) + 1e-12


@settings(max_examples=40)
@given(st.floats(0.1, 5), st.floats(1.5, 20))
def test_a_wider_band_wins_nothing_where_both_hold(width: float, more: float) -> None:
    assert interval_score(-width, width, 0.0) < interval_score(-more * width, more * width, 0.0)
