"""What the families share: how much, where, for whom, and at whose cost.

`model` is the state of `batiksim.state`; these functions only use its public verbs, so that a policy can be
written without knowing the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.interventions.base import STAKEHOLDERS, Intervention, kind

Floats = NDArray[np.float64]


def size(policy: Intervention, dose: float) -> float:
    """How much of the policy is in force: dose x coverage x strength."""
    return dose * policy.coverage * (1.0 if policy.strength is None else policy.strength)


def places(model: Any, policy: Intervention) -> Floats:
    """1 in the places of the policy, 0 elsewhere, (places,)."""
    return np.array([place in policy.where for place in model.places.id], dtype=np.float64)


def pay(model: Any, policy: Intervention, dose: float, units: Floats) -> float:
    """Book what `units` (places,) a year of the policy cost this month, and return the share that is
    affordable.

    `units` are people, firms or rupiah at the scale of the run, whatever `cost_unit` counts; coverage and
    dose are applied here. With a budget, the policy shrinks to what the budget of the month buys.
    """
    due = units * (kind(policy.kind).unit_cost * policy.coverage * dose / 12.0) * (policy.strength != 0.0)
    total = float(due.sum())
    share = 1.0
    if policy.budget is not None and total > 0.0:
        share = min(1.0, policy.budget * model.scale / 12.0 / total)
    model.costs[STAKEHOLDERS.index(policy.by)] += due * share
    return share
