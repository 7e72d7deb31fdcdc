"""Limits of single rules: what the rules give there, and the same by formula in plain Python."""

from __future__ import annotations

from functools import partial
from math import sqrt

import numpy as np

from batiksim.arrays import Bools, Floats, Ints
from batiksim.codes import Stage
from batiksim.kernels import account, matching
from batiksim.kernels.influence import influence
from batiksim.kernels.observed_learning import make_all_known, nobody_known
from batiksim.kernels.streams import stream_key, uniform
from batiksim.rules import cohort, contracts, craft_skill, lifecycle, orders, social_learning
from verification.oracle import Measured, exact
from verification.oracles_choice import SEED, root

# Social learning (E1)

NETWORK = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])
# Eight peers each, and nobody of kin.
EIGHT = ([0] * 4 + [1] * 4, [0] * 2 + [1] * 4 + [2] * 2, [1] * 4 + [2] * 4)
FRIENDS = np.array([[*peers, -1] for peers in EIGHT], dtype=np.int32)
FIRST = np.array([1.0, 0.0, 0.0])
NOBODY = np.zeros((0, 3), np.int64)  # no spans of the young: everybody is told by row


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
            heard, NOBODY, np.arange(3), FRIENDS, np.arange(3, dtype=np.int8),
            np.full(3, Stage.OTHER, np.int8), np.full(3, -1, np.int8), np.full(3, -1, np.int32),
            np.zeros((1, 5)), np.zeros((3, 5)), taught, np.array([1.0, 0.2, 0.0]), openness, 1.0, out,
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


def skill_told(months: float, speed: float) -> float:
    """Mean skill of the next months of somebody who can learn everything and begins at .15."""
    return float(craft_skill.skill_ahead(np.array(0.15), np.array(1.0), np.array(speed), months))


def fine_cloth(masters: float, placed: float = 100.0, share: float = 0.3) -> tuple[float, float, float]:
    """Hand orders that are left of those `placed`, part of the masters' time that fine cloth takes, and the
    orders found again behind those that are left.
    """
    fine, some = np.array(share * placed), np.array(masters)
    left = placed * orders.hand_orders_left(orders.fine_served(fine, some), share)
    behind = orders.hand_orders_behind(left, some, share)
    return float(left), float(orders.time_on_fine(fine, some)), float(behind)


def ceiling_rest(ratio: float, gamma: float) -> float:
    beta = 0.02
    change = partial(craft_skill.ceiling_change, beta=beta, gamma=gamma, alpha=ratio * beta)
    return root(lambda n: float(change(np.array(n))), 1.0, 1e6)


def deterred(
    visits: float, detects: float, short: float, fine: float, arrears: float, sharpness: float
) -> float:
    found = np.array([contracts.found_out(visits, detects)])
    return float(contracts.deterred(np.array([short]), found, fine, arrears, 12, sharpness)[0])


def job(part: str, tau: float = 0.2, tiers: int = 1, phi: float = 0.4) -> float:
    """One part of what a job with P 200, M 60, Q 20, outside option 600 is worth, by the month's account."""
    one, quantity = np.ones(1), 20.0
    left = contracts.after_brokers((200.0 - 60.0) * quantity * one, tau * one, np.array([tiers]))
    worker_share = contracts.bargaining_share(phi - 0.1, 0.2, 0.5 * one, 0.0 * one)
    pay = contracts.bargained_pay(left, 600.0 * one, worker_share, 0.0 * one)
    code, cloth = np.zeros(1, dtype=np.int8), np.full((1, 2), 60.0)
    kept = account.empty(1, 1)
    account.keep(
        np.arange(1),
        account.Jobs(
            np.zeros(1, dtype=np.int32),
            code,
            code + np.int8(tiers),
            one,
            np.zeros(1, dtype=np.int32),
            pay / quantity,
            0.0 * one,
        ),
        account.Firms(code, np.full((1, 2), quantity), 200.0 - cloth, 0.0 * cloth, 0.0 * one),
        account.Terms(cloth, tau * one, 0.0 * one, (1.0, 1.0), markup=0.4, unskilled=0.4, reference=1.0),
        kept,
    )
    named = dict(zip(account.FLOWS, kept.flows[0], strict=True))
    named["sum"] = named["worker"] + named["broker"] + named["owner"]
    return float(named[part])


def founding(capital: float, empowerment: float, profit: float) -> float:
    known = np.array(capital), np.array(empowerment)
    return float(lifecycle.founding_chance(*known, profit, most=0.02, per_empowerment=2.0))


def founding_within_a_year(capital: float, empowerment: float, profit: float) -> float:
    not_yet = 1.0 - lifecycle.monthly(np.array(founding(capital, empowerment, profit)))
    return float(1.0 - not_yet**12)


def seat(willing: int) -> float:
    return lifecycle.seat_taken(willing, 0.03)


def empowered(*components: float) -> float:
    return float(social_learning.empowerment(*np.array(components)))


