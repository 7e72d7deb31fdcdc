"""Measures on the putting-out chain: cuts, tiers, bargaining, wage floor (E5)."""

from __future__ import annotations

from typing import Any

from batiksim.interventions import delivery, targets
from batiksim.interventions.registry import intervention
from batiksim.rules import contracts
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Floor, Inspection


@intervention("subcontract_reform")
def subcontract_reform(model: Any, measure: Intervention, dose: float) -> None:
    """A broker keeps a smaller part of the surplus; second brokers are left out of new contracts."""
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.brokered_workers())
    model.levers.surplus_cut -= where * (share * delivery.size(measure, dose))
    fewer = delivery.option(measure, "second_broker") * model.now["contracts.two_tier"]
    model.levers.two_tier -= where * (share * dose * measure.coverage * fewer)


@intervention("direct_contracts")
def direct_contracts(model: Any, measure: Intervention, dose: float) -> None:
    """New contracts are made with the owner instead of a broker."""
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.batik_workers())
    model.levers.brokered -= where * (share * delivery.size(measure, dose))


@intervention("cooperative")
def cooperative(model: Any, measure: Intervention, dose: float) -> None:
    """Organised workers bargain for a larger share of what there is to share."""
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.batik_workers())
    model.levers.bargaining_share += where * (share * delivery.size(measure, dose))


@intervention("wage_floor")
def wage_floor(model: Any, measure: Intervention, dose: float) -> None:
    """More employers pay at least the floor, to all or by some contracts; jobs that cannot bear it end.

    Owners who obey two floors pay the higher one.
    """
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.open_firms())
    compliance = where * (share * delivery.size(measure, dose))
    model.decisions.floors.append(
        Floor(delivery.option(measure, "floor"), targets.tiers(measure), compliance)
    )


@intervention("inspections")
def inspections(model: Any, measure: Intervention, dose: float) -> None:
    """Inspectors visit firms; owners weigh what it would cost to be found out against what low pay saves."""
    where = delivery.places(model, measure)
    firms = where * model.open_firms()
    number = float(firms.sum())
    if number == 0.0:
        return
    at_work = delivery.strength(measure) * model.scale
    share = delivery.charge(model, measure, dose, at_work * firms / number)
    visits, detects, fine, arrears, sharpness = (
        delivery.option(measure, name) for name in ("visits", "detects", "fine", "arrears", "sharpness")
    )
    months = measure.months_a_year
    a_firm = months * visits * share * dose * measure.coverage * at_work / number
    found = where * contracts.found_out(a_firm, detects)
    weighed = Inspection(found, fine, arrears, months, sharpness)
    floor = Floor(delivery.option(measure, "floor"), targets.tiers(measure), weighed)
    model.decisions.floors.append(floor)
