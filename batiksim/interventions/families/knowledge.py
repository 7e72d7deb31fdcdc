"""Measures on learning: training, certificates, information, clusters and their committees (E1, E4, E5)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, COMPONENTS, STAKEHOLDERS
from batiksim.interventions import delivery, targets
from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention
from batiksim.state.decisions import Certificate, Course

Floats = NDArray[np.float64]

INFORMATION, SKILLS = COMPONENTS.index("information"), COMPONENTS.index("skills")
# Whom a measure names, and the audiences of programmes that they are.
AUDIENCES_OF = {
    "workers": ("direct", "casual"),
    "direct": ("direct",),
    "casual": ("casual",),
    "owners": ("owners", "members"),
    "members": ("members",),
    "youth": ("youth",),
    "school_leavers": (),
}


def audiences(measure: Intervention, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Audiences the measure is for: those of `who`, or the usual ones."""
    return tuple(dict.fromkeys(audience for who in measure.who or usual for audience in AUDIENCES_OF[who]))


def teach(
    model: Any, measure: Intervention, dose: float, component: str, usual: tuple[str, ...], strength: float
) -> None:
    """Raise one component among the audiences, by `strength` among the people reached, on top of what others
    teach; they are counted, and paid for.
    """
    sizes, named = model.audience_sizes(), audiences(measure, usual)
    where = delivery.places(model, measure)
    people = sum((sizes[audience] for audience in named), np.zeros(model.n_places))
    share = delivery.charge(model, measure, dose, where * people)
    for audience in named:
        reach = where * (share * dose * measure.coverage * strength)
        model.levers.add_teaching(audience, component, reach)


@intervention("training")
def training(model: Any, measure: Intervention, dose: float) -> None:
    """Courses teach skills to workers, seekers and school leavers, of whom they work for some; where there is
    a committee, only as far as it passes them on.
    """
    people, lasts = model.people, int(delivery.option(measure, "lasts"))
    rows = targets.trainees(model, measure)
    rows = rows[targets.rested(model, rows, lasts)]
    unit_cost = delivery.unit_cost(measure)
    rows = delivery.allocate_seats(model, measure, dose, people, rows, unit_cost)
    model.decisions.attending.append(rows)
    chance = delivery.strength(measure) * model.committee_strength[people.place[rows]]
    rows = rows[model.draw("policy.training.works", people.id[rows]) < chance]
    model.decisions.courses.append(Course(rows, SKILLS, np.full(rows.size, model.month + lasts)))


@intervention("certification")
def certification(model: Any, measure: Intervention, dose: float) -> None:
    """Workers take the test of their trade; some of those who pass are paid more for three years."""
    people = model.people
    rows = targets.workers(model, measure)
    rows = rows[people.certified[rows] < model.month]
    rows = delivery.allocate_seats(model, measure, dose, people, rows, delivery.unit_cost(measure))
    rows = rows[model.draw("policy.certification.pass", people.id[rows]) < delivery.option(measure, "passes")]
    granted = model.draw("policy.certification.raise", people.id[rows]) < delivery.option(measure, "granted")
    until = model.month + int(delivery.option(measure, "valid")) - 1
    premium = delivery.strength(measure) * granted
    model.decisions.certificates.append(Certificate(rows, until, premium))


@intervention("information")
def information(model: Any, measure: Intervention, dose: float) -> None:
    """People hear what batik work is, pays and offers; school leavers during their last year at school."""
    teach(model, measure, dose, "information", ("youth",), delivery.strength(measure))
    if "school_leavers" in measure.who:
        people = model.people
        rows = model.leaving_school(12)
        rows = rows[targets.qualifies(model, measure, rows)]
        rows = delivery.allocate_seats(model, measure, dose, people, rows, delivery.unit_cost(measure))
        works = model.draw("policy.information.works", people.id[rows]) < delivery.strength(measure)
        until = np.full(int(works.sum()), model.month + 12)
        model.decisions.courses.append(Course(rows[works], INFORMATION, until))


@intervention("cluster_expansion")
def cluster_expansion(model: Any, measure: Intervention, dose: float) -> None:
    """All six groups work in untreated places, and among casual workers, as they do in organised clusters."""
    now, sizes = model.now, model.audience_sizes()
    where = delivery.places(model, measure)
    full, trace = (
        np.array([now[f"reach.{kind}_{group}"] for group in STAKEHOLDERS])
        for kind in ("organised", "elsewhere")
    )
    there = np.maximum(np.asarray(model.places.organised)[:, None] * full, trace)
    named = audiences(measure, ("workers", "owners"))
    gaps = {}
    for audience in named:
        share = now["reach.casual"] if audience == "casual" else 1.0
        base = np.minimum(there, trace) if audience == "owners" else there * share
        gaps[audience] = np.maximum(full - base, 0.0) * where[:, None]
    people = sum(sizes[audience] * (gaps[audience].sum(axis=1) > 0.0) for audience in named)
    size = delivery.size(measure, dose) * delivery.charge(model, measure, dose, people)
    for audience in named:
        model.levers.intensity[:, AUDIENCES.index(audience)] += size * gaps[audience]


@intervention("committee_renewal")
def committee_renewal(model: Any, measure: Intervention, dose: float) -> None:
    """Committees give seats to the young: old members step down earlier, empty seats are taken sooner."""
    where = delivery.places(model, measure)
    committees = model.has_committee() * model.scale  # each is one, however small the sample of its people
    share = delivery.charge(model, measure, dose, where * committees)
    model.levers.committee_chance += where * (share * delivery.size(measure, dose))
    earlier = delivery.option(measure, "leave_earlier")
    model.levers.committee_leave += where * (share * dose * measure.coverage * earlier)
