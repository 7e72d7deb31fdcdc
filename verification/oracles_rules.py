"""Limits of single rules: what the rules give there, and the same by formula in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import atanh, exp, log, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from batiksim.kernels.influence import influence
from batiksim.kernels.observed_learning import make_all_known, nobody_known
from batiksim.kernels.streams import gumbel, stream_key, uniform
from batiksim.rules import choice, contracts, craft_skill, matching, social_learning
from verification.oracle import Floats, Measured, exact, share

SEED = 20110101


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function changes its sign, by bisection."""
    up = function(high) > 0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if (function(middle) > 0) == up else (middle, high)
    return (low + high) / 2


# Choice (E3)


def utilities(pays: tuple[float, ...], weight: float, n: int = 1) -> Floats:
    return np.tile(choice.pay_utility(np.array(pays), np.array(2.0), weight), (n, 1))


def logit(pays: tuple[float, ...], option: int) -> Measured:
    return exact(choice.logit(utilities(pays, 2.0))[0, option])


def chosen(pays: tuple[float, ...], gate: float = 1.0, n: int = 200_000) -> NDArray[np.int64]:
    """What n people choose, the first option being open to each with probability `gate`."""
    ids = np.arange(n)
    noise = np.stack([gumbel(stream_key(SEED, f"taste.{k}", 7), ids) for k in range(len(pays))], axis=1)
    available = np.ones_like(noise, dtype=bool)
    available[:, 0] = uniform(stream_key(SEED, "gate", 7), ids) < gate
    return choice.choose(utilities(pays, 2.0, n), noise, available)


def hits(option: int, expected: float, pays: tuple[float, ...], gate: float = 1.0) -> Callable[[], Measured]:
    """Share of people who choose an option."""
    return lambda: share(chosen(pays, gate) == option, expected)


def gate(information: float) -> float:
    return float(choice.awareness_gate(np.array(information), np.array(True), 0.0))


def settled(start: float, conformity: float, log_ratio: float = 0.0, pay_weight: float = 2.0) -> float:
    """Magnetisation m = 2 p - 1 at which the mean field comes to rest."""
    p = np.array(start)
    for _ in range(2000):
        p = choice.mean_field(p, log_ratio, pay_weight=pay_weight, conformity_weight=conformity)
    return float(2.0 * p - 1.0)


def fixed_point(conformity: float, drive: float, low: float, high: float) -> float:
    return root(lambda m: tanh((drive + conformity * m) / 2) - m, low, high)


def threshold(conformity: float, alive: bool) -> float:
    """Pay ratio at which the high (alive) or low state of the mean field is lost, by search over states."""
    p = np.linspace(0.5, 1.0, 200_001) if alive else np.linspace(0.0, 0.5, 200_001)

    def gap(ratio: float) -> float:
        moved = choice.mean_field(p, log(ratio), pay_weight=2.0, conformity_weight=conformity) - p
        return float(moved.max() if alive else moved.min())

    return root(gap, 0.5, 2.0)


def critical(conformity: float, sign: int) -> float:
    m = sqrt(1.0 - 2.0 / conformity)
    return exp(sign * (2.0 * atanh(m) - conformity * m) / 2.0)


RATE, START, STEPS = 0.02, 0.1, 60
PULL = {"pay_weight": 2.0, "conformity_weight": 1.6}


def sigma(p: float) -> float:
    return 1.0 / (1.0 + exp(-(2.0 * log(0.8) + 1.6 * (2.0 * p - 1.0))))


def inertia_expected() -> float:
    p = START
    for _ in range(STEPS):
        p = (1 - RATE) * p + RATE * sigma(p)
    return p


def inertia() -> Measured:
    p = np.array(START)
    for _ in range(STEPS):
        p = (1 - RATE) * p + RATE * choice.mean_field(p, log(0.8), **PULL)
    return exact(p)


def inertia_of_people(n: int = 50_000) -> Measured:
    """The same path by people who reconsider now and then and see everybody; linear noise gives the error."""
    ids = np.arange(n)
    inside = np.arange(n) < round(START * n)
    p, variance = START, 0.0
    for month in range(STEPS):
        stays, comes = (1 - RATE) + RATE * sigma(p), RATE * sigma(p)
        slope = (1 - RATE) + RATE * 3.2 * sigma(p) * (1 - sigma(p))
        variance = slope**2 * variance + (p * stays * (1 - stays) + (1 - p) * comes * (1 - comes)) / n
        p = (1 - RATE) * p + RATE * sigma(p)
        crowd = np.array([inside.mean(), 1 - inside.mean()])
        pay = utilities((0.8, 1.0), 2.0, n) + 1.6 * choice.conformity(crowd, crowd, 0.4)
        noise = np.stack([gumbel(stream_key(SEED, f"taste.{k}", month), ids) for k in (0, 1)], axis=1)
        new = choice.choose(pay, noise, np.ones((n, 2), dtype=bool)) == 0
        inside = np.where(uniform(stream_key(SEED, "reconsider", month), ids) < RATE, new, inside)
    return float(inside.mean()), sqrt(variance)


# Social learning (E1)

NETWORK = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])
# Eight peers each, and nobody of kin.
EIGHT = ([0] * 4 + [1] * 4, [0] * 2 + [1] * 4 + [2] * 2, [1] * 4 + [2] * 4)
FRIENDS = np.array([[*peers, -1] for peers in EIGHT], dtype=np.int32)
FIRST = np.array([1.0, 0.0, 0.0])


