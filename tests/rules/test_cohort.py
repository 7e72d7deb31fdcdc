"""Ages and tenures that flows lead to (E9): the recursion keeps its balance, and draws repeat it."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.rules import cohort

MONTHS = np.arange(180, 900)
YOUNG = MONTHS < 420
EVENLY = (np.arange(200_000) + 0.5) / 200_000


def flows(**changes: object) -> cohort.Flows:
    """Newcomers of 16 to 25, leaving at 1/300 while young, retirement at 1/100 from 55 on."""
    usual = cohort.Flows(
        entry=((MONTHS >= 192) & (MONTHS < 300)) / 108.0,
        leaving=YOUNG / 300.0,
        retiring=np.where(MONTHS < 660, 0.0, 0.01),
        separation=(1 / 48, 1 / 96),
        returning=0.9,
        growth=0.01 / 12,
        large=0.4,
        young=YOUNG,
        young_first=0.3,
    )
    return usual._replace(**changes)


def mean_age(people: np.ndarray) -> float:
    return float(MONTHS @ people / people.sum() / 12)


@pytest.mark.parametrize("kept", [0.0, 0.3, 1.0])
def test_large_firms_keep_their_share_of_the_jobs(kept: float) -> None:
    employed = cohort.at_rest(flows(young_first=kept)).employed.sum(axis=1)
    assert employed[1] / employed.sum() == pytest.approx(0.4, abs=1e-9)


def test_what_comes_is_what_goes_and_what_growth_takes() -> None:
    """A month on, everybody is a month older and there are exp(growth) times as many of each age."""
    some = flows()
    work = cohort.at_rest(some)
    left = work.employed * ((1 - some.leaving) * (1 - some.retiring))
    kept = left * (1 - np.array(some.separation))[:, None]
    next_month = work.employed[:, 1:] * np.exp(some.growth)
    assert np.allclose(next_month, kept[:, :-1] + work.hired[:, 1:] * np.exp(some.growth))
    looking = (np.array(some.separation) @ left)[:-1] * np.exp(-some.growth)
    assert np.allclose(work.hired.sum(axis=0)[1:], some.entry[1:] + 0.9 * looking)


def test_growth_and_late_entry_and_young_posts_move_ages_as_they_must() -> None:
    ages = [mean_age(cohort.at_rest(flows(growth=g / 12)).employed.sum(axis=0)) for g in (-0.02, 0, 0.03)]
    assert ages == sorted(ages, reverse=True)
    late = cohort.at_rest(flows(entry=((MONTHS >= 420) & (MONTHS < 600)) / 180.0))
    assert mean_age(late.employed.sum(axis=0)) > ages[0]
    by_size = [
        [mean_age(size) for size in cohort.at_rest(flows(young_first=kept)).employed] for kept in (0.0, 0.5)
    ]
    assert by_size[0][1] > by_size[0][0] and by_size[1][1] < by_size[1][0]


@pytest.mark.parametrize("large", [0.0, 1.0])
def test_firms_may_all_be_of_one_size(large: float) -> None:
    employed = cohort.at_rest(flows(large=large)).employed.sum(axis=1)
    assert employed[int(large)] > 0 and employed[1 - int(large)] == 0


def test_ages_are_drawn_as_they_are() -> None:
    small, _ = cohort.at_rest(flows()).employed
    drawn = cohort.draw_age(small, EVENLY)
    assert np.allclose(
        np.bincount(drawn.astype(int), minlength=720) / EVENLY.size, small / small.sum(), atol=1e-5
    )


def test_hiring_is_drawn_as_it_was() -> None:
    """Everybody of fifty: the months of hiring are in proportion to hires times survival until then."""
    some = flows()
    small, age = cohort.at_rest(some).hired[0], 50 * 12 - 180
    stay = some.staying() * (1 - 1 / 48)
    drawn = cohort.draw_arrival(EVENLY, small, stay, np.full(EVENLY.size, age))
    there = np.array([small[x] * np.prod(stay[x:age]) for x in range(age + 1)])
    assert there.sum() == pytest.approx(cohort.at_rest(some).employed[0, age])
    assert np.allclose(np.bincount(drawn, minlength=age + 1) / EVENLY.size, there / there.sum(), atol=1e-5)


def test_survival_may_come_to_nothing() -> None:
    stay = np.full(720, 1e-200)
    drawn = cohort.draw_arrival(np.array([1e-9, 0.5, 1.0]), np.ones(720), stay, np.array([5, 300, 719]))
    assert drawn.tolist() == [5, 300, 719]
