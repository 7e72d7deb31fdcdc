"""Measures on orders, prices, materials and sales (E5, E6)."""

from __future__ import annotations

from typing import Any

from batiksim.interventions import delivery, targets
from batiksim.interventions.registry import intervention
from batiksim.rules import orders
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Design


@intervention("demand_promotion")
def demand_promotion(model: Any, measure: Intervention, dose: float) -> None:
    """Fairs, exhibitions and Batik Day bring orders."""
    more_orders(model, measure, dose)


@intervention("uniform_procurement")
def uniform_procurement(model: Any, measure: Intervention, dose: float) -> None:
    """Offices and schools buy uniforms of real batik instead of printed cloth: so many pieces, or a share of
    orders.
    """
    if "quantity" in measure.options:
        purchase(model, measure, dose)
    else:
        more_orders(model, measure, dose)


def more_orders(model: Any, measure: Intervention, dose: float) -> None:
    """Raise orders by the strength of the measure, for a cost by the rupiah of orders."""
    where = delivery.places(model, measure)
    extra = model.output_value() * (12.0 * delivery.strength(measure))
    share = delivery.charge(model, measure, dose, where * extra)
    model.levers.demand_factor += where * (share * delivery.size(measure, dose))


def purchase(model: Any, measure: Intervention, dose: float) -> None:
    """Order as many staff-months as went into cloth of that retail value last month, spread over the places
    as their work is (E6-b).
    """
    where = delivery.places(model, measure)
    sold, worked = where * model.retail_value(), where * model.staff_months()
    if sold.sum() <= 0.0:
        return  # nobody makes cloth, so there is nothing to buy
    pieces = delivery.option(measure, "quantity") * model.scale / measure.months_a_year
    money = pieces * delivery.option(measure, "price")
    share = delivery.charge(model, measure, dose, 12.0 * money * sold / sold.sum(), each=1.0)
    new = money * share * dose * measure.coverage * (1.0 - delivery.option(measure, "instead"))
    model.levers.bought += orders.staff_months_for(new, sold.sum(), worked)


@intervention("mori_concession")
def mori_concession(model: Any, measure: Intervention, dose: float) -> None:
    """Cloth and other materials are sold below their price."""
    where = delivery.places(model, measure)
    saved = model.materials_value() * (12.0 * delivery.strength(measure))
    share = delivery.charge(model, measure, dose, where * saved)
    model.levers.materials_factor -= where * (share * delivery.size(measure, dose))


@intervention("digital_marketing")
def digital_marketing(model: Any, measure: Intervention, dose: float) -> None:
    """Firms are helped to begin selling online; those with nobody under thirty do not manage."""
    where = delivery.places(model, measure)
    begin = model.offline_firms() * delivery.strength(measure)
    share = delivery.charge(model, measure, dose, where * begin)
    model.levers.online += where * (share * delivery.size(measure, dose) / 12.0)


@intervention("design_technology")
def design_technology(model: Any, measure: Intervention, dose: float) -> None:
    """Firms get help with new motifs and tools; their cloth fetches more until others have copied it."""
    owners = model.owners
    rows = targets.firms(model, measure)
    rows = rows[owners.design_until[rows] <= model.month]
    rows = delivery.allocate_seats(model, measure, dose, owners, rows, delivery.unit_cost(measure))
    until = model.month + int(delivery.option(measure, "lasts"))
    model.decisions.designs.append(Design(rows, delivery.strength(measure), until))
