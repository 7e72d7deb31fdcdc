"""Whom a measure is for: rows of people and firms that its places, `who` and ages name.

Words of one kind widen the circle, words of different kinds narrow it: [casual, masters, women] are women who
are casual workers or masters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import SEXES, STANDINGS, TASKS, Stage, Tier
from batiksim.interventions import delivery
from batiksim.scenario.interventions import Intervention, kind

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LATE_AGE = 35
LAST_YEAR = 12  # months: the last year at school, and the first after it
OUTSIDE = {"seekers": Stage.SEEKING, "school_leavers": Stage.SCHOOL}


def workers(model: Any, measure: Intervention, *, employed: bool = True) -> Ints:
    """Rows of the batik workers the measure is for, with a job or (not `employed`) also between two."""
    rows = model.batik
    if employed:
        rows = rows[model.people.employer[rows] >= 0]
    return rows[qualifies(model, measure, rows)]


def trainees(model: Any, measure: Intervention) -> Ints:
    """Rows of those whom a course of the craft is for: batik workers, seekers of work and pupils in their
    last year at school, or as many of these three as the measure names.
    """
    outside = {"seekers": model.seekers, "school_leavers": lambda: model.leaving_school(LAST_YEAR)}
    named = {word for word in measure.who if word in STANDINGS}
    rows = [find() for word, find in outside.items() if not named or word in named]
    if not named or named - set(outside):
        rows.append(model.batik)
    together = np.concatenate(rows)
    return together[qualifies(model, measure, together)]


def qualifies(model: Any, measure: Intervention, rows: Ints) -> Bools:
    """Which of `rows` the measure is for, (n,); outsiders are taken for the direct or casual workers, members
    or masters that they are not yet, so they qualify for none of these.
    """
    people, options = model.people, measure.options
    fits = delivery.places(model, measure)[people.place[rows]] > 0.0
    fits &= _any_of(measure, SEXES, people.sex[rows]) & _any_of(measure, TASKS, people.group[rows])
    fits &= of_age(model, measure, people.birth[rows])
    if "practice" in options:
        fits &= people.practice[rows] < options["practice"]
    if "most_pay" in options:
        posted = model.market.posted_rate[people.place[rows], people.group[rows]]
        fits &= np.where(people.employer[rows] >= 0, people.rate[rows], posted) <= options["most_pay"]
    standings = [word for word in measure.who if word in STANDINGS]
    if standings:
        found = [_has_standing(model, word, rows) for word in standings if word not in OUTSIDE]
        found += [_is_outside(model, measure, word, rows) for word in standings if word in OUTSIDE]
        fits &= np.logical_or.reduce(found)
    return fits


def rested(model: Any, rows: Ints, months: int) -> Bools:
    """Whose last course began `months` ago or longer, or who never attended one."""
    attended = model.people.attended[rows]
    return (attended == 0) | (model.month + 1 - attended >= months)


def _any_of(measure: Intervention, words: Mapping[str, int], codes: NDArray[np.int8]) -> Bools:
    wanted = [code for word, code in words.items() if word in measure.who]
    return np.isin(codes, wanted) if wanted else np.ones(codes.size, dtype=bool)


def of_age(model: Any, measure: Intervention, birth: NDArray[np.int32]) -> Bools:
    """Who is from `min_age` to `max_age` years old, both included, where the kind has these options."""
    age = model.month - birth
    least, most = measure.options.get("min_age", 0.0), measure.options.get("max_age", 200.0)
    return (age >= least * 12) & (age < (most + 1.0) * 12)


def _has_standing(model: Any, word: str, rows: Ints) -> Bools:
    people = model.people
    employed = people.employer[rows] >= 0
    if word == "direct":
        return employed & (people.tier[rows] == Tier.DIRECT)
    if word == "casual":
        return employed & (people.tier[rows] > Tier.DIRECT)
    if word == "members":
        member = model.owners.member[people.employer[rows]] == 1
        return employed & member & (people.tier[rows] == Tier.DIRECT)
    if word == "masters":
        return employed & model.masters(rows)
    if word == "apprentices":
        return ~model.masters(rows)
    return np.ones(rows.size, dtype=bool)  # workers and the young: whoever may come is one then


def _is_outside(model: Any, measure: Intervention, word: str, rows: Ints) -> Bools:
    """Who seeks work or is in her last year at school; where money is paid beside pay, who came to the craft
    from school: she was not out of both for more than a year.
    """
    people = model.people
    if "transfer" in kind(measure.kind).acts_on:
        return model.month - people.leaves_school[rows] - people.practice[rows] <= LAST_YEAR
    return people.stage[rows] == OUTSIDE[word]


def open_to_late(model: Any, measure: Intervention) -> Floats:
    """1 for the task groups whose people of 35 and more may all have what it offers, (places, 2)."""
    options = measure.options
    most, practice = options.get("max_age", 200.0), options.get("practice", 1.0)
    limited = set(measure.who) & {"women", "men", "direct", "casual", "members", "masters", "school_leavers"}
    if limited or most < LATE_AGE or options.get("min_age", 0.0) > LATE_AGE or practice <= 0.0:
        return np.zeros((model.n_places, 2))
    tasks = [float(word in measure.who or not set(TASKS) & set(measure.who)) for word in TASKS]
    return delivery.places(model, measure)[:, None] * np.array(tasks)


def tiers(measure: Intervention) -> Bools:
    """Contracts that the measure is for, by tier, (3,): all where it names neither direct nor brokered."""
    direct, brokered = "direct" in measure.who, "casual" in measure.who
    return np.array([direct or not brokered, brokered or not direct, brokered or not direct])


def firms(model: Any, measure: Intervention) -> Ints:
    """Rows of the open firms the measure is for: of cluster members only, or of all owners."""
    owners = model.owners
    fits = (owners.open == 1) & (delivery.places(model, measure)[owners.place] > 0.0)
    fits &= of_age(model, measure, owners.birth)
    if "members" in measure.who and "owners" not in measure.who:
        fits &= owners.member == 1
    return np.flatnonzero(fits)
