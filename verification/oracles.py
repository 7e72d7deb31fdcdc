"""The oracles: limits in which the answer is known, and how the real rules or the whole region give it.

`test_oracles.py` asserts every line; `tools/build_docs.py` prints them in docs/reference/verification.md.
Expected numbers come from formulas in plain Python, never from the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import exp, log

from batiksim.codes import Schooling
from batiksim.rules.choice import unemployed_at_rest
from verification import oracles_choice as choice
from verification import oracles_region as region
from verification import oracles_rules as rules
from verification.oracle import Measured, Oracle, exact, sure

REGION = "the region"

# Choice (E3)

PAYS = (1.5, 2.0, 1.0)
POWERS = tuple(pay**2 for pay in PAYS)
PAIR = POWERS[0] / (POWERS[0] + POWERS[1])
TRIPLE = tuple(power / sum(POWERS) for power in POWERS)
LOGIT, ODDS = "logit, alpha 2, pay 1.5 against 2.0", "rho^alpha / (1 + rho^alpha)"
THIRD, SHARES = "logit with a third option paying 1", "w_k^alpha / sum of w_j^alpha"
DRAWN = "decide, 200,000 people"
GATE, GATED = "awareness gate, l1 = .68, a0 = 0", "l1 P"
SHUT = "awareness gate, l1 = 0"
SEEK = "seeking on, alpha 2, other work .6, h 1.15, f_s .03"
HOPE = "V_seek = alpha ln(h e exp(-f_s m)); w_seek^alpha / sum of w_j^alpha"
NEWLY, LONG = (
    hope**2 / (hope**2 + 0.6**2) for hope in (1.15, 1.15 * choice.JUNIOR_HOPE * exp(-10 * choice.FADES))
)
MORE, THINNED = "refused offers accepted after all, P .1", "A (1 + P)"


def field(conformity: float, low: float, high: float, drive: float = 0.0) -> float:
    return choice.fixed_point(conformity, drive, low, high)


REST = "m = tanh((alpha ln rho + c + kappa m) / 2)"
EDGE = "alpha ln rho = ±(2 atanh m* - kappa m*), m* = sqrt(1 - 2 / kappa)"
PATH = "p' = (1 - r) p + r sigma(alpha ln rho + kappa (2 p - 1))"
INERTIA = "inertia: r .02, alpha 2, rho .8, kappa 1.6, p0 .1; p(60)"
HELD = choice.inertia_expected()

CHOICE = (
    Oracle(LOGIT, ODDS, "decide, utility", "0.36", PAIR, lambda: choice.logit(PAYS[:2], 0)),
    Oracle(LOGIT, ODDS, DRAWN, "0.36", PAIR, choice.hits(0, PAIR, PAYS[:2])),
    Oracle(THIRD, SHARES, "decide, utility, first", "0.310345", TRIPLE[0], lambda: choice.logit(PAYS, 0)),
    Oracle(THIRD, SHARES, "decide, utility, second", "0.551724", TRIPLE[1], lambda: choice.logit(PAYS, 1)),
    Oracle(THIRD, SHARES, "decide, utility, third", "0.137931", TRIPLE[2], lambda: choice.logit(PAYS, 2)),
    Oracle(THIRD, SHARES, f"{DRAWN}, first", "0.310345", TRIPLE[0], choice.hits(0, TRIPLE[0], PAYS)),
    Oracle(THIRD, SHARES, f"{DRAWN}, second", "0.551724", TRIPLE[1], choice.hits(1, TRIPLE[1], PAYS)),
    Oracle(THIRD, SHARES, f"{DRAWN}, third", "0.137931", TRIPLE[2], choice.hits(2, TRIPLE[2], PAYS)),
    Oracle(
        GATE,
        GATED,
        "decide, utility and gate",
        "0.2448",
        0.68 * PAIR,
        lambda: choice.gated(PAYS[:2], 0.68),
    ),
    Oracle(GATE, GATED, DRAWN, "0.2448", 0.68 * PAIR, choice.hits(0, 0.68 * PAIR, PAYS[:2], 0.68)),
    Oracle(
        "awareness gate, l1 = 0",
        GATED,
        "decide, utility and gate",
        "0",
        0.0,
        lambda: choice.gated(PAYS[:2], 0.0),
    ),
    Oracle(SHUT, GATED, DRAWN, "0", 0.0, choice.hits(0, 0.0, PAYS[:2], 0.0)),
    *(
        Oracle(f"{SEEK}: {who}", HOPE, through, digits, expected, measured)
        for who, schooling, months, digits, expected in (
            ("senior school, m 0", Schooling.SENIOR, 0, "0.786033", NEWLY),
            ("junior school, m 10", Schooling.JUNIOR, 10, "0.531411", LONG),
        )
        for through, measured in (
            ("decide, utility", sure(choice.seeks, schooling, months)),
            (DRAWN, partial(choice.seekers, schooling, months, expected)),
        )
    ),
    Oracle(
        MORE,
        THINNED,
        f"{DRAWN}, A .36",
        "0.396",
        1.1 * PAIR,
        lambda: choice.thinned(PAYS[:2], 0.1, 1.1 * PAIR),
    ),
    Oracle(
        MORE,
        THINNED,
        f"{DRAWN}, A .310345",
        "0.341379",
        1.1 * TRIPLE[0],
        lambda: choice.thinned(PAYS, 0.1, 1.1 * TRIPLE[0]),
    ),
    Oracle(
        "mean field, kappa 3, rho 1, from above",
        REST,
        "decide, utility",
        "0.858560",
        field(3.0, 0.5, 1.0),
        sure(choice.settled, 0.9, 3.0),
    ),
    Oracle(
        "mean field, kappa 3, rho 1, from below",
        REST,
        "decide, utility",
        "-0.858560",
        field(3.0, -1.0, -0.5),
        sure(choice.settled, 0.1, 3.0),
    ),
    Oracle(
        "mean field, kappa 4, rho 1, from above",
        REST,
        "decide, utility",
        "0.957504",
        field(4.0, 0.5, 1.0),
        sure(choice.settled, 0.9, 4.0),
    ),
    Oracle(
        "mean field, kappa 4, rho 1, from below",
        REST,
        "decide, utility",
        "-0.957504",
        field(4.0, -1.0, -0.5),
        sure(choice.settled, 0.1, 4.0),
    ),
    Oracle(
        "mean field, kappa 1.6, rho 1, from above",
        REST,
        "decide, utility",
        "0",
        0.0,
        sure(choice.settled, 0.9, 1.6),
    ),
    Oracle(
        "mean field, kappa 3, rho .9, c .1, from above",
        REST,
        "decide, utility",
        "0.830873",
        field(3.0, 0.5, 1.0, 2 * log(0.9) + 0.1),
        sure(choice.settled, 0.9, 3.0, 0.9, 0.1),
    ),
    Oracle(
        "a live cluster holds down to rho; alpha 2, kappa 3",
        EDGE,
        "decide, utility",
        "0.8126",
        choice.critical(3.0, 1),
        sure(choice.threshold, 3.0, True),
    ),
    Oracle(
        "a lost one returns above rho; alpha 2, kappa 3",
        EDGE,
        "decide, utility",
        "1.2307",
        choice.critical(3.0, -1),
        sure(choice.threshold, 3.0, False),
    ),
    Oracle(INERTIA, PATH, "decide, utility", "0.144453", HELD, choice.inertia),
    Oracle(INERTIA, PATH, "decide, 50,000 people", "0.144453", HELD, choice.inertia_of_people),
)

# Flows and lives (E6, E7)

FLOW = "f / (f + s) (1 - (1 - f - s)^t)"
HAZARD = 1 / 240
LIVING, STEADY = "20 a month begin at 20, leave at 1/240 a month", "N* = B / h, mean age a0 + 1 / h"
FIXED = "work from exactly 20 to exactly 60"
SURVIVAL = "B times the sum of (1 - h)^k"
GROWING = "mean of 20 + (k + .5) / 12 weighted by exp(-g k / 12), k < 480"


def in_factory(months: int, into: float, back: float) -> float:
    return into / (into + back) * (1 - (1 - into - back) ** months)


def age_of_growing(growth: float) -> float:
    weights = [exp(-growth * month / 12) for month in range(480)]
    return sum((20 + (month + 0.5) / 12) * weight for month, weight in enumerate(weights)) / sum(weights)


SEPARATION, FILLED = 1 / 60, 0.5
OPEN = SEPARATION / (1 + SEPARATION)
POSTS, REST_OPEN = "jobs end at 1/60 a month, a post is filled at .5", "G = s (1 - G) (1 - f) + G (1 - f)"
ADJUST, LAGGED = "orders 100 -> 70, T 3; staff wanted after 6 months", "o + (w0 - o) (1 - 1/T)^t"

RECALL, CALLED = "100 laid off with other work, who would leave it with .8", "min(V, .8 x 100)"

LIVES = (
    Oracle(f"{RECALL}, 60 posts back", CALLED, "recalls, 400 firms", "60", 60.0, sure(rules.called_back, 60)),
    Oracle(f"{RECALL}, 60 posts back", CALLED, REGION, "60", 60.0, sure(region.called_back, 60)),
    Oracle(
        f"{RECALL}, 100 posts back",
        CALLED,
        "recalls, 400 firms",
        "80",
        80.0,
        lambda: rules.all_called(100, 0.8),
    ),
    Oracle(f"{RECALL}, 100 posts back", CALLED, REGION, "80", 80.0, lambda: region.all_called(100, 0.8)),
    Oracle(ADJUST, LAGGED, "staff_wanted", "72.6337", 70 + 30 * (2 / 3) ** 6, sure(rules.wanted, 6)),
    Oracle(ADJUST, LAGGED, REGION, "72.6337", 70 + 30 * (2 / 3) ** 6, sure(region.wanted, 6)),
    Oracle(
        f"{POSTS}: all open",
        REST_OPEN,
        "long_open",
        "0.016393",
        OPEN,
        sure(rules.open_posts, SEPARATION, FILLED, 0),
    ),
    Oracle(
        f"{POSTS}: open over a month",
        "L = G (1 - f)",
        "long_open",
        "0.008197",
        OPEN * (1 - FILLED),
        sure(rules.open_posts, SEPARATION, FILLED, 1),
    ),
    Oracle(
        "two states, f .01, s .02; x(24)",
        FLOW,
        REGION,
        "0.172861",
        in_factory(24, 0.01, 0.02),
        lambda: region.factory_share(24, 0.01, 0.02),
    ),
    Oracle(
        "two states, f .2, s .4; at rest",
        "f / (f + s)",
        REGION,
        "0.333333",
        1 / 3,
        lambda: region.factory_share(24, 0.2, 0.4),
    ),
    Oracle(
        "other work found at f .3, lost at s .017; seeking at rest",
        "s (1 - f) / (f + s (1 - f))",
        REGION,
        "0.038153",
        0.017 * 0.7 / (0.3 + 0.017 * 0.7),
        lambda: region.seeking_share(36, 0.3, 0.017),
    ),
    Oracle(
        "counted pool, lost d .0025, found f .1",
        "u = d / (d + f)",
        "unemployed_at_rest",
        "0.024390",
        0.0025 / 0.1025,
        sure(unemployed_at_rest, 0.0025, 0.1),
    ),
    Oracle(
        "100 applicants, 100 vacancies",
        "V (1 - (1 - 1/V)^U)",
        "urn_ball, 4,000 months",
        "63.3968",
        100 * (1 - 0.99**100),
        rules.matches,
    ),
    Oracle(
        "100 applicants, 100 vacancies",
        "V (1 - (1 - 1/V)^U)",
        "urn_ball, every case",
        "63.3968",
        100 * (1 - 0.99**100),
        rules.matches_by_case,
    ),
    Oracle(LIVING, STEADY, "keyed chance, people", "4800", 20 / HAZARD, lambda: rules.beginners()[0]),
    Oracle(
        LIVING, STEADY, "keyed chance, mean age", "40", 20 + 1 / HAZARD / 12, lambda: rules.beginners()[1]
    ),
    Oracle(
        f"{LIVING}, after 599 months",
        SURVIVAL,
        REGION,
        "4388",
        region.survivors(HAZARD)[0],
        lambda: region.workers_under_hazard(HAZARD),
    ),
    Oracle(
        f"{LIVING}, after 599 months: mean age",
        SURVIVAL,
        REGION,
        "35.46",
        region.survivors(HAZARD)[1],
        lambda: region.age_under_hazard(HAZARD),
    ),
    Oracle(FIXED, "share of 50 and more: 10/40", REGION, "0.25", 10 / 40, sure(region.share_aged, 50, 60)),
    Oracle(FIXED, "share under 25: 5/40", REGION, "0.125", 5 / 40, sure(region.share_aged, 20, 25)),
    Oracle(
        f"{FIXED}, jobs grow by .015 a year: mean age",
        GROWING,
        "at_rest",
        "38.0119",
        age_of_growing(0.015),
        sure(rules.mean_age_at_rest, 0.015),
    ),
    Oracle(
        f"{FIXED}, jobs do not grow: mean age",
        GROWING,
        "at_rest",
        "40",
        age_of_growing(0.0),
        sure(rules.mean_age_at_rest, 0.0),
    ),
    Oracle(
        "nobody comes, nobody goes", "mean age rises a year a year", REGION, "1", 1.0, region.ageing_a_year
    ),
)

# Social learning (E1, E2, E4, E8)

DEGROOT, FRIEDKIN = "DeGroot, three people, x0 = (1, 0, 0)", "Friedkin-Johnsen, A .5, speed 1, u = (1, 0, 0)"
SPREAD, STUBBORN = "W^t x0", "(I - A W)^-1 (I - A) u"
LEARNT = "s = Z - (Z - s0) (1 - lambda)^t"
AHEAD = "Z - (Z - s0)(1 - (1 - lambda)^H) / (lambda H)"


def person(
    talk: Callable[[int, float], rules.Floats], steps: int, openness: float, who: int
) -> Callable[[], Measured]:
    return lambda: exact(talk(steps, openness)[who])


def heard(
    limit: str, formula: str, steps: int, openness: float, values: tuple[tuple[str, float], ...]
) -> tuple[Oracle, ...]:
    """What each of the three thinks, by the compiled kernel and by the formula of one step."""
    ways = (("influence", rules.talk), ("friedkin_johnsen", rules.talk_by_formula))
    return tuple(
        Oracle(limit, formula, f"{name}, person {who + 1}", digits, value, person(talk, steps, openness, who))
        for name, talk in ways
        for who, (digits, value) in enumerate(values)
    )


def learnt(speed: float) -> float:
    return 1 - 0.8 * (1 - speed) ** 24


LEARNING = (
    *heard(
        f"{DEGROOT}, t = 5", SPREAD, 5, 1.0, (("0.265625", 17 / 64), ("0.25", 1 / 4), ("0.234375", 15 / 64))
    ),
    *heard(f"{DEGROOT}, in the end", SPREAD, 300, 1.0, (("0.25", 1 / 4),) * 3),
    *heard(FRIEDKIN, STUBBORN, 300, 0.5, (("0.708333", 17 / 24), ("0.125", 1 / 8), ("0.041667", 1 / 24))),
    Oracle(
        "transmission, v .3, v' .2, q0 .1; 20 generations",
        "dq = q (1 - q) (v - v')",
        "interest_probability",
        "0.438414",
        rules.transmission(20, 0.3, 0.2, 0.1),
        sure(rules.carriers, 20, 0.3, 0.2, 0.1),
    ),
    Oracle(
        "skill, Z 1, s0 .2, lambda .05; s(24)",
        LEARNT,
        "skill_gain",
        "0.766409",
        learnt(0.05),
        sure(rules.skill, 24, 5, 3),
    ),
    Oracle(
        "skill, Z 1, s0 .2, lambda .05; s(24)",
        LEARNT,
        REGION,
        "0.766409",
        learnt(0.05),
        lambda: region.apprentices(2),
    ),
    Oracle(
        "skill of the next 24 months, Z 1, s0 .15, lambda .02",
        AHEAD,
        "skill_ahead",
        "0.319611",
        1 - 0.85 * (1 - 0.98**24) / (0.02 * 24),
        sure(rules.skill_told, 24.0, 0.02),
    ),
    Oracle(
        "skill of the next 24 months, Z 1, s0 .15, lambda .02",
        "mean of s(0) .. s(23)",
        REGION,
        "0.319611",
        sum(1 - 0.85 * 0.98**month for month in range(24)) / 24,
        region.skill_of_a_newcomer,
    ),
    Oracle(
        "skill of the next month, s0 .15",
        "s0",
        "skill_ahead",
        "0.15",
        0.15,
        sure(rules.skill_told, 1.0, 0.02),
    ),
    Oracle(
        "skill of the next 24 months, lambda 0",
        "s0",
        "skill_ahead",
        "0.15",
        0.15,
        sure(rules.skill_told, 24.0, 0.0),
    ),
    Oracle("skill without a master", "constant", "skill_gain", "0.2", 0.2, sure(rules.skill, 24, 0, 3)),
    Oracle("skill without a master", "constant", REGION, "0.2", 0.2, lambda: region.apprentices(0)),
    Oracle(
        "skill, A = 2 mu M",
        "half the speed",
        "skill_gain",
        "0.564287",
        learnt(0.025),
        sure(rules.skill, 24, 5, 30),
    ),
    Oracle(
        "skill, A = 2 mu M",
        "half the speed",
        REGION,
        "0.564287",
        learnt(0.025),
        lambda: region.apprentices(2, 0.5),
    ),
    Oracle(
        "Henrich, alpha / beta 7",
        "N* = exp(alpha / beta - gamma)",
        "ceiling_change",
        "615.72",
        exp(7 - 0.5772157),
        sure(rules.ceiling_rest, 7.0, 0.5772157),
    ),
)

# The chain (E5)

JOB = "P 200, M 60, Q 20, tau .2, n 1, b 600, phi .4, sigma 0"
PAY = "w = b + phi ((1 - tau)^n R - b), R = (P - M) Q"


def paid(tau: float = 0.2, tiers: int = 1, phi: float = 0.4) -> float:
    return 600 + phi * ((1 - tau) ** tiers * 140 * 20 - 600)


def both(
    limit: str, part: str, digits: str, expected: float, formula: str = PAY, **changes: float
) -> tuple[Oracle, ...]:
    """One part of a job's value, by the rules and from the flows of the region."""
    return (
        Oracle(limit, formula, "contracts and account", digits, expected, sure(rules.job, part, **changes)),
        Oracle(limit, formula, REGION, digits, expected, sure(region.chain, part, **changes)),
    )


