"""Measures on the worsening environment: tidal floods (rob) and who cares for the place (E1, E6)."""

from __future__ import annotations

from typing import Any

from batiksim.codes import AUDIENCES
from batiksim.interventions import delivery
from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention


@intervention("flood_protection")
def flood_protection(model: Any, measure: Intervention, dose: float) -> None:
    """Pumps and embankments keep the water out of workshops."""
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.scale)
    model.levers.flood_protection += where * (share * delivery.size(measure, dose))


@intervention("social_enterprise")
def social_enterprise(model: Any, measure: Intervention, dose: float) -> None:
    """A place keeps its drains and waste water itself: less water in workshops, and people who work together
    (l5).
    """
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.scale)
    model.levers.flood_protection += where * (share * delivery.size(measure, dose))
    together = where * (share * dose * measure.coverage * delivery.option(measure, "together"))
    for audience in AUDIENCES:
        model.levers.add_teaching(audience, "togetherness", together)
