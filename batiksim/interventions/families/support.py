"""Policies that change what batik work offers those who choose: money beside pay, insurance, image (E3).

They enter the choice through its terms of pay and image; nobody is made to choose.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.interventions import delivery, targets
from batiksim.scenario.interventions import Intervention, intervention
from batiksim.state.decisions import Appeal

Ints = NDArray[np.int64]


def give(model: Any, policy: Intervention, dose: float, rows: Ints) -> None:
    """Pay those of `rows` who are reached the strength of the policy this month, beside their pay.

    With `seats` (at a time) or a budget those who have had their job for longest keep it; who comes new is
    promised it as far as there are free seats for as many as came last month.
    """
    people, programmes = model.people, model.programmes
    ids = people.id[rows]
    rows = rows[delivery.reached(model, policy, dose, ids)]
    amount = delivery.strength(policy)
    unit_cost = amount * delivery.unit_cost(policy)
    seats = np.inf
    if "seats" in policy.options:
        seats = np.floor(policy.options["seats"] * model.scale * dose + 1e-9)
    affordable = programmes.purse.buys(model.month, delivery.budget(model, policy), unit_cost)
    most = min(seats, affordable)
    number = int(min(rows.size, most))
    came = max(np.count_nonzero(people.hired[rows] == model.month - 1), 1)
    queue = np.lexsort((people.id[rows], people.hired[rows]))
    holders = rows[queue[:number]]
    delivery.book(model, policy, people.place[holders], unit_cost)
    received = np.bincount(people.place[holders], minlength=model.n_places) * amount
    model.flows["support"] += received
    chance = float(min(1.0, (most - number) / came))
    programmes.appeals.append(Appeal(policy, dose, pay=amount, holders=holders, chance=chance))


@intervention("apprenticeship")
def apprenticeship(model: Any, policy: Intervention, dose: float) -> None:
    """A stipend for the first months in the craft, until the apprentice is a master."""
    rows = targets.workers(model, policy)
    give(model, policy, dose, rows[~targets.masters(model, rows)])


@intervention("wage_subsidy")
def wage_subsidy(model: Any, policy: Intervention, dose: float) -> None:
    """Workers below a pay limit receive money from the state."""
    give(model, policy, dose, targets.workers(model, policy))


@intervention("social_protection")
def social_protection(model: Any, policy: Intervention, dose: float) -> None:
    """Contributions to social insurance are paid for workers, who value them like pay."""
    give(model, policy, dose, targets.workers(model, policy))


@intervention("role_models")
def role_models(model: Any, policy: Intervention, dose: float) -> None:
    """The young meet young people who live well on batik: it looks less like old people's work."""
    least, most = delivery.option(policy, "min_age"), delivery.option(policy, "max_age")
    # Nobody counts the sexes of a cohort of thousands for this: half are women.
    sexes = 0.5 if len({"women", "men"} & set(policy.who)) == 1 else 1.0
    people = model.people_aged(least, most) * sexes
    share = delivery.pay(model, policy, dose, delivery.places(model, policy) * people)
    model.programmes.appeals.append(Appeal(policy, dose * share, image=delivery.strength(policy)))
