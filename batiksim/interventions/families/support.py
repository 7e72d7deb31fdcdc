"""Measures that change what batik work offers those who choose: money beside pay, insurance, image (E3).

They enter the choice through its terms of pay and image; nobody is made to choose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.interventions import delivery, targets
from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Appeal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def give(model: Any, measure: Intervention, dose: float, rows: Ints) -> None:
    """Pay those of `rows` who are reached the strength of the measure this month, beside their pay, or its
    share of the UMK of their place.

    With `seats` (at a time) or a budget those who have had their job for longest keep it; who comes new is
    promised it as far as there are free seats for as many as came last month.
    """
    people, decisions = model.people, model.decisions
    ids = people.id[rows]
    rows = rows[delivery.reached(model, measure, dose, ids)]
    amount: float | Floats = delivery.strength(measure)
    if "stipend" in measure.options:
        amount = delivery.option(measure, "stipend") * model.umk
    unit_cost = amount * delivery.unit_cost(measure)
    dearest = float(np.max(unit_cost * delivery.places(model, measure)))
    seats = np.inf
    if "seats" in measure.options:
        seats = np.floor(measure.options["seats"] * model.scale * dose + 1e-9)
    affordable = delivery.purse(model, measure).buys(
        model.month, delivery.budget(model, measure), dearest, min(rows.size, seats)
    )
    most = float(min(seats, affordable))
    number = int(min(rows.size, most))
    came = max(int(np.count_nonzero(people.hired[rows] == model.month - 1)), 1)
    queue = np.lexsort((people.id[rows], people.hired[rows]))
    holders = rows[queue[:number]]
    delivery.book(model, measure, people.place[holders], unit_cost)
    received = np.bincount(people.place[holders], minlength=model.n_places) * amount
    model.flows["support"] += received
    chance = float(min(1.0, (most - number) / came))
    decisions.appeals.append(Appeal(measure, dose, pay=amount, holders=holders, chance=chance))


@intervention("apprenticeship")
def apprenticeship(model: Any, measure: Intervention, dose: float) -> None:
    """A stipend for the first months in the craft, until the apprentice is a master."""
    rows = targets.workers(model, measure)
    give(model, measure, dose, rows[~model.masters(rows)])


@intervention("wage_subsidy")
def wage_subsidy(model: Any, measure: Intervention, dose: float) -> None:
    """Workers below a pay limit receive money from the state."""
    give(model, measure, dose, targets.workers(model, measure))


@intervention("social_protection")
def social_protection(model: Any, measure: Intervention, dose: float) -> None:
    """Contributions to social insurance are paid for workers, who value them like pay."""
    give(model, measure, dose, targets.workers(model, measure))


@intervention("role_models")
def role_models(model: Any, measure: Intervention, dose: float) -> None:
    """The young meet young people who live well on batik: it looks less like old people's work."""
    least, most = delivery.option(measure, "min_age"), delivery.option(measure, "max_age")
    # Nobody counts the sexes of a cohort of thousands for this: half are women.
    sexes = 0.5 if len({"women", "men"} & set(measure.who)) == 1 else 1.0
    people = model.people_aged(least, most) * sexes
    share = delivery.charge(model, measure, dose, delivery.places(model, measure) * people)
    model.decisions.appeals.append(Appeal(measure, dose * share, image=delivery.strength(measure)))
