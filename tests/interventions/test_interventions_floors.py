"""Wage floors for some contracts, and inspections that owners weigh: whose pay is raised, and by how many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from batiksim.errors import ScenarioError
from batiksim.interventions import targets
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import enrolment
from batiksim.rules import contracts
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Intervention
from batiksim.scenario.json_schema import schema
from batiksim.state.decisions import Inspection
from tests.interventions.test_interventions import differences, measure, run
from tests.interventions.test_interventions_money import decide, waiting

WHO = {(): (0, 1, 2), ("direct",): (0,), ("casual",): (1, 2), ("direct", "casual"): (0, 1, 2)}


def posted(model: BatikModel, one: Intervention | None = None) -> np.ndarray:
    """Rates that open firms would post with a measure alone, (firms, groups, tiers), as a share of the UMK
    for the hours worked; nothing of the region moves.
    """
    if one is None:
        model.decisions.begin_month(1)
    else:
        decide(model, one)
    now, owners = model.now, model.owners
    hours = np.array([now["wage.hours_hand"], now["wage.hours_stamp"]])
    minimum = model.umk[owners.place][:, None] * hours
    pay = np.full((owners.n, 2), 0.5) * minimum
    rates = []
    for tier in range(3):
        least = enrolment.obeyed_floors(model)[tier][:, None] * minimum
        rates.append(enrolment.deterred_pay(model, np.maximum(pay, least), tier, minimum) / minimum)
    return np.stack(rates, axis=2)[owners.open == 1]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", ["wage_floor", "inspections"])
def test_only_pay_of_the_named_contracts_is_raised(kind: str, who: tuple[str, ...]) -> None:
    one = measure(kind, who=who, options={"floor": 0.8, "arrears": 120.0})
    assert [tier for tier in range(3) if targets.tiers(one)[tier]] == [*WHO[who]]
    rates = posted(waiting(0.05), one)
    for tier in range(3):
        expected = 0.8 if tier in WHO[who] else 0.5
        np.testing.assert_allclose(rates[:, :, tier], expected)


@pytest.mark.parametrize("who", [("direct",), ("casual",)])
def test_in_a_month_of_the_region_too(who: tuple[str, ...]) -> None:
    """Everybody posts at least the floor for the named contracts, for the others what was posted before."""
    one = measure("wage_floor", who=who, options={"floor": 2.0})
    model, without = run(one, until="2012-01"), run(until="2012-01")
    named = targets.tiers(one)
    hours = np.array([model.now["wage.hours_hand"], model.now["wage.hours_stamp"]])
    least = 2.0 * model.umk[model.owners.place][:, None, None] * hours[:, None] * (1.0 - 1e-12)
    assert (model.owners.rate[:, :, named] >= least).all()
    assert (without.owners.rate[:, :, named] < least).any()
    assert (model.owners.viable[:, :, ~named] == without.owners.viable[:, :, ~named]).all()
    assert (model.owners.rate[:, :, ~named] == without.owners.rate[:, :, ~named]).all()


def test_only_firms_of_the_named_places_are_inspected() -> None:
    model = waiting(0.05)
    there = model.places.id.index("kauman")
    rates = posted(model, measure("inspections", where=("kauman",), options={"arrears": 120.0}))
    inside = model.owners.place[model.owners.open == 1] == there
    assert inside.any() and (rates[inside] == 1.0).all() and (rates[~inside] == 0.5).all()


@pytest.mark.parametrize(
    ("found", "fine", "arrears", "short", "sharpness", "share"),
    [
        (1.0, 0.0, 12.0, 1e5, 4.0, 0.5),  # what is risked is what is saved
        (0.5, 0.0, 24.0, 3e5, 20.0, 0.5),
        (0.25, 4.8e6, 0.0, 1e5, 7.0, 0.5),
        (0.5, 1.2e6, 12.0, 1e5, 1.0, 0.5),
        (1.0, 0.0, 24.0, 1e5, 1.0, 2 / 3),
        (1.0, 0.0, 36.0, 1e5, 2.0, 0.9),
        (0.5, 0.0, 12.0, 1e5, 2.0, 0.2),
        (0.0, 1e9, 120.0, 1e5, 4.0, 0.0),  # nobody comes
        (1.0, 1e9, 120.0, 0.0, 4.0, 0.0),  # nothing is short
    ],
)
def test_the_share_deterred_is_that_of_the_formula(
    found: float, fine: float, arrears: float, short: float, sharpness: float, share: float
) -> None:
    got = contracts.deterred(np.array([short]), np.array([found]), fine, arrears, 12, sharpness)
    np.testing.assert_allclose(got, share, rtol=1e-12)


def test_sharp_owners_all_comply_as_soon_as_it_pays() -> None:
    for risk, complies in ((0.8, 0.0), (1.25, 1.0)):
        got = contracts.deterred(np.array([1e5]), np.array([1.0]), risk * 12e5, 0.0, 12, 20.0)
        assert abs(float(got[0]) - complies) < 0.012


def test_visits_that_fall_by_chance_find_a_firm_out() -> None:
    assert contracts.found_out(0.0, 0.5) == contracts.found_out(9.0, 0.0) == 0.0
    assert contracts.found_out(2.0 * np.log(2.0), 0.5) == pytest.approx(0.5, abs=1e-15)


def test_inspectors_see_each_firm_so_often_and_owners_answer_so() -> None:
    """In a region of many firms: share of owners who pay the floor, against p and the formula."""
    model = waiting(0.05)
    firms = float(model.open_firms().sum())
    visits = 3.0  # a firm and year
    inspectors = visits * firms / (12.0 * 10.0 * model.scale)
    options = {"visits": 10.0, "detects": 0.4, "fine": 0.0, "arrears": 18.0, "sharpness": 3.0, "floor": 1.0}
    one = measure("inspections", strength=inspectors, options=options)
    rates = posted(model, one)
    (floor,) = model.decisions.floors
    assert isinstance(floor.obeyed, Inspection)
    found = 1.0 - np.exp(-1.2)
    np.testing.assert_allclose(floor.obeyed.found, found)
    odds = (found * 18.0 / 12.0) ** 3
    obeys = model.owners.complier[model.owners.open == 1] < odds / (1.0 + odds)
    assert ((rates == 1.0) == obeys[:, None, None]).all() and 0.2 < obeys.mean() < 0.9
    np.testing.assert_allclose(model.costs.sum(), 9e7 / 12.0 * inspectors * model.scale)


def test_half_the_dose_half_the_visits_and_a_budget_as_many_as_it_buys() -> None:
    def found(**more: Any) -> float:
        model = decide(waiting(0.05), measure("inspections", **({"strength": 40.0} | more)))
        obeyed = model.decisions.floors[0].obeyed
        assert isinstance(obeyed, Inspection)
        return float(obeyed.found[0])

    full = found()
    assert found(coverage=0.5) == pytest.approx(found(strength=20.0)) == pytest.approx(1 - (1 - full) ** 0.5)
    assert found(budget=9e8) == pytest.approx(found(strength=10.0))
    assert found(every=(10,)) == pytest.approx(1 - (1 - full) ** (1 / 12))


def test_without_inspectors_nothing_changes_to_the_bit() -> None:
    base = run(until="2012-06")
    for more in ({"strength": 0.0}, {"options": {"visits": 0.0}}, {"options": {"fine": 0.0, "arrears": 0.0}}):
        assert not differences(base, run(measure("inspections", **more), until="2012-06"))


def test_of_a_floor_and_inspections_the_higher_holds_in_any_order() -> None:
    low = measure("wage_floor", strength=1.0, options={"floor": 0.6})
    high = measure("inspections", options={"floor": 0.9, "arrears": 120.0})
    assert not differences(run(low, high, until="2012-03"), run(high, low, until="2012-03"))
    model = waiting(0.05)
    (model.decisions.begin_month(2), decide(model, low))
    floors = [*model.decisions.floors, *decide(model, high).decisions.floors]
    assert [floor.share for floor in floors] == [0.6, 0.9]


@pytest.mark.parametrize("word", ["casual", "brokered", "home"])
def test_home_and_brokered_are_words_for_whom_the_model_knows(word: str) -> None:
    for kind in ("wage_floor", "inspections", "training"):
        scenario = Scenario.parse(f"interventions:\n  - {kind}: {{from: 2026-01, who: [{word}]}}")
        assert scenario.interventions[0].who == ("casual",)
        assert "brokered workers" in " ".join(scenario.explain("en").split())
        assert "pekerja rumahan" in " ".join(scenario.explain("id").split())
        described = schema("en")["properties"]["interventions"]["items"]["properties"][kind]
        assert word in described["properties"]["who"]["anyOf"][0]["enum"]
    with pytest.raises(ScenarioError, match=r"wage_floor\.who = women is not one of: direct, casual"):
        Scenario.parse("interventions:\n  - wage_floor: {from: 2026-01, who: [women]}")


def test_the_example_names_inspectors_places_and_people() -> None:
    told = " ".join(Scenario.load("floor-for-home-workers").explain("en").split())
    for part in ("kauman, pesindon", "home workers", "inspectors (A): 2 inspectors", "80 %", "fine for each"):
        assert part in told or part.replace("80 %", "0.8") in told, part
