"""Steps 2 to 4: jobs end, pay is posted, posts are opened (E5, E6, E7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Group, Stage
from batiksim.kernels import scan
from batiksim.kernels.streams import stream_key
from batiksim.model.steps import enrolment
from batiksim.model.steps.craft import skill_at_entry
from batiksim.model.steps.empowerment import win_direct_contracts
from batiksim.model.traits import contract_tier
from batiksim.rules import choice, contracts, orders
from batiksim.rules.matching import block_size, recalls
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

POST_ID = 1024


def separate(state: State) -> None:
    """Step 2: searchers lose patience, jobs end by chance, slack firms and shrinking factories lay off; some
    brokered workers win direct contracts.

    The young lose other and factory work by chance, too, and seek again (E3-s).
    """
    people, now = state.people, state.now
    batik = state.batik
    looking = batik[people.employer[batik] < 0]
    people.search[looking] += 1
    state.leave_trade(looking[people.search[looking] >= now["lifecycle.search_months"]])
    at_work = batik[people.employer[batik] >= 0]
    hazard = separation_hazard(state)[people.employer[at_work]]
    let_go(state, at_work[state.draw("separation", people.id[at_work]) < hazard])
    lay_off_slack(state)
    lost = losers(state)
    state.note("work_ends", lost)
    state.enter_stage(lost, Stage.SEEKING)
    lay_off_garment(state)
    state.drop_leavers()
    win_direct_contracts(state)


def losers(state: State) -> Ints:
    """Rows of people of 15-34 who lose other or factory work this month (E3-s)."""
    now = state.now
    hazards = np.zeros((2, len(Stage)))
    hazards[:, Stage.OTHER] = now["other.loss_adult"], now["other.loss_young"]
    hazards[:, Stage.GARMENT] = now["garment.loss"]
    key = stream_key(state.seed, "loss", state.month)
    return scan.losers(key, state.spans, state.people.id, state.people.stage, hazards)


def separation_hazard(state: State) -> Floats:
    """Chance that a job ends this month, by firm: higher in small firms (E7)."""
    now = state.now
    small = state.owners.staff.sum(axis=1) < now["firms.small"]
    return np.where(small, now["lifecycle.separation_small"], now["lifecycle.separation_large"])


def let_go(state: State, rows: Ints) -> None:
    """End jobs by no wish of these people: their employers remember whom to call back (E7-r)."""
    people = state.people
    people.laid_off_by[rows], people.laid_off[rows] = people.employer[rows], state.month
    state.end_jobs(rows)


def lay_off_slack(state: State) -> None:
    """Lay off whom a firm cannot give the least days: brokered workers first, then direct ones (E6)."""
    people, owners = state.people, state.owners
    keep = orders.staff_carried(state.market.load, state.now["demand.days_least"])
    excess = np.maximum(owners.staff - keep, 0) * owners.open[:, None]
    rows = state.batik
    rows = rows[people.employer[rows] >= 0]
    rows = rows[excess[people.employer[rows], people.group[rows]] > 0]
    if rows.size:
        desk = people.employer[rows].astype(np.int64) * 2 + people.group[rows]
        order = np.lexsort((state.draw("layoff", people.id[rows]), -people.tier[rows], desk))
        rows, desk = rows[order], desk[order]
        rank = np.arange(rows.size) - np.searchsorted(desk, desk)
        rows = rows[rank < excess.ravel()[desk]]
        let_go(state, rows)


def garment_jobs(state: State) -> int:
    """Garment jobs for the region's residents this month, at the scale of the run."""
    growth = np.prod((1.0 + state.now.series("garment.growth")[: state.month]) ** (1.0 / 12.0))
    opened = state.drivers.factory_jobs[state.month] * state.scale
    return max(int(np.floor(state.market.garment_jobs_start * growth + opened)), 0)


def lay_off_garment(state: State) -> None:
    """Lay off garment workers beyond the jobs there are, by lot."""
    people = state.people
    excess = state.garment_workers - garment_jobs(state)
    if excess > 0:
        everyone = state.everyone()
        workers = everyone[people.stage[everyone] == Stage.GARMENT]
        order = np.lexsort((people.id[workers], state.draw("garment.layoff", people.id[workers])))
        state.note("work_ends", workers[order[:excess]])
        state.enter_stage(workers[order[:excess]], Stage.SEEKING)


