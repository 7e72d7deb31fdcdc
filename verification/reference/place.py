"""Place: what the people of one place share, what its market remembers, and the programmes that reach it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from batiksim.rules.orders import LEAST_LOAD
from batiksim.state.levers import Levers
from verification.reference.codes import (
    AUDIENCES,
    BARGAINING,
    CASUAL_WORKERS,
    COMPONENT_NAMES,
    COMPONENTS,
    GROUPS,
    HAND,
    OWNERS,
    SKILLS,
    STAKEHOLDERS,
    YEAR,
)
from verification.reference.committee import Committee

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel
    from verification.reference.market import Post
    from verification.reference.model import ReferenceModel

# What policies can move, one number a place; programmes have a number for each audience.
# Nothing is withheld here: the reference knows whole policies only.
_LARGER = ("places", "intensity", "withheld", "teaching")
LEVERS = [item.name for item in fields(Levers) if item.name not in _LARGER]
NEEDS_NO_COMMITTEE = ("craft", "associations")


@dataclass
class Block:
    """Places in which people look for posts together, and the posts of this month by task group (E6)."""

    places: list[Place]
    posts: tuple[list[Post], list[Post]] = field(default_factory=lambda: ([], []))

    def unfilled_share(self, group: int) -> float:
        """Posts that found nobody for more than a month, over the staff wanted (E6)."""
        target = sum(place.staff_wanted(group) for place in self.places)
        before = sum(place.open_posts[group] for place in self.places)
        posted = len(self.posts[group]) + sum(place.recalled[group] for place in self.places)
        if not posted or not target:
            return 0.0
        left = sum(post.taker is None for post in self.posts[group])
        return min(before, posted) * left / posted / target


class Place:
    """One of the places; lists of two are by task group (hand, stamp), lists of five by component of
    learning.
    """

    def __init__(self, model: ReferenceModel, core: BatikModel, index: int) -> None:
        facts, market = core.places, core.market
        self.model = model
        self.index = index
        self.number = int(facts.number[index])
        self.name = facts.id[index]
        self.organised = float(facts.organised[index])
        self.region = int(facts.region[index])  # city, regency or a centre of the nation
        self.nearest: list[Place] = []
        self.umk_by_month: list[float] = core.drivers.umk[:, index].tolist()
        self.flood_by_month: list[float] = core.drivers.flood[:, index].tolist()
        self.umk = self.umk_by_month[0]
        self.umk_at_start = self.umk_by_month[0]
        # What the market remembers from month to month.
        self.demand_start: list[float] = market.demand_start[index].tolist()
        self.level: list[float] = market.level[index].tolist()
        self.applicants: list[float] = market.applicants[index].tolist()
        self.open_posts: list[float] = market.open_posts[index].tolist()
        self.unfilled_share: list[float] = market.unfilled_share[index].tolist()
        self.posts: tuple[list[Post], list[Post]] = ([], [])
        self.recalled = [0, 0]
        self.block = Block([self])
        self.posted_rate = [0.0, 0.0]
        self.materials = [0.0, 0.0]
        self.margin = [0.0, 0.0]
        self.fine_premium = float(market.fine_premium[index])  # what fine cloth adds to a master's surplus
        self.passed_on = [0.0, 0.0]
        self.price_ratio = 1.0
        # Pay and brokers, and output at prices without pass-through, of the last twelve months.
        self.year: list[tuple[float, float]] = []
        self.cost_share_2012: float | None = None
        # What is common knowledge at the end of a month.
        self.mean_learning: list[float] = core.place_mean[index].tolist()
        self.owner_learning: list[float] = core.owner_mean[index].tolist()
        self.bargaining = float(core.bargaining[index])
        self.old_share = float(core.old_share[index])
        self.batik_share = float(core.batik_share[index])
        self.ceiling = float(core.ceiling[index])
        self.master_time = float(core.master_time[index])  # share of full learning speed that masters teach
        # The counted pool of people of 35-59 outside batik: how many by (sex, birth month).
        self.pool = read_pool(core, index)
        members = [committee.members for committee in core.committees if committee.place == index]
        self.committee = Committee(self, list(members[0])) if members else None
        self.committee_strength = float(core.committee_strength[index])
        self.flows: dict[str, float] = defaultdict(float)

    def forget(self, components: list[int]) -> None:
        """Nobody of the place knows anything of components that are switched off."""
        for d in components:
            self.mean_learning[d] = self.owner_learning[d] = 0.0
            if d == BARGAINING:
                self.bargaining = 0.0

    def begin_month(self) -> None:
        """Take this month's minimum wage and levers; programmes teach what they teach (step 0)."""
        month, levers = self.model.month, self.model.levers
        self.umk = self.umk_by_month[month]
        self.lever = {name: float(getattr(levers, name)[self.index]) for name in LEVERS}
        self.lever_intensity: list[list[float]] = levers.intensity[self.index].tolist()
        self.lever_teaching: list[list[float]] = levers.teaching[self.index].tolist()
        self.flows = defaultdict(float)
        self.programmes = self.programme_strength()
        self.taught = [self.taught_to(audience) for audience in AUDIENCES]

    def programme_strength(self) -> list[float]:
        """How strongly each stakeholder group works here, passed on by the committee (E1)."""
        now = self.model.now
        strength = []
        for group in STAKEHOLDERS:
            trace = now[f"reach.elsewhere_{group}"]
            if self.name == "pesindon":
                own = now[f"reach.pesindon_{group}"]
            elif self.organised > 0:
                own = max(self.organised * now[f"reach.organised_{group}"], trace)
            else:
                own = trace
            strength.append(own * self.committee_strength)
        return strength

    def taught_to(self, audience: int, without: tuple[str, ...] = ()) -> list[float]:
        """Components that programmes alone leave with an audience, u_d = 1 - prod_g (1 - B_dg I_g) (E1)."""
        now, content = self.model.now, self.model.content
        missed = [1.0] * len(COMPONENTS)
        for g, group in enumerate(STAKEHOLDERS):
            intensity = self.programmes[g]
            if audience == CASUAL_WORKERS:
                intensity *= now["reach.casual"]
            if audience == OWNERS:
                intensity = min(intensity, now[f"reach.elsewhere_{group}"])
            intensity = min(max(intensity + self.lever_intensity[audience][g], 0.0), 1.0)
            if group in without:
                continue
            for d in COMPONENTS:
                missed[d] *= 1.0 - content[g][d] * intensity
        if without:  # asked by the survey: what people would know anyway
            return [1.0 - share for share in missed]
        for d in COMPONENTS:
            missed[d] *= 1.0 - min(max(self.lever_teaching[audience][d], 0.0), 1.0)
        return [1.0 - missed[d] if now[f"learning.{name}"] else 0.0 for d, name in enumerate(COMPONENT_NAMES)]

    # Money

    def outside_option(self, group: int) -> float:
        """What the typical incumbent of 2011 could earn elsewhere, following the UMK with elasticity eta_b
        (E5).
        """
        now = self.model.now
        start = now["contracts.outside_hand"] if group == HAND else now["contracts.outside_stamp"]
        growth = (self.umk / self.umk_at_start) ** now["contracts.outside_indexation"]
        return self.umk_at_start * growth * start

    def pay_of_other_work(self, group: int, *, older: bool) -> float:
        """Pay in other work, IDR a month: for old hand workers little else than what incumbents have (E3)."""
        now = self.model.now
        if not older:
            return now["other.pay_youth"] * self.umk
        if group == HAND:
            return now["other.pay_older_hand"] * self.outside_option(HAND)
        return now["other.pay_older_stamp"] * self.umk

    def cost_share(self) -> float | None:
        """What workers and brokers get of the output, at prices without pass-through (E6-d)."""
        costs, output = sum(cost for cost, _ in self.year), sum(output for _, output in self.year)
        return costs / output if output > 0.0 else None

    def pass_costs_on(self) -> None:
        """Raise prices by a part of what costs have risen by since 2012 (E6-d)."""
        share = self.cost_share()
        if self.model.month == 2 * YEAR:
            self.cost_share_2012 = share
        self.price_ratio = 1.0
        if share is not None and self.cost_share_2012 is not None:
            change = self.model.now["demand.pass_through"] * (share - self.cost_share_2012)
            self.price_ratio = max(1.0 + change, 0.1)
            self.model.note("costs passed on", change > 0.0)
            self.model.note("savings passed on", change < 0.0)

    def remember_costs(self) -> None:
        """Keep what the month's output cost and would be worth at prices without pass-through."""
        book = self.flows
        self.year = [*self.year[1 - YEAR :], (book["worker"] + book["broker"], book["base_output"])]

    def set_prices(self) -> None:
        """Materials M and margin P - M of a reference worker-month, before what kind of owner it is (E5)."""
        now = self.model.now
        share = now["contracts.materials_share"]
        growth = (self.umk / self.umk_at_start) ** now["contracts.price_indexation"]
        mori = now["contracts.mori_price"] * max(1.0 + self.lever["materials_factor"], 0.0)
        for group in GROUPS:
            surplus = now["contracts.surplus_hand"] if group == HAND else now["contracts.surplus_stamp"]
            price = self.umk_at_start * growth * surplus / (1.0 - share)
            self.materials[group] = price * share * mori
            price *= 1.0 + self.lever["price_factor"]
            self.passed_on[group] = price * (self.price_ratio - 1.0)
            self.margin[group] = price - self.materials[group]

    def surplus_cut(self) -> float:
        """Share tau of the surplus that one broker keeps (E5)."""
        return min(max(self.model.now["contracts.surplus_cut"] + self.lever["surplus_cut"], 0.0), 1.0)

    def worker_share(self) -> float:
        """Share phi of the bargain that goes to workers (E5)."""
        now = self.model.now
        share = now["contracts.bargaining_share"] + now["contracts.bargaining_power"] * self.bargaining
        return min(max(share + self.lever["bargaining_share"], 0.0), 1.0)

    def compliance(self) -> float:
        """Share of firms that obey the wage floor."""
        return min(max(self.model.now["wage.compliance"] + self.lever["compliance"], 0.0), 1.0)

    def dry_share(self) -> float:
        """Share of the month's output that floods leave (E6)."""
        protected = min(max(self.lever["flood_protection"], 0.0), 1.0)
        return 1.0 - (1.0 - self.flood_by_month[self.model.month]) * (1.0 - protected)

    # The labour market

    def market_size(self, group: int) -> float:
        """Orders of the place without season and shocks, in staff-months (E6)."""
        policy = 1.0 + self.lever["demand_factor"]
        rivals = self.price_ratio ** -self.model.now["demand.price_elasticity"]
        placed = [self.demand_start[g] * self.level[g] * self.model.trend * policy * rivals for g in GROUPS]
        model, everything = self.model, sum(placed)
        if self.lever["bought"] == 0.0 or everything == 0.0:
            return placed[group]
        usual = max(model.shock, LEAST_LOAD)
        return placed[group] + self.lever["bought"] / usual * placed[group] / everything

    def market_weight(self, group: int) -> float:
        """What all open firms of the place weigh together in its orders (E6)."""
        return sum(owner.market_weight(group) for owner in self.model.owners_of[self] if owner.open)

    def staff_wanted(self, group: int) -> int:
        """Staff that the open firms want."""
        return sum(owner.target[group] for owner in self.model.owners_of[self] if owner.open)

    def lose_orders(self, group: int, share: float) -> None:
        """Orders that found no hands for more than a month partly leave to other regions (E6)."""
        self.unfilled_share[group] = share
        self.level[group] *= 1.0 - self.model.now["demand.loss"] / YEAR * share

    def count_posts(self) -> None:
        """Posts offered, filled and left open."""
        for group in GROUPS:
            target, posted = self.staff_wanted(group), len(self.posts[group]) + self.recalled[group]
            left = sum(post.taker is None for post in self.posts[group])
            unfilled = self.unfilled_share[group] * target
            self.open_posts[group] = left
            self.flows["posts"] += posted
            self.flows["filled_posts"] += posted - left
            self.flows["open_posts"] += left
            self.flows["unfilled_posts"] += unfilled
            self.flows["staff_target"] += target

    def wants_batik(self, group: int) -> float:
        """Chance that somebody of the pool, of middling talent and knowing what the place knows, prefers
        batik to her other work when she reconsiders (E3).
        """
        now, model = self.model.now, self.model
        if self.posted_rate[group] <= 0.0:
            return 0.0
        attainable = self.ceiling * (now["skill.least_talent"] + 1.0) / 2.0
        speed = self.learning_speed(group, self.mean_learning[SKILLS]) * self.master_time
        skill = model.skill_ahead(now["skill.entry"], attainable, speed)
        pay = self.posted_rate[group] * model.pay_by_skill(skill, group)
        pay += model.policies.transfer_late(self, group)
        gain = now["choice.pay"] * math.log(pay / self.pay_of_other_work(group, older=True))
        gain += now["choice.conformity"] * self.batik_share + now["choice.batik"]
        gain += model.value_of_time_left(group)
        return min((1.0 + now["choice.more_acceptances"]) / (1.0 + math.exp(-gain)), 1.0)

    # The counted pool

    def pool_size(self, sex: int) -> int:
        """People of the pool of one sex."""
        return sum(count for (one, _), count in self.pool.items() if one == sex)

    def pool_active(self) -> float:
        """Active people of the pool."""
        return sum(self.pool.values()) * self.model.now["population.participation"]

    # Passing on the craft

    def learning_speed(self, group: int, skills: float) -> float:
        """What a month beside a master with time teaches somebody with component l2 (E4)."""
        now = self.model.now
        speed = now["skill.speed_hand"] if group == HAND else now["skill.speed_stamp"]
        speed *= (1.0 + now["skill.learning"] * skills) * (1.0 + self.lever["skill_speed"])
        return min(speed, 1.0)

    def interest_pull(self) -> float:
        """Horizontal pull towards the craft, q~ = 1 - (1 - x)(1 - e) (E2)."""
        now = self.model.now
        firms = [owner for owner in self.model.owners_of[self] if owner.open]
        online = sum(owner.online for owner in firms) / len(firms) if firms else 0.0
        exposure = now["interest.exposure"] + now["online.interest"] * online + self.lever["exposure"]
        return 1.0 - (1.0 - self.batik_share) * (1.0 - min(max(exposure, 0.0), 1.0))

    def move_ceiling(self, workers: int) -> None:
        """Let the attainable skill follow the number of practitioners, at full scale (E8)."""
        now = self.model.now
        practitioners = max(workers / self.model.scale, 1.0)
        change = now["skill.ceiling_beta"] * (now["skill.ceiling_gamma"] + math.log(practitioners))
        change -= now["skill.ceiling_alpha"]
        self.ceiling = min(max(self.ceiling + change, now["skill.ceiling_least"]), 1.0)


def read_pool(core: BatikModel, index: int) -> dict[tuple[int, int], int]:
    """The counted pool of one place at the start."""
    return {
        (sex, core.oldest_birth + column): count
        for sex in (0, 1)
        for column, count in enumerate(core.settled_births[index, sex].tolist())
        if count
    }
