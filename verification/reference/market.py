"""The labour market: posts that applicants draw like urns draw balls, late entrants, and the factories (E3,
E6).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from batiksim.world.geography import NEARBY
from verification.reference.codes import GROUPS, HAND, OTHER, SEXES, STAMP, WOMAN, YEAR
from verification.reference.lives import retirement_month
from verification.reference.person import Person

if TYPE_CHECKING:
    from verification.reference.model import ReferenceModel
    from verification.reference.owner import Owner
    from verification.reference.place import Place

SEARCHER, OTHERS = 0, 1  # who comes first

# The k-th late applicant of a place, sex and month has the id reserved for it, whether used or not.
PLACE_ID = 32
LATE_ID = 1 << 29
LATE_SERIALS = 256


@dataclass
class Post:
    """A post with its tier; `taker` is the best of the applicants so far, by `rank`."""

    owner: Owner
    group: int
    tier: int
    taker: Person | LateApplicant | None = None
    rank: tuple[int, float] = (OTHERS, math.inf)

    def entry_pay(self) -> float:
        """Pay of a full month for somebody with the skill of a newcomer (E3)."""
        model = self.owner.model
        relative = model.output(model.now["skill.entry"]) / self.owner.mean_worth[self.group]
        return self.owner.rate[self.group][self.tier] * relative ** model.piece(self.group)


@dataclass
class LateApplicant:
    """Somebody of the counted pool who looks for batik work: as yet only an id and what follows from it."""

    model: ReferenceModel
    place: Place
    sex: int
    serial: int
    id: int = field(init=False)
    birth: int = field(init=False)
    group: int = field(init=False)

    def __post_init__(self) -> None:
        model = self.model
        key = (model.month * len(SEXES) + self.sex) * LATE_SERIALS + self.serial
        self.id = (self.place.number << PLACE_ID) | LATE_ID | key
        years = model.now["population.late_entry_years"]
        self.birth = model.month - 35 * YEAR - math.floor(model.trait("late.age")[self.id] * years * YEAR)
        typical = model.trait("task")[self.id] < model.now["population.typical_task"]
        self.group = HAND if typical == (self.sex == WOMAN) else STAMP

    def become_person(self) -> Person:
        """Take her from the pool and follow her from now on."""
        model = self.model
        self.place.pool[self.sex, self.birth] -= 1
        person = Person(model, self.id, self.place, birth=self.birth, sex=self.sex, group=self.group)
        person.stage = OTHER
        person.interest = False
        least = model.now["skill.least_talent"]
        person.talent = least + (1.0 - least) * model.trait("talent")[self.id]
        luck = model.trait("worker.retires")[self.id]
        person.retires = retirement_month(model.now, "worker", self.birth, luck, person.age / YEAR)
        person.learning = list(self.place.mean_learning)
        model.register[person.id] = person
        model.follow(person)
        model.note("late entry")
        self.place.flows["late_entrants"] += 1
        return person


class Market:
    """Batik posts and who applies for them this month."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.applicants: list[Person | LateApplicant] = []
        self.offer_chance = [0.0, 0.0]
        # What an owner of a founder's size and a worker earned in each of the last twelve months.
        self.small_firms: list[tuple[float, float]] = []
        self.usual_return = 0.0

    def apply(self, applicant: Person | LateApplicant) -> None:
        """Join the applicants of this month."""
        self.applicants.append(applicant)

    def add_late_applicants(self) -> None:
        """People of the pool who think of batik this month, by place and sex (E3)."""
        for place in self.model.places:
            for sex in SEXES:
                taken: dict[int, int] = {}
                for serial in range(self.count_late(place, sex)):
                    applicant = LateApplicant(self.model, place, sex, serial)
                    # The pool may not have as many people of that age.
                    taken[applicant.birth] = taken.get(applicant.birth, 0) + 1
                    if taken[applicant.birth] <= place.pool.get((sex, applicant.birth), 0):
                        self.apply(applicant)
                    else:
                        self.model.note("late applicant of an age the pool lacks")

    def remember_returns(self) -> None:
        """Keep what an owner of a founder's size and a worker earned this month (E7-f)."""
        model, books = self.model, [place.flows for place in self.model.places]
        jobs = max(sum(book["days_full"] for book in books), 1.0)
        own = [model.now["firms.own_labour"] * owner.surplus[STAMP] for owner in model.open_owners()]
        income = model.now["firms.founder_size"] * sum(book["owner"] for book in books) / jobs
        income += fmean(own) if own else 0.0
        pay = sum(book["worker"] for book in books) / jobs
        self.small_firms = [*self.small_firms[1 - YEAR :], (income, pay)]
        if model.month == YEAR - 1:
            self.usual_return = self.return_of_founding()

    def return_of_founding(self) -> float:
        """Income of an owner of a founder's size over mean pay, of a year."""
        pay = sum(pay for _, pay in self.small_firms)
        return sum(income for income, _ in self.small_firms) / pay if pay > 0.0 else 0.0

    def profit(self) -> float:
        """What founding brings against being paid, compared with the first year (E7-f)."""
        return self.return_of_founding() / self.usual_return if self.usual_return > 0.0 else 1.0

    def count_late(self, place: Place, sex: int) -> int:
        """How many of the pool reconsider, hear of batik, are offered and prefer it; the lot settles the
        fraction.
        """
        now = self.model.now
        typical = now["population.typical_task"]
        opening = 0.0
        for group in GROUPS:
            mix = typical if (sex == WOMAN) == (group == HAND) else 1.0 - typical
            opening += mix * place.wants_batik(group) * self.offer_chance[group] * place.mean_learning[0]
        thinking = place.pool_size(sex) * now["population.participation"] * now["choice.reconsider_older"]
        lot = self.model.uniform("late")[place.number * 2 + sex]
        return min(math.floor(thinking * opening + lot), LATE_SERIALS)

    def match(self) -> None:
        """Everybody draws one post within reach; searchers come first, then the lowest number in the
        queue.
        """
        model = self.model
        which, queue = model.uniform("vacancy"), model.uniform("queue")
        for place in model.places:
            place.applicants = [0.0, 0.0]
        for person in model.people:
            if person.is_searching:
                self.draw_post(person, SEARCHER, which[person.id], queue[person.id])
        for applicant in self.applicants:
            self.draw_post(applicant, OTHERS, which[applicant.id], queue[applicant.id])
        self.applicants = []
        for place in model.places:
            for group in GROUPS:
                for post in place.posts[group]:
                    if isinstance(post.taker, LateApplicant):
                        post.taker = post.taker.become_person()
                    if post.taker is not None:
                        post.taker.start_job(post)

    def draw_post(self, applicant: Person | LateApplicant, priority: int, which: float, queue: float) -> None:
        """Draw one of the posts of the block where she looks; the best of those who draw a post has it."""
        place = self.looks_in(applicant)
        place.applicants[applicant.group] += 1
        posts = place.block.posts[applicant.group]
        if posts:
            post = posts[math.floor(which * len(posts))]
            if post.taker is None or (priority, queue) < post.rank:
                post.taker, post.rank = applicant, (priority, queue)

    def looks_in(self, applicant: Person | LateApplicant) -> Place:
        """Mostly her own place, else one of the nearest; where the block has no post for her, on to the
        next.
        """
        model, place = self.model, applicant.place
        if model.uniform("commute")[applicant.id] < model.now["population.commuting"]:
            place = place.nearest[math.floor(model.uniform("commute.where")[applicant.id] * NEARBY)]
        on_the_way = (place, *place.nearest)
        found = next((other for other in on_the_way if other.block.posts[applicant.group]), place)
        model.note("looks on in another place", found is not place)
        return found

    def note_posts(self) -> None:
        """What newcomers can know: the chance of an offer, all posts over last month's applicants, and the
        mean posted rate at entry skill, of their place if it has posts, else of all places (E3).
        """
        places = self.model.places
        for group in GROUPS:
            rates = {place: [post.entry_pay() for post in place.posts[group]] for place in places}
            anywhere = [rate for some in rates.values() for rate in some]
            applicants = sum(place.applicants[group] for place in places)
            self.offer_chance[group] = min(1.0, len(anywhere) / max(applicants, 1.0))
            for place in places:
                known = rates[place] or anywhere
                place.posted_rate[group] = fmean(known) if known else 0.0


