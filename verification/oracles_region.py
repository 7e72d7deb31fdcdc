"""Limits of the whole region: the real model with every other channel switched off, beside the formula."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Stage
from batiksim.model.batik_model import BatikModel
from batiksim.model.steps import ageing, choices, craft, demand, empowerment, jobs
from batiksim.scenario import Scenario
from verification.oracle import Measured, exact, share

Ints = NDArray[np.int64]

NOBODY_ENTERS = {
    "learning.information": False,
    "choice.contact_gate": 0.0,
    "choice.reconsider_older": 0.0,
}
NOBODY_LEAVES = {
    "choice.reconsider_youth": 0.0,
    "choice.reconsider_adult": 0.0,
    "lifecycle.worker_retirement_least": 98.0,
    "lifecycle.worker_retirement_mode": 99.0,
    "lifecycle.worker_retirement_most": 100.0,
    "lifecycle.owner_retirement_least": 98.0,
    "lifecycle.owner_retirement_mode": 99.0,
    "lifecycle.owner_retirement_most": 100.0,
}
NEVER = 1_000_000


def region(
    changes: Mapping[str, object], scale: float = 0.02, until: str = "2012-12", skip: tuple[str, ...] = ()
) -> BatikModel:
    return BatikModel(Scenario.default().but(changes), seed=11, scale=scale, until=until, skip=skip)


def factory_share(months: int, into: float, back: float) -> Measured:
    """Share in factories of people who began in other work, posts being without end and pay alike."""
    hazard = into + back
    model = region(
        NOBODY_ENTERS
        | {
            "choice.conformity": 0.0,
            "choice.batik": -10.0,
            "choice.garment": log(into / back),
            "choice.reconsider_youth": hazard,
            "choice.reconsider_adult": hazard,
            "garment.pay": 0.6,
            "garment.pay_spread": 0.0,
            "other.pay_youth": 0.6,
            "other.offer": 1.0,
            "other.loss_young": 0.0,
            "other.loss_adult": 0.0,
            "garment.loss": 0.0,
        },
        scale=0.1,
    )
    people, market = model.people, model.market
    there = np.flatnonzero((people.stage == Stage.OTHER) | (people.stage == Stage.GARMENT))
    people.stage[there] = Stage.OTHER
    there = there[people.birth[there] > months + 1 - 35 * 12]
    market.garment_jobs_start = market.garment_posts = 1e9
    for _ in range(months):
        model.step()
    expected = into / hazard * (1 - (1 - hazard) ** months)
    return share(people.stage[there] == Stage.GARMENT, expected)


def seeking_share(months: int, found: float, lost: float) -> Measured:
    """Share seeking of people who began in other work, where seeking has no value and nothing else is on
    offer.
    """
    model = region(
        NOBODY_ENTERS
        | {
            "choice.hoped_young": 0.0,
            "choice.hoped_adult": 0.0,
            "other.offer": found,
            "other.loss_young": lost,
            "other.loss_adult": lost,
        },
        scale=0.1,
    )
    people, market = model.people, model.market
    there = np.flatnonzero((people.stage == Stage.OTHER) | (people.stage == Stage.GARMENT))
    people.stage[there] = Stage.OTHER
    there = there[people.birth[there] > months + 1 - 35 * 12]
    market.garment_jobs_start = market.garment_posts = 0.0
    model.garment_workers = 0
    for _ in range(months):
        model.step()
    stay, back = (1 - lost) * (1 - found), lost * (1 - found)
    return share(people.stage[there] == Stage.SEEKING, back / (back + found) * (1 - stay**months))


def wanted(months: int) -> float:
    """Staff that all firms want some months after their orders fell from 100 to 70."""
    model = region({"demand.trend": 0.0, "demand.imitation": 0.0, "demand.adjustment_months": 3})
    owners = model.owners
    owners.wanted[:] = owners.orders * 100 / 70
    for month in range(months):
        model.month = model.now.month = month
        demand.place_orders(model)
    return float(owners.wanted.sum() / owners.orders.sum() * 70)


def called_back(posts: int, laid_off: int = 100, accept: float = 0.8) -> float:
    """How many of a hundred whom one firm laid off, and who found other work, are back when it has posts."""
    model = region({"lifecycle.recall_accept": accept, "contracts.brokered": 0.0}, scale=0.1)
    people, owners = model.people, model.owners
    rows = np.flatnonzero((people.stage == Stage.OTHER) & (people.group == 0))[:laid_off]
    people.laid_off_by[rows], people.laid_off[rows] = 0, 0
    model.month = model.now.month = 1
    jobs.take_chosen_work(model, rows)
    model.market.load = np.full((owners.n, 2), 1e9)
    owners.wanted[:] = 0.0
    owners.wanted[0, 0] = owners.staff[0, 0] + posts
    jobs.open_posts(model)
    assert model.flows["recalled"].sum() == (people.employer[rows] == 0).sum()
    return float(model.flows["recalled"].sum())


def all_called(laid_off: int, accept: float) -> Measured:
    """The same with a post for everybody."""
    return called_back(laid_off, laid_off, accept), sqrt(laid_off * accept * (1.0 - accept))


def chain(part: str, tau: float = 0.2, tiers: int = 1, phi: float = 0.4) -> float:
    """A part of the value of all jobs of the first month, in the coin of the example (R = 2800)."""
    same = {
        f"contracts.{name}_{group}": value
        for group in ("hand", "stamp")
        for name, value in (("surplus", 0.7), ("outside", 0.15))
    }
    model = region(
        same
        | {
            "contracts.materials_share": 60 / 200,
            "contracts.unskilled_output": 1.0,
            "demand.fine_share": 0.0,
            "contracts.order_only_margin": 1.0,
            "contracts.own_market_margin": 1.0,
            "contracts.direct_sales": 0.0,
            "contracts.surplus_cut": tau,
            "contracts.brokered": float(tiers),
            "contracts.two_tier": 0.0,
            "contracts.bargaining_share": phi,
            "contracts.bargaining_power": 0.0,
            "contracts.scarcity": 0.0,
            "learning.empowerment": False,
            "online.price": 0.0,
            "online.direct_sales": 0.0,
            "wage.compliance": 0.0,
            "start.online_share": 0.0,
            "online.adoption": 0.0,
        }
    )
    model.step()
    flows = {name: float(model.flows[name].sum()) for name in ("materials", "worker", "broker", "owner")}
    flows["sum"] = flows["worker"] + flows["broker"] + flows["owner"]
    unit = flows["materials"] / (60 * 20) if part == "sum" else flows["sum"] / 2800
    return flows[part] / unit


def still_brokered(months: int) -> Measured:
    """Share of jobs that are brokered when half were, workers are empowered by .1 and no job ends."""
    model = region({"learning.empowerment_contract": 0.02}, scale=0.1)
    people = model.people
    works = model.batik[people.employer[model.batik] >= 0]
    people.learning[works] = 0.1
    people.tier[works] = np.arange(works.size) % 2
    for month in range(months):
        model.month = model.now.month = month
        empowerment.win_direct_contracts(model, model.batik)
    return share(people.tier[works] > 0, 0.5 * 0.998**months)


@cache
def costs_passed_on() -> tuple[Measured, Measured]:
    """Prices and orders where costs have gone from .25 of output in 2012 to .45, against those where not."""
    same = {"contracts.own_market_margin": 1.0, "contracts.order_only_margin": 1.0, "online.price": 0.0}
    steady = {"demand.trend": 0.0, "demand.imitation": 0.0}
    sizes = {"demand.pass_through": 0.5, "demand.price_elasticity": 0.8}
    model = region(same | steady | sizes, until="2014-12")
    model.month = model.now.month = demand.FIRST_COMPARED
    market = model.market
    found = []
    for part in (0.25, 0.45):
        market.costs, market.base_output = np.full((12, model.n_places), part), np.ones((12, model.n_places))
        demand.face_demand(model)
        price = model.owners.surplus[:, 0] + market.materials[model.owners.place, 0]
        plain = price - model.owners.passed_on[:, 0]
        found.append(((price / plain).mean(), demand.market_size(model).sum()))
        model.month += 1
        model.now.month = model.month
    assert found[0][0] == 1.0
    return exact(found[1][0]), exact(found[1][1] / found[0][1])


def apprentices(masters: int, speed: float = 1.0) -> Measured:
    """Skill after 24 months of Kauman's apprentices, where its masters teach at `speed` of the full one."""
    settings = {
        "skill.least_talent": 1.0,
        "skill.learning": 0.0,
        "skill.speed_hand": 0.05,
        "skill.speed_stamp": 0.05,
        "skill.master_years": 40.0,
    }
    pupils = _kauman(region(settings)).size - masters
    if masters:
        settings["skill.pupils_per_master"] = speed * pupils / masters
    model = region(settings)
    rows = _kauman(model)
    model.people.skill[:], model.people.practice[:] = 0.2, 0
    model.people.skill[rows[:masters]], model.people.practice[rows[:masters]] = 1.0, 1000
    for _ in range(24):
        craft.practise(model)
    learned = model.people.skill[rows[masters:]]
    assert np.ptp(learned) < 1e-12
    return exact(learned[0])


