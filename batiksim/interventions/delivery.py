"""What the families share: how much, where, for whom, and at whose cost.

`model` is the state of `batiksim.state.state`; these functions only use its public verbs, so that a policy
can be written without knowing the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.scenario.interventions import STAKEHOLDERS, Intervention, kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def strength(policy: Intervention) -> float:
    """The strength of the policy, or that of its kind where it says none, or 1."""
    if policy.strength is not None:
        return policy.strength
    usual = kind(policy.kind).strength
    return 1.0 if usual is None else usual.default


def option(policy: Intervention, name: str) -> float:
    """An option of the policy, or the default of its kind."""
    return policy.options.get(name, kind(policy.kind).options[name].default)


def unit_cost(policy: Intervention) -> float:
    """What one unit of the policy costs, in the unit of its kind."""
    return kind(policy.kind).unit_cost


def size(policy: Intervention, dose: float) -> float:
    """How much of the policy is in force: dose x coverage x strength."""
    return dose * policy.coverage * strength(policy)


def places(model: Any, policy: Intervention) -> Floats:
    """1 in the places of the policy, 0 elsewhere, (places,)."""
    return np.array([place in policy.where for place in model.places.id], dtype=np.float64)


def pay(model: Any, policy: Intervention, dose: float, units: Floats) -> float:
    """Book what `units` (places,) a year of the policy cost this month, and return the share that is
    affordable.

    `units` are people, firms or rupiah at the scale of the run, whatever `cost_unit` counts; coverage and
    dose are applied here. The policy shrinks to its seats a year and to what the budget of the month buys.
    """
    units = units * (policy.coverage * dose)
    total = float(units.sum())
    share = 1.0
    if "seats" in policy.options and total > 0.0:
        share = min(1.0, policy.options["seats"] * model.scale / total)
    due = units * (unit_cost(policy) / 12.0)
    bill = float(due.sum())
    if bill > 0.0:
        share = min(share, model.programmes.purse.has(model.month, budget(model, policy)) / bill)
    model.costs[STAKEHOLDERS.index(policy.by)] += due * share
    model.programmes.purse.pay(bill * share)
    return share


def budget(model: Any, policy: Intervention) -> float | None:
    """IDR a month that the policy may spend, at the scale of the run; None without a budget."""
    return None if policy.budget is None else policy.budget * model.scale / 12.0


def reached(model: Any, policy: Intervention, dose: float, ids: Ints) -> NDArray[np.bool_]:
    """Who is within the coverage of the policy: the same people as long as it lasts, more as it grows."""
    return model.trait(f"policy.{policy.kind}", ids) < policy.coverage * dose


def seat(
    model: Any,
    policy: Intervention,
    dose: float,
    agents: Any,
    rows: Ints,
    unit_cost: float,
    first: NDArray[np.bool_] | None = None,
) -> Ints:
    """Give seats of this month to some of `rows` of a table, book what they cost, and return whom.

    Those within the coverage stand in a queue by lot, `first` at its head, until seats (option `seats`, a
    year) or money are out; one person gets one seat of a kind a month. `unit_cost` is IDR a seat.
    """
    programmes, scale = model.programmes, model.scale
    taken = programmes.taken.setdefault(policy.kind, [])
    ids = agents.id[rows]
    waits = reached(model, policy, dose, ids)
    for others in taken:
        waits &= ~np.isin(rows, others)
    ahead = np.zeros(rows.size, dtype=bool) if first is None else first
    rows, ids, ahead = rows[waits], ids[waits], ahead[waits]
    seats = policy.options.get("seats")
    free = programmes.purse.seats_now(None if seats is None else seats * dose * scale / 12.0)
    affordable = programmes.purse.buys(model.month, budget(model, policy), unit_cost)
    number = int(min(rows.size, free, affordable))
    queue = np.lexsort((ids, model.draw(f"policy.{policy.kind}.queue", ids), ~ahead))
    rows = np.sort(rows[queue[:number]])
    taken.append(rows)
    book(model, policy, agents.place[rows], unit_cost)
    return rows


def book(model: Any, policy: Intervention, place: NDArray[np.int8], unit_cost: float) -> None:
    """Book `unit_cost` IDR for each entry of `place` on whoever pays, and take it from the policy's purse."""
    count = np.bincount(place, minlength=model.n_places)
    model.costs[STAKEHOLDERS.index(policy.by)] += count * unit_cost
    model.programmes.purse.pay(place.size * unit_cost)
