"""What measures do for single people and firms, once they have decided whom they serve.

What measures decide in a month (who gets a seat, a loan, a stipend) is an input, read from the array model
like the levers; what follows from it for people and firms is the reference's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from verification.reference.codes import (
    BATIK,
    COMPONENT_NAMES,
    DIRECT,
    GROUPS,
    HAND,
    MAN,
    SKILLS,
    STAMP,
    WOMAN,
    YEAR,
)

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel
    from batiksim.scenario.interventions import Intervention
    from verification.reference.chooser import Chooser
    from verification.reference.firm import Firm
    from verification.reference.model import ReferenceModel
    from verification.reference.person import Person
    from verification.reference.place import Place

SEXES = {"women": WOMAN, "men": MAN}
TASKS = {"hand": HAND, "stamp": STAMP}


@dataclass
class Offer:
    """Money beside pay, or a better image, for those in batik work; only `holders` have what is scarce."""

    measure: Intervention
    reach: float
    pay: list[float]  # by place
    image: float
    chance: float
    holders: set[Person] | None

    def is_for(self, person: Any) -> bool:
        """Whether she has it or would have it in batik work: meant, reached and, if scarce, promised."""
        model, name = person.model, f"policy.{self.measure.kind}"
        if self.holders is not None and person.employer is not None:
            return person in self.holders
        meant = qualifies(person, self.measure) and model.trait(name)[person.id] < self.reach
        if self.holders is None:
            return meant
        return meant and model.uniform(f"{name}.promise")[person.id] < self.chance

    def for_late(self, place: Place, group: int) -> float:
        """The part of people of 35 and more, never in batik, who hear of it (of a task group, or nobody)."""
        measure, options = self.measure, self.measure.options
        narrow = {"women", "men", "direct", "casual", "members", "masters", "school_leavers"} & set(
            measure.who
        )
        of_age = options.get("min_age", 0.0) <= 35.0 <= options.get("max_age", 200.0)
        if narrow or not of_age or options.get("practice", 1.0) <= 0.0 or place.name not in measure.where:
            return 0.0
        named = [code for word, code in TASKS.items() if word in measure.who]
        return self.reach if group in (named or GROUPS) else 0.0


def qualifies(person: Any, measure: Intervention) -> bool:
    """Whether a measure is for her: place, sex, task group, age, practice, pay, and standing in the trade."""
    options = measure.options
    for words, code in ((SEXES, person.sex), (TASKS, person.group)):
        named = [number for word, number in words.items() if word in measure.who]
        if named and code not in named:
            return False
    least, most = options.get("min_age", 0.0), options.get("max_age", 200.0)
    if not least * YEAR <= person.age < (most + 1.0) * YEAR or person.place.name not in measure.where:
        return False
    if person.practice >= options.get("practice", float("inf")):
        return False
    if "most_pay" in options:
        pay = person.rate if person.employer is not None else person.place.posted_rate[person.group]
        if pay > options["most_pay"]:
            return False
    standings = [word for word in measure.who if word not in SEXES and word not in TASKS]
    return not standings or any(has_standing(person, word) for word in standings)


def has_standing(person: Any, word: str) -> bool:
    """Whether she is what a word says of workers; outsiders may all become workers and apprentices."""
    if word == "apprentices":
        return not person.is_master()
    if word == "school_leavers":  # of money beside pay: whoever came to the craft from school
        return person.model.month - person.leaves_school - person.practice <= YEAR
    if word not in ("direct", "casual", "members", "masters"):
        return True
    if person.employer is None:
        return False
    direct = person.tier == DIRECT
    standing = {
        "direct": direct,
        "casual": not direct,
        "members": direct and person.employer.member,
        "masters": person.is_master(),
    }
    return standing[word]


class Policies:
    """The decisions of this month, carried out."""

    def __init__(self, model: ReferenceModel, core: BatikModel) -> None:
        self.model = model
        self.decisions = core.decisions
        self.table = core.people
        self.offers: list[Offer] = []
        self.invited: dict[Person, float] = {}

    def people(self, rows: Any) -> list[Person]:
        """The people of some rows of the array model."""
        return [self.model.register[id] for id in self.table.id[rows].tolist()]

    def carry_out(self) -> None:
        """Enrol, certify, lend, and note what is on offer to those who choose (step 0)."""
        decided = self.decisions
        self.enrol()
        self.lend()
        self.offers = [
            Offer(
                appeal.measure,
                appeal.measure.coverage * appeal.dose,
                np.broadcast_to(appeal.pay, len(self.model.places)).tolist(),
                appeal.image,
                appeal.chance,
                None if appeal.holders is None else set(self.people(appeal.holders)),
            )
            for appeal in decided.appeals
        ]
        for offer in self.offers:
            for person in offer.holders or ():
                person.place.flows["support"] += offer.pay[person.place.index]
        stays: dict[Person, float] = {}
        for rows, chance in decided.invited:
            for person in self.people(rows):
                stays[person] = stays.get(person, 1.0) * (1.0 - chance)
        self.invited = {person: 1.0 - share for person, share in stays.items()}

    def enrol(self) -> None:
        """Courses begin, pupils learn the craft at school, certificates are given out."""
        model, decided = self.model, self.decisions
        for rows in decided.attending:
            for person in self.people(rows):
                person.attended = model.month + 1
                person.place.flows["trained"] += 1
                model.note("course")
        for course in decided.courses:
            for person, until in zip(self.people(course.rows), course.until.tolist(), strict=True):
                person.lessons[course.component] = max(person.lessons[course.component], until)
                if course.component == SKILLS:
                    person.lesson_months = person.lessons[SKILLS] - model.month
                    model.note("course of an outsider", person.stage != BATIK)
        for rows, skill in decided.schooled:
            for person in self.people(rows):
                person.skill = max(person.skill, skill)
                model.note("pupil of a craft school")
        for certificate in decided.certificates:
            premiums = certificate.premium.tolist()
            for person, premium in zip(self.people(certificate.rows), premiums, strict=True):
                person.certified, person.premium = certificate.until, premium
                person.place.flows["certificates"] += 1
                model.note("certificate")

    def lend(self) -> None:
        """Firms get loans and new designs."""
        registered = self.model.registered
        for design in self.decisions.designs:
            for row in design.rows.tolist():
                owner = registered[row]
                owner.design = max(owner.fresh_design(), design.premium)
                owner.design_until = max(owner.design_until, design.until)
                self.model.note("new design")
        for loan in self.decisions.loans:
            for row in loan.rows.tolist():
                owner = registered[row]
                owner.capital += loan.amount
                owner.debt, owner.debt_rate = loan.amount, loan.rate
                owner.instalment = loan.amount / loan.months
                owner.place.flows["lent"] += loan.amount
                self.model.note("loan")

    def transfer(self, person: Chooser) -> float:
        """IDR a month beside the pay of the job that she can count on in batik (E3)."""
        place = person.place.index
        paid = (offer for offer in self.offers if offer.pay[place] > 0.0)
        return sum(offer.pay[place] for offer in paid if offer.is_for(person))

    def transfer_late(self, place: Place, group: int) -> float:
        """The same for people of 35 and more who were never in batik."""
        return sum(
            offer.pay[place.index] * offer.chance * offer.for_late(place, group) for offer in self.offers
        )

    def image_left(self, person: Chooser) -> float:
        """The part of the image of old people's work that is left for her (E3)."""
        left = 1.0
        for offer in self.offers:
            if offer.image > 0.0 and offer.is_for(person):
                left *= 1.0 - offer.image
        return left

    def obeyed_floor(self, owner: Firm, tier: int) -> float:
        """The highest wage floor that she obeys for contracts of a tier, as a share of the UMK (E5)."""
        floors = [
            floor.share
            for floor in self.decisions.floors
            if floor.tiers[tier]
            and not hasattr(floor.obeyed, "found")
            and owner.complier < min(max(float(floor.obeyed[owner.place.index]), 0.0), 1.0)
        ]
        return max(floors, default=0.0)

    def deterred_pay(self, owner: Firm, tier: int, pay: float, minimum: float) -> float:
        """Pay of a tier where she weighs what it costs to be found out against what low pay saves (E5-i)."""
        raised = pay
        for floor in self.decisions.floors:
            short = floor.share * minimum - pay
            if not floor.tiers[tier] or not hasattr(floor.obeyed, "found") or short <= 0.0:
                continue
            about = floor.obeyed
            risk = float(about.found[owner.place.index]) * (about.fine + about.arrears * short)
            odds = risk / (about.months * short)
            if odds > 0.0 and owner.complier < 0.5 + 0.5 * math.tanh(0.5 * about.sharpness * math.log(odds)):
                raised = max(raised, floor.share * minimum)
                self.model.note("pays the floor for fear of a fine")
        return raised

    def invitation(self, person: Person) -> float:
        """Chance that a programme makes her found a firm this month (E7)."""
        return self.invited.get(person, 0.0) if self.model.now["learning.capital"] else 0.0


def taught_in_courses(person: Person, taught: list[float]) -> list[float]:
    """What programmes teach her: all of a component that she attends a course in, else as many (E1)."""
    now, month = person.model.now, person.model.month
    return [
        1.0 if lesson > month and now[f"learning.{name}"] else usual
        for lesson, name, usual in zip(person.lessons, COMPONENT_NAMES, taught, strict=True)
    ]