def outside_option(state: State) -> Floats:
    """Outside option b of the typical incumbent, IDR a month (places, groups): not that of the youth (E5)."""
    now = state.now
    start = np.array([now["contracts.outside_hand"], now["contracts.outside_stamp"]])
    index = (state.umk / state.drivers.umk[0]) ** now["contracts.outside_indexation"]
    return (state.drivers.umk[0] * index)[:, None] * start


def quality(state: State, skill: Floats) -> Floats:
    """Output of a full month at this skill, in reference worker-months (E5)."""
    return contracts.output(skill, state.now["contracts.unskilled_output"], state.now["skill.reference"])


def piece_exponents(state: State) -> Floats:
    """How far pay follows own output, by task group: hand work by the piece, stamping by time (E5)."""
    return np.array([state.now["contracts.piece_hand"], state.now["contracts.piece_stamp"]])


def worth(state: State, rows: Ints) -> Floats:
    """What a full month of these employed workers is worth, in months of plain cloth at reference skill:
    their output, and the premium of fine cloth in the hands of masters (E5, E6-f).
    """
    people = state.people
    fine = state.market.fine_premium[state.owners.place[people.employer[rows]]]
    premium = np.where((people.group[rows] == Group.HAND) & state.masters(rows), fine, 0.0)
    return quality(state, people.skill[rows]) * (1.0 + premium)


def update_staff_worth(state: State, rows: Ints, own: Floats) -> None:
    """Mean worth of the work of each firm's task groups, of that of all employed workers, `rows`; an empty
    desk keeps the last mean.
    """
    people, owners = state.people, state.owners
    desk = people.employer[rows].astype(np.int64) * 2 + people.group[rows]
    count = np.bincount(desk, minlength=2 * owners.n)
    total = np.bincount(desk, weights=own, minlength=2 * owners.n)
    mean = np.divide(total, count, out=owners.mean_worth.ravel().copy(), where=count > 0)
    owners.mean_worth[:] = mean.reshape(-1, 2)


def surplus_cut(state: State) -> Floats:
    """Share tau of the surplus that one broker keeps, by place."""
    return np.clip(state.now["contracts.surplus_cut"] + state.levers.surplus_cut, 0.0, 1.0)


def post_pay(state: State) -> None:
    """Step 3: each owner posts one rate per task group and tier; jobs that do not pay for themselves end
    (E5).
    """
    people, owners, now, levers = state.people, state.owners, state.now, state.levers
    rows = state.batik[people.employer[state.batik] >= 0]
    own = worth(state, rows)
    update_staff_worth(state, rows, own)
    place = owners.place
    share = contracts.bargaining_share(
        now["contracts.bargaining_share"],
        now["contracts.bargaining_power"],
        state.bargaining,
        levers.bargaining_share,
    )[place, None]
    scarcity = now["contracts.scarcity"] * state.market.unfilled_share[place]
    outside = outside_option(state)[place]
    surplus = owners.surplus * owners.mean_worth
    obeys = owners.complier < np.clip(now["wage.compliance"] + levers.compliance, 0.0, 1.0)[place]
    hours = np.array([now["wage.hours_hand"], now["wage.hours_stamp"]])
    minimum = state.umk[place][:, None] * hours
    for tier in range(3):
        left = contracts.after_brokers(surplus, surplus_cut(state)[place, None], np.array(tier))
        least = np.maximum(now["wage.floor"] * obeys, enrolment.obeyed_floors(state, tier))
        floor = (least * state.umk[place])[:, None] * hours
        pay = np.maximum(contracts.bargained_pay(left, outside, share, scarcity), floor)
        pay = enrolment.deterred_pay(state, pay, tier, minimum)
        owners.viable[:, :, tier] = left >= pay
        owners.rate[:, :, tier] = pay
    job = people.employer[rows], people.group[rows], people.tier[rows]
    viable = owners.viable[job] == 1
    state.end_jobs(rows[~viable])
    set_rates(state, rows[viable], own[viable])


