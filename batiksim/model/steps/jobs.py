"""Steps 2 to 4: jobs end, pay is posted, posts are opened (E5, E6, E7)."""

from __future__ import annotations

from math import floor

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Stage
from batiksim.kernels import matching, moves, pay, scan
from batiksim.kernels.streams import stream_key
from batiksim.model.steps import enrolment
from batiksim.model.steps.empowerment import contract_hazard, contract_key, win_direct_contracts
from batiksim.rules import choice, contracts, lifecycle
from batiksim.rules.either import within
from batiksim.rules.matching import block_size
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def separate(state: State) -> None:
    """Step 2: searchers lose patience, jobs end by chance, slack firms and shrinking factories lay off; some
    brokered workers win direct contracts.

    The young lose other and factory work by chance, too, and seek again (E3-s).
    """
    people, rows = state.people, state.batik
    tired, ending, lucky, kept = np.empty((4, rows.size), dtype=np.int64)
    gives_up, ends, may_win = moves.separations(
        rows, stream_key(state.seed, "separation", state.month), people.id, people.employer, people.search,
        state.now["lifecycle.search_months"], state.owners.staff, *firm_hazards(state), contract_key(state),
        contract_hazard(state), tired, ending, lucky, kept,
    )  # fmt: skip
    state.batik = kept[: rows.size - gives_up]
    state.leave_trade(tired[:gives_up])
    state.end_jobs(ending[:ends], laid_off=True)
    lay_off_slack(state)
    lost = losers(state)
    state.note("work_ends", lost)
    state.enter_stage(lost, Stage.SEEKING)
    lay_off_garment(state)
    win_direct_contracts(state, lucky[:may_win])


def losers(state: State) -> Ints:
    """Rows of people of 15-34 who lose other or factory work this month (E3-s)."""
    now = state.now
    hazards = np.zeros((2, len(Stage)))
    hazards[:, Stage.OTHER] = now["other.loss_adult"], now["other.loss_young"]
    hazards[:, Stage.GARMENT] = now["garment.loss"]
    key = stream_key(state.seed, "loss", state.month)
    lots, found = state.room_for_young()
    people = state.people
    return found[: scan.losers(key, state.spans, people.id, people.stage, hazards, lots, found)].copy()


def firm_hazards(state: State) -> tuple[float, float, float]:
    """Staff below which a firm is small, and the chance that a job ends this month in small and in larger
    firms (E7).
    """
    now = state.now
    return now["firms.small"], now["lifecycle.separation_small"], now["lifecycle.separation_large"]


def separation_hazard(state: State) -> Floats:
    """Chance that a job ends this month, by firm (E7)."""
    return np.asarray(lifecycle.separation(state.staff, *firm_hazards(state)))


def lay_off_slack(state: State) -> None:
    """Lay off whom a firm cannot give the least days: brokered workers first, then direct ones (E6)."""
    people, owners, batik = state.people, state.owners, state.batik
    excess, rows = np.empty((owners.n, 2)), np.empty_like(batik)
    count = moves.slack(
        batik, people.employer, people.group, state.market.load, owners.staff, owners.open,
        state.now["demand.days_least"], excess, rows,
    )  # fmt: skip
    if count:
        rows = rows[:count]
        desk = people.employer[rows].astype(np.int64) * 2 + people.group[rows]
        order = np.lexsort((state.draw("layoff", people.id[rows]), -people.tier[rows], desk))
        rows, desk = rows[order], desk[order]
        rank = np.arange(rows.size) - np.searchsorted(desk, desk)
        state.end_jobs(rows[rank < excess.ravel()[desk]], laid_off=True)


def garment_jobs(state: State) -> int:
    """Garment jobs for the region's residents this month, at the scale of the run."""
    drivers, month = state.drivers, state.month
    opened = drivers.factory_jobs[month] * state.scale
    return max(floor(state.market.garment_jobs_start * drivers.factories[month] + opened), 0)


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


def piece_exponents(state: State) -> Floats:
    """How far pay follows own output, by task group: hand work by the piece, stamping by time (E5)."""
    return np.array([state.now["contracts.piece_hand"], state.now["contracts.piece_stamp"]])


def masters_and_output(state: State) -> tuple[float, float, float, float]:
    """Skill and months of practice of a master, output of the unskilled, skill of a full one (E4, E5)."""
    now = state.now
    mastery = now["skill.master"], now["skill.master_years"] * 12
    return *mastery, now["contracts.unskilled_output"], now["skill.reference"]