def fine_cloth(masters: float) -> tuple[float, float]:
    """Orders placed of a hundred, and the masters' time on fine cloth, in city and regency alike, where the
    hand workers of every firm are as many masters for each hundred hand orders.
    """
    model = region({"demand.fine_share": 0.3, "contracts.fine_premium": 1.0})
    people, rows = model.people, model.batik
    people.skill[rows], people.practice[rows] = 1.0, 1000
    there = demand.hand_masters(model)[model.places.region]
    model.month = 0
    wanted = np.bincount(model.places.region, minlength=3)[model.places.region]
    model.market.demand_start[:, 0] = there * (100.0 / masters) / wanted
    placed = demand.orders_placed(model)[:, 0] * wanted / (there * (100.0 / masters)) * 100.0
    assert np.ptp(placed) < 1e-9 and np.ptp(model.market.fine_premium) < 1e-12
    return float(placed[0]), float(model.market.fine_premium[0])


def skill_of_a_newcomer() -> Measured:
    """Skill that pay is told for, of everybody who knows nothing of the craft as yet, masters having time."""
    settings = {
        "skill.least_talent": 1.0,
        "skill.family": 0.0,
        "skill.learning": 0.0,
        "skill.speed_hand": 0.02,
        "skill.speed_stamp": 0.02,
        "skill.pupils_per_master": 100.0,
        # Pay is what is made, and what is made is skill.
        "contracts.piece_hand": 1.0,
        "contracts.unskilled_output": 0.0,
    }
    model = region(settings)
    people = model.people
    rows = model.young[(people.practice[model.young] == 0) & (people.group[model.young] == 0)]
    posted = model.market.posted_rate[people.place[rows], 0]
    rows, posted = (
        rows[there := (model.master_time[people.place[rows]] == 1.0) & (posted > 0.0)],
        posted[there],
    )
    told = choices.weigh(model, rows, whole=True)[1].pay[:, 0] / posted * model.now["skill.entry"]
    assert rows.size and np.ptp(told) < 1e-12
    return exact(told[0])


