"""The last touches of January 2011: committees, components at their fixed point, money, the market's
memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, COMPONENTS
from batiksim.model.steps import craft, demand, empowerment, jobs, policy
from batiksim.model.steps.observation import observe
from batiksim.rules import orders
from batiksim.state.committee import Committee
from batiksim.state.state import State
from batiksim.world.geography import REGIONS

Floats = NDArray[np.float64]

FIXED_POINT_STEPS = 25


def settle_industry(state: State) -> None:
    """Give firms, programmes and the market the state they would have had for long, so that nothing jumps
    (E1-E7).
    """
    state.month = 0
    state.ceiling = np.ones(state.n_places)
    state.reset_flows()
    state.bargaining = np.zeros(state.n_places)
    state.place_mean = state.owner_mean = np.zeros((state.n_places, len(COMPONENTS)))
    start_committees(state)
    state.find_batik()
    start_searching(state)
    craft.find_master_time(state)
    start_learning(state)
    empowerment.contracts_won_before(state)
    start_orders(state)
    start_pay(state)
    start_market(state)
    state.month = -1
    state.entrants = np.zeros(0, dtype=np.int64)
    observe(state)


def start_searching(state: State) -> None:
    """Some workers are between two jobs, so that posts and searchers meet from the first month on (E7)."""
    people, ids = state.people, state.people.id[state.batik]
    rows = state.batik[state.trait("start.searching", ids) < state.now["start.searching_share"]]
    state.end_jobs(rows)
    people.search[rows] = np.floor(
        state.trait("start.searched", people.id[rows]) * state.now["start.searched_months"]
    )


def start_committees(state: State) -> None:
    """Committees of the organised places, of the ages assumed for 2011 (section 3)."""
    now, places = state.now, state.places
    low, high = now["committee.start_least_age"], now["committee.start_most_age"]
    state.committees = []
    for place in np.flatnonzero(places.organised > 0):
        seats = places.number[place] * 1000 + np.arange(int(now["committee.seats"]))
        ages = low + (high - low) * state.trait("committee.start", seats)
        members = [(-1 - seat, -int(age * 12)) for seat, age in enumerate(ages)]
        state.committees.append(Committee(int(place), members))
    craft.set_committee_strength(state)


def start_learning(state: State) -> None:
    """Components of everyone at the fixed point of E1, by iteration at full speed."""
    people, owners = state.people, state.owners
    policy.teach(state)
    everyone = state.everyone()
    people.learning[everyone] = state.taught[people.place[everyone], AUDIENCES.index("youth")]
    kind = np.where(owners.member == 1, AUDIENCES.index("members"), AUDIENCES.index("owners"))
    owners.learning[:] = state.taught[owners.place, kind]
    state.make_known(everyone)
    openness = state.now["learning.openness"]
    for _ in range(FIXED_POINT_STEPS):
        observe(state)
        craft.influence_people(state, openness, 1.0)
        craft.influence_owners(state, openness, 1.0)
    observe(state)


def start_orders(state: State) -> None:
    """Orders equal the size of the firms in January 2011, and have done so for long (E6)."""
    owners, market, places = state.owners, state.market, state.n_places
    size = owners.weight.copy()
    market.demand_start = np.stack(
        [np.bincount(owners.place, weights=size[:, g], minlength=places) for g in (0, 1)], axis=1
    )
    owners.weight[:] = size / demand.access(state)[:, None]
    _find_fine_orders(state)
    owners.orders[:] = size
    market.load = size.copy()
    owners.wanted[:] = size


def _find_fine_orders(state: State) -> None:
    """Behind the hand orders that are placed stand those for fine cloth that find no master (E6-f)."""
    market, region = state.market, state.places.region
    hand = market.demand_start[:, 0]
    placed = np.bincount(region, weights=hand, minlength=len(REGIONS)).astype(np.float64)
    masters = demand.hand_masters(state)
    behind = orders.hand_orders_behind(placed, masters, state.now["demand.fine_share"])
    more = np.divide(behind, placed, out=np.ones_like(placed), where=placed > 0.0)
    market.demand_start[:, 0] *= more[region]


def set_unfilled(state: State) -> None:
    """Posts open at the start, and those of them that have been so for more than a month: those left of the
    month before, while jobs ended and others began as in any month (E6).
    """
    market, wanted = state.market, demand.orders_placed(state)
    market.open_posts = wanted * state.now["start.vacancy_share"]
    left, target = market.open_posts.sum(axis=0), wanted.sum(axis=0)
    unfilled = orders.long_open(left, left + ending_jobs(state).sum(axis=0), left)
    market.unfilled_share = np.ones((state.n_places, 1)) * (unfilled / target)


def ending_jobs(state: State) -> Floats:
    """Jobs that end by chance in a month, (places, groups) (E7)."""
    ending = np.zeros((state.n_places, 2))
    np.add.at(ending, state.owners.place, jobs.separation_hazard(state)[:, None] * state.owners.staff)
    return ending


def start_pay(state: State) -> None:
    """Pay as posted with the start's share of unfilled posts, and money of some months of wages (E5, E7)."""
    owners, now = state.owners, state.now
    set_unfilled(state)
    demand.set_prices(state)
    jobs.post_pay(state)
    rows = state.batik
    people = state.people
    employed = people.employer[rows] >= 0
    bill = np.bincount(
        people.employer[rows[employed]], weights=people.rate[rows[employed]], minlength=owners.n
    )
    spread = (
        now["firms.start_money_spread"] * np.log(1.0 / state.trait("owner.money", owners.id) - 1.0) / 1.702
    )
    months = now["firms.start_money"] * np.exp(spread)
    least = now["firms.living_cost"] * state.umk[owners.place]
    owners.capital[:] = np.maximum(bill, least) * months
    owners.wage_bill[:] = bill


def start_market(state: State) -> None:
    """Last month's applicants: as many as searched or reconsidered towards the posts there were (E3)."""
    now, market = state.now, state.market
    jobs.open_posts(state)
    market.applicants = (market.open_posts + ending_jobs(state)) * now["start.applicants_per_post"]
    market.garment_posts = market.garment_jobs_start * now["start.garment_turnover"]
    market.garment_applicants = market.garment_posts * now["start.applicants_per_factory_post"]
