"""The region with time standing still for everything but choices, on which the regime is measured.

Nobody ages, retires or turns fifteen, no firm opens or closes, orders have no trend, season, shock, imitation
or loss, the minimum wage stays that of 2011 and pay does not answer to unfilled posts. What is left are
people who choose, and what they learn from each other. Each place is a market of its own in a sample, too: if
neighbours could take each other's posts, chance would say which of them is the place of batik.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import DEFAULT_UNTIL
from batiksim.codes import ENTRY_MONTHS, Stage, Tier
from batiksim.kernels.late import LATE_SERIALS
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import craft, late
from batiksim.model.steps.observation import observe
from batiksim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STILL: Mapping[str, float] = {
    "demand.trend": 0.0,
    "demand.imitation": 0.0,
    "demand.loss": 0.0,
    "demand.adjustment_months": 1,
    "garment.growth": 0.0,
    "contracts.scarcity": 0.0,
    "contracts.brokered": 0.5,
    "matching.block": 0.0,
}
HAZARDS = ("choice.reconsider_youth", "choice.reconsider_adult", "choice.reconsider_older", "learning.speed")
PAYS = ("surplus_hand", "surplus_stamp", "outside_hand", "outside_stamp")
AT_REST = 0.001
SPAN = 3
MOST_YEARS = 30


@dataclass(frozen=True)
class Rest:
    """Where a frozen region ends, as means of its last three years.

    `settled`: whether it came to rest; `share` (places,) and `whole`: batik among the active of 15-59, by
    place and in the region; `pay`: mean pay of a full month over UMK; `people` (places,): active people.
    """

    years: int
    settled: bool
    share: Floats
    whole: float
    pay: float
    people: Floats


def at_pay(settings: Scenario, ratio: float) -> Scenario:
    """The same scenario with batik paying `ratio` times as much, all else alike."""
    scaled = {f"contracts.{name}": settings.value(f"contracts.{name}") * ratio for name in PAYS}
    # Other work of older women is paid relative to the outside option, which must not move with batik.
    return settings.but({**scaled, "other.pay_older_hand": settings.value("other.pay_older_hand") / ratio})


class Frozen:
    """A frozen region with `orders` times the orders of 2011 where choices come `pace` times as often.

    Offers, gates and utilities stay as they are, so the pace moves where the region ends no more than a clock
    does. Unless `skills` move, everybody has the reference skill: pay is then the same however many work.
    """

    def __init__(
        self,
        settings: Scenario,
        *,
        seed: int,
        scale: float,
        orders: float = 1.0,
        pace: float = 1.0,
        skills: bool = False,
    ) -> None:
        base = settings.but(STILL)
        held = {} if skills else self._alike(base)
        faster = {name: min(base.value(name) * pace, 1.0) for name in HAZARDS}
        skip = ["ageing", "firms"] + ["skill"] * (not skills)
        model = BatikModel(
            base.but({**faster, **held}), seed=seed, scale=scale, until=DEFAULT_UNTIL, skip=skip
        )
        if not skills:
            model.people.skill[:] = base.value("skill.reference")
        drivers = model.drivers
        drivers.season[:], drivers.flood[:], drivers.covid[:], drivers.factory_jobs[:] = 1.0, 1.0, 1.0, 0.0
        drivers.umk[:] = drivers.umk[0]
        model.market.demand_start = model.market.demand_start * orders
        self.model = model

    @staticmethod
    def _alike(base: Scenario) -> dict[str, float]:
        """Everybody works with the reference skill, and nobody is told that she will ever do better."""
        skill = {"skill.entry": base.value("skill.reference"), "skill.family": 0.0}
        return {**skill, "skill.speed_hand": 0.0, "skill.speed_stamp": 0.0, "demand.fine_share": 0.0}

    def month(self) -> None:
        """Run a month, then set everybody's clock back by one."""
        model = self.model
        model.month += 1
        model.now.month = model.month
        for step in model.steps_of_month:
            step.function(model)
        craft.former_workers(model)
        people, owners = model.people, model.owners
        for clock in (people.birth, people.retires, people.leaves_school, owners.birth, owners.retires):
            clock += 1
        for committee in model.committees:
            committee.members = [(id, birth + 1) for id, birth in committee.members]
        model.settled_births = np.roll(model.settled_births, 1, axis=2)

    def everybody(self) -> None:
        """The high start: everybody of working age is in batik, those of the counted pool too."""
        model, stage = self.model, self.model.people.stage
        model.reset_flows()
        young = model.young
        out = young[(stage[young] != Stage.SCHOOL) & (stage[young] != Stage.BATIK)]
        self._employ(np.concatenate((out, self._pool())))
        observe(model)

    def nobody(self, forgotten: bool = False) -> None:
        """The low start: the same people, after all of them have left batik for other work or the home.

        They still know the craft, unless it is `forgotten`.
        """
        self.everybody()
        self.model.take_other_work(self.model.batik.copy())
        self.model.drop_leavers()
        if forgotten:
            self.model.people.skill[:] = self.model.now["skill.entry"]
        observe(self.model)

    def _pool(self) -> Ints:
        """Call up the active people of the counted pool whom firms could hire."""
        model = self.model
        # Identities reserved for a month that never comes, so that nobody lives twice.
        key = (model.last + 1) * 2 * LATE_SERIALS + np.arange(2 * LATE_SERIALS)
        ids = np.concatenate([first | key for first in late.first_ids(model)])
        active = model.trait("pool.active", ids) < model.now["population.participation"]
        place, sex, birth = late.late_traits(model, ids)
        cell = np.ravel_multi_index((place, sex, birth - model.oldest_birth), model.settled_births.shape)
        order = np.argsort(cell, kind="stable")
        before = np.empty_like(order)
        before[order] = np.arange(order.size) - np.searchsorted(cell[order], cell[order])
        return late.create_late(model, ids[active & (before < model.settled_births.ravel()[cell])])

    def _employ(self, rows: Ints) -> None:
        """Give each of these people a job with a firm of her place and the skill of the trade."""
        model, people, owners = self.model, self.model.people, self.model.owners
        model.enter_stage(rows, Stage.BATIK)
        model.batik = np.concatenate((model.batik, rows))
        for place in range(model.n_places):
            here = rows[people.place[rows] == place]
            firms = np.flatnonzero(owners.place == place)
            people.employer[here] = firms[np.arange(here.size) % firms.size]
        people.tier[rows] = Tier.DIRECT
        people.skill[rows] = model.now["skill.reference"]
        people.practice[rows] = np.maximum(model.month - people.birth[rows] - ENTRY_MONTHS, 1)
        np.add.at(owners.staff, (people.employer[rows], people.group[rows]), 1)

    def rest(self) -> Rest:
        """Run until the region's share of batik changes by less than .001 from three years to the next."""
        model = self.model
        places: list[Floats] = []
        whole: list[float] = []
        settled = False
        while len(whole) < MOST_YEARS and not settled:
            year = np.zeros((2, model.n_places))
            for _ in range(12):
                self.month()
                year += model.batik_workers(), model.active
            places.append(year[0] / year[1])
            whole.append(float(year[0].sum() / year[1].sum()))
            if len(whole) >= 2 * SPAN:
                change = np.mean(whole[-SPAN:]) - np.mean(whole[-2 * SPAN : -SPAN])
                settled = bool(abs(change) < AT_REST)
        works = model.batik[model.people.employer[model.batik] >= 0]
        pay = model.people.rate[works] / model.umk[model.people.place[works]]
        return Rest(
            years=len(whole),
            settled=settled,
            share=np.mean(places[-SPAN:], axis=0),
            whole=float(np.mean(whole[-SPAN:])),
            pay=float(pay.mean()) if works.size else float("nan"),
            people=model.active / model.scale,
        )
