"""ReferenceModel: the month of the region, step by step, looping over people and owners (section 4)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import mesa
from mesa.agent import AgentSet

from batiksim.config.parameters import load_parameters
from verification.reference.ageing import grow_older
from verification.reference.codes import (
    BATIK,
    COMPONENT_NAMES,
    GARMENT,
    GROUPS,
    HAND,
    SEEKING,
    SIMULATED,
    YEAR,
)
from verification.reference.committee import renew_committees
from verification.reference.draws import Draws, Lots
from verification.reference.market import Factories, Market
from verification.reference.owner import Owner
from verification.reference.person import Person
from verification.reference.place import Block, Place
from verification.reference.policy import Policies
from verification.reference.start import populate

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel


class ReferenceModel(mesa.Model):
    """The region of a freshly built `core`, run by rules of its own; runs of one seed can share `draws`.

    `people` are those followed now; `register` also holds those still to come and those who left.
    """

    def __init__(self, core: BatikModel, draws: Draws | None = None) -> None:
        super().__init__(rng=core.seed)
        self.draws = draws or Draws(core.seed)
        self.scale = core.scale
        self.month = -1
        self.events: Counter[str] = Counter()
        numbers = [name for name, parameter in load_parameters().items() if parameter.type != "choice"]
        self.series = {name: core.settings.series(name, core.last + 1).tolist() for name in numbers}
        self.now = {name: series[0] for name, series in self.series.items()}
        self.season: list[float] = core.drivers.season.tolist()
        self.covid: list[float] = core.drivers.covid.tolist()
        self.factory_jobs: list[float] = core.drivers.factory_jobs.tolist()
        # What policies move and decide this month is an input like the drivers; the array model fills it.
        self.levers = core.levers
        self.policies = Policies(self, core)
        self.content: list[list[float]] = core.content.tolist()
        self.trend = 1.0
        self.places = [Place(self, core, index) for index in range(core.n_places)]
        for place, nearest in zip(self.places, core.places.nearest.tolist(), strict=True):
            place.nearest = [self.places[index] for index in nearest]
        # Where places lie is a fact of the world, like which of them are near.
        sizes = {max(1, round(block / core.scale)) for block in self.series["matching.block"]}
        self.block_of = {size: core.places.blocks(size).tolist() for size in sizes}
        market = core.market
        self.market = Market(self)
        self.factories = Factories(
            self, market.garment_jobs_start, market.garment_posts, market.garment_applicants
        )
        self.owners = AgentSet([], random=self.random)
        self.registered: list[Owner] = []
        self.owners_of: dict[Place, list[Owner]] = {place: [] for place in self.places}
        self.register: dict[int, Person] = {}
        self.people = AgentSet([], random=self.random)
        self.cohorts: dict[int, list[Person]] = defaultdict(list)
        populate(self, core)

    # What agents ask of the model

    def uniform(self, stream: str) -> Lots:
        """This month's uniform numbers of a stream, by id."""
        return self.draws.uniform(stream, self.month)

    def noise(self, stream: str) -> Lots:
        """This month's taste shocks of a stream, by id."""
        return self.draws.noise(stream, self.month)

    def trait(self, stream: str) -> Lots:
        """Uniform numbers that stay with an identity for life, by id."""
        return self.draws.uniform(stream)

    def note(self, event: str, times: int = 1) -> None:
        """Count something that happened, so that a test can tell that it did."""
        self.events[event] += times

    def output(self, skill: float) -> float:
        """Output of a full month, Q(s), in units of a worker at the reference skill (E5)."""
        a = self.now["contracts.unskilled_output"]
        return (a + (1.0 - a) * skill) / (a + (1.0 - a) * self.now["skill.reference"])

    def piece(self, group: int) -> float:
        """How far pay follows own output (E5)."""
        return self.now["contracts.piece_hand" if group == HAND else "contracts.piece_stamp"]

    def skill_ahead(self, skill: float, attainable: float, speed: float) -> float:
        """Mean skill of the first months of a job, month by month (E4)."""
        months = int(self.now["skill.horizon"])
        missing = max(attainable - skill, 0.0)
        return skill + missing * sum(1.0 - (1.0 - speed) ** month for month in range(months)) / months

    def pay_by_skill(self, skill: float, group: int) -> float:
        """Pay at a skill over pay at entry skill (E5)."""
        return (self.output(skill) / self.output(self.now["skill.entry"])) ** self.piece(group)

    def hours(self, group: int) -> float:
        """Working time in batik as a share of full time."""
        return self.now["wage.hours_hand"] if group == HAND else self.now["wage.hours_stamp"]

    def value_of_time_left(self, group: int) -> float:
        """What the time that part-time batik work leaves is worth: pay can count by the hour (E3)."""
        return -self.now["choice.pay"] * self.now["choice.hourly"] * math.log(self.hours(group))

    def follow(self, person: Person) -> None:
        """Follow a person from now on."""
        person.presence = SIMULATED
        self.people.add(person)

    def enter_register(self, owner: Owner) -> None:
        """Add a firm."""
        self.owners.add(owner)
        self.registered.append(owner)
        self.owners_of[owner.place].append(owner)

    def workers(self) -> list[Person]:
        """People who belong to batik, with or without a job."""
        return [person for person in self.people if person.stage == BATIK]

    def employed(self) -> list[tuple[Person, Owner]]:
        """People with a batik job, each with her employer."""
        return [(person, person.employer) for person in self.people if person.employer is not None]

    def open_owners(self) -> list[Owner]:
        """Owners whose firms work."""
        return [owner for owner in self.owners if owner.open]

    # The month

    def step(self) -> None:
        """Run one month: steps 0 to 11."""
        self.month += 1
        self.begin_month()
        self.face_demand()
        self.separate()
        self.post_pay()
        self.open_posts()
        self.choose()
        self.match()
        self.produce()
        self.practise()
        self.learn()
        self.settle_firms()
        grow_older(self)

    def begin_month(self) -> None:
        """Step 0: parameters and levers of the month, and what programmes teach."""
        month = self.month
        if month > 0:
            last = self.now  # growth rates by the year of last month
            self.trend *= (1.0 + last["demand.trend"] - last["demand.imitation"]) ** (1.0 / YEAR)
            self.factories.growth *= (1.0 + last["garment.growth"]) ** (1.0 / YEAR)
        self.now = {name: series[month] for name, series in self.series.items()}
        self.shock = self.season[month] * self.covid[month]
        self.note("shock to orders", self.covid[month] < 1.0)
        self.note("flood", any(place.flood_by_month[month] < 1.0 for place in self.places))
        self.reconsider_lots = self.uniform("reconsider")
        for place in self.places:
            place.begin_month()
        self.policies.carry_out()
        # A component that is switched off is neither taught nor passed on.
        off = [d for d, name in enumerate(COMPONENT_NAMES) if not self.now[f"learning.{name}"]]
        if off:
            for agent in [*self.register.values(), *self.owners]:
                for d in off:
                    agent.learning[d] = 0.0
            for place in self.places:
                place.forget(off)

    def face_demand(self) -> None:
        """Step 1: a place's orders are split over its open firms by size and reach (E6)."""
        for place in self.places:
            place.pass_costs_on()
            place.set_prices()
        for owner in self.owners:
            if owner.open:
                owner.set_price()
        for group in GROUPS:
            orders = {place: place.market_size(group) for place in self.places}
            if group == HAND:
                self.give_fine_cloth_to_masters(orders)
            weight = {place: place.market_weight(group) for place in self.places}
            served = sum(orders[place] for place in self.places if weight[place] > 0)
            # Orders of places where no firm is left go to all the others.
            spread = sum(orders.values()) / served if served > 0 else 0.0
            for owner in self.owners:
                if owner.open:
                    share = (
                        owner.market_weight(group) / weight[owner.place] if weight[owner.place] > 0 else 0.0
                    )
                    owner.receive_orders(group, orders[owner.place] * spread * share)

    def give_fine_cloth_to_masters(self, orders: dict[Place, float]) -> None:
        """Of the hand orders a part is for fine cloth: city and regency lose what is beyond their masters,
        who earn a premium as far as it takes their time (E6-f).
        """
        fine_share = self.now["demand.fine_share"]
        for region in {place.region for place in self.places}:
            there = [place for place in self.places if place.region == region]
            fine = fine_share * sum(orders[place] for place in there)
            masters = sum(
                person.is_master()
                for person, employer in self.employed()
                if person.group == HAND and employer.place.region == region
            )
            unfilled = max(fine - masters, 0.0) / fine if fine else 0.0
            self.note("fine cloth without a master", unfilled > 0.0)
            self.note("masters at plain cloth", masters > fine > 0.0)
            for place in there:
                place.flows["fine_orders"] += fine_share * orders[place]
                place.flows["fine_unfilled"] += fine_share * orders[place] * unfilled
                orders[place] -= fine_share * orders[place] * unfilled
                place.fine_premium = self.now["contracts.fine_premium"] * min(1.0, fine / max(masters, 1))

    def separate(self) -> None:
        """Step 2: searchers give up, jobs end by chance, slack firms and shrinking factories lay off."""
        leaving = [person for person, employer in self.employed() if person.separates(employer)]
        for person in self.workers():
            if person.is_searching:
                person.search_on()
        for person in leaving:
            person.let_go()
        for owner in self.open_owners():
            owner.lay_off()
        for person in self.people:
            if person.loses_work():
                self.note("factory work lost" if person.stage == GARMENT else "other work lost")
                person.enter_stage(SEEKING)
        for person in self.factories.lay_off([one for one in self.people if one.stage == GARMENT]):
            self.note("factory layoff")
            person.enter_stage(SEEKING)
        for person, _ in self.employed():
            person.win_direct_contract()

    def post_pay(self) -> None:
        """Step 3: owners post rates, and everybody in a job has a rate of her own (E5)."""
        for owner in self.open_owners():
            owner.post_pay()
        self.set_rates()

    def set_rates(self) -> None:
        """Pay of a full month of everybody in a batik job."""
        for person, employer in self.employed():
            person.set_rate(employer)

    def open_posts(self) -> None:
        """Step 4: posts of each place and block of places, in the order in which firms were registered."""
        self.form_blocks()
        on_call = self.on_call()
        for place in self.places:
            place.posts, place.recalled = ([], []), [0, 0]
        for owner in sorted(self.open_owners(), key=lambda owner: (owner.registered, owner.id)):
            for post in owner.call_back(owner.open_posts(), on_call[owner]):
                owner.place.posts[post.group].append(post)
                owner.place.block.posts[post.group].append(post)
        self.market.note_posts()

    def on_call(self) -> dict[Owner, list[Person]]:
        """Those whom a firm may call back; the others are struck off (E7)."""
        lists: dict[Owner, list[Person]] = defaultdict(list)
        for person in self.register.values():
            if person.laid_off_by is not None and person.waits_for_recall():
                lists[person.laid_off_by].append(person)
            else:
                person.laid_off_by = None
        return lists

    def form_blocks(self) -> None:
        """Which places people look for posts in together: the fewer, the more of the region is simulated."""
        size = max(1, round(self.now["matching.block"] / self.scale))
        self.blocks = [Block([]) for _ in self.places]
        for place in self.places:
            place.block = self.blocks[self.block_of[size][place.index]]
            place.block.places.append(place)
        self.note("block of some places", 1 < len(self.places[0].block.places) < 14)

    def choose(self) -> None:
        """Step 5: interest at fifteen, then choices: everybody decides before anybody acts (E2, E3)."""
        choosers = []
        for person in self.people:
            if person.interest is None:
                person.form_interest()
            if person.reconsiders():
                choosers.append(person)
        for person in choosers:
            person.decide()
        for person in choosers:
            person.act()
        self.market.add_late_applicants()

    def match(self) -> None:
        """Step 6: applicants meet posts; firms see what stays unfilled."""
        self.market.match()
        workers = sum(person.stage == GARMENT for person in self.people)
        for person in self.factories.hire(workers):
            self.note("batik worker leaves for a factory" if person.stage == BATIK else "factory job")
            person.end_job()
            person.enter_stage(GARMENT)
        self.set_rates()
        for block in self.blocks:
            for group in GROUPS:
                share = block.unfilled_share(group)
                self.note("post unfilled for more than a month", share > 0.0)
                for place in block.places:
                    place.lose_orders(group, share)
        for place in self.places:
            place.count_posts()

    def produce(self) -> None:
        """Step 7: days, output, pay and the account."""
        for person in self.people:
            person.pay = 0.0
        for owner in self.owners:
            owner.work()
            owner.produce()
        for place in self.places:
            place.remember_costs()

    def practise(self) -> None:
        """Step 8: skill with masters; in December the ceilings of places move, if they do (E4, E8)."""
        masters: dict[Place, int] = Counter()
        pupils: dict[Place, int] = Counter()
        for person, _ in self.employed():
            (masters if person.is_master() else pupils)[person.place] += 1
        capacity = self.now["skill.pupils_per_master"]
        for place in self.places:
            place.master_time = min(1.0, capacity * masters[place] / max(pupils[place], 1))
        self.note("masters lack time", sum(place.master_time < 1.0 for place in self.places))
        for person in self.people:
            person.learns_more_in_a_course()
            if person.employer is not None or person.skill > 0.0:
                person.practise()
        if self.month % YEAR == YEAR - 1 and self.now["skill.ceiling_dynamics"]:
            workers = Counter(person.place for person in self.workers())
            for place in self.places:
                place.move_ceiling(workers[place])

    def learn(self) -> None:
        """Step 9: everybody hears before anybody changes; then committees renew themselves (E1)."""
        self.people.do("hear")
        self.people.do("adopt")
        for owner in self.open_owners():
            owner.hear()
        renew_committees(self)

    def settle_firms(self) -> None:
        """Step 10: money, closure, founding, going online (E6, E7)."""
        for owner in self.open_owners():
            owner.keep_accounts()
            owner.repay()
            if reason := owner.ruin():
                self.note(reason)
                owner.close()
        self.market.remember_returns()
        founders = [person for person in self.workers() if person.founds_a_firm()]
        for person in sorted(founders, key=lambda person: person.id):
            self.enter_register(Owner.founded(self, person))
        for owner in self.open_owners():
            owner.consider_online()
