"""What is bought by number: so many pieces at so much each are orders of known size at a known cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from batiksim.codes import STAKEHOLDERS
from batiksim.errors import ScenarioError
from batiksim.interventions import delivery
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import demand
from batiksim.rules import orders
from batiksim.scenario import Scenario
from batiksim.scenario.interventions import Intervention, kinds
from tests.interventions.test_interventions import differences, measure, run
from tests.interventions.test_interventions_money import decide, waiting

PIECES, PRICE, SCALE = 120_000.0, 250_000.0, 0.05


def bought(**more: Any) -> Intervention:
    options = {"quantity": PIECES, "price": PRICE, "instead": 0.25} | more.pop("options", {})
    return measure("uniform_procurement", strength=None, options=options, **more)


def test_orders_are_worth_what_is_paid_for_what_would_not_have_been_bought_anyway() -> None:
    """10,000 pieces a month at Rp 250,000, a quarter of them nothing new, in a sample of a twentieth."""
    model = decide(waiting(SCALE), bought())
    staff_months, money = model.levers.bought.sum(), PIECES / 12 * PRICE * SCALE
    value_of_one = model.retail_value().sum() / model.staff_months().sum()
    assert staff_months * value_of_one == pytest.approx(0.75 * money)
    assert model.costs.sum() == pytest.approx(money)
    assert model.costs[STAKEHOLDERS.index("government")].sum() == pytest.approx(money)
    usual = model.drivers.season[model.month] * model.drivers.covid[model.month]
    more = demand.market_size(model).sum()
    model.levers.reset()
    assert (more - demand.market_size(model).sum()) * usual == pytest.approx(staff_months)


def test_the_region_makes_what_is_bought() -> None:
    """4,000 shirts at Rp 250,000 in one month, half of them nothing new: output of that value more, at what
    buyers pay, where no order waits for masters of fine cloth or for longer days.
    """
    idle = Scenario.default().but({"demand.fine_share": 0.0, "demand.days_most": 2.0})
    bought = {"quantity": 4_000, "price": 250_000, "instead": 0.5}
    policy = idle.with_intervention("uniform_procurement", since="2011-10", every="October", **bought)
    plain, more = (BatikModel(one, seed=2, scale=0.1, until="2011-10").run() for one in (idle, policy))
    extra = (more.retail_value() - plain.retail_value()).sum()
    assert extra == pytest.approx(0.5 * 4_000 * 250_000 * 0.1, rel=0.02)


def test_the_rule_splits_what_is_bought_as_other_orders_are() -> None:
    worked = np.array([30.0, 10.0])
    per_place = orders.staff_months_for(200.0, 400.0, worked)
    assert per_place.tolist() == [15.0, 5.0]
    found = orders.orders_bought(per_place, np.array([[1.0, 2.0], [0.0, 0.0]]))
    assert found.tolist() == [[5.0, 10.0], [0.0, 0.0]]  # nobody makes cloth in the second place


def test_only_its_places_are_bought_from_and_all_of_it_may_be_nothing_new() -> None:
    model = decide(waiting(SCALE), bought(where=("kauman",)))
    there = np.array([place == "kauman" for place in model.places.id])
    assert model.levers.bought[there] > 0.0 and not model.levers.bought[~there].any()
    model = decide(waiting(SCALE), bought(options={"instead": 1.0}))
    assert not model.levers.bought.any() and model.costs.sum() > 0.0


def test_a_budget_buys_as_many_pieces_as_it_pays() -> None:
    full = decide(waiting(SCALE), bought()).levers.bought.copy()
    half = decide(waiting(SCALE), bought(budget=PIECES * PRICE / 2)).levers.bought
    assert half == pytest.approx(full / 2)


def test_the_pieces_of_a_year_are_bought_in_the_months_in_which_it_acts() -> None:
    spread, at_once = (
        decide(waiting(SCALE), bought(every=every)).levers.bought.sum() for every in ((), (1,))
    )
    assert at_once == pytest.approx(12 * spread)


def test_no_pieces_are_nothing_to_the_last_bit() -> None:
    with_none = run(bought(options={"quantity": 0.0}), until="2012-06")
    assert not differences(run(until="2012-06"), with_none) and not with_none.costs.any()


def parse(body: str) -> Scenario:
    content = f"  - uniform_procurement: {{from: 2026-01, {body}}}\n"
    return Scenario.parse(f"language: en\ninterventions:\n{content}")


def test_a_file_says_pieces_and_price_and_is_told_what_does_not_go_together() -> None:
    scenario = parse('quantity: "10,000 shirts/year", price: "Rp 250,000"')
    (one,) = scenario.interventions
    assert one.strength is None and one.options == {"quantity": 1e4, "price": 250_000.0, "instead": 0.2}
    assert Scenario.parse(scenario.to_yaml()).hash == scenario.hash
    assert "10000 potong setahun" in " ".join(scenario.explain("id").split())
    assert "at the price above and in full" in " ".join(scenario.explain("en").split())
    plain = parse("ramp: 0").interventions[0]
    assert plain.strength == 0.03 and not plain.options
    assert delivery.option(bought(), "price") == PRICE
    with pytest.raises(ScenarioError, match=r"3:\d+: uniform_procurement\.price goes with quantity"):
        parse('price: "Rp 250,000"')
    with pytest.raises(ScenarioError, match=r"uniform_procurement\.strength is not said beside quantity"):
        parse("quantity: 10, strength: 0.1")
    with pytest.raises(ScenarioError, match=r"uniform_procurement\.unit_cost is not said beside quantity"):
        parse("quantity: 10, unit_cost: 0.1")


@pytest.mark.parametrize(
    "written", ['"Rp 1,500,000"', "1500000", '"Rp 1,500,000 per person"', '"1.5 million IDR/trainee"']
)
def test_what_one_costs_can_be_ones_own(written: str) -> None:
    text = f"language: en\ninterventions:\n  - training: {{from: 2026-01, unit_cost: {written}}}\n"
    (one,) = Scenario.parse(text).interventions
    assert one.unit_cost == delivery.unit_cost(one) == 1_500_000.0
    scenario = Scenario.parse(text)
    assert Scenario.parse(scenario.to_yaml()).hash == scenario.hash
    told = {lang: " ".join(scenario.explain(lang).split()) for lang in ("en", "id")}
    assert "1,500,000 IDR/trainee, the scenario's own figure (otherwise 3,087,000)" in told["en"]
    assert "angka skenario ini sendiri" in told["id"]


def test_ones_own_cost_is_booked() -> None:
    usual = decide(waiting(SCALE), measure("cooperative")).costs.sum()
    own = 2 * kinds()["cooperative"].unit_cost
    assert decide(waiting(SCALE), measure("cooperative", unit_cost=own)).costs.sum() == pytest.approx(
        2 * usual
    )
