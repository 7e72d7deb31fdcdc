"""Properties of the rules of orders, matching and lives over all the numbers they can meet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from batiksim.kernels import matching
from batiksim.rules import lifecycle, orders
from verification.oracles_rules import recalls

Floats = NDArray[np.float64]

shares = st.floats(0.0, 1.0)
amounts = st.floats(0.0, 1e5)
seeds = st.integers(0, 2**32 - 1)


def array(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


# Orders (E6)


def firms(seed: int, n: int, places: int) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Orders of places, weights of firms (some zero) and where the firms are (perhaps not everywhere)."""
    rng = np.random.default_rng(seed)
    weight = rng.random((n, 2)) * (rng.random((n, 2)) < 0.8)
    return 100 * rng.random((places, 2)), weight, rng.integers(0, places, n).astype(np.int8)


def split(total: Floats, weight: Floats, place: NDArray[np.int8], places: int) -> Floats:
    everyone = np.stack([np.bincount(place, weight[:, g], minlength=places) for g in (0, 1)], axis=1)
    return np.asarray(orders.taken(weight, orders.moved(total, everyone)[place], everyone[place]))


@given(seeds, st.integers(1, 40), st.integers(1, 6))
def test_orders_are_split_and_none_is_lost_or_made(seed: int, n: int, places: int) -> None:
    """What places without a firm ask for goes to the firms of the others, in proportion."""
    total, weight, place = firms(seed, n, places)
    got = split(total, weight, place, places)
    assert (got >= 0.0).all()
    for g in (0, 1):
        served = np.bincount(place, weights=got[:, g], minlength=places)
        has_firms = np.bincount(place, weights=weight[:, g], minlength=places) > 0
        assert (served[~has_firms] == 0.0).all()
        if has_firms.any():
            assert np.isclose(served.sum(), total[:, g].sum(), rtol=1e-9)
            np.testing.assert_allclose(np.ptp((served / total[:, g])[has_firms]), 0.0, atol=1e-9)


@given(seeds, st.integers(1, 40), st.integers(1, 6))
def test_the_split_follows_firms_and_places_wherever_they_stand(seed: int, n: int, places: int) -> None:
    total, weight, place = firms(seed, n, places)
    got = split(total, weight, place, places)
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(n), rng.permutation(places)
    moved = np.empty_like(total)
    moved[names] = total
    again = split(moved, weight[order], names[place[order]].astype(np.int8), places)
    np.testing.assert_allclose(again, got[order], rtol=1e-9)
    np.testing.assert_allclose(split(total, 3.0 * weight, place, places), got, rtol=1e-9)


@given(st.lists(amounts, max_size=30), st.floats(0.0, 0.999))
def test_systematic_rounding_keeps_every_running_total(values: list[float], offset: float) -> None:
    whole = lifecycle.systematic(np.array(values), offset)
    assert whole.size == len(values)
    assert (np.abs(whole - np.array(values)) < 1.0 + 1e-6).all()
    gap = np.cumsum(whole) - np.cumsum(values)
    assert (np.abs(gap) < 1.0 + 1e-6).all()
    if float(offset) == 0.0:
        assert (gap <= 1e-6).all()


@given(st.floats(0.0, 100.0))
def test_fixed_offsets_round_right_on_average(amount: float) -> None:
    offsets = (np.arange(1000) + 0.5) / 1000
    whole = orders.whole(np.full(1000, amount), offsets)
    assert abs(whole.mean() - amount) <= 0.001 + 1e-9
    assert set(whole.tolist()) <= {int(np.floor(amount)), int(np.floor(amount)) + 1}


@given(amounts, amounts, st.floats(1.0, 24.0))
def test_staff_wanted_comes_nearer_to_orders_and_never_passes_them(
    wanted: float, ordered: float, months: float
) -> None:
    after = float(orders.staff_wanted(array(wanted), array(ordered), months).item())
    assert np.isclose(after - ordered, (wanted - ordered) * (1.0 - 1.0 / months), rtol=1e-9, atol=1e-6)
    assert np.isclose(orders.staff_wanted(array(wanted), array(ordered), 1.0).item(), ordered, atol=1e-9)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_posts_are_open_for_long_only_if_they_were_open_before(before: int, posted: int, filled: int) -> None:
    left = max(posted - filled, 0)
    long = float(orders.long_open(array(before), array(posted), array(left)).item())
    assert 0.0 <= long <= min(before, left) + 1e-9
    if before >= posted:
        assert np.isclose(long, left)
    if filled == 0:
        assert np.isclose(long, min(before, posted))


@given(amounts, st.integers(0, 1000), st.floats(0.05, 1.0), st.floats(1.0, 2.0))
def test_days_follow_the_load_within_bounds(load: float, staff: int, least: float, most: float) -> None:
    days = orders.days_worked(array(load), np.array([staff], dtype=np.int32), least, most)
    assert least <= days <= most
    if staff and least * staff <= load <= most * staff:
        assert np.isclose(days * staff, load)
    more = orders.days_worked(array(load + 1.0), np.array([staff], dtype=np.int32), least, most)
    assert more >= days


@given(amounts, st.floats(0.05, 1.0))
def test_whoever_is_kept_can_be_given_the_least_days(load: float, least: float) -> None:
    """One worker fewer would leave work undone at the least days, one more would not get them."""
    kept = float(orders.staff_carried(array(load), least)[0])
    assert (kept - 1) * least <= load + 1e-6
    assert (kept + 1) * least > load - 1e-6
    assert orders.staff_carried(array(0.0), least) == 0