def set_rates(state: State, rows: Ints, own: Floats) -> None:
    """Full-month pay of these employed workers from the owner's posted rate and what their own work is worth
    (E5).
    """
    people, owners = state.people, state.owners
    mean = owners.mean_worth[people.employer[rows], people.group[rows]]
    posted = owners.rate[people.employer[rows], people.group[rows], people.tier[rows]]
    rate = contracts.piece_pay(posted, own, mean, piece_exponents(state)[people.group[rows]])
    people.rate[rows] = enrolment.certified_pay(state, rows, rate, own, surplus_cut(state))


def brokered_share(state: State) -> Floats:
    """Share of new contracts that go through brokers, by owner; online sellers need fewer tiers (E5)."""
    now, owners = state.now, state.owners
    base = np.clip(now["contracts.brokered"] + state.levers.brokered, 0.0, 1.0)[owners.place]
    return base * (1.0 - now["online.direct"] * owners.online)


def two_tier_share(state: State) -> Floats:
    """Share of the brokered contracts that go through two brokers, by place."""
    return np.clip(state.now["contracts.two_tier"] + state.levers.two_tier, 0.0, 1.0)


def open_posts(state: State) -> None:
    """Step 4: open all missing posts, only where the job pays for itself; people who were laid off are called
    back, and the posts that are left go to the market as a list (E6, E7).

    In a slack month nobody is hired who would have to be laid off in the next.
    """
    owners, now, market = state.owners, state.now, state.market
    owners.target[:] = orders.whole(owners.wanted, owners.offset) * owners.open[:, None]
    room = orders.staff_carried(market.load, now["demand.days_least"])
    gap = np.maximum(np.minimum(owners.target, room) - owners.staff, 0)
    desk = np.repeat(np.arange(owners.n * 2), gap.ravel())
    serial = np.arange(desk.size) - np.searchsorted(desk, desk)
    owner, group = desk // 2, desk % 2
    lot = state.draw("post.tier", owners.id[owner] * POST_ID + group * (POST_ID // 2) + serial)
    tier = contract_tier(lot, brokered_share(state)[owner], two_tier_share(state)[owners.place[owner]])
    viable = owners.viable[owner, group, tier] == 1
    owner, group, tier = owner[viable], group[viable], tier[viable]
    owners.posts[:] = np.bincount(owner * 2 + group, minlength=2 * owners.n).reshape(-1, 2)
    posted = np.bincount(owners.place[owner].astype(np.int64) * 2 + group, minlength=2 * state.n_places)
    market.posted = posted.reshape(-1, 2).astype(np.float64)
    market.filled = np.zeros((state.n_places, 2))
    left = ~call_back(state, owner, group, tier)
    owner, group, tier = owner[left], group[left], tier[left]
    cell = owners.place[owner].astype(np.int64) * 2 + group
    market.vacancies = np.bincount(cell, minlength=2 * state.n_places).reshape(-1, 2).astype(np.float64)
    size = block_size(now["matching.block"], state.scale)
    if size != market.block_size:
        market.block, market.block_size = state.places.blocks(size), size
    urn = market.block[owners.place[owner]] * 2 + group
    order = np.argsort(urn, kind="stable")
    market.post_owner, market.post_group, market.post_tier = owner[order], group[order], tier[order]
    count = np.bincount(urn, minlength=2 * state.n_places)
    market.within_reach = count.reshape(-1, 2)[market.block]
    market.first_post = (np.cumsum(count) - count).reshape(-1, 2)[market.block]
    _know_pay(state, owner, group, tier, cell)


def call_back(state: State, owner: Ints, group: Ints, tier: Ints) -> Bools:
    """Firms with posts, sorted by firm and group, first call those they laid off lately, by lot; returns
    which posts are taken (E7).

    Everybody is asked once: who is without work comes, who has found other work comes by chance. Who has
    retired or has a batik job, a factory job or a firm of her own is not asked any more, nor does a firm call
    that has closed.
    """
    people, now = state.people, state.now
    rows = np.flatnonzero(people.laid_off_by >= 0)
    stage, since = people.stage[rows], state.month - people.laid_off[rows]
    free = (stage == Stage.SEEKING) | (stage == Stage.OTHER) | (stage == Stage.HOME)
    free |= (stage == Stage.BATIK) & (people.employer[rows] < 0)
    works = state.owners.open[people.laid_off_by[rows]] == 1
    waits = free & works & (since <= now["lifecycle.recall_months"])
    people.laid_off_by[rows[~waits]] = -1
    rows = rows[waits & (since > 0)]
    desk = people.laid_off_by[rows].astype(np.int64) * 2 + people.group[rows]
    order = np.lexsort((state.draw("recall.order", people.id[rows]), desk))
    rows, desk = rows[order], desk[order]
    chance = np.where(people.stage[rows] == Stage.OTHER, now["lifecycle.recall_accept"], 1.0)
    accepts = state.draw("recall", people.id[rows]) < chance
    posts = owner * 2 + group
    asked, serial = recalls(desk, accepts, np.bincount(posts, minlength=2 * state.owners.n))
    people.laid_off_by[rows[asked]] = -1
    back = asked & accepts
    post = np.searchsorted(posts, desk[back]) + serial[back]
    start_jobs(state, rows[back], owner[post], tier[post], "recalled")
    state.count("recalled", rows[back])
    taken = np.zeros(owner.size, dtype=np.bool_)
    taken[post] = True
    return taken


def start_jobs(state: State, rows: Ints, owner: Ints, tier: Ints, event: str) -> None:
    """Begin batik jobs with these owners, through so many brokers; `event` is what the diary calls it."""
    people, owners, market = state.people, state.owners, state.market
    newcomers = people.stage[rows] != Stage.BATIK
    state.enter_stage(rows[newcomers], Stage.BATIK)
    state.batik = np.concatenate((state.batik, rows[newcomers]))
    people.employer[rows], people.tier[rows] = owner, tier
    people.hired[rows] = state.month
    people.search[rows] = 0
    novice = rows[people.practice[rows] == 0]
    people.skill[novice] = skill_at_entry(state, novice)
    np.add.at(owners.staff, (owner, people.group[rows]), 1)
    filled = np.bincount(
        owners.place[owner].astype(np.int64) * 2 + people.group[rows], minlength=2 * state.n_places
    )
    market.filled = market.filled + filled.reshape(-1, 2)
    set_rates(state, rows, worth(state, rows))
    state.note(event, rows, owner=owner.tolist(), tier=tier.tolist(), rate=people.rate[rows].tolist())


def _know_pay(state: State, owner: Ints, group: Ints, tier: Ints, cell: Ints) -> None:
    """What a newcomer can know of batik pay: the mean posted rate at entry skill, of her place if it has any,
    else of all places (E3).
    """
    now = state.now
    entry = quality(state, np.array([now["skill.entry"]]))
    relative = entry / state.owners.mean_worth[owner, group]
    rate = contracts.piece_pay(
        state.owners.rate[owner, group, tier], relative, np.ones(owner.size), piece_exponents(state)[group]
    )
    total = np.bincount(cell, weights=rate, minlength=2 * state.n_places).reshape(-1, 2)
    vacancies = state.market.vacancies
    own = np.divide(total, vacancies, out=np.zeros(vacancies.shape), where=vacancies > 0)
    anywhere = total.sum(axis=0) / np.maximum(vacancies.sum(axis=0), 1.0)
    state.market.posted_rate = np.where(vacancies > 0, own, anywhere)


def pay_by_skill(state: State, skill: Floats, group: Ints) -> Floats:
    """Pay at this skill over pay at entry skill, (Q(s) / Q(entry))^psi (E5)."""
    entry = quality(state, np.array([state.now["skill.entry"]]))
    relative = np.divide(quality(state, skill), entry, out=np.ones(skill.size), where=entry > 0.0)
    alike = np.ones(skill.size)
    return contracts.piece_pay(alike, relative, alike, piece_exponents(state)[group])


def offer_chance(state: State) -> Floats:
    """Chance that a batik post is on offer, by task group: vacancies over last month's applicants (E3)."""
    return choice.offer_probability(state.market.vacancies.sum(axis=0), state.market.applicants.sum(axis=0))
