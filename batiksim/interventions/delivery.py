"""What the families share: how much, where, for whom, and at whose cost.

`model` is the state of `batiksim.state.state`; these functions only use its public verbs, so that a measure
can be written without knowing the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import STAKEHOLDERS
from batiksim.scenario.interventions import Intervention, kind
from batiksim.state.decisions import Decisions, Purse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def strength(measure: Intervention) -> float:
    """The strength of the measure, or that of its kind where it says none, or 1."""
    if measure.strength is not None:
        return measure.strength
    usual = kind(measure.kind).strength
    return 1.0 if usual is None or usual.default is None else usual.default


def option(measure: Intervention, name: str) -> float:
    """An option of the measure, or the default of its kind; 0 where there is none."""
    return measure.options.get(name, kind(measure.kind).options[name].default or 0.0)


def unit_cost(measure: Intervention) -> float:
    """What one unit of the measure costs, in the unit of its kind: by the scenario, or by the kind."""
    return kind(measure.kind).unit_cost if measure.unit_cost is None else measure.unit_cost


def size(measure: Intervention, dose: float) -> float:
    """How much of the measure is in force: dose x coverage x strength."""
    return dose * measure.coverage * strength(measure)


def places(model: Any, measure: Intervention) -> Floats:
    """1 in the places of the measure, 0 elsewhere, (places,)."""
    return np.array([place in measure.where for place in model.places.id], dtype=np.float64)


def charge(model: Any, measure: Intervention, dose: float, units: Floats, each: float | None = None) -> float:
    """Book what `units` (places,) a year of the measure cost this month, and return the share that is
    affordable.

    `units` are people, firms or rupiah at the scale of the run, whatever `cost_unit` counts; coverage and
    dose are applied here. The measure shrinks to its seats a year, of which each month in which it acts has
    its part, and to what the budget of the month buys.
    `each` is IDR a unit, by default what the measure says.
    """
    each = unit_cost(measure) if each is None else each
    units = units * (measure.coverage * dose)
    total = float(units.sum())
    share = 1.0
    if "seats" in measure.options and total > 0.0:
        share = min(1.0, measure.options["seats"] * model.scale * (12 / measure.months_a_year) / total)
    due = units * (each / 12.0)
    bill = float(due.sum())
    if bill > 0.0:
        share = min(share, purse(model, measure).has(model.month, budget(model, measure)) / bill)
    model.costs[STAKEHOLDERS.index(measure.by)] += due * share
    purse(model, measure).pay(bill * share)
    return share


def budget(model: Any, measure: Intervention) -> float | None:
    """IDR in a month in which it acts that the measure may spend, at the scale of the run; None without.

    Of a budget that it shares, what has been allotted already is left to its purse.
    """
    if measure.budget is None:
        return None
    return 0.0 if isinstance(measure.budget, str) else measure.budget * model.scale / measure.months_a_year


def purse(model: Any, measure: Intervention) -> Purse:
    """The purse that the measure pays from: its own, or that of the budget it shares."""
    decisions: Decisions = model.decisions
    return decisions.shared[measure.budget] if isinstance(measure.budget, str) else decisions.purse


def reached(model: Any, measure: Intervention, dose: float, ids: Ints) -> NDArray[np.bool_]:
    """Who is within the coverage of the measure: the same people as long as it lasts, more as it grows."""
    return model.trait(f"policy.{measure.kind}", ids) < measure.coverage * dose


def allocate_seats(
    model: Any,
    measure: Intervention,
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
    decisions, scale = model.decisions, model.scale
    taken = decisions.taken.setdefault(measure.kind, [])
    ids = agents.id[rows]
    waits = reached(model, measure, dose, ids)
    for others in taken:
        waits &= ~np.isin(rows, others)
    ahead = np.zeros(rows.size, dtype=bool) if first is None else first
    rows, ids, ahead = rows[waits], ids[waits], ahead[waits]
    seats = measure.options.get("seats")
    free = decisions.purse.seats_now(None if seats is None else seats * dose * scale / measure.months_a_year)
    wanted = min(rows.size, free)
    affordable = purse(model, measure).buys(model.month, budget(model, measure), unit_cost, wanted)
    number = int(min(wanted, affordable))
    queue = np.lexsort((ids, model.draw(f"policy.{measure.kind}.queue", ids), ~ahead))
    rows = np.sort(rows[queue[:number]])
    taken.append(rows)
    book(model, measure, agents.place[rows], unit_cost)
    return rows


def book(model: Any, measure: Intervention, place: NDArray[np.int8], unit_cost: float | Floats) -> None:
    """Book `unit_cost` IDR, the same everywhere or (places,), for each entry of `place` on whoever pays, and
    take it out of the purse.
    """
    due = np.bincount(place, minlength=model.n_places) * unit_cost
    model.costs[STAKEHOLDERS.index(measure.by)] += due
    purse(model, measure).pay(float(due.sum()) if np.ndim(unit_cost) else place.size * float(unit_cost))
