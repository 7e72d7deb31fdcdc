"""Policies on orders, materials, credit and floods (E5, E6, E7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from batiksim.interventions import doing
from batiksim.interventions.base import Intervention, intervention


@intervention("demand_promotion")
def demand_promotion(model: Any, policy: Intervention, dose: float) -> None:
    """Fairs, Batik Day and uniforms bring orders."""
    where = doing.places(model, policy)
    extra = model.output_value() * (12.0 * (policy.strength or 0.0))
    share = doing.pay(model, policy, dose, where * extra)
    model.levers.demand_factor += where * (share * doing.size(policy, dose))


@intervention("mori_concession")
def mori_concession(model: Any, policy: Intervention, dose: float) -> None:
    """Cloth and other materials are sold below their price."""
    where = doing.places(model, policy)
    saved = model.materials_value() * (12.0 * (policy.strength or 0.0))
    share = doing.pay(model, policy, dose, where * saved)
    model.levers.materials_factor -= where * (share * doing.size(policy, dose))


@intervention("micro_credit")
def micro_credit(model: Any, policy: Intervention, dose: float) -> None:
    """Owners meet lenders: more of them have access to capital, and can owe more."""
    where = doing.places(model, policy)
    share = doing.pay(model, policy, dose, where * model.open_firms())
    size = share * doing.size(policy, dose)
    for audience in ("members",) if policy.who == ("members",) else ("owners", "members"):
        model.levers.add_teaching(audience, "capital", where * size)
    model.levers.credit += where * (size * policy.options["larger"])


@intervention("digital_marketing")
def digital_marketing(model: Any, policy: Intervention, dose: float) -> None:
    """Firms are helped to begin selling online."""
    where = doing.places(model, policy)
    begin = model.offline_firms() * (policy.strength or 0.0)
    share = doing.pay(model, policy, dose, where * begin)
    model.levers.online += where * (share * doing.size(policy, dose) / 12.0)


@intervention("flood_protection")
def flood_protection(model: Any, policy: Intervention, dose: float) -> None:
    """Pumps and embankments keep the water out of workshops."""
    where = doing.places(model, policy)
    share = doing.pay(model, policy, dose, where * np.full(where.size, model.scale))
    model.levers.flood_protection += where * (share * doing.size(policy, dose))
