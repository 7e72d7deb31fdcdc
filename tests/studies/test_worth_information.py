"""How much a fact narrows an answer: normal cases with closed forms, and cases in which there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from batiksim.studies import statistics
from batiksim.studies.worth.information import Floats, Measured, information, parts, perfect_worth


def alike(sets: int) -> Floats:
    return np.full(sets, 1.0 / sets)


def normal(sets: int, key: int) -> Floats:
    """Numbers as a standard normal has them, dealt by a key."""
    even = norm.ppf((np.arange(sets) + 0.5) / sets)
    return np.asarray(np.random.default_rng(key).permutation(even))


def chosen(mean: float, spread: float) -> float:
    """What it is worth to see a normal number before it is taken or left (unit normal loss)."""
    return float(spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(mean, 0.0))


@pytest.mark.parametrize("shared", [0.0, 3.0])
@pytest.mark.parametrize("seeds", [2, 4])
def test_the_normal_case_has_its_closed_form(seeds: int, shared: float) -> None:
    """The luck that a fact and an answer share in a run tells nothing of the set."""
    sets = 600
    theta, other = normal(sets, 1), normal(sets, 2)
    luck = np.random.default_rng(3).standard_normal((sets, seeds))
    own = np.random.default_rng(4).standard_normal((sets, seeds))
    y = 0.4 + theta[:, None] + luck
    x = 0.8 * theta[:, None] + 0.6 * other[:, None] + shared * 0.2 * luck + 0.3 * own
    found = information(y, [Measured(x, 0.25), Measured(x, 1.0)], alike(sets))
    for k, variance in enumerate((0.25, 1.0)):
        share = 0.8**2 / (1.0 + variance)
        assert found.share[k] == pytest.approx(share, abs=2.5 * found.error[k])
        assert found.error[k] < 0.06 and found.held[k] == pytest.approx(share, abs=0.1)
        assert found.worth[k] == pytest.approx(chosen(0.4, np.sqrt(share)), abs=0.035)
        assert found.chance[k] < 0.01
    assert found.perfect == pytest.approx(chosen(0.4, 1.0), abs=0.02)


def test_what_is_only_luck_is_not_sold() -> None:
    """A dozen facts that share the luck of the runs with the answer, and nothing with its sets."""
    lucky = 0
    for key in range(12):
        rng = np.random.default_rng(key)
        luck = rng.standard_normal((30, 2))
        y = rng.standard_normal((30, 1)) + luck
        facts = [Measured(rng.standard_normal((30, 1)) + 2.0 * luck, 0.0) for _ in range(12)]
        found = information(y, facts, alike(30))
        lucky += found.chance.min() < 0.05
    assert lucky <= 2  # 0.6 are expected


def test_sets_that_differ_by_luck_alone_have_nothing_to_narrow() -> None:
    y = np.tile([1.0, -1.0], (25, 1)) + np.random.default_rng(1).standard_normal((25, 2)) * 0.1
    found = information(y, [Measured(y, 0.0)], alike(25))
    assert (found.share.tolist(), found.worth.tolist(), found.chance.tolist()) == ([0.0], [0.0], [1.0])
    assert found.perfect == 0.0
    same = information(
        normal(25, 1)[:, None] + np.zeros((25, 2)), [Measured(np.ones((25, 2)), 0.0)], alike(25)
    )
    assert (same.share[0], same.chance[0]) == (0.0, 1.0)


def test_a_bend_is_seen_and_a_yes_or_no_counts_as_such() -> None:
    sets = 400
    theta = normal(sets, 1)
    rng = np.random.default_rng(2)
    x = np.repeat(theta[:, None], 2, axis=1)
    bent = information(
        theta[:, None] ** 2 + 0.3 * rng.standard_normal((sets, 2)), [Measured(x, 0.0)], alike(sets)
    )
    assert bent.share[0] > 0.75
    y = theta[:, None] + 0.3 * rng.standard_normal((sets, 2))
    told = (x > 0.0).astype(float)
    side = information(y, [Measured(told, 0.0, yes_or_no=True)], alike(sets))
    assert side.share[0] == pytest.approx(2.0 / np.pi, abs=0.02)  # of a normal number, its sign


@pytest.mark.parametrize(("mean", "spread", "luck"), [(0.0, 1.0, 0.5), (0.7, 2.0, 2.0), (-3.0, 1.0, 1.0)])
def test_choosing_between_two_normal_arms_has_its_closed_form(
    mean: float, spread: float, luck: float
) -> None:
    """Also where luck blurs the means of the sets: these alone would promise more than there is."""
    sets = 1000
    noise = normal(2 * sets, 5).reshape(sets, 2)
    y = mean + spread * normal(sets, 4)[:, None] + luck * noise
    assert perfect_worth(y, alike(sets)) == pytest.approx(chosen(mean, spread), abs=0.03 * spread)


def test_weights_say_which_sets_count() -> None:
    theta, other = normal(60, 1), normal(60, 2)
    luck = 0.2 * np.random.default_rng(3).standard_normal((60, 2))
    x = np.repeat(np.where(np.arange(60) < 30, theta, other)[:, None], 2, axis=1)
    half = np.where(np.arange(60) < 30, 1.0, 1e-9)
    y, fact = theta[:, None] + luck, [Measured(x, 0.0)]
    assert information(y, fact, half / half.sum()).share[0] > 0.95
    assert information(y, fact, half[::-1] / half.sum()).chance[0] > 0.05


@given(st.integers(0, 1000), st.integers(3, 30), st.integers(2, 5))
def test_parts_are_those_of_every_other_effect(key: int, sets: int, seeds: int) -> None:
    rng = np.random.default_rng(key)
    values, weights = rng.random((sets, seeds)), rng.random(sets) + 0.1
    found = parts(values, weights / weights.sum())
    same = statistics.effect(list(values), list(weights))
    assert (found.mean, found.doubt2, found.noise2) == pytest.approx(
        (same.expected, same.doubt**2, same.noise**2)
    )


def test_the_same_numbers_give_the_same_answer() -> None:
    y = normal(40, 1)[:, None] + 0.5 * np.random.default_rng(2).standard_normal((40, 2))
    facts = [Measured(y + k, 0.1) for k in range(3)]
    first, again = (information(y, facts, alike(40)) for _ in range(2))
    assert all(
        np.array_equal(one, other)
        for one, other in zip(vars(first).values(), vars(again).values(), strict=True)
    )
