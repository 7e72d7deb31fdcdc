"""Demand that has a price (E6-d): what a wage floor costs, owners, buyers and, through rivals, jobs bear."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import demand
from batiksim.rules import orders
from tests.support.worlds import differences, world

UNTIL = "2015-12"
ELASTICITIES = (0.0, 0.8, 1.5)
PARTS = (0.0, 0.5, 1.0)
FLOOR = {"wage.compliance": {"2011-01": 0.0, "2013-02": 1.0}, "wage.floor": 1.0}
# The floor takes no job by itself: even what two brokers leave pays for it.
RICH = {"contracts.surplus_hand": 1.5, "contracts.surplus_stamp": 2.5, "contracts.bargaining_share": 0.1}


@cache
def years_later(elasticity: float, pass_through: float, floor: bool = True) -> BatikModel:
    changes: dict[str, Any] = {
        **RICH,
        "demand.price_elasticity": elasticity,
        "demand.pass_through": pass_through,
        "demand.loss": 0.0,
    }
    return world(changes | (FLOOR if floor else {}), scale=0.02, until=UNTIL).run()


def orders_left(model: BatikModel) -> float:
    return float(demand.market_size(model).sum())


def owners_part(model: BatikModel) -> float:
    """What owners keep of a full working month, against the minimum wage."""
    return float(model.flows["owner"].sum() / model.flows["days_worked"].sum() / model.umk.mean())


def test_a_floor_takes_more_orders_and_jobs_where_buyers_leave_easily() -> None:
    with_it, without = (
        [orders_left(years_later(eps, 0.5, floor)) for eps in ELASTICITIES] for floor in (True, False)
    )
    left = np.divide(with_it, without)
    jobs = [years_later(eps, 0.5).owners.target.sum() for eps in ELASTICITIES]
    assert left[0] == pytest.approx(1.0, abs=1e-12)
    assert left[0] > left[1] > left[2]
    assert jobs[0] > jobs[1] > jobs[2]


def test_a_floor_takes_from_owners_what_they_cannot_pass_on() -> None:
    with_it, without = (
        [owners_part(years_later(0.0, part, floor)) for part in PARTS] for floor in (True, False)
    )
    lost = np.subtract(without, with_it)
    assert lost[0] > lost[1] > lost[2]
    assert lost[1] > 0.0


def test_nothing_is_passed_on_before_2013_or_with_both_off() -> None:
    one, two = (
        world({"demand.price_elasticity": eps, "demand.pass_through": rho}, until="2012-12").run()
        for eps, rho in ((0.0, 0.0), (1.5, 1.0))
    )
    assert not differences(one, two)
    model = years_later(1.5, 0.0)
    assert (model.market.price_ratio == 1.0).all() and (model.owners.passed_on == 0.0).all()
    assert (model.flows["output"] == model.flows["base_output"]).all()


def test_where_nothing_was_made_nothing_is_passed_on_and_no_price_is_nothing() -> None:
    share, usual = np.array([np.nan, 0.3, 0.0, 0.3]), np.array([0.3, np.nan, 5.0, 0.4])
    ratio = orders.price_passed_on(share, usual, 1.0)
    np.testing.assert_allclose(ratio, [1.0, 1.0, orders.LEAST_PRICE, 0.9])