def _kauman(model: BatikModel) -> Ints:
    rows = model.batik
    there = (model.people.place[rows] == model.places.index("kauman")) & (model.people.employer[rows] >= 0)
    return rows[there]


COHORT, MONTHS = 20, 599


@cache
def careers(hazard: float) -> Ints:
    """Ages in months of the workers after `MONTHS`, when twenty people begin at twenty every month.

    With a hazard jobs end by it and never else; without one people retire on the day they turn sixty.
    """
    settings: dict[str, object] = {f"lifecycle.separation_{size}": hazard for size in ("small", "large")}
    settings |= {"lifecycle.search_months": 1}
    settings |= {
        f"lifecycle.worker_retirement_{k}": age
        for k, age in (("least", 59.95), ("mode", 59.97), ("most", 60.0))
    }
    model = region(settings, scale=0.03, until="2060-12")
    people, owners = model.people, model.owners
    people.stage[model.everyone()], people.employer[:], people.practice[:] = Stage.OTHER, -1, 0
    model.older = np.arange(0)
    model.find_batik()
    owners.staff[:], owners.retires[:] = 0, NEVER
    model.market.load, model.market.garment_jobs_start = np.full((owners.n, 2), 1e9), 1e9
    if hazard:
        people.retires[:] = NEVER
    for month in range(MONTHS):
        model.month = model.now.month = month
        new = np.flatnonzero(people.birth == month - 20 * 12)[:COHORT]
        people.stage[new], people.employer[new], people.tier[new], people.practice[new] = Stage.BATIK, 0, 0, 1
        owners.staff[0] += np.bincount(people.group[new], minlength=2)
        model.find_batik()
        if hazard:
            jobs.separate(model)
        at_work = model.batik[people.employer[model.batik] >= 0]
        ages = month - people.birth[at_work]
        model.reset_flows()
        ageing.grow_older(model)
    return ages


def survivors(hazard: float) -> tuple[float, float, float, float]:
    """Workers expected under a hazard after `MONTHS` and their mean age, then the standard errors of both."""
    since = np.arange(MONTHS)
    alive = (1 - hazard) ** (since + 1.0)
    number, variance = COHORT * alive, COHORT * alive * (1 - alive)
    mean = (since * number).sum() / number.sum()
    error = sqrt((variance * (since - mean) ** 2).sum()) / number.sum()
    return number.sum(), 20 + mean / 12, sqrt(variance.sum()), error / 12


def workers_under_hazard(hazard: float) -> Measured:
    """Number of workers after `MONTHS` of a hazard."""
    return float(careers(hazard).size), survivors(hazard)[2]


def age_under_hazard(hazard: float) -> Measured:
    """Mean age in years after `MONTHS` of a hazard."""
    return float(careers(hazard).mean()) / 12, survivors(hazard)[3]


def share_aged(low: int, high: int) -> float:
    """Share of workers of an age in years where work ends at sixty."""
    ages = careers(0.0)
    return float(((ages >= low * 12) & (ages < high * 12)).mean())


def ageing_a_year() -> Measured:
    """Rise of the mean age of batik workers over a year in which nobody comes or goes."""
    model = region(NOBODY_ENTERS | NOBODY_LEAVES, until="2013-12", skip=("separation", "firms"))
    model.people.retires[:] = NEVER
    model.run()
    table = model.results()
    ages = table[table["place"] == "all"]["batik.mean_age"].to_numpy()
    return exact(ages[24] - ages[12])
