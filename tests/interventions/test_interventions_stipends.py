"""Stipends by the minimum wage, and for those who come to the craft from school."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from batiksim.errors import ScenarioError
from batiksim.interventions import targets
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Intervention
from tests.interventions.test_interventions import differences, measure, run
from tests.interventions.test_interventions_money import decide, waiting

SCALE = 0.05


def stipend(share: float = 0.5, **more: Any) -> Intervention:
    options = {"stipend": share, "seats": 1e6, "practice": 240.0, "max_age": 75.0} | more.pop("options", {})
    return measure("apprenticeship", strength=None, options=options, **more)


def test_everybody_has_her_share_of_the_umk_of_her_place() -> None:
    model = decide(waiting(SCALE), stipend())
    (appeal,) = model.decisions.appeals
    assert appeal.holders is not None and appeal.holders.size
    place = model.people.place[appeal.holders]
    assert len(np.unique(model.umk[place])) == 2  # city and regency
    assert model.flows["support"].sum() == pytest.approx(0.5 * model.umk[place].sum())
    assert model.costs.sum() == pytest.approx(1.1 * 0.5 * model.umk[place].sum())


def test_a_budget_of_stipends_is_never_exceeded() -> None:
    everybody = decide(waiting(SCALE), stipend()).costs.sum()
    budget = 12 * 0.4 * everybody / SCALE
    spent = decide(waiting(SCALE), stipend(budget=budget)).costs.sum()
    assert 0.35 * everybody < spent <= 0.4 * everybody * (1.0 + 1e-9)


def test_the_same_amount_everywhere_is_what_it_was_by_strength() -> None:
    """A share of the UMK in the city alone, and that many rupiah."""
    where = tuple(place for place in ("kauman", "pesindon", "jenggot"))
    umk = waiting(SCALE).umk[list(waiting(SCALE).places.id).index("kauman")]
    by_share = decide(waiting(SCALE), stipend(where=where)).flows["support"].copy()
    amount = stipend(where=where, options={"practice": 240.0})
    options = {name: value for name, value in amount.options.items() if name != "stipend"}
    plain = measure("apprenticeship", strength=0.5 * umk, where=where, options=options)
    assert decide(waiting(SCALE), plain).flows["support"] == pytest.approx(by_share)


def test_no_stipend_is_nothing_to_the_last_bit() -> None:
    assert not differences(run(until="2012-06"), run(stipend(0.0), until="2012-06"))


def test_school_leavers_are_those_who_came_within_a_year_of_school() -> None:
    model = decide(waiting(SCALE), stipend(who=("school_leavers",)))
    (appeal,) = model.decisions.appeals
    people, rows = model.people, appeal.holders
    assert rows is not None
    came = people.leaves_school[rows] + people.practice[rows] + 12 >= model.month
    everybody = decide(waiting(SCALE), stipend()).decisions.appeals[0].holders
    assert rows.size and came.all() and rows.size < everybody.size
    others = np.setdiff1d(everybody, rows)
    assert not (people.leaves_school[others] + people.practice[others] + 12 >= model.month).any()
    assert not targets.open_to_late(model, stipend(who=("school_leavers",))).any()


@pytest.mark.parametrize("written", ["0.5 UMK", "50 % UMK", "50 % of UMK", "50 % dari UMK", "50 %", "0.5"])
def test_a_file_says_a_share_of_the_umk(written: str) -> None:
    content = (
        f"interventions:\n  - apprenticeship: {{from: 2026-01, who: school leavers, stipend: {written}}}\n"
    )
    scenario = Scenario.parse(content)
    (one,) = scenario.interventions
    assert (one.strength, one.options["stipend"], one.who) == (None, 0.5, ("school_leavers",))
    assert "by the UMK of the year and place: 50 % UMK" in " ".join(scenario.explain("en").split())
    assert Scenario.parse(scenario.to_yaml()).hash == scenario.hash


def test_stipend_and_strength_exclude_each_other_and_rupiah_are_no_share() -> None:
    body = "interventions:\n  - apprenticeship: {from: 2026-01, stipend: %s}\n"
    with pytest.raises(ScenarioError, match=r"apprenticeship\.strength is not said beside stipend"):
        Scenario.parse(body % "0.5, strength: 500000")
    with pytest.raises(ScenarioError, match=r"apprenticeship\.stipend = Rp 500 ribu is in the wrong unit"):
        Scenario.parse(body % "Rp 500 ribu")


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("vocational_school", "300 people/year"),
        ("training", "300 orang setahun"),
        ("certification", "300 siswa/tahun"),
        ("young_entrepreneurs", "25 people/month"),
    ],
)
def test_seats_can_be_said_as_people_a_year(kind: str, written: str) -> None:
    content = f"interventions:\n  - {kind}: {{from: 2026-01, seats: {written}}}\n"
    assert Scenario.parse(content).interventions[0].options["seats"] == 300.0