CHAIN = (
    *both(f"{JOB}: worker", "worker", "1256", paid()),
    *both(f"{JOB}: brokers", "broker", "560", 0.2 * 2800, "tau R"),
    *both(f"{JOB}: owner", "owner", "984", 0.8 * 2800 - paid(), "(1 - tau) R - w"),
    *both(f"{JOB}: sum", "sum", "2800", 2800.0, "R"),
    *both("tau .1: worker", "worker", "1368", paid(tau=0.1), tau=0.1),
    *both("n 0: worker", "worker", "1480", paid(tiers=0), tiers=0),
    *both("phi .6: worker", "worker", "1584", paid(phi=0.6), phi=0.6),
    Oracle(
        "inspections: v 4, d .5, s 300, F 2400, a 12; share of owners who pay the floor, k 4",
        "1 / (1 + (12 s / (p (F + a s)))^k), p = 1 - exp(-d v)",
        "found_out, deterred",
        "0.811785",
        1 / (1 + (3600 / ((1 - exp(-2)) * 6000)) ** 4),
        sure(rules.deterred, 4.0, 0.5, 300.0, 2400.0, 12.0, 4.0),
    ),
)

# Empowerment (E1-e)

WINS = "b (1 - h e) a month"
TURNOVER = "b = r s / (s + h e)"

