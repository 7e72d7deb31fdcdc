"""What a year holds of a policy that acts in some of its months: all of its seats, all of its money."""

from __future__ import annotations

import numpy as np
import pytest

from batiksim.interventions import delivery
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Purse
from tests.interventions.test_interventions import START, measure, run
from tests.interventions.test_interventions_money import costs, region

SEATS = 2400.0  # a year in the region, 24 of them in the sample


def courses(**more: object) -> Intervention:
    return measure("training", options={"seats": SEATS}, start=START, **more)


@pytest.mark.parametrize("every", [(10,), (3, 10), tuple(range(1, 13)), ()])
def test_its_months_have_the_seats_of_the_year(every: tuple[int, ...]) -> None:
    spent = costs(region(courses(every=every)))[START : START + 12]
    seats = spent / delivery.unit_cost(courses())
    acting = [number - 1 for number in every or range(1, 13)]
    expected = np.zeros(12)
    expected[acting] = 24 / len(acting)
    np.testing.assert_allclose(seats, expected, atol=1e-9)


@pytest.mark.parametrize(("kind", "budget", "left"), [("training", 2e9, 3.1e6), ("cooperative", 6e8, 1e-6)])
def test_its_months_have_the_budget_of_the_year(kind: str, budget: float, left: float) -> None:
    """What is left of it buys no seat."""
    spent = costs(region(measure(kind, budget=budget, every=(3, 10))))[START : START + 12]
    assert (spent[[2, 9]] > 0.0).all() and not np.delete(spent, [2, 9]).any()
    assert budget / 100 - left <= spent.sum() <= budget / 100 + 1e-6


def test_seats_of_a_measure_by_number_are_those_of_the_year_too() -> None:
    """Two places a month would begin, one a month may: in October alone, as many as begin in a month."""
    model = region().run("2011-02")
    model.decisions.purses.append(Purse())
    some = measure("digital_marketing", options={"seats": 12.0 / model.scale})
    units = np.zeros(model.n_places)
    units[0] = 24.0
    for every, share in (((), 0.5), ((10,), 1.0), ((2, 4, 6, 8, 9, 10), 1.0)):
        one = measure("digital_marketing", options=some.options, every=every)
        assert delivery.charge(model, one, 1.0, units) == share


def test_every_month_is_every_month_to_the_bit() -> None:
    usual, named = (run(courses(every=every), until="2012-06") for every in ((), tuple(range(1, 13))))
    assert usual.results().equals(named.results())
    october = run(measure("cooperative", every=(10,)), until="2012-09")
    assert october.results().equals(run(until="2012-09").results())
