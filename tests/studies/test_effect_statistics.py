"""Effects, luck and prices: by hand, against independent computations and over many simulated studies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from batiksim.studies.statistics import Effect, Floats, apart, effect, luck, lucky, ratio, spread, together

HAND = [np.array(pairs) for pairs in ((10.0, 14.0), (2.0, 6.0), (-4.0, 0.0), (8.0, 4.0))]
RANGES = ("doubt_low_50", "doubt_high_50", "doubt_low_90", "doubt_high_90")
REPEATS = 1500
# Whole numbers, so that signs and powers of two change nothing but the sign and the scale.
draws_of_pairs = st.lists(
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=4).map(lambda one: np.array(one, dtype=float)),
    min_size=2,
    max_size=7,
)


def simulated(
    seed: int, draws: int, seeds: int, mean: float, doubt: float, noise: float, repeats: int = REPEATS
) -> Floats:
    """Studies of a known truth in which every pair has a seed of its own, (repeats, draws, seeds)."""
    generator = np.random.default_rng(seed)
    truth = mean + doubt * generator.standard_normal((repeats, draws, 1))
    return truth + noise * generator.standard_normal((repeats, draws, seeds))


def covered(found: list[Effect], truth: float) -> float:
    return float(np.mean([one.low < truth < one.high for one in found]))


def test_effect_by_hand() -> None:
    found = effect(HAND)
    assert (found.expected, found.dof, found.draws, found.pairs) == (5, 3, 4, 8)
    assert found.error == pytest.approx(2.88675, abs=1e-5)
    assert found.noise**2 == pytest.approx(8)
    assert found.doubt**2 == pytest.approx(29.3333, abs=1e-4)
    assert found.shrunk == pytest.approx((11.16, 4.12, -1.16, 5.88))
    assert found.better == pytest.approx(0.8138, abs=5e-5)  # .8133 without the error of the mean
    assert not found.shown and np.isnan(found.doubt_most)


def test_intervals_and_ranges_are_those_of_t() -> None:
    found, t = effect(HAND), stats.t(3)
    assert (found.low, found.high) == pytest.approx(
        stats.ttest_1samp([12, 4, -2, 6], 0).confidence_interval()
    )
    another = np.sqrt(29.33333333 + 100 / 12)  # another draw, from a mean that is not known exactly
    expected = [5 + t.ppf(share) * another for share in (0.25, 0.75, 0.05, 0.95)]
    assert [getattr(found, name) for name in RANGES] == pytest.approx(expected)


@given(draws=st.lists(st.tuples(*[st.integers(-1000, 1000)] * 3), min_size=2, max_size=6))
def test_doubt_is_that_of_an_analysis_of_variance(draws: list[tuple[int, int, int]]) -> None:
    table = np.array(draws, dtype=float)
    found, noise2 = effect(list(table)), table.var(axis=1, ddof=1).mean()
    assert found.noise**2 == pytest.approx(noise2)
    if noise2 > 0:
        f = stats.f_oneway(*table).statistic
        assert found.doubt**2 == pytest.approx(max(0.0, noise2 * (f - 1) / 3), abs=1e-6)


def test_weights_by_hand() -> None:
    draws = [np.array([0.0]), np.array([3.0]), np.array([3.0])]
    found = effect(draws, [1, 1, 2])
    assert found.expected == 2.25
    assert found.error**2 == pytest.approx((5.0625 / 16 + 0.5625 / 16 + 0.5625 / 4) / (1 - 0.375))
    assert effect(HAND, [3, 3, 3, 3]) == effect(HAND)


def test_weights_stay_with_their_draws() -> None:
    failed = np.full(2, np.nan)
    with_failed = effect([HAND[0], failed, *HAND[1:]], [1, 9, 2, 3, 4])
    assert with_failed == effect(HAND, [1, 2, 3, 4])
    assert with_failed.expected == pytest.approx((12 + 2 * 4 - 3 * 2 + 4 * 6) / 10)


@pytest.mark.parametrize("weights", [None, [6.0, 1.0, 1.0, 2.0, 1.0]])
def test_noise_adds_nothing_to_doubt_on_average(weights: list[float] | None) -> None:
    """Exactly so, with unequal seeds and weights: the mean of a quadratic form sums over unit errors."""
    draws = [np.full(n, 1e3 * k**2) for k, n in enumerate((8, 1, 2, 1, 3))]

    def added(name: str, shocks: list[tuple[int, slice]]) -> float:
        total, rest = 0.0, getattr(effect(draws, weights), name) ** 2
        for draw, where in shocks:
            for sign in (1.0, -1.0):
                shocked = [one.copy() for one in draws]
                shocked[draw][where] += sign
                total += getattr(effect(shocked, weights), name) ** 2 - rest
        return total / 2

    pairs = [(k, slice(j, j + 1)) for k, one in enumerate(draws) for j in range(one.size)]
    whole = [(k, slice(None)) for k in range(len(draws))]
    assert added("doubt", pairs) == pytest.approx(0, abs=1e-6)
    assert added("doubt", whole) == pytest.approx(1, abs=1e-6)
    assert added("noise", pairs) == pytest.approx(1, abs=1e-6)
    assert added("noise", whole) == pytest.approx(0, abs=1e-6)
    if weights is None:
        assert added("error", whole) == pytest.approx(1 / 5, abs=1e-6)


def test_unequal_seeds_by_hand() -> None:
    found = effect([np.array([9.0, 11.0]), np.array([1.0]), np.array([0.0, 4.0, 5.0])])
    # Means 10, 1, 3; within 2 + 0 + 14 on 3; a mean carries (1/2 + 1 + 1/3) / 3 of the noise.
    noise2, between = 16 / 3, (16 / 3 * 16 / 3 + 11 / 3 * 11 / 3 + 5 / 3 * 5 / 3) / 2
    doubt2 = between - noise2 * 11 / 18
    b = doubt2 / (doubt2 + noise2 / np.array([2, 1, 3]))
    assert found.expected == pytest.approx(14 / 3)
    assert (found.noise**2, found.doubt**2) == pytest.approx((noise2, doubt2))
    assert found.shrunk == pytest.approx(14 / 3 + b * (np.array([10, 1, 3]) - 14 / 3))


def test_failed_runs_are_left_out() -> None:
    holes = [np.append(HAND[0], np.nan), np.full(3, np.nan), *HAND[1:], np.zeros(0)]
    assert effect(holes) == effect(HAND)
    assert luck(holes) == luck(HAND)
    assert repr(effect([np.full(2, np.nan)])) == repr(Effect()) == repr(effect([]))


def test_one_draw_is_as_sure_as_its_seeds() -> None:
    pairs = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0])
    found, test = effect([pairs]), stats.ttest_1samp(pairs, 0, alternative="greater")
    assert (found.low, found.high) == pytest.approx(stats.ttest_1samp(pairs, 0).confidence_interval())
    assert found.better == pytest.approx(1 - test.pvalue)
    assert (found.draws, found.pairs, found.dof) == (1, 8, 7)
    assert found.noise == pytest.approx(pairs.std(ddof=1))
    assert np.isnan([found.doubt, found.doubt_most, *(getattr(found, name) for name in RANGES)]).all()
    alone = effect([np.array([3.0])])
    assert alone.expected == 3 and np.isnan([alone.error, alone.low, alone.better]).all() and not alone.shown


def test_one_seed_a_draw_tells_no_doubt() -> None:
    values = np.array([12.0, 4.0, -2.0, 6.0])
    found = effect(list(values[:, None]))
    assert found.expected == 5 and found.error == pytest.approx(stats.sem(values))
    assert (found.low, found.high) == pytest.approx(stats.ttest_1samp(values, 0).confidence_interval())
    untold = [found.doubt, found.doubt_most, found.better, found.noise]
    assert np.isnan(untold + [getattr(found, name) for name in RANGES]).all()


def test_no_doubt_found_is_not_none() -> None:
    found = effect([np.array([0.0, 10.0]), np.array([1.0, 11.0]), np.array([3.0, 7.0])])
    between, noise2 = np.var([5, 6, 5], ddof=1), (50 + 50 + 8) / 3
    assert found.doubt == 0 and found.shrunk == pytest.approx([16 / 3] * 3)
    assert np.isnan([getattr(found, name) for name in RANGES]).all()
    assert found.doubt_most == max(0, between * 2 / stats.chi2(2).ppf(0.05) - noise2 / 2) == 0
    wider = effect([np.array([0.0, 10.0]), np.array([4.0, 12.0]), np.array([3.0, 7.0])])
    between, noise2 = np.var([5, 8, 5], ddof=1), (50 + 32 + 8) / 3
    assert wider.doubt == 0
    assert wider.doubt_most**2 == pytest.approx(between * 2 / stats.chi2(2).ppf(0.05) - noise2 / 2)


@given(draws=draws_of_pairs, data=st.data(), shift=st.integers(-1000, 1000))
def test_order_and_shift(draws: list[Floats], data: st.DataObject, shift: int) -> None:
    found = effect(draws)
    order = data.draw(st.permutations(range(len(draws))))
    other = effect([draws[k] for k in order])
    moved = effect([one + shift for one in draws])
    for name in ("expected", "error", "low", "high", "noise", "doubt", "better"):
        same = pytest.approx(getattr(found, name), abs=1e-4, nan_ok=True)
        assert getattr(other, name) == same
        if name in ("expected", "low", "high"):
            assert getattr(moved, name) - shift == same
        elif name != "better":
            assert getattr(moved, name) == same
    if found.shrunk:
        assert other.shrunk == pytest.approx([found.shrunk[k] for k in order], abs=1e-4)


@given(draws=draws_of_pairs, power=st.integers(-3, 8))
def test_scale_and_sign(draws: list[Floats], power: int) -> None:
    found, scale = effect(draws), 2.0**power
    larger, turned = effect([scale * one for one in draws]), effect([-one for one in draws])
    for name in ("expected", "error", "low", "high", "noise", "doubt", "doubt_most", *RANGES):
        assert getattr(larger, name) == pytest.approx(scale * getattr(found, name), nan_ok=True)
    assert larger.better == pytest.approx(found.better, nan_ok=True)
    assert (larger.needed, turned.needed, turned.shown) == (found.needed, found.needed, found.shown)
    assert turned.better == pytest.approx(1 - found.better, nan_ok=True)
    for low, high in (("low", "high"), RANGES[:2], RANGES[2:]):
        assert getattr(turned, low) == pytest.approx(-getattr(found, high), nan_ok=True)


@pytest.mark.parametrize("seeds", [1, 2])
def test_interval_covers_the_expected_effect(seeds: int) -> None:
    studies = simulated(1, 12, seeds, 161, 100, 150)
    assert covered([effect(one) for one in studies], 161) == pytest.approx(0.95, abs=0.02)


def test_interval_covers_with_weights() -> None:
    studies = simulated(2, 24, 2, 161, 100, 150)
    weights = np.exp(0.5 * np.random.default_rng(3).standard_normal((REPEATS, 24)))
    found = [effect(one, own) for one, own in zip(studies, weights, strict=True)]
    assert covered(found, 161) == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("seeds", [1, 2])
def test_seeds_shared_by_all_draws_would_make_it_too_sure(seeds: int) -> None:
    """Why seeds differ between draws: noise that all share does not show in the spread of the draws."""
    own = simulated(4, 12, 1, 161, 100, 0)
    shared = 150 * np.random.default_rng(5).standard_normal((REPEATS, 1, seeds))
    assert 0.25 < covered([effect(one) for one in own + shared], 161) < 0.5


@pytest.mark.parametrize("draws", [12, 50])
@pytest.mark.parametrize(("doubt", "noise"), [(150, 60), (150, 150)])
def test_doubt_covers_another_draw(draws: int, doubt: float, noise: float) -> None:
    found = [effect(one) for one in simulated(6, draws, 2, 161, doubt, noise)]
    assert np.mean([one.doubt**2 for one in found]) == pytest.approx(doubt**2, rel=0.05)
    told = [one for one in found if one.doubt > 0]
    another = simulated(7, 1, 100, 161, 0, doubt, len(told))[:, 0]
    for low, high, share in ((*RANGES[:2], 0.5), (*RANGES[2:], 0.9)):
        ends = np.array([(getattr(one, low), getattr(one, high)) for one in told])
        inside = (ends[:, :1] < another) & (another < ends[:, 1:])
        assert inside.mean() == pytest.approx(share, abs=0.04)


def test_doubt_at_most_is_seldom_too_little() -> None:
    found = [effect(one) for one in simulated(8, 12, 2, 161, 100, 150)]
    none = [one for one in found if one.doubt == 0]
    assert len(none) > 100
    assert sum(one.doubt_most < 100 for one in none) / len(found) < 0.08


def test_probability_is_neither_that_of_raw_nor_of_shrunk_draws() -> None:
    """Mean and doubt 1, noise of a draw's mean 2: the truth is Phi(1), raw means say Phi(1 / sqrt(5)), shrunk
    ones, whose spread is too small, Phi(sqrt(5)).
    """
    (pairs,) = simulated(9, 100_000, 2, 1, 1, np.sqrt(8), 1)
    found = effect(pairs)
    assert found.better == pytest.approx(0.8413, abs=0.01)
    assert (pairs.mean(axis=1) > 0).mean() == pytest.approx(0.6726, abs=0.01)
    assert (np.array(found.shrunk) > 0).mean() == pytest.approx(0.9873, abs=0.01)


def test_probability_is_near_the_truth_with_few_draws() -> None:
    studies = simulated(10, 24, 2, 100, 100, 150)
    found = [effect(one) for one in studies]
    error = abs(np.mean([one.better for one in found]) - 0.8413)
    raw = abs((studies.mean(axis=2) > 0).mean() - 0.8413)
    shrunk = abs(np.mean([np.mean(np.array(one.shrunk) > 0) for one in found]) - 0.8413)
    assert error < 0.02 < min(raw, shrunk)


def test_an_effect_which_single_pairs_hide_is_shown() -> None:
    studies = simulated(11, 12, 2, 161, 60, np.sqrt(150**2 - 60**2))
    bands = [spread(one.ravel()) for one in studies]
    hidden = np.array([band["low_90"] < 0 < band["high_90"] for band in bands])
    shown = np.array([effect(one).shown for one in studies])
    assert hidden.mean() > 0.8
    assert shown[hidden].mean() > 0.9


@pytest.mark.parametrize("size", [0.3, 1.0, 3.0])  # the effect, in standard deviations of a draw's mean
def test_draws_needed_show_it_as_often_as_not(size: float) -> None:
    """With as many draws as a study asks for, an effect as it found is shown in half the cases or more."""
    studies = [np.linspace(-1, 1, draws) for draws in (4, 12, 50)]
    asked = {effect((size + one / one.std(ddof=1))[:, None]).needed for one in studies}
    (needed,) = asked  # however many draws the study itself had
    again = simulated(12, int(needed), 1, size, 1, 0)
    assert 0.45 < np.mean([effect(one).shown for one in again]) < 0.85
    if needed > 2:
        fewer = simulated(12, int(needed) - 1, 1, size, 1, 0)
        assert np.mean([effect(one).shown for one in fewer]) < 0.6


def test_needed_at_its_ends() -> None:
    assert effect([np.array([1.0]), np.array([-1.0])]).needed == np.inf
    assert effect([np.array([1.0]), np.array([-1.0 + 1e-15])]).needed > 1e29
    assert effect([np.array([7.0]), np.array([7.0])]).needed == 2
    assert np.isnan(effect([np.array([7.0])]).needed)
    pairs = np.array([3.0, -1.0, 4.0, 1.0])
    assert effect([pairs]).needed == effect(list(pairs[:, None])).needed


def test_of_worlds_that_were_chosen_pairs_are_needed() -> None:
    one, other = (np.array([3.0, -1.0, 4.0, 1.0]) + shift for shift in (0.0, -2.0))
    found = together([effect([one]), effect([other])])
    assert (found.draws, found.pairs, found.units) == (2, 8, 8) and not found.shown
    assert found.expected == pytest.approx(0.75) and np.isnan(found.doubt)
    assert found.error == pytest.approx(one.std(ddof=1) / 2 / np.sqrt(2))
    many = together([effect([np.tile(one, 20)]), effect([np.tile(other, 20)])])
    assert many.shown and 8 < found.needed < 160 and many.needed == pytest.approx(found.needed, rel=0.4)


def test_effects_are_apart_where_their_difference_is_shown() -> None:
    noise = np.array([-1.0, 0.0, 1.0])
    assert apart(effect([noise]), effect([noise + 5.0])) and apart(effect([noise + 5.0]), effect([noise]))
    assert not apart(effect([noise]), effect([noise + 0.5]))
    single = together([effect([noise[:1]]), effect([noise])])
    assert single.expected == -0.5 and np.isnan([single.error, single.better, single.low]).all()
    assert not apart(effect([noise]), Effect()) and not apart(effect([noise[:1]]), effect([noise + 9.0]))


def test_luck_by_hand() -> None:
    spread, free = luck([np.array([1.0, 3.0]), np.array([5.0]), np.array([0.0, 0.0, 6.0, np.nan])])
    assert (spread**2, free) == (pytest.approx(26 / 3), 3)
    assert luck(HAND) == (effect(HAND).noise, 4)
    assert np.isnan(luck([np.array([1.0]), np.array([2.0])])[0])
    assert np.isnan(luck([])[0]) and np.isnan(lucky(5, np.nan, 0)).all()
    assert lucky(5, 2, 3, "50") == pytest.approx((5 - 2 * stats.t(3).ppf(0.75), 5 + 2 * stats.t(3).ppf(0.75)))


def test_luck_covers_one_course_of_events() -> None:
    ranges = [lucky(161, *luck(one)) for one in simulated(13, 3, 2, 161, 100, 25)]
    courses = simulated(14, 1, 100, 161, 0, 25)[:, 0]
    low, high = np.array(ranges).T[:, :, None]
    assert ((low < courses) & (courses < high)).mean() == pytest.approx(0.9, abs=0.01)


def test_fieller_limits_are_prices_just_told_apart() -> None:
    costs, gains = np.array([90.0, 120.0, 101.0, np.nan, 84.0]), np.array([9.0, 14.0, 12.0, 11.0, 7.0])
    price, low, high = ratio(costs, gains)
    known = ~np.isnan(costs)
    assert price == pytest.approx(costs[known].mean() / gains[known].mean())
    for limit in (low, high):
        assert stats.ttest_1samp(costs[known] - limit * gains[known], 0).pvalue == pytest.approx(0.1)
    assert low < price < high
    assert np.isnan(ratio(np.ones(1), np.ones(1))).all()


@pytest.mark.parametrize(("draws", "noise"), [(6, 2), (12, 2), (6, 8)])
def test_fieller_limits_cover_the_true_price(draws: int, noise: float) -> None:
    """Mean cost 100, mean gain 10, correlated; where no gain is shown (noise 8) there is no price."""
    shared, cost, gain = np.random.default_rng(15).standard_normal((3, REPEATS, draws))
    costs, gains = 100 + 30 * cost + 20 * shared, 10 + noise * (shared + gain) / np.sqrt(2)
    limits = np.array([ratio(*one) for one in zip(costs, gains, strict=True)])
    no_gain = stats.ttest_1samp(gains, 0, axis=1).pvalue >= 0.1
    assert (np.isinf(limits[:, 2]) == no_gain).all() and np.isnan(limits[no_gain, :2]).all()
    assert no_gain.mean() > 0.1 if noise == 8 else not no_gain.any()
    inside = (limits[:, 1] < 10) & (limits[:, 2] > 10)
    assert inside[~no_gain].mean() == pytest.approx(0.9, abs=0.025)


def test_no_price_for_a_loss() -> None:
    price, low, high = ratio(np.array([9.0, 10.0, 11.0]), np.array([-5.0, -5.1, -4.9]))
    assert np.isnan([price, low]).all() and high == np.inf