def talk(steps: int, openness: float) -> Floats:
    """Three people who hear only each other (and, unless quite open, their own teacher), by the kernel.

    The first component tells the story; the others run along scaled, so that none can pass for another.
    """
    scale = np.arange(1.0, 6.0)
    opinion = FIRST[:, None] / scale
    taught = (FIRST[:, None] / scale)[:, None, :]
    for _ in range(steps):
        heard = nobody_known(4)
        make_all_known(heard, np.arange(3), opinion)
        out = opinion.copy()
        influence(
            heard, np.arange(3), FRIENDS, np.arange(3, dtype=np.int8), np.zeros(3, np.int8),
            np.full(3, -1, np.int32), np.zeros((1, 5)), np.zeros((3, 5)), taught, np.array([1.0, 0.2, 0.0]),
            openness, 1.0, out,
        )  # fmt: skip
        opinion = out
    np.testing.assert_allclose(opinion * scale, opinion[:, :1] * np.ones(5), rtol=1e-12)
    return opinion[:, 0]


def talk_by_formula(steps: int, openness: float) -> Floats:
    """The same by the formula for one person's step."""
    opinion = FIRST
    for _ in range(steps):
        opinion = social_learning.friedkin_johnsen(opinion, NETWORK @ opinion, FIRST, openness, 1.0)
    return opinion


# Passing on (E2, E4, E8), the chain (E5), matching (E6), lives (E7)


def carriers(generations: int, vertical: float, against: float, start: float) -> float:
    q = np.array(start)
    for _ in range(generations):
        pull = craft_skill.surroundings(q, np.array(0.0))
        child = craft_skill.interest_probability(np.array([True, False]), pull, vertical, against)
        q = q * child[0] + (1.0 - q) * child[1]
    return float(q)


def transmission(generations: int, vertical: float, against: float, q: float) -> float:
    for _ in range(generations):
        q += q * (1.0 - q) * (vertical - against)
    return q


def skill(months: int, masters: float, apprentices: float, capacity: float = 3.0) -> float:
    taught = craft_skill.teaching(np.array(masters), np.array(apprentices), capacity)
    s = np.array(0.2)
    for _ in range(months):
        s = s + craft_skill.skill_gain(s, np.array(1.0), np.array(0.05), taught)
    return float(s)


def ceiling_rest(ratio: float, gamma: float) -> float:
    beta = 0.02
    change = partial(craft_skill.ceiling_change, beta=beta, gamma=gamma, alpha=ratio * beta)
    return root(lambda n: float(change(np.array(n))), 1.0, 1e6)


def job(part: str, tau: float = 0.2, tiers: int = 1, phi: float = 0.4) -> float:
    """One part of what a job with P 200, M 60, Q 20, outside option 600 is worth."""
    one = np.ones(1)
    kept = contracts.after_brokers(one, tau * one, np.array([tiers]))
    left = contracts.after_brokers((200.0 - 60.0) * 20.0 * one, tau * one, np.array([tiers]))
    worker_share = contracts.bargaining_share(phi - 0.1, 0.2, 0.5 * one, 0.0 * one)
    pay = contracts.bargained_pay(left, 600.0 * one, worker_share, 0.0 * one)
    parts = contracts.chain(200.0 * one, 60.0 * one, 20.0 * one, 0.4 * one, kept, pay)
    named = dict(zip(("materials", "worker", "broker", "owner", "trader"), parts, strict=True))
    named["sum"] = named["worker"] + named["broker"] + named["owner"]
    return float(named[part].item())


URNS, REPEATS = 100, 4000


def matches() -> Measured:
    """Mean number hired over many months of 100 applicants and 100 vacancies."""
    hired = []
    for month in range(REPEATS):
        ids = np.arange(URNS)
        vacancy = (uniform(stream_key(SEED, "vacancy", month), ids) * URNS).astype(np.int64)
        queue = uniform(stream_key(SEED, "queue", month), ids)
        hired.append(matching.urn_ball(vacancy, np.zeros(URNS, dtype=np.int64), queue).size)
    once, twice = (1 - 1 / URNS) ** URNS, (1 - 2 / URNS) ** URNS
    variance = URNS * (URNS - 1) * twice + URNS * once - URNS**2 * once**2
    return float(np.mean(hired)), sqrt(variance / REPEATS)


def cohort(births: int = 20, hazard: float = 1 / 240, months: int = 3600) -> tuple[Measured, Measured]:
    """People and their mean age in years when `births` a month begin at twenty and leave by keyed chance."""
    begun = np.zeros(0, dtype=np.int64)
    for month in range(months):
        ids = np.concatenate((begun, month * births + np.arange(births)))
        begun = ids[uniform(stream_key(SEED, "separation", month), ids) >= hazard]
    since = (months - begun // births) / 12
    alive = (1 - hazard) ** np.arange(1.0, months + 1)
    spread = births * alive * (1 - alive)
    apart = (np.arange(1, months + 1) / 12 - 1 / hazard / 12) ** 2
    return (
        (float(begun.size), sqrt(spread.sum())),
        (20 + float(since.mean()), sqrt((spread * apart).sum()) / (births / hazard)),
    )