@given(shares, st.floats(0.0, 5.0))
def test_orders_leave_with_what_stays_undone(unfilled: float, loss: float) -> None:
    left = orders.demand_left(array(unfilled), loss)
    assert 1.0 - loss / 12 - 1e-9 <= left <= 1.0
    assert orders.demand_left(array(0.0), loss) == 1.0
    assert orders.demand_left(array(unfilled), 0.0) == 1.0


# Matching (E6)


@given(seeds, st.integers(0, 80), st.integers(1, 30))
def test_every_drawn_post_takes_one_applicant(seed: int, applicants: int, posts: int) -> None:
    rng = np.random.default_rng(seed)
    drew, priority = rng.integers(-1, posts, applicants), rng.integers(0, 3, applicants)
    queue = rng.random(applicants)
    hired = matching.urn_ball(drew, priority, queue)
    assert sorted(drew[hired].tolist()) == sorted(set(drew[drew >= 0].tolist()))
    for one in hired:
        rivals = np.flatnonzero(drew == drew[one])
        best = min(rivals.tolist(), key=lambda k: (priority[k], queue[k]))
        assert best == one


@given(seeds, st.integers(0, 80), st.integers(1, 30))
def test_who_is_hired_does_not_depend_on_the_order_of_applicants(
    seed: int, applicants: int, posts: int
) -> None:
    rng = np.random.default_rng(seed)
    drew, priority = rng.integers(-1, posts, applicants), rng.integers(0, 2, applicants)
    queue, order = rng.random(applicants), rng.permutation(applicants)
    hired = matching.urn_ball(drew, priority, queue)
    again = matching.urn_ball(drew[order], priority[order], queue[order])
    assert sorted(order[again].tolist()) == sorted(hired.tolist())


# Lives (E7)


@given(shares, shares, st.floats(40.0, 60.0), shares, st.floats(1.0, 30.0))
def test_ages_are_triangular(u: float, other: float, low: float, at: float, span: float) -> None:
    mode, high = low + at * span, low + span
    one, two = (float(lifecycle.triangular(array(v), low, mode, high).item()) for v in sorted((u, other)))
    assert low - 1e-9 <= one <= two + 1e-9 and two <= high + 1e-9
    split = (mode - low) / span
    assert np.isclose(lifecycle.triangular(array(split), low, mode, high), mode)
    if 0.01 < split < 0.99:
        below = one < mode
        mass = (
            (one - low) ** 2 / (span * (mode - low))
            if below
            else 1 - (high - one) ** 2 / (span * (high - mode))
        )
        assert np.isclose(mass, min(u, other), atol=1e-6)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), st.floats(0.0, 0.9999))
def test_a_category_is_drawn_by_its_share(weights: list[float], u: float) -> None:
    share = np.array(weights) / sum(weights)
    k = int(lifecycle.pick(array(u), share)[0])
    assert share[:k].sum() <= u + 1e-9 <= share[: k + 1].sum() + 2e-9
    many = lifecycle.pick((np.arange(10_000) + 0.5) / 10_000, share)
    assert np.allclose(np.bincount(many, minlength=share.size) / 10_000, share, atol=2e-4)


@given(st.integers(0, 20), st.floats(20.0, 90.0))
def test_committees_are_strong_when_full_and_young(members: int, age: float) -> None:
    strength = lifecycle.committee_strength(array(members), array(age), 9.0, 65.0, 20.0)
    assert np.isclose(strength, min(1.0, members / 9) * min(max((65 - age) / 20, 0.0), 1.0))
    assert lifecycle.committee_strength(array(members), array(age + 1), 9.0, 65.0, 20.0) <= strength


@given(st.floats(-20.0, 20.0), st.booleans(), st.floats(0.0, 5.0), st.floats(-5.0, 5.0))
def test_heirs_take_over_by_the_binary_choice(pay: float, z: bool, theta: float, c: float) -> None:
    p = lifecycle.takes_over(array(pay), array(z), theta, c)
    assert np.isclose(p, 1 / (1 + np.exp(-(pay + theta * z + c))))
    assert 0.0 <= p <= 1.0


@pytest.mark.parametrize(
    ("capital", "limit", "idle", "poor", "closes"),
    [
        (-10.1, 10.0, 0, 0, True),
        (-10.0, 10.0, 0, 0, False),
        (5.0, 0.0, 24, 0, True),
        (5.0, 0.0, 23, 0, False),
        (5.0, 0.0, 1, 12, True),
        (5.0, 0.0, 0, 12, False),
        (5.0, 0.0, 1, 11, False),
    ],
)
def test_firms_close_for_debt_idleness_or_a_poor_year(
    capital: float, limit: float, idle: int, poor: int, closes: bool
) -> None:
    counts = np.array([idle]), np.array([poor])
    assert lifecycle.should_close(array(capital), array(limit), *counts, idle=24.0, poor=12.0) == closes


# Recall (E7)


@given(st.lists(st.integers(0, 4), max_size=40), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_a_desk_calls_until_its_posts_are_taken(people: list[int], posts: list[int]) -> None:
    desk = np.array(sorted(people), dtype=np.int64)
    called, before = recalls(desk, np.array(posts))
    for k in range(5):
        here = desk == k
        assert called[here].sum() == min(posts[k], here.sum())
        assert sorted(before[here & called]) == list(range(called[here].sum()))