EMPOWERMENT = (
    Oracle(
        "information .6, the others .2, .5, .1, .4",
        "min(l1, second highest of l2..l5)",
        "empowerment",
        "0.4",
        0.4,
        sure(rules.empowered, 0.6, 0.2, 0.5, 0.1, 0.4),
    ),
    Oracle(
        "brokered .5, h .02, e .1; after 24 months",
        WINS,
        "contract_chance",
        "0.476544",
        0.5 * 0.998**24,
        sure(rules.brokered, 0.5, 0.0, 24),
    ),
    Oracle(
        "brokered .5, h .02, e .1; after 24 months",
        WINS,
        REGION,
        "0.476544",
        0.5 * 0.998**24,
        lambda: region.still_brokered(24),
    ),
    Oracle(
        "r = .7 of new contracts brokered, s = 1/60; at rest",
        TURNOVER,
        "contract_chance",
        "0.625",
        0.7 / 60 / (1 / 60 + 0.002),
        sure(rules.brokered, 0.5, 1 / 60, 6000),
    ),
)

# Founding (E7-f) and committees

FOUNDING = (
    Oracle(
        "f0 .02, psi 2, l3 .1, e .1, r / r0 1.2: founding a year",
        "f0 l3 (1 + psi e) (r / r0)",
        "founding_chance",
        "0.00288",
        0.02 * 0.1 * 1.2 * 1.2,
        sure(rules.founding, 0.1, 0.1, 1.2),
    ),
    Oracle(
        "the same, twelve months in a row",
        "f0 l3 (1 + psi e) (r / r0)",
        "founding_chance, monthly",
        "0.00288",
        0.02 * 0.1 * 1.2 * 1.2,
        sure(rules.founding_within_a_year, 0.1, 0.1, 1.2),
    ),
)

