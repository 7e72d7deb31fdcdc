"""The month's account (E5), job by job and compiled; `contracts` has the formulas.

Whatever a job's cloth is sold for goes to five parties, to the last rupiah; the sums by place and by firm are
made on the way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from batiksim.arrays import Codes, Floats, Links, Months, Rows
from batiksim.codes import Group
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.rules import contracts, craft_skill

# What is added up by place: the five parts, then what is derived from them, IDR, and days as shares of full;
# base output is valued at the prices without what costs are passed on.
FLOWS = (
    "materials", "worker", "broker", "owner", "trader", "output", "base_output", "brokered_gross",
    "brokered_cut", "days_worked", "days_full",
)  # fmt: skip
TOLERANCE = 1e-9
HAND = Group.HAND


class Jobs(NamedTuple):
    """Columns of the people who work; `pay` is written."""

    employer: Links
    group: Codes
    tier: Codes
    skill: Floats
    practice: Months
    rate: Floats
    pay: Floats


class Firms(NamedTuple):
    """Columns of the owners; `passed_on` is a part of `surplus`, `direct` the share of output that one sells
    herself.
    """

    place: Codes
    days: Floats
    surplus: Floats
    passed_on: Floats
    direct: Floats


class Terms(NamedTuple):
    """`materials` (places, task groups) IDR a unit, `cut` (places,) of one broker, `fine` (places,) the part
    by which fine cloth raises the surplus of a master, who has skill and months of practice of at least
    `master`; the rest as parameters.
    """

    materials: Floats
    cut: Floats
    fine: Floats
    master: tuple[float, float]
    markup: float
    unskilled: float
    reference: float


class Account(NamedTuple):
    """`flows` (places, len(FLOWS)); `income` from sales and `wages` by owner, IDR."""

    flows: Floats
    income: Floats
    wages: Floats


def empty(places: int, owners: int) -> Account:
    """An account in which nothing is kept yet."""
    return Account(np.zeros((places, len(FLOWS))), *np.zeros((2, owners)))


@compiled(inline="always")
def _fetch_job(jobs: Jobs, i: int) -> None:  # pragma: no cover - compiled
    """Ask for what is read of a worker, who lies anywhere among people."""
    fetch(jobs.employer, i)
    fetch(jobs.group, i)
    fetch(jobs.tier, i)
    fetch(jobs.practice, i)
    fetch(jobs.skill, i)
    fetch(jobs.rate, i)
    fetch(jobs.pay, i)


@compiled
def keep(  # pragma: no cover - compiled
    rows: Rows, jobs: Jobs, firms: Firms, terms: Terms, kept: Account
) -> int:
    """Pay the workers `rows` for the days worked, nothing without an employer, and share out what their cloth
    is sold for (E5); adds to what is `kept`.

    Returns how many jobs have five parts that do not add up to their retail value.
    """
    flows, income, wages, wrong = kept.flows, kept.income, kept.wages, 0
    for k in range(rows.size):
        _fetch_job(jobs, rows[min(k + AHEAD, rows.size - 1)])
        i = rows[k]
        f, group, tier = jobs.employer[i], jobs.group[i], jobs.tier[i]
        if f < 0:
            jobs.pay[i] = 0.0
            continue
        c, days = firms.place[f], firms.days[f, group]
        quantity = contracts.output(jobs.skill[i], terms.unskilled, terms.reference) * days
        cost = terms.materials[c, group]
        master = craft_skill.is_master(jobs.skill[i], jobs.practice[i], terms.master[0], terms.master[1])
        better = contracts.better_with(terms.fine[c], master and group == HAND)
        price = cost + firms.surplus[f, group] * better
        left = contracts.after_brokers(1.0, terms.cut[c], np.int64(tier))
        pay = jobs.rate[i] * days
        materials, worker, broker, owner, trade = contracts.chain(
            price, cost, quantity, terms.markup, left, pay
        )
        value = price * (1.0 + terms.markup) * quantity
        missing = abs(value - (materials + worker + broker + owner + trade))
        wrong += not missing <= TOLERANCE * max(value, 1.0)  # so that what is no number is wrong, too
        direct = firms.direct[f] * trade
        jobs.pay[i] = pay
        income[f] += owner + direct
        wages[f] += pay
        sums = flows[c]
        sums[0] += materials
        sums[1] += worker
        sums[2] += broker
        sums[3] += owner + direct
        sums[4] += trade - direct
        sums[5] += price * quantity
        sums[6] += (price - firms.passed_on[f, group] * better) * quantity
        sums[7] += (pay + broker) * (tier > 0)
        sums[8] += broker
        sums[9] += days
        sums[10] += 1.0
    return wrong
