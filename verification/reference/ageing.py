"""Step 11: who retires, hands on, settles, leaves the count or turns fifteen; then what everybody can see."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING

from verification.reference.codes import (
    BARGAINING,
    BATIK,
    COMPONENTS,
    GONE,
    HOME,
    OWNER,
    RETIRED,
    SCHOOL,
    SETTLED,
    SEXES,
    YEAR,
)

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.person import Person
    from verification.reference.place import Place


def grow_older(model: ReferenceModel) -> None:
    """Everybody is a month older: `coming` is the month that begins."""
    coming = model.month + 1
    retire(model, coming)
    for owner in model.open_owners():
        if owner.retires <= coming:
            owner.hand_on_or_close()
    settle(model, coming)
    for place in model.places:
        for sex in SEXES:
            left = place.pool.pop((sex, coming - 60 * YEAR), 0)
            model.note("left the count at sixty", left)
    begin_to_follow(model, coming)
    observe(model, coming)


def retire(model: ReferenceModel, coming: int) -> None:
    """People ever in batik stop working at their age of retirement; owners have an age of their own (E7)."""
    for person in [one for one in model.people if one.retires <= coming and one.stage != OWNER]:
        model.note("retirement from batik" if person.stage == BATIK else "retirement from elsewhere")
        person.end_job()
        person.enter_stage(RETIRED)
        person.leave(GONE)


def settle(model: ReferenceModel, coming: int) -> None:
    """At thirty-five those never in batik move to the counted pool of their place (section 3)."""
    for person in [one for one in model.people if one.birth == coming - 35 * YEAR]:
        if person.practice > 0 or person.stage in (BATIK, OWNER):
            model.note("followed on at thirty-five")
            continue
        model.note("settled at thirty-five")
        key = person.sex, person.birth
        person.place.pool[key] = person.place.pool.get(key, 0) + 1
        person.leave(SETTLED)


def begin_to_follow(model: ReferenceModel, coming: int) -> None:
    """The next cohort turns fifteen, knowing what its place knows; a parent is in batik or not (E2)."""
    share = parents_in_batik(model, coming)
    for person in model.cohorts.pop(coming - 15 * YEAR, ()):
        person.learning = list(person.place.mean_learning)
        person.parent = model.trait("parent")[person.id] < share[person.place]
        model.follow(person)


def parents_in_batik(model: ReferenceModel, coming: int) -> dict[Place, float]:
    """Share of batik among the active of 35-59 in each place (section 3)."""
    workers = Counter(
        person.place
        for person in model.workers()
        if person.birth <= coming - 35 * YEAR and model.month - person.birth < 60 * YEAR
    )
    return {place: workers[place] / max(workers[place] + place.pool_active(), 1.0) for place in model.places}


def observe(model: ReferenceModel, coming: int) -> None:
    """What next month's choices, pay and learning read of the end of this month, place by place."""
    people: dict[Place, list[Person]] = {place: [] for place in model.places}
    for person in model.people:
        people[person.place].append(person)
    for place, there in people.items():
        workers = [person for person in there if person.stage == BATIK]
        old = sum(coming - person.birth >= 50 * YEAR for person in workers)
        place.old_share = old / max(len(workers), 1)
        place.bargaining = mean([worker.learning for worker in workers])[BARGAINING]
        active = sum(is_active(person, coming) for person in there) + place.pool_active()
        place.batik_share = len(workers) / max(active, 1.0)
        heard = [one.learning for one in there if one.stage == BATIK or coming - one.birth < 35 * YEAR]
        place.mean_learning = mean(heard)
        place.owner_learning = mean([owner.learning for owner in model.owners_of[place] if owner.open])


def is_active(person: Person, coming: int) -> bool:
    """Whether she counts as active: not at school, not at home, not yet sixty."""
    age = coming - person.birth
    return age < 60 * YEAR and person.stage not in (SCHOOL, HOME, RETIRED)


def mean(components: list[list[float]]) -> list[float]:
    """Mean components of a group; zero for nobody."""
    if not components:
        return [0.0] * len(COMPONENTS)
    return [fmean(values) for values in zip(*components, strict=True)]