SEAT = "1 - (1 - p)^n"

COMMITTEES = tuple(
    Oracle(f"p .03, {n} willing", SEAT, "seat_taken", digits, 1 - 0.97**n, sure(rules.seat, n))
    for n, digits in ((10, "0.262576"), (12, "0.306158"))
)

# What is bought by number (E6-b)

SHIRTS = "10,000 pieces at Rp 250,000, .2 nothing new; 500 staff-months make 2.5 billion"
MADE = sure(rules.bought, 1e4, 2.5e5, 0.2, 2.5e9, 500.0)

BOUGHT = (Oracle(SHIRTS, "B = Y W / V", "staff_months_for", "400", 400.0, MADE),)

# Demand that has a price (E6-d)

COSTS = "costs of .25 of output in 2012, .45 now, rho .5"
PASSED, RIVALS = "P'/P = 1 + rho (c - c_2012)", "(P'/P)^-eps"

DEMAND = (
    Oracle(f"{COSTS}: price", PASSED, "price_passed_on", "1.10", 1.1, sure(rules.price, 0.25, 0.45, 0.5)),
    Oracle(f"{COSTS}: price", PASSED, REGION, "1.10", 1.1, lambda: region.costs_passed_on()[0]),
    Oracle(
        f"{COSTS}, eps .8: orders",
        RIVALS,
        "orders_at_price",
        "0.926586",
        1.1**-0.8,
        sure(rules.orders_at, 0.25, 0.45, 0.5, 0.8),
    ),
    Oracle(
        f"{COSTS}, eps .8: orders",
        RIVALS,
        REGION,
        "0.926586",
        1.1**-0.8,
        lambda: region.costs_passed_on()[1],
    ),
)

