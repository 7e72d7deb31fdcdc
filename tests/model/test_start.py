"""January 2011: ages and tenures by firm size as the flows have them, for every luck alike."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.codes import ENTRY_MONTHS
from batiksim.model.batik_model import BatikModel
from batiksim.model.start.careers import Careers, draw_careers, past_flows
from batiksim.rules import cohort

TINY = {"scale": 0.02, "until": "2011-01"}
HALF = np.arange(40_000) % 2 == 1


@pytest.fixture(scope="module")
def model() -> BatikModel:
    return BatikModel(**TINY)


@pytest.fixture(scope="module")
def careers(model: BatikModel) -> Careers:
    return draw_careers(model, np.arange(HALF.size), HALF)


def test_ages_are_those_of_the_flows(model: BatikModel, careers: Careers) -> None:
    work = cohort.at_rest(past_flows(model, 0.5))
    months = ENTRY_MONTHS + np.arange(work.employed.shape[1]) + 0.5
    for size, large in enumerate((False, True)):
        known = months @ work.employed[size] / work.employed[size].sum() / 12
        drawn = careers.age[large == HALF]
        assert abs(drawn.mean() - known) < 4 * drawn.std() / np.sqrt(drawn.size)


def test_nobody_is_longer_with_the_employer_than_in_the_craft_or_out_of_school(careers: Careers) -> None:
    assert (careers.tenure >= 0).all()
    assert (careers.tenure <= careers.practice).all()
    assert (careers.age - careers.practice / 12 >= 15.75 - 1 / 12).all()


def test_the_sources_are_met(careers: Careers) -> None:
    """Sourced means (2011, n = 35 each) with twice their standard errors: see data/targets.csv."""
    small, large = ({"age": c[0].mean(), "tenure": c[1].mean() / 12} for c in (
        (careers.age[~HALF], careers.tenure[~HALF]), (careers.age[HALF], careers.tenure[HALF])
    ))  # fmt: skip
    assert 40.3 < small["age"] < 47.7 and 32.3 < large["age"] < 39.7
    assert 2.6 < small["tenure"] < 6.7 and 5.2 < large["tenure"] < 10.7


def test_without_posts_for_the_young_large_firms_have_the_older_workers() -> None:
    plain = draw_careers(BatikModel(**TINY, **{"start.large_young": 0.0}), np.arange(HALF.size), HALF)
    assert plain.age[HALF].mean() > plain.age[~HALF].mean() + 1


def test_growth_before_2011_makes_them_younger() -> None:
    ages = [
        draw_careers(BatikModel(**TINY, **{"start.past_growth": g}), np.arange(HALF.size), HALF).age.mean()
        for g in (0.0, 0.03)
    ]
    assert ages[1] < ages[0] - 2


def test_firms_have_the_hands_they_want_but_for_open_posts_and_the_places_no_one_too_many() -> None:
    model = BatikModel(**TINY, **{"start.vacancy_share": 0.0, "start.searching_share": 0.0})
    owners = model.owners
    assert (owners.staff == np.floor(owners.wanted + owners.offset)).all()
    wanted = np.zeros((model.n_places, 2))
    np.add.at(wanted, owners.place, owners.wanted - owners.staff)
    assert (np.abs(wanted) < 1.0).all()


def test_luck_changes_who_has_which_age_and_not_the_ages(careers: Careers) -> None:
    other = draw_careers(BatikModel(seed=2, **TINY), np.arange(HALF.size), HALF)
    assert abs(other.age.mean() - careers.age.mean()) < 0.5
    assert not np.array_equal(other.age, careers.age)
