"""Whose figure a cost is, and who shares a budget, as the page of a comparison tells it."""

from __future__ import annotations

from batiksim.i18n.texts import speaking, text
from batiksim.report.page import assumptions, policies
from batiksim.scenario import Scenario

CONTENT = """language: en
budgets: {common: {amount: 4 billion IDR/year, first: [training]}}
interventions:
  - training: {from: 2026-01, budget: common, unit_cost: 1500000}
  - certification: {from: 2026-01, budget: common}
  - uniform_procurement: {from: 2026-01, quantity: 500, price: 250000}
"""


def test_costs_of_the_scenario_are_called_its_own() -> None:
    training, certification, uniforms = Scenario.parse(CONTENT).interventions
    with speaking("en"):
        own, shipped, bought = (
            list(assumptions._policy("x", one)) for one in (training, certification, uniforms)
        )
        cost, here = text("report.assumption.unit_cost"), text("report.set_here")
    (ours,), (theirs,) = ([row for row in rows if row[1].words == cost] for rows in (own, shipped))
    assert ours[3].words == here and "1.5 million a trainee" in ours[2].words
    assert theirs[3].words != here
    assert not [row for row in bought if row[1].words == cost]  # the price stands among its sizes


def test_a_shared_budget_says_who_is_served_first() -> None:
    with speaking("id"):
        ((heading, rows),) = policies._shared(Scenario.parse(CONTENT))
    assert heading == "Anggaran bersama common"
    assert [value for _, value in rows][1].startswith("Pelatihan dan peningkatan keterampilan")