# Fine cloth (E6-f)

CLOTH = "D 100 hand orders, f .3"
PLACED, BUSY = "(1 - f) D + min(f D, M)", "min(1, f D / M)"


def fine(masters: float, part: int, digits: str, expected: float, formula: str) -> tuple[Oracle, ...]:
    """By the rules, and from a region with so many masters for each hundred hand orders."""
    what = ("orders placed", "masters' time on fine cloth", "D behind the orders placed")[part]
    limit = f"{CLOTH}, {masters:g} masters: {what}"
    by_rule = Oracle(
        limit, formula, "rules of orders", digits, expected, lambda: exact(rules.fine_cloth(masters)[part])
    )
    if part == 2:
        return (by_rule,)
    return by_rule, Oracle(
        limit, formula, REGION, digits, expected, lambda: exact(region.fine_cloth(masters)[part])
    )


FINE = (
    *fine(20.0, 0, "90", 90.0, PLACED),
    *fine(20.0, 1, "1", 1.0, BUSY),
    *fine(20.0, 2, "100", 100.0, f"inverse of {PLACED}"),
    *fine(60.0, 0, "100", 100.0, PLACED),
    *fine(60.0, 1, "0.5", 0.5, BUSY),
    *fine(60.0, 2, "100", 100.0, f"inverse of {PLACED}"),
)

ORACLES = (*CHOICE, *LEARNING, *CHAIN, *BOUGHT, *DEMAND, *FINE, *EMPOWERMENT, *FOUNDING, *COMMITTEES, *LIVES)
