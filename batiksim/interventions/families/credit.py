"""Measures on capital: loans, knowing lenders, help to found a firm (E1, E7)."""

from __future__ import annotations

from typing import Any

from batiksim.interventions import delivery, targets
from batiksim.interventions.families.knowledge import teach
from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Loan


@intervention("micro_credit")
def micro_credit(model: Any, measure: Intervention, dose: float) -> None:
    """Owners who know lenders (l3) borrow, one loan at a time, and pay it back in instalments.

    What lending costs is booked with the loan; what a closing firm leaves unpaid, on the lender when it
    closes. A loan carries a firm over bad months; the model knows nothing else to do with money.
    """
    owners, amount = model.owners, delivery.option(measure, "amount")
    rows = targets.firms(model, measure)
    rows = rows[owners.debt[rows] == 0.0]
    asks = model.draw("policy.micro_credit.asks", owners.id[rows])
    rows = rows[asks < delivery.strength(measure) * owners.learning[rows, 2] / 12.0]
    rows = delivery.allocate_seats(model, measure, dose, owners, rows, delivery.unit_cost(measure) * amount)
    loan = Loan(rows, amount, delivery.option(measure, "months"), delivery.option(measure, "rate"))
    model.decisions.loans.append(loan)


@intervention("finance_expo")
def finance_expo(model: Any, measure: Intervention, dose: float) -> None:
    """Lenders show what they offer: more people have access to capital (l3)."""
    teach(model, measure, dose, "capital", ("owners",), delivery.strength(measure))


@intervention("young_entrepreneurs")
def young_entrepreneurs(model: Any, measure: Intervention, dose: float) -> None:
    """Young masters learn to run a firm and meet a lender; some found one."""
    people = model.people
    rows = targets.workers(model, measure)
    rows = rows[model.masters(rows)]
    rows = rows[targets.rested(model, rows, int(delivery.option(measure, "again")))]
    rows = delivery.allocate_seats(model, measure, dose, people, rows, delivery.unit_cost(measure))
    model.decisions.attending.append(rows)
    model.decisions.invited.append((rows, delivery.strength(measure)))
