"""Limits of choice (E3): what the compiled pass of the model, `decide`, gives there, and the same by formula.

One kind of people decides: seeking work, with a parent and one of kin in batik and eight peers in garment
work. The weight of their own circle is then the share p of those they compare themselves with who are in
batik, and 1 - p the share in garment work, so that p can be any number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import atanh, exp, log, sqrt, tanh

import numpy as np

from batiksim.arrays import Floats, Ints
from batiksim.codes import COMPONENTS, LINKS, PEERS, Schooling, Stage
from batiksim.kernels.decision import Ahead, Lives, Luck, Tastes, Weighed, World, decide, room, tempted
from batiksim.kernels.streams import stream_key, uniform
from verification.oracle import Measured, exact, share

SEED = 20110101
UMK, AGE = 2.0, 20 * 12
BATIK, SEEK = 0, 3
FADES, JUNIOR_HOPE = 0.03, 0.75
LUCK = (
    *("gate", "offer.batik", "offer.garment", "offer.other", "garment.pay"),
    *("taste.0", "taste.1", "taste.2", "taste.3", "accept"),
)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function changes its sign, by bisection."""
    up = function(high) > 0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if (function(middle) > 0) == up else (middle, high)
    return (low + high) / 2


def highest(function: Callable[[float], float], low: float, high: float) -> float:
    """The largest value of a function that rises and then falls, by thirds."""
    for _ in range(45):
        third = (high - low) / 3
        rising = function(low + third) < function(high - third)
        low, high = (low + third, high) if rising else (low, high - third)
    return function((low + high) / 2)


# Pay by time: whatever she will have learnt, she is told what is posted.
BY_TIME = Ahead(
    ceiling=np.ones(1), faster=np.zeros(1), master_time=np.ones(1), speed=(0.1, 0.1), piece=(0.0, 0.0),
    per_skills=0.0, entry=0.5, family=0.0, horizon=12.0, unskilled=0.3, reference=0.85,
)  # fmt: skip


@cache
def crowd(n: int, information: float, months: int = 0, schooling: int = Schooling.SENIOR) -> Lives:
    """The `n` people who decide, then one in batik and one in garment work, who do not."""
    kin, peer = n, n + 1
    stage = np.array([Stage.SEEKING] * n + [Stage.BATIK, Stage.GARMENT], dtype=np.int8)
    codes, zero = np.zeros(n + 2, dtype=np.int8), np.zeros(n + 2, dtype=np.int32)
    links = np.array([[peer] * PEERS + [kin] * (LINKS - PEERS)] * (n + 2), dtype=np.int32)
    learning = np.zeros((n + 2, len(COMPONENTS)))
    learning[:, COMPONENTS.index("information")] = information
    return Lives(
        id=np.arange(n + 2), birth=zero - AGE, place=codes, group=codes, schooling=codes + np.int8(schooling),
        stage=stage, parent=codes + 1, interest=codes, search=zero + months, employer=zero - 1,
        rate=np.zeros(n + 2), skill=np.zeros(n + 2), talent=np.ones(n + 2), practice=zero, learning=learning,
        peers=links,
    )  # fmt: skip


def weighed(
    pays: tuple[float, ...], *, n: int = 1, month: int = 7, weight: float = 2.0, conformity: float = 0.0,
    batik: float = 0.0, p: float = 0.0, information: float = 1.0, hope: float = 0.0, sought: int = 0,
    schooling: int = Schooling.SENIOR, more: float = 0.0,
) -> Weighed:  # fmt: skip
    """What people weigh whom batik, garment work and perhaps other work pay so much, all of it on offer.

    What does not pay is not on offer; those who have `sought` so many months hope for `hope` times the UMK.
    """
    garment, other = pays[1], pays[2] if len(pays) > 2 else 0.0
    world = World(
        month=0, minimum_wage=np.full(1, UMK), posted=np.full((1, 2), pays[0]), old_share=np.zeros(1),
        other_older=np.zeros((1, 2)), other_youth=other / UMK, garment_pay=garment / UMK, garment_spread=0.0,
        batik_offer=np.ones(2), garment_offer=float(garment > 0.0), other_offer=float(other > 0.0),
    )  # fmt: skip
    tastes = Tastes(
        pay=weight, hourly=0.0, conformity=conformity, togetherness=0.0, interest=0.0, image=0.0, batik=batik,
        garment=0.0, circle_weight=p, contact_gate=0.0, hoped_young=hope, hoped_adult=0.0,
        hoped_junior=JUNIOR_HOPE, hope_fades=FADES, more_acceptances=more, hours=(1.0, 1.0),
    )  # fmt: skip
    luck = Luck(*(stream_key(SEED, name, month) for name in LUCK))
    lives = crowd(n, information, sought, schooling)
    rows, offers, weighed = np.arange(n), np.empty((n, 3), dtype=np.bool_), room(n)
    tempted(rows, lives, world, tastes.contact_gate, luck, True, rows, offers)
    decide(rows, offers, lives, world, tastes, BY_TIME, luck, np.zeros(n), np.ones(n), True, weighed)
    return weighed


