"""Policies on learning: training, information, school, committees (E1, E2, E4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.interventions import doing
from batiksim.interventions.base import Intervention, intervention

# Whom a policy names, and the audiences of programmes that they are.
AUDIENCES = {
    "workers": ("direct", "casual"),
    "casual": ("casual",),
    "owners": ("owners", "members"),
    "members": ("members",),
    "youth": ("youth",),
}


def audiences(policy: Intervention, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Audiences the policy is for: those of `who`, or the usual ones."""
    return tuple(dict.fromkeys(audience for who in policy.who or usual for audience in AUDIENCES[who]))


def teach(
    model: Any, policy: Intervention, component: str, usual: tuple[str, ...], reach: NDArray[np.float64]
) -> None:
    """Raise one component among the audiences by `reach` (places,), on top of what others teach."""
    for audience in audiences(policy, usual):
        model.levers.add_teaching(audience, component, reach)


def pupils(model: Any, policy: Intervention, usual: tuple[str, ...]) -> NDArray[np.float64]:
    """People of the audiences in the places of the policy, (places,)."""
    sizes = model.audience_sizes()
    return doing.places(model, policy) * sum(sizes[audience] for audience in audiences(policy, usual))


@intervention("training")
def training(model: Any, policy: Intervention, dose: float) -> None:
    """Courses teach skills; where there is a committee, it passes them on as far as it works."""
    usual = ("workers",)
    a_year = 12.0 / policy.options["every"]
    share = doing.pay(model, policy, dose, pupils(model, policy, usual) * a_year)
    reach = doing.places(model, policy) * model.committee_strength * (share * doing.size(policy, dose))
    teach(model, policy, "skills", usual, reach)


@intervention("information")
def information(model: Any, policy: Intervention, dose: float) -> None:
    """People hear what batik work is, pays and offers."""
    usual = ("youth",)
    share = doing.pay(model, policy, dose, pupils(model, policy, usual))
    teach(
        model, policy, "information", usual, doing.places(model, policy) * (share * doing.size(policy, dose))
    )


@intervention("school_curriculum")
def school_curriculum(model: Any, policy: Intervention, dose: float) -> None:
    """Pupils meet the craft before they are fifteen."""
    where = doing.places(model, policy)
    share = doing.pay(model, policy, dose, where * model.pupils_a_year())
    model.levers.exposure += where * (share * doing.size(policy, dose))


@intervention("committee_renewal")
def committee_renewal(model: Any, policy: Intervention, dose: float) -> None:
    """Committees give seats to the young: old members step down earlier, empty seats are taken sooner."""
    where = doing.places(model, policy)
    share = doing.pay(model, policy, dose, where * model.has_committee())
    model.levers.committee_chance += where * (share * doing.size(policy, dose))
    on = np.sign(doing.size(policy, dose))
    model.levers.committee_leave += where * (share * dose * policy.options["leave_earlier"] * on)
