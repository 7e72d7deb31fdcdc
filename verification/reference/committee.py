"""The committee of an organised place: it passes programmes on, and it ages because the young refuse it."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

from verification.reference.codes import YEAR

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.owner import Owner
    from verification.reference.person import Person
    from verification.reference.place import Place


class Committee:
    """The members as (identity, birth month), and who may join them (section 3)."""

    def __init__(self, place: Place, members: list[tuple[int, int]]) -> None:
        self.place = place
        self.members = members

    @property
    def births(self) -> list[int]:
        """Birth months of the members."""
        return [birth for _, birth in self.members]

    def renew(self, candidates: list[Owner | Person]) -> None:
        """Members leave at the age limit; in January each empty seat may find somebody young and willing."""
        model = self.place.model
        now = model.now
        years = now["committee.leave_age"] - self.place.lever["committee_leave"]
        limit = model.month + 1 - int(years * YEAR)
        staying = [(id, birth) for id, birth in self.members if birth > limit]
        model.note("committee member left", len(self.members) - len(staying))
        self.members = staying
        if model.month % YEAR == 0:
            self.fill_seats(sorted((candidate.id, candidate.birth) for candidate in candidates))
        self.place.committee_strength = self.strength()

    def fill_seats(self, candidates: list[tuple[int, int]]) -> None:
        """Draw for each empty seat whether somebody takes it, and who of those not yet seated; seats are
        numbered from the first empty one.
        """
        model, place = self.place.model, self.place
        recruitment = min(max(model.now["committee.recruitment"] + place.lever["committee_chance"], 0.0), 1.0)
        # Everybody of a sample stands for several people, each of whom may sit.
        others = 1.0 / model.scale
        waiting = sum(others - self.members.count(one) for one in candidates)
        chance = 1.0 - (1.0 - recruitment) ** max(waiting, 0.0)
        taken, who = model.uniform("committee"), model.uniform("committee.who")
        for seat in range(int(model.now["committee.seats"]) - len(self.members)):
            id = place.number * 1000 + seat
            free = [one for one in candidates if self.members.count(one) < others]
            if free and taken[id] < chance:
                self.members.append(free[int(who[id] * len(free))])
                model.note("committee member joined")

    def strength(self) -> float:
        """Filled seats times youthfulness: s = min(1, members / seats) clip((65 - mean age) / 20, 0, 1)."""
        now = self.place.model.now
        if not self.births:
            return 0.0
        age = (self.place.model.month - fmean(self.births)) / YEAR
        youthfulness = (now["committee.young_age"] - age) / now["committee.age_span"]
        return min(1.0, len(self.births) / now["committee.seats"]) * min(max(youthfulness, 0.0), 1.0)


def renew_committees(model: ReferenceModel) -> None:
    """Committees look among the owners and masters of the place who are young and willing (section 3)."""
    youngest = model.month - model.now["committee.join_age"] * YEAR
    masters = [person for person in model.workers() if person.is_master()]
    candidates: list[Owner | Person] = [*model.open_owners(), *masters]
    willing: dict[Place, list[Owner | Person]] = defaultdict(list)
    for candidate in candidates:
        if candidate.interest and candidate.birth > youngest:
            willing[candidate.place].append(candidate)
    for place in model.places:
        if place.committee is not None:
            place.committee.renew(willing[place])
