"""Chooser: how one person forms her interest and chooses what to do for a living (E2, E3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from verification.reference.codes import (
    BATIK,
    GARMENT,
    INFORMATION,
    JUNIOR,
    OTHER,
    OWNER,
    SCHOOL,
    SEEKING,
    SKILLS,
    TOGETHERNESS,
    YEAR,
)

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.owner import Owner
    from verification.reference.person import Person
    from verification.reference.place import Place

PEERS = 8
PAID_WORK = (BATIK, GARMENT, OTHER)
OPTIONS = ((BATIK, "batik"), (GARMENT, "garment"), (OTHER, "other"), (SEEKING, "seek"))


class Chooser(mesa.Agent):
    """The part of a person that weighs and chooses."""

    model: ReferenceModel
    id: int
    place: Place
    birth: int
    group: int
    stage: int
    schooling: int
    leaves_school: int
    parent: bool
    talent: float
    skill: float
    practice: int
    interest: bool | None
    employer: Owner | None
    rate: float
    search: int
    learning: list[float]
    peers: list[Person | None]
    kin: Person | None
    links: list[Person]
    factory_luck: float
    choice: int | None

    @property
    def age(self) -> int:
        """Age in months during this month."""
        return self.model.month - self.birth

    @property
    def is_searching(self) -> bool:
        """Whether she belongs to the craft and has no job in it."""
        return self.stage == BATIK and self.employer is None

    def form_interest(self) -> None:
        """Care for the craft or not, once, at fifteen: from a parent, or from the surroundings (E2)."""
        now, pull = self.model.now, self.place.interest_pull()
        if self.parent:
            chance = now["interest.vertical"] + (1.0 - now["interest.vertical"]) * pull
        else:
            chance = (1.0 - now["interest.vertical_against"]) * pull
        self.interest = self.model.trait("interest")[self.id] < chance
        self.model.note("turned fifteen")
        self.place.flows["turned_15"] += 1
        self.place.flows["interested_at_15"] += self.interest

    def reconsiders(self) -> bool:
        """Whether she chooses this month: school leavers, seekers, and now and then everybody else (E3)."""
        model = self.model
        if self.stage == SCHOOL:
            return self.leaves_school <= model.month
        if self.stage == SEEKING:
            return True
        if self.stage == OWNER or self.is_searching:
            return False
        age = model.month - self.birth
        if age < 25 * YEAR:
            hazard = model.now["choice.reconsider_youth"]
        elif age < 35 * YEAR:
            hazard = model.now["choice.reconsider_adult"]
        else:
            hazard = model.now["choice.reconsider_older"]
        return model.reconsider_lots[self.id] < hazard

    def present_option(self) -> int:
        """The option she has now: who stays at home is in other work, a school leaver seeks (E3-s)."""
        if self.stage in (BATIK, GARMENT):
            return self.stage
        return SEEKING if self.stage in (SCHOOL, SEEKING) else OTHER

    def decide(self) -> None:
        """Choose among the present and the offers at hand: the best of V_k + Gumbel noise (E3)."""
        present, at_hand = self.present_option(), self.offers()
        offered_batik = BATIK in at_hand and present != BATIK
        at_hand.add(present)
        best, most, values = present, -math.inf, {}
        for option, name in OPTIONS:
            if option in at_hand:
                values[option] = self.value(option)
                value = values[option] + self.model.noise(f"taste.{name}")[self.id]
                if value > most:
                    best, most = option, value
        if best == SEEKING and len(at_hand) > 1:
            self.model.note("offer refused for hope of a better one")
        if offered_batik and best != BATIK and self.accepts_after_all(values):
            self.model.note("batik accepted after all")
            best = BATIK
        self.choice = None if best == present else best

    def accepts_after_all(self, values: dict[int, float]) -> bool:
        """Whether she takes the batik post she refused, so that acceptances A rise to A (1 + P)."""
        more = self.model.now["choice.more_acceptances"]
        if not more:
            return False
        most = max(values.values())
        weights = {option: math.exp(value - most) for option, value in values.items()}
        accepts = weights[BATIK] / sum(weights.values())
        return self.model.uniform("accept")[self.id] * (1.0 - accepts) < more * accepts

    def hoped_pay(self) -> float:
        """What she hopes to earn if she seeks on, IDR a month; from thirty-five on nothing (E3-s)."""
        now = self.model.now
        if self.age >= 35 * YEAR:
            return 0.0
        hope = now["choice.hoped_young"] if self.age < 25 * YEAR else now["choice.hoped_adult"]
        if self.schooling == JUNIOR:
            hope *= now["choice.hoped_junior"]
        return hope * math.exp(-now["choice.hope_fades"] * self.search) * self.place.umk

    def offers(self) -> set[int]:
        """The options on offer to her this month (E3)."""
        model, now, at_hand = self.model, self.model.now, set()
        if self.place.posted_rate[self.group] > 0.0:
            information = self.learning[INFORMATION]
            gate = information + (1.0 - information) * now["choice.contact_gate"] * self.knows_batik()
            chance = model.market.offer_chance[self.group]
            if model.uniform("gate")[self.id] < gate and model.uniform("offer.batik")[self.id] < chance:
                at_hand.add(BATIK)
        if self.age < 35 * YEAR and model.uniform("offer.garment")[self.id] < model.factories.offer_chance():
            at_hand.add(GARMENT)
        dip = now["other.covid_dip"] * (1.0 - model.covid[model.month])
        if model.uniform("offer.other")[self.id] < now["other.offer"] * (1.0 - dip):
            at_hand.add(OTHER)
        return at_hand

    def knows_batik(self) -> bool:
        """A parent in batik, or at least two of peers and kin in it (E3)."""
        return self.parent or sum(other.stage in (BATIK, OWNER) for other in self.links) >= 2

    def value(self, option: int) -> float:
        """Utility V_k of an option (E3)."""
        now, pay = self.model.now, self.expected_pay(option)
        value = now["choice.pay"] * math.log(pay / self.place.umk) if pay > 0.0 else -math.inf
        if option in (OTHER, SEEKING):
            return value
        share = self.share_in(option)
        value += now["choice.conformity"] * share
        if option == GARMENT:
            return value + now["choice.garment"]
        value += now["choice.conformity"] * now["choice.togetherness"] * self.learning[TOGETHERNESS] * share
        value += self.model.value_of_time_left(self.group)
        value += now["choice.interest"] * bool(self.interest) + now["choice.batik"]
        if self.age < 30 * YEAR:
            value -= now["choice.image"] * self.place.old_share * self.model.policies.image_left(self)
        return value

    def expected_pay(self, option: int) -> float:
        """Pay she can count on, IDR a month: her own in her job, else what she is told (E3)."""
        now, umk = self.model.now, self.place.umk
        if option == BATIK:
            pay = self.rate if self.employer is not None else self.told_pay()
            return pay + self.model.policies.transfer(self)
        if option == GARMENT:
            spread = now["garment.pay_spread"]
            return umk * now["garment.pay"] * (1.0 - spread + 2.0 * spread * self.factory_luck)
        if option == SEEKING:
            return self.hoped_pay()
        return self.place.pay_of_other_work(self.group, older=self.age >= 35 * YEAR)

    def attainable(self) -> float:
        """The skill Z she can attain: her share of the ceiling of her place (E4, E8)."""
        return self.place.ceiling * self.talent

    def skill_at_entry(self) -> float:
        """Skill with which she would begin in batik; a novice has what she saw at home (E4)."""
        now = self.model.now
        if self.practice > 0:
            return self.skill
        return max(self.skill, now["skill.entry"] + now["skill.family"] * self.parent)

    def told_pay(self) -> float:
        """Mean pay of her first months in batik, with what she would learn in them (E3, E4)."""
        place = self.place
        speed = place.learning_speed(self.group, self.learning[SKILLS]) * place.master_time
        skill = self.model.skill_ahead(self.skill_at_entry(), self.attainable(), speed)
        return place.posted_rate[self.group] * self.model.pay_by_skill(skill, self.group)

    def share_in(self, option: int) -> float:
        """Share x_k of those she compares herself with in batik or garment work (E3).

        Peers, and her own circle: a parent, one of kin, and, if she works, coworkers, who do what she does.
        """
        stages = (BATIK, OWNER) if option == BATIK else (GARMENT,)
        peers = sum(other is not None and other.stage in stages for other in self.peers) / PEERS
        circle = [self.parent and option == BATIK]
        if self.kin is not None:
            circle.append(self.kin.stage in stages)
        if self.stage in PAID_WORK:
            circle.append(self.stage == option)
        weight = self.model.now["choice.circle_weight"]
        return (1.0 - weight) * peers + weight * sum(circle) / len(circle)
