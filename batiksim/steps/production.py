"""Step 7: days, output, who is paid what of it, and the account to the rupiah (E5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.errors import AccountingError
from batiksim.rules import contracts, orders
from batiksim.state import State
from batiksim.steps.jobs import quality, surplus_cut

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE = 1e-9


def work_days(state: State) -> None:
    """Share of full days each firm's groups work: orders of the month against staff, less floods (E6)."""
    owners, now = state.owners, state.now
    days = orders.days_worked(
        state.market.load, owners.staff, now["demand.days_least"], now["demand.days_most"]
    )
    protected = np.clip(state.levers.flood_protection, 0.0, 1.0)
    dry = 1.0 - (1.0 - state.drivers.flood[state.month]) * (1.0 - protected)
    owners.days[:] = days * dry[owners.place][:, None]


def produce(state: State) -> None:
    """Step 7: pay every job for the days worked, share the value along the chain, check the account."""
    work_days(state)
    people, owners, now = state.people, state.owners, state.now
    works = people.employer[state.batik] >= 0
    rows = state.batik[works]
    # Whoever lost a job after last month's pay earned that pay, and earns none now.
    people.pay[state.batik[~works]] = 0.0
    people.pay[state.former] = 0.0
    owner, group = people.employer[rows].astype(np.int64), people.group[rows].astype(np.int64)
    place = owners.place[owner].astype(np.int64)
    days = owners.days[owner, group]
    quantity = quality(state, people.skill[rows]) * days
    materials = state.market.materials[place, group]
    price = materials + owners.surplus[owner, group]
    kept = contracts.after_brokers(
        np.ones(rows.size), surplus_cut(state)[place], people.tier[rows].astype(np.int64)
    )
    pay = people.rate[rows] * days
    markup = np.full(rows.size, now["contracts.trade_markup"])
    parts = contracts.chain(price, materials, quantity, markup, kept, pay)
    people.pay[rows] = pay
    _check(price * (1.0 + markup) * quantity, parts, state.month)
    _book(state, owner, place, parts, price * quantity, people.tier[rows])
    _book_days(state, owner, place, group)


def _book(
    state: State, owner: Ints, place: Ints, parts: tuple[Floats, ...], value: Floats, tier: NDArray[np.int8]
) -> None:
    """Add the parts to the flows of the firm's place, and what owners earn to their accounts."""
    owners, flows, places = state.owners, state.flows, state.n_places
    materials, pay, broker, kept, trade = parts
    direct = direct_sales(state)[owner] * trade
    amounts = {
        "materials": materials,
        "worker": pay,
        "broker": broker,
        "owner": kept + direct,
        "trader": trade - direct,
        "output": value,
        "brokered_gross": (pay + broker) * (tier > 0),
        "brokered_cut": broker,
    }
    for name, amount in amounts.items():
        flows[name] += np.bincount(place, weights=amount, minlength=places)
    state.market.output, state.market.materials_used = flows["output"].copy(), flows["materials"].copy()
    owners.income[:] = np.bincount(owner, weights=kept + direct, minlength=owners.n) + own_labour(state)
    owners.wage_bill[:] = np.bincount(owner, weights=pay, minlength=owners.n)


def direct_sales(state: State) -> Floats:
    """Share of output that an owner sells directly and so receives the trader's part of (E5)."""
    now, owners = state.now, state.owners
    direct = np.clip(now["contracts.direct_sales"] + now["online.direct_sales"] * owners.online, 0.0, 1.0)
    return direct * (owners.order_only == 0)


def own_labour(state: State) -> Floats:
    """What the owner of a small firm earns with her own hands, IDR a month."""
    owners, now = state.owners, state.now
    small = owners.staff.sum(axis=1) < now["firms.small"]
    return now["firms.own_labour"] * owners.surplus[:, 1] * small * owners.open


def _book_days(state: State, owner: Ints, place: Ints, group: Ints) -> None:
    days = state.owners.days[owner, group]
    flows, places = state.flows, state.n_places
    flows["days_worked"] += np.bincount(place, weights=days, minlength=places)
    flows["days_full"] += np.bincount(place, minlength=places)


def _check(total: Floats, parts: tuple[Floats, ...], month: int) -> None:
    """Raise AccountingError unless the five parts of every job add up to its retail value."""
    gap = np.abs(total - sum(parts))
    if gap.size and float(gap.max()) > TOLERANCE * max(float(total.max()), 1.0):
        raise AccountingError(f"month {month}: {gap.max():.6g} IDR of a job's value went to nobody")
