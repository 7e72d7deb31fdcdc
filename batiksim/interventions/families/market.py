"""Policies on orders, prices, materials and sales (E5, E6)."""

from __future__ import annotations

from typing import Any

from batiksim.interventions import delivery, targets
from batiksim.scenario.interventions import Intervention, intervention
from batiksim.state.decisions import Design


@intervention("demand_promotion")
def demand_promotion(model: Any, policy: Intervention, dose: float) -> None:
    """Fairs, exhibitions and Batik Day bring orders."""
    more_orders(model, policy, dose)


@intervention("uniform_procurement")
def uniform_procurement(model: Any, policy: Intervention, dose: float) -> None:
    """Offices and schools buy uniforms of real batik instead of printed cloth."""
    more_orders(model, policy, dose)


def more_orders(model: Any, policy: Intervention, dose: float) -> None:
    """Raise orders by the strength of the policy, for a cost by the rupiah of orders."""
    where = delivery.places(model, policy)
    extra = model.output_value() * (12.0 * delivery.strength(policy))
    share = delivery.pay(model, policy, dose, where * extra)
    model.levers.demand_factor += where * (share * delivery.size(policy, dose))


@intervention("mori_concession")
def mori_concession(model: Any, policy: Intervention, dose: float) -> None:
    """Cloth and other materials are sold below their price."""
    where = delivery.places(model, policy)
    saved = model.materials_value() * (12.0 * delivery.strength(policy))
    share = delivery.pay(model, policy, dose, where * saved)
    model.levers.materials_factor -= where * (share * delivery.size(policy, dose))


@intervention("digital_marketing")
def digital_marketing(model: Any, policy: Intervention, dose: float) -> None:
    """Firms are helped to begin selling online; those with nobody under thirty do not manage."""
    where = delivery.places(model, policy)
    begin = model.offline_firms() * delivery.strength(policy)
    share = delivery.pay(model, policy, dose, where * begin)
    model.levers.online += where * (share * delivery.size(policy, dose) / 12.0)


@intervention("design_technology")
def design_technology(model: Any, policy: Intervention, dose: float) -> None:
    """Firms get help with new motifs and tools; their cloth fetches more until others have copied it."""
    owners = model.owners
    rows = targets.firms(model, policy)
    rows = rows[owners.design_until[rows] <= model.month]
    rows = delivery.seat(model, policy, dose, owners, rows, delivery.unit_cost(policy))
    until = model.month + int(delivery.option(policy, "lasts"))
    model.programmes.designs.append(Design(rows, delivery.strength(policy), until))