def worth(state: State) -> tuple[Ints, Ints, Floats]:
    """Which batik workers have an employer, the numbers of their jobs, and what a full month of each is
    worth, in months of plain cloth at reference skill (E5, E6-f); owners know the mean of their staff.
    """
    people, owners = state.people, state.owners
    (found, jobs), own = np.empty((2, state.batik.size), dtype=np.int64), np.empty(state.batik.size)
    count = pay.worth(
        state.batik, people.employer, people.group, people.tier, people.skill, people.practice, owners.place,
        state.market.fine_premium, *masters_and_output(state), found, jobs, own, np.zeros((2, owners.n, 2)),
        owners.mean_worth,
    )  # fmt: skip
    return found[:count], jobs[:count], own[:count]


def surplus_cut(state: State) -> Floats:
    """Share tau of the surplus that one broker keeps, by place."""
    cut: Floats = within(state.now["contracts.surplus_cut"] + state.levers.surplus_cut, 0.0, 1.0)
    return cut


def post_pay(state: State) -> None:
    """Step 3: each owner posts one rate per task group and tier; jobs that do not pay for themselves end
    (E5).
    """
    employed = worth(state)
    state.market.cut, state.market.outside = surplus_cut(state), outside_option(state)
    _post_rates(state)
    state.end_jobs(set_rates(state, *employed))


def _post_rates(state: State) -> None:
    """Set the posted rates of all firms (E5)."""
    owners, now, levers, market = state.owners, state.now, state.levers, state.market
    share = contracts.bargaining_share(
        now["contracts.bargaining_share"],
        now["contracts.bargaining_power"],
        state.bargaining,
        levers.bargaining_share,
    )
    hours = np.array([now["wage.hours_hand"], now["wage.hours_stamp"]])
    left = np.empty(owners.rate.shape)
    pay.post_rates(
        owners.place, owners.surplus, owners.mean_worth, owners.complier, market.outside, market.cut, share,
        now["contracts.scarcity"], market.unfilled_share, now["wage.compliance"], levers.compliance,
        state.umk, hours, now["wage.floor"], enrolment.obeyed_floors(state), left, owners.rate, owners.viable,
    )  # fmt: skip
    if enrolment.inspected(state):
        minimum = state.umk[owners.place][:, None] * hours
        for tier in range(3):
            owners.rate[:, :, tier] = enrolment.deterred_pay(state, owners.rate[:, :, tier], tier, minimum)
        owners.viable[:] = left >= owners.rate


def set_rates(state: State, rows: Ints, jobs: Ints, own: Floats) -> Ints:
    """Full-month pay of these employed workers from the owner's posted rate and what their own work is worth
    (E5); returns those whose jobs do not pay for themselves.
    """
    owners, ended, terms = state.owners, np.empty_like(rows), np.empty((3, rows.size))
    kept, gone = pay.terms(
        rows, jobs, own, owners.viable, owners.rate, owners.mean_worth, piece_exponents(state), ended, terms
    )
    posted, mean, piece = terms[:, :kept]
    pay_by_terms(state, rows[:kept], posted, mean, piece, own[:kept])
    return ended[:gone]


def pay_by_terms(state: State, rows: Ints, posted: Floats, mean: Floats, piece: Floats, own: Floats) -> None:
    """Set the full-month pay of workers from the owner's posted rate, the mean worth of her staff, how far
    pay follows own output, and what their own work is worth (E5).
    """
    rate = contracts.piece_pay(posted, own, mean, piece)
    state.people.rate[rows] = enrolment.certified_pay(state, rows, rate, own, state.market.cut)