class Factories:
    """The garment sector: so many jobs, taken by people under thirty-five."""

    def __init__(self, model: ReferenceModel, jobs: float, posts: float, applicants: float) -> None:
        self.model = model
        self.jobs_at_start = jobs
        self.growth = 1.0
        self.posts = posts
        self.applicants = applicants
        self.queue: list[Person] = []

    def jobs(self) -> int:
        """Jobs for residents of the region this month, at the scale of the run."""
        opened = self.model.factory_jobs[self.model.month] * self.model.scale
        return max(math.floor(self.jobs_at_start * self.growth + opened), 0)

    def offer_chance(self) -> float:
        """Chance that a factory job is on offer: last month's posts over the applicants remembered (E3)."""
        return min(1.0, self.posts / max(self.applicants, 1.0))

    def lay_off(self, workers: list[Person]) -> list[Person]:
        """Those for whom there is no job any more, by lot."""
        lots = self.model.uniform("garment.layoff")
        excess = max(len(workers) - self.jobs(), 0)
        return sorted(workers, key=lambda worker: lots[worker.id])[:excess]

    def hire(self, workers: int) -> list[Person]:
        """Those of the queue who get a job, by lot."""
        lots = self.model.uniform("garment.queue")
        self.posts = max(self.jobs() - workers, 0)
        self.applicants = (self.applicants + len(self.queue)) / 2.0  # half of what is remembered
        queue, self.queue = sorted(self.queue, key=lambda person: lots[person.id]), []
        return queue[: self.posts]
