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
    share, market.price_ratio = np.empty((2, state.n_places))
    usual = share if state.month == FIRST_COMPARED else market.usual_cost_share
    firms.pass_costs_on(
        market.costs, market.base_output, usual, state.now["demand.pass_through"], share, market.price_ratio
    )
    market.usual_cost_share = usual


def access(state: State) -> Floats:
    """How far each owner's size reaches into the market: order-only below own market, online above (E6)."""
    owners = state.owners
    return np.asarray(orders.access(owners.order_only, owners.online, *reach(state)))


def reach(state: State) -> tuple[float, float]:
    """Access of owners who work on orders only, and how much more selling online gives (E6)."""
    return state.now["demand.order_only_access"], state.now["online.reach"]


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
    now, market, flows, size = state.now, state.market, state.flows, market_size(state)
    market.fine_premium = np.empty(state.n_places)
    firms.fine_orders(
        size, state.places.region, hand_masters(state), now["demand.fine_share"],
        now["contracts.fine_premium"], np.zeros(len(REGIONS)), market.fine_premium, flows["fine_orders"],
        flows["fine_unfilled"],
    )  # fmt: skip
    return size


def place_orders(state: State) -> None:
    """Give every open firm its orders; the staff it wants follows them, and the load of season and shocks on
    days worked (E6).
    """
    owners, market, month = state.owners, state.market, state.month
    weight, market.load = np.empty((2, owners.n, 2))
    everyone = np.zeros((state.n_places, 2))
    nobody = firms.weigh(
        owners.open, owners.place, owners.order_only, owners.online, owners.weight, *reach(state), weight,
        everyone,
    )  # fmt: skip
    placed, season = orders_placed(state), state.drivers.season[month] * state.drivers.covid[month]
    firms.take_orders(
        owners.place, weight, orders.moved(placed, everyone) if nobody else placed, everyone,
        state.now["demand.adjustment_months"], season, owners.orders, owners.wanted, market.load,
    )  # fmt: skip


def set_prices(state: State) -> None:
    """Set the surplus P - M of a unit for each firm and task group, IDR a reference worker-month (E5).

    Prices follow the minimum wage with elasticity eta_R and take up part of the change in costs; materials
    follow the former and the mori price; order-only owners get less of P - M, own-market and online owners
    more, with M fixed.
    """
    now, owners, levers, market = state.now, state.owners, state.levers, state.market
    market.materials = np.empty((state.n_places, 2))
    firms.set_prices(
        state.month, owners.place, owners.order_only, owners.online, owners.design, owners.design_until,
        now["contracts.own_market_margin"], now["contracts.order_only_margin"], now["online.price"],
        state.drivers.umk[0], (state.umk / state.drivers.umk[0]) ** now["contracts.price_indexation"],
        np.array([now["contracts.surplus_hand"], now["contracts.surplus_stamp"]]),
        now["contracts.materials_share"], now["contracts.mori_price"], levers.materials_factor,
        levers.price_factor, market.price_ratio, market.materials, owners.passed_on, owners.surplus,
    )  # fmt: skip


def face_demand(state: State) -> None:
    """Step 1 of the month: orders, prices, and the load of season and shocks on days worked."""
    pass_costs_on(state)
    place_orders(state)
    set_prices(state)