def brokered(share: float, separation: float, months: int) -> float:
    """Share of brokered jobs where h e is .002 a month and .7 of new contracts are brokered."""
    chance = float(social_learning.contract_chance(np.array(0.1), 0.02))
    for _ in range(months):
        share = share * (1.0 - separation - chance) + 0.7 * separation
    return share


def bought(pieces: float, each: float, instead: float, value: float, worked: float) -> float:
    money = pieces * each * (1.0 - instead)
    return float(orders.staff_months_for(money, value, np.array([worked])).sum())


def price(usual: float, now: float, pass_through: float) -> float:
    return float(orders.price_passed_on(np.array(now), np.array(usual), pass_through))


def orders_at(usual: float, now: float, pass_through: float, elasticity: float) -> float:
    return float(orders.orders_at_price(np.array(price(usual, now, pass_through)), elasticity))


def wanted(months: int) -> float:
    """Staff wanted some months after orders fell from 100 to 70, with T = 3."""
    staff = np.array(100.0)
    for _ in range(months):
        staff = orders.staff_wanted(staff, np.array(70.0), 3.0)
    return float(staff)


def open_posts(separation: float, fill: float, which: int, months: int = 600) -> float:
    """Posts open at rest over staff wanted: all of them, or (`which` 1) those open for more than a month."""
    left, unfilled = np.zeros(1), np.zeros(1)
    for _ in range(months):
        posted = left + separation * (1.0 - left)
        before, left = left, posted * (1.0 - fill)
        unfilled = orders.long_open(before, posted, left)
    return float((left, unfilled)[which].item())


def recalls(desk: Ints, posts: Ints) -> tuple[Bools, Ints]:
    """Whom desks (ascending) call back into so many `posts` each, and how many of her desk are before her, of
    people who all are free and were laid off a few months ago.
    """
    n, desks = desk.size, posts.size
    nobody, code = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int8)
    idle, both = np.zeros((desks, 2), dtype=np.int32), np.zeros((desks, 2), dtype=np.int32)
    both[:, 0] = posts
    (back, taken), lot = np.empty((2, posts.sum()), dtype=np.int64), np.empty(posts.sum())
    count = matching.call_back(
        9, 18.0, stream_key(SEED, "recall.order"), np.arange(n), desk.astype(np.int32),
        np.full(n, 6, dtype=np.int16), code, code + np.int8(Stage.SEEKING), nobody,
        np.ones(desks, dtype=np.int8), idle, np.ones((desks, 2)), 0.5, both, back, taken, lot,
    )  # fmt: skip
    called, before = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.int64)
    back = back[:count]
    called[back] = True
    before[back] = taken[:count] - (np.cumsum(posts) - posts)[desk[back]]
    return called, before


CALLERS = 400


def called_back(posts: int, laid_off: int = 100, accept: float = 0.8) -> float:
    """Mean number whom a firm gets back into so many posts; the same for all firms where posts are few."""
    desk = np.repeat(np.arange(CALLERS), laid_off)
    desk = desk[uniform(stream_key(SEED, "recall"), np.arange(desk.size)) < accept]
    called, before = recalls(desk, np.full(CALLERS, posts))
    back = np.bincount(desk[called], minlength=CALLERS)
    assert (np.bincount(desk[called], before[called]) == back * (back - 1) / 2).all()
    return float(back.mean())


def all_called(laid_off: int, accept: float) -> Measured:
    """The same with a post for everybody."""
    error = sqrt(laid_off * accept * (1.0 - accept) / CALLERS)
    return called_back(laid_off, laid_off, accept), error


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


def matches_by_case() -> Measured:
    """The same without chance: what is hired in every case, weighed by the chance of the case.

    Each applicant in turn draws a vacancy that nobody drew before, or one that somebody did.
    """
    chance = np.zeros(URNS + 1)
    chance[0] = 1.0
    drawn = np.arange(URNS + 1)
    for _ in range(URNS):
        chance = chance * drawn / URNS + np.append(0.0, (chance * (1.0 - drawn / URNS))[:-1])
    nobody_first, queue = np.zeros(URNS, dtype=np.int64), np.arange(URNS) / URNS
    hired = [matching.urn_ball(np.arange(URNS) % k, nobody_first, queue).size for k in drawn[1:]]
    return exact(chance[1:] @ np.array(hired))


def beginners(births: int = 20, hazard: float = 1 / 240, months: int = 3600) -> tuple[Measured, Measured]:
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


def mean_age_at_rest(growth: float) -> float:
    """Mean age in years of a workforce that begins at twenty and retires at sixty, small and large firms
    together, where jobs grow by `growth` a year.
    """
    months = np.arange(20 * 12, 60 * 12)
    flows = cohort.Flows(
        entry=np.where(months == months[0], 1.0, 0.0),
        leaving=np.zeros(months.size),
        retiring=np.where(months == months[-1], 1.0, 0.0),
        separation=(1 / 48, 1 / 96),
        returning=1.0,
        growth=growth / 12.0,
        large=0.5,
        young=months < 35 * 12,
        young_first=0.5,
    )
    employed = cohort.at_rest(flows).employed.sum(axis=0)
    return float((months + 0.5) @ employed / employed.sum() / 12.0)
