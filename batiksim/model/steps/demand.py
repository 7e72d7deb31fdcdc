"""Step 1: orders, prices and the load that firms face (E5, E6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import month_index
from batiksim.kernels import firms, scan
from batiksim.rules import orders
from batiksim.state.state import State
from batiksim.world.geography import REGIONS

Floats = NDArray[np.float64]

# Costs are compared with those of the year before.
FIRST_COMPARED = month_index("2013-01")


def pass_costs_on(state: State) -> None:
    """Let what pay and brokers cost in the last twelve months, against 2012, into prices (E6-d)."""
    market = state.market
    costs, output = market.costs.sum(axis=0), market.base_output.sum(axis=0)
    share = np.divide(costs, output, out=np.full(output.shape, np.nan), where=output > 0.0)
    if state.month == FIRST_COMPARED:
        market.usual_cost_share = share
    market.price_ratio = orders.price_passed_on(
        share, market.usual_cost_share, state.now["demand.pass_through"]
    )


def access(state: State) -> Floats:
    """How far each owner's size reaches into the market: order-only below own market, online above (E6)."""
    now, owners = state.now, state.owners
    reach = np.where(owners.order_only == 1, now["demand.order_only_access"], 1.0)
    return reach * (1.0 + now["online.reach"] * owners.online)


def market_size(state: State) -> Floats:
    """Orders of each place and task group without season and shocks, staff-months (places, groups) (E6,
    E6-b, E6-d).
    """
    policy = 1.0 + state.levers.demand_factor
    rivals = orders.orders_at_price(state.market.price_ratio, state.now["demand.price_elasticity"])
    trend = state.drivers.orders[state.month] * policy * rivals
    placed = state.market.demand_start * state.market.level * trend[:, None]
    if not state.levers.bought.any():
        return placed
    # Season and shocks move what others order; what is bought by number is due in its own month.
    usual = max(state.drivers.season[state.month] * state.drivers.covid[state.month], orders.LEAST_LOAD)
    return placed + orders.orders_bought(state.levers.bought / usual, placed)


def hand_masters(state: State) -> Floats:
    """Masters employed in hand work by firms of each region (E6-f)."""
    people, now, found = state.people, state.now, np.zeros(len(REGIONS))
    scan.hand_masters(
        state.batik, people.employer, people.group, people.skill, people.practice, state.owners.place,
        state.places.region, now["skill.master"], now["skill.master_years"] * 12, found,
    )  # fmt: skip
    return found


def orders_placed(state: State) -> Floats:
    """Orders that firms can take, (places, groups): fine cloth only as far as the region has masters, whose
    work it makes worth more (E6-f).

    City and regency are wholes here, so that a place with a few masters in a small sample counts like any.
    """
    now, market, region = state.now, state.market, state.places.region
    share, size = now["demand.fine_share"], market_size(state)
    fine = share * size[:, 0]
    wanted = np.bincount(region, weights=fine, minlength=len(REGIONS)).astype(np.float64)
    masters = hand_masters(state)
    served = orders.fine_served(wanted, masters)[region]
    market.fine_premium = now["contracts.fine_premium"] * orders.time_on_fine(wanted, masters)[region]
    state.flows["fine_orders"] += fine
    state.flows["fine_unfilled"] += fine * (1.0 - served)
    size[:, 0] *= orders.hand_orders_left(served, share)
    return size


def place_orders(state: State) -> None:
    """Give every open firm its orders; the staff it wants follows them (E6)."""
    owners = state.owners
    weight = owners.weight * (access(state) * owners.open)[:, None]
    owners.orders[:] = orders.split(orders_placed(state), weight, owners.place, state.n_places)
    owners.wanted[:] = orders.staff_wanted(
        owners.wanted, owners.orders, state.now["demand.adjustment_months"]
    )


def set_prices(state: State) -> None:
    """Set the surplus P - M of a unit for each firm and task group, IDR a reference worker-month (E5).

    Prices follow the minimum wage with elasticity eta_R and take up part of the change in costs; materials
    follow the former and the mori price; order-only owners get less of P - M, own-market and online owners
    more, with M fixed.
    """
    now, owners, levers = state.now, state.owners, state.levers
    index = (state.umk / state.drivers.umk[0]) ** now["contracts.price_indexation"]
    base = np.array([now["contracts.surplus_hand"], now["contracts.surplus_stamp"]])
    materials_share = now["contracts.materials_share"]
    price = (state.drivers.umk[0] * index)[:, None] * base / (1.0 - materials_share)
    state.market.materials = (
        price
        * materials_share
        * (now["contracts.mori_price"] * np.maximum(1.0 + levers.materials_factor, 0.0))[:, None]
    )
    price = price * (1.0 + levers.price_factor)[:, None]
    passed_on = price * (state.market.price_ratio - 1.0)[:, None]
    firms.set_prices(
        state.month, owners.place, owners.order_only, owners.online, owners.design, owners.design_until,
        (now["contracts.own_market_margin"], now["contracts.order_only_margin"]), now["online.price"],
        passed_on, price + passed_on - state.market.materials, owners.passed_on, owners.surplus,
    )  # fmt: skip


def face_demand(state: State) -> None:
    """Step 1 of the month: orders, prices, and the load of season and shocks on days worked."""
    pass_costs_on(state)
    place_orders(state)
    set_prices(state)
    month = state.month
    state.market.load = state.owners.orders * (state.drivers.season[month] * state.drivers.covid[month])