def chances(what: Weighed) -> Floats:
    """The logit of one person's utilities, of what is available to her."""
    weight = np.where(what.available[0], np.exp(what.utility[0]), 0.0)
    return weight / weight.sum()


# Two and three options


def logit(pays: tuple[float, ...], option: int) -> Measured:
    return exact(chances(weighed(pays))[option])


def chosen(pays: tuple[float, ...], information: float = 1.0, n: int = 200_000) -> Ints:
    """What n people choose; `information` is the chance of each that batik is open to her."""
    return weighed(pays, n=n, information=information).chosen


def hits(
    option: int, expected: float, pays: tuple[float, ...], information: float = 1.0
) -> Callable[[], Measured]:
    """Share of people who choose an option."""
    return lambda: share(chosen(pays, information) == option, expected)


def gated(pays: tuple[float, ...], information: float) -> Measured:
    """The chance to take batik behind the awareness gate, whose draw is left out."""
    open_to_her = weighed(pays)
    return exact(weighed(pays, information=information).gate[0] * chances(open_to_her)[BATIK])


# Seeking on


def seeks(schooling: int, sought: int) -> float:
    """The chance to seek on beside other work that pays .6 UMK, of who hopes for 1.15 UMK at first."""
    return float(chances(weighed((0.0, 0.0, 0.6 * UMK), hope=1.15, sought=sought, schooling=schooling))[SEEK])


def seekers(schooling: int, sought: int, expected: float) -> Measured:
    """The same of 200,000 people."""
    what = weighed((0.0, 0.0, 0.6 * UMK), n=200_000, hope=1.15, sought=sought, schooling=schooling)
    return share(what.chosen == SEEK, expected)


def thinned(pays: tuple[float, ...], more: float, expected: float) -> Measured:
    """Share of people who take batik where some of those who refuse accept after all."""
    return share(weighed(pays, n=200_000, more=more).chosen == BATIK, expected)


# The mean field


def moved(p: float, ratio: float, conformity: float, batik: float = 0.0) -> float:
    """The chance to choose batik where a share `p` is in it already, the rest in garment work."""
    return float(chances(weighed((ratio, 1.0), conformity=conformity, batik=batik, p=p))[BATIK])


def settled(p: float, conformity: float, ratio: float = 1.0, batik: float = 0.0) -> float:
    """Magnetisation m = 2 p - 1 at which the mean field comes to rest."""
    for _ in range(2000):
        p = moved(p, ratio, conformity, batik)
    return 2.0 * p - 1.0


def mean_field(p: float, drive: float, conformity: float) -> float:
    """What `moved` should be, by formula: sigma(drive + kappa (2 p - 1)), drive = alpha ln rho + c."""
    return 1.0 / (1.0 + exp(-(drive + conformity * (2.0 * p - 1.0))))


def fixed_point(conformity: float, drive: float, low: float, high: float) -> float:
    return root(lambda m: tanh((drive + conformity * m) / 2) - m, low, high)


def threshold(conformity: float, alive: bool) -> float:
    """Pay ratio at which the high (alive) or low state of the mean field is lost, by search over states."""

    def pull(ratio: float) -> float:
        """How far some state of that half is still drawn outwards, at most."""
        if alive:
            return highest(lambda p: moved(p, ratio, conformity) - p, 0.5, 1.0)
        return highest(lambda p: p - moved(p, ratio, conformity), 0.0, 0.5)

    return root(pull, 0.5, 2.0)


def critical(conformity: float, sign: int) -> float:
    m = sqrt(1.0 - 2.0 / conformity)
    return exp(sign * (2.0 * atanh(m) - conformity * m) / 2.0)


# Inertia

RATE, START, STEPS = 0.02, 0.1, 60
RATIO, PULL = 0.8, 1.6


def sigma(p: float) -> float:
    return mean_field(p, 2.0 * log(RATIO), PULL)


def inertia_expected() -> float:
    p = START
    for _ in range(STEPS):
        p = (1 - RATE) * p + RATE * sigma(p)
    return p


def inertia() -> Measured:
    p = START
    for _ in range(STEPS):
        p = (1 - RATE) * p + RATE * moved(p, RATIO, PULL)
    return exact(p)


def inertia_of_people(n: int = 50_000) -> Measured:
    """The same path by people who reconsider now and then and see everybody; linear noise gives the error."""
    ids = np.arange(n)
    inside = np.arange(n) < round(START * n)
    p, variance = START, 0.0
    for month in range(STEPS):
        stays, comes = (1 - RATE) + RATE * sigma(p), RATE * sigma(p)
        slope = (1 - RATE) + RATE * 2 * PULL * sigma(p) * (1 - sigma(p))
        variance = slope**2 * variance + (p * stays * (1 - stays) + (1 - p) * comes * (1 - comes)) / n
        p = (1 - RATE) * p + RATE * sigma(p)
        what = weighed((RATIO, 1.0), n=n, month=month, conformity=PULL, p=float(inside.mean()))
        again = uniform(stream_key(SEED, "reconsider", month), ids) < RATE
        inside = np.where(again, what.chosen == BATIK, inside)
    return float(inside.mean()), sqrt(variance)
