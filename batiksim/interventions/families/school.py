"""Measures on the years at school: lessons, visits, and a school of the craft (E2, E4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from batiksim.interventions import delivery, targets
from batiksim.interventions.families.knowledge import INFORMATION
from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Course

# Pupils are admitted the month after they turn fifteen, when they know whether they care for the craft, and
# leave with those who go to school until eighteen.
ADMITTED, LEAVING = 15 * 12 + 1, 18 * 12


@intervention("school_curriculum")
def school_curriculum(model: Any, measure: Intervention, dose: float) -> None:
    """Pupils meet the craft before they are fifteen."""
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.pupils_a_year())
    model.levers.exposure += where * (share * delivery.size(measure, dose))


@intervention("edutourism")
def edutourism(model: Any, measure: Intervention, dose: float) -> None:
    """Visitors, pupils among them, see and try the craft in a kampung batik, and some buy; epidemics keep
    them away.
    """
    where = delivery.places(model, measure)
    share = delivery.charge(model, measure, dose, where * model.scale)
    open_ = min(float(model.drivers.covid[model.month]), 1.0)
    model.levers.exposure += where * (share * open_ * delivery.size(measure, dose))
    orders = share * open_ * dose * measure.coverage * delivery.option(measure, "orders")
    model.levers.demand_factor += where * orders


@intervention("vocational_school")
def vocational_school(model: Any, measure: Intervention, dose: float) -> None:
    """A class of an SMK learns the craft for three years, those who care for it first, and knows the trade
    when it leaves.
    """
    people = model.people
    born = model.month - ADMITTED
    rows = model.born(born, born)
    rows = rows[targets.qualifies(model, measure, rows)]
    rows = rows[people.leaves_school[rows] - people.birth[rows] >= LEAVING]
    cares = people.interest[rows] == 1
    rows = delivery.allocate_seats(
        model, measure, dose, people, rows, delivery.unit_cost(measure), first=cares
    )
    rows = rows[model.draw("policy.vocational_school.works", people.id[rows]) < delivery.strength(measure)]
    model.decisions.schooled.append((rows, delivery.option(measure, "skill")))
    until = people.leaves_school[rows].astype(np.int64) + 1
    model.decisions.courses.append(Course(rows, INFORMATION, until))