def open_posts(state: State) -> None:
    """Step 4: open all missing posts, only where the job pays for itself; people who were laid off are called
    back, and the posts that are left go to the market as a list (E6, E7).

    In a slack month nobody is hired who would have to be laid off in the next.
    """
    owners, now, market = state.owners, state.now, state.market
    cells = state.n_places, 2
    # Whoever is wanted, and a whole worker more at each desk for rounding.
    most = int(owners.wanted.sum()) + 2 * owners.n
    post, market.posted = np.empty((3, most), dtype=np.int64), np.zeros(cells)
    number = matching.open_posts(
        stream_key(state.seed, "post.tier", state.month), owners.wanted, owners.offset, market.load,
        now["demand.days_least"], owners.open, owners.staff, owners.id, owners.place, owners.online,
        owners.viable, now["contracts.brokered"], state.levers.brokered, now["online.direct"],
        now["contracts.two_tier"], state.levers.two_tier, owners.target, owners.posts, market.posted, post,
    )  # fmt: skip
    post, market.filled = post[:, :number].copy(), np.zeros(cells)
    taken = call_back(state, owner=post[0], tier=post[2])
    size = block_size(now["matching.block"], state.scale)
    if size != market.block_size:
        market.block, market.block_size = state.places.blocks(size), size
    listed, about, market.vacancies = np.empty_like(post), np.empty((3, number)), np.zeros(cells)
    market.within_reach, market.first_post = np.empty((2, *cells), dtype=np.int64)
    entry = contracts.output(now["skill.entry"], now["contracts.unskilled_output"], now["skill.reference"])
    number = matching.list_posts(
        post, taken, owners.place, market.block, entry, owners.mean_worth, owners.rate,
        piece_exponents(state), market.vacancies, market.within_reach, market.first_post, listed, about,
    )  # fmt: skip
    market.post_owner, market.post_group, market.post_tier = listed[:, :number]
    rate, relative, piece = about[:, :number]
    told = contracts.piece_pay(rate, relative, 1.0, piece)
    market.posted_rate = np.empty(cells)
    matching.known_pay(listed, told, owners.place, market.vacancies, market.posted_rate)


def call_back(state: State, owner: Ints, tier: Ints) -> Ints:
    """Firms with posts, sorted by firm and group, first call those they laid off lately, by lot; returns
    which posts are taken (E7).

    Who is called comes. Who has retired or has a batik job, a factory job or a firm of her own is not called
    any more, nor does a firm call that has closed.
    """
    people, owners, now = state.people, state.owners, state.now
    (back, posts), lot = np.empty((2, owner.size), dtype=np.int64), np.empty(owner.size)
    count = matching.call_back(
        state.month, now["lifecycle.recall_months"], stream_key(state.seed, "recall.order", state.month),
        people.id, people.laid_off_by, people.laid_off, people.group, people.stage, people.employer,
        owners.open, owners.target, state.market.load, now["demand.days_least"], owners.posts, back, posts,
        lot,
    )  # fmt: skip
    back, posts = back[:count], posts[:count]
    start_jobs(state, back, owner[posts], tier[posts], "recalled")
    state.count("recalled", back)
    return posts


def take_chosen_work(state: State, rows: Ints) -> None:
    """People take other work that was offered to them, and with it give up to be called back; a part would
    leave it again for the firm that laid them off (E7).
    """
    people = state.people
    state.take_other_work(rows)
    waiting = rows[people.laid_off_by[rows] >= 0]
    if waiting.size:
        stays = state.draw("recall", people.id[waiting]) >= state.now["lifecycle.recall_accept"]
        people.laid_off_by[waiting[stays]] = -1


def start_jobs(state: State, rows: Ints, owner: Ints, tier: Ints, event: str) -> None:
    """Begin batik jobs with these owners, through so many brokers; `event` is what the diary calls it."""
    if not rows.size:
        return
    people, owners, now, market = state.people, state.owners, state.now, state.market
    newcomers, terms = np.empty_like(rows), np.empty((4, rows.size))
    count = matching.start_jobs(
        rows, owner, tier, state.month, now["skill.entry"], now["skill.family"], *masters_and_output(state),
        people.stage, people.employer, people.tier, people.hired, people.search, people.group, people.parent,
        people.practice, people.skill, owners.place, owners.rate, owners.mean_worth, market.fine_premium,
        piece_exponents(state), owners.staff, market.filled, newcomers, terms,
    )  # fmt: skip
    newcomers = newcomers[:count]
    state.enter_stage(newcomers, Stage.BATIK)
    state.batik = np.concatenate((state.batik, newcomers))
    pay_by_terms(state, rows, *terms)
    state.note(event, rows, owner=owner, tier=tier, rate=people.rate[rows])


def offer_chance(state: State) -> Floats:
    """Chance that a batik post is on offer, by task group: vacancies over last month's applicants (E3)."""
    return choice.offer_probability(state.market.vacancies.sum(axis=0), state.market.applicants.sum(axis=0))
