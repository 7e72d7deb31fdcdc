"""Owner (juragan): the money of a firm, and who runs it (E1, E6, E7); its work is in `firm.py`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verification.reference.codes import (
    CAPITAL,
    COMPONENTS,
    GONE,
    HAND,
    MEMBERS,
    OTHER,
    OWNERS,
    RETIRED,
    STAMP,
    YEAR,
)
from verification.reference.codes import OWNER as RUNS_A_FIRM
from verification.reference.firm import Firm
from verification.reference.lives import retirement_month

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.person import Person
    from verification.reference.place import Place

# Whoever founds again founds a firm of another identity.
AGAIN = 2**44


class Owner(Firm):
    """A firm and who runs it; a founder is a person too."""

    def __init__(self, model: ReferenceModel, id: int, place: Place) -> None:
        super().__init__(model, id, place)
        self.founded_by: Person | None = None
        self.birth = 0
        self.retires = 0
        self.interest = True
        self.capital = 0.0
        self.debt = 0.0  # what remains of a programme's loan
        self.instalment = 0.0
        self.debt_rate = 0.0
        self.idle_months = 0
        self.poor_months = 0
        self.learning = [0.0] * len(COMPONENTS)

    @classmethod
    def founded(cls, model: ReferenceModel, person: Person) -> Owner:
        """The firm of a master who becomes an owner and keeps her identity (E7)."""
        now, place = model.now, person.place
        person.end_job()
        person.enter_stage(RUNS_A_FIRM)
        owner = cls(model, person.id + person.firms_founded * AGAIN, place)
        person.firms_founded += 1
        owner.founded_by, owner.registered, owner.birth = person, model.month, person.birth
        luck = model.trait("owner.retires")[owner.id]
        owner.retires = retirement_month(now, "owner", person.birth, luck, person.age / YEAR)
        owner.order_only = model.trait("owner.order_only")[owner.id] < now["start.order_only_share"]
        member = model.trait("owner.member")[owner.id] < now["start.member_share"]
        owner.member = member and place.organised > 0
        owner.interest = bool(person.interest)
        owner.learning = list(person.learning)
        hand = now["start.hand_share"]
        owner.weight = [now["firms.founder_size"] * hand, now["firms.founder_size"] * (1.0 - hand)]
        owner.orders = list(owner.weight)
        owner.wanted = list(owner.weight)
        owner.capital = now["firms.founder_money"] * place.umk
        place.flows["foundings"] += 1
        model.note("founding")
        return owner

    # Step 9: social learning

    def hear(self) -> None:
        """Components move towards those of other owners and of the place, and towards what is taught (E1)."""
        now, place = self.model.now, self.place
        peers, home = now["learning.weight_peers"], now["learning.weight_place"]
        openness, speed = now["learning.openness"], now["learning.speed"]
        taught = place.taught[MEMBERS if self.member else OWNERS]
        for d in COMPONENTS:
            heard = (peers * place.owner_learning[d] + home * place.mean_learning[d]) / (peers + home)
            aim = openness * heard + (1.0 - openness) * taught[d]
            self.learning[d] += speed * (aim - self.learning[d])

    # Step 10: money

    def keep_accounts(self) -> None:
        """Add income, take living cost and interest on what is owed; count idle and poor months (E7)."""
        now = self.model.now
        living = now["firms.living_cost"] * self.place.umk
        owed = max(-self.capital, 0.0)
        self.capital += self.income - living - owed * now["firms.interest_rate"] / YEAR
        idle = self.size == 0
        self.idle_months = self.idle_months + 1 if idle else 0
        self.poor_months = self.poor_months + 1 if idle and self.income < living else 0
        if owed:
            self.model.note("month in debt")

    def repay(self) -> None:
        """Pay the interest and the instalment of a programme's loan (E7)."""
        if self.debt > 0.0:
            part = min(self.instalment, self.debt)
            self.capital -= part + self.debt * self.debt_rate / YEAR
            self.debt -= part
            self.place.flows["repaid"] += part

    def ruin(self) -> str:
        """Why the firm cannot go on, if it cannot: money, idleness, or a poor year without staff (E7)."""
        now = self.model.now
        credit = self.learning[CAPITAL] * now["firms.credit_months"] * self.wage_bill
        if self.capital < -credit * (1.0 + self.place.lever["credit"]):
            return "closure: money"
        if self.idle_months >= now["firms.idle_months"]:
            return "closure: no staff for long"
        if self.poor_months >= now["firms.poor_months"]:
            return "closure: poor without staff"
        return ""

    def close(self) -> None:
        """End the firm: workers search, orders go to survivors of the place, a founder turns elsewhere."""
        for worker in [*self.staff[HAND], *self.staff[STAMP]]:
            worker.end_job()
        self.open = False
        self.target = [0, 0]
        self.place.flows["lost"] += self.debt  # the lender bears it
        self.debt = 0.0
        self.place.flows["closures"] += 1
        if self.founded_by is not None and self.founded_by.stage == RUNS_A_FIRM:
            self.founded_by.enter_stage(OTHER)
            self.model.note("founder's firm closes")

    def consider_online(self) -> None:
        """Begin to sell online, by chance, if the owner or somebody on the staff is under thirty (E6)."""
        model = self.model
        thirty = model.month - 30 * YEAR
        staff = [*self.staff[HAND], *self.staff[STAMP]]
        young = self.birth > thirty or any(worker.birth > thirty for worker in staff)
        hazard = model.now["online.adoption"] / YEAR + self.place.lever["online"]
        if young and not self.online and model.uniform("online")[self.id] < hazard:
            self.online = True
            model.note("firm goes online")

    # Step 11: succession

    def hand_on_or_close(self) -> None:
        """At retirement the firm goes to an heir, else to a buyer, else it closes (E7)."""
        model = self.model
        lot = model.uniform("succession.buyer")
        heir = self.heir_takes_over()
        buyer = not heir and lot[self.id] >= model.now["firms.closure_without_heir"]
        founder, self.founded_by = self.founded_by, None
        if founder is not None:
            model.note("founder retires")
            founder.enter_stage(RETIRED)
            founder.leave(GONE)
        if not heir and not buyer:
            model.note("closure: no successor")
            self.close()
            return
        model.note("succession by heir" if heir else "succession by buyer")
        self.place.flows["successions"] += 1
        youngest, span = model.now["firms.heir_least_age"], model.now["firms.heir_age_span"]
        age = youngest + span * model.uniform("succession.age")[self.id]
        self.birth = model.month - math.floor(age * YEAR)
        luck = model.uniform("succession.retires")[self.id]
        self.retires = retirement_month(model.now, "owner", self.birth, luck)
        self.learning = list(self.place.mean_learning)

    def heir_takes_over(self) -> bool:
        """Whether an heir exists, was brought up to it, cares, and prefers it to a factory (E7)."""
        model, now = self.model, self.model.now
        prepared = now["firms.heir_exists"] * now["firms.heir_prepared"]
        exists = model.uniform("succession.exists")[self.id] < prepared
        cares = model.uniform("succession.interest")[self.id] < now["interest.vertical"]
        gain = now["choice.pay"] * math.log(max(self.income, 1.0) / self.place.umk)
        gain += now["choice.interest"] * cares + now["choice.batik"] - now["choice.garment"]
        return (
            exists and cares and model.uniform("succession.choice")[self.id] < 1.0 / (1.0 + math.exp(-gain))
        )
