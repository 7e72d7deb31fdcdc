"""Step 6: applicants meet posts, in batik by urn-ball matching, in the factories by queue (E3, E6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Stage
from batiksim.model.steps.jobs import garment_jobs, start_jobs
from batiksim.model.steps.late import create_late, late_traits
from batiksim.model.steps.observation import sum_by
from batiksim.model.traits import task_group
from batiksim.rules import orders
from batiksim.rules.matching import urn_ball
from batiksim.state.state import State
from batiksim.world.geography import NEARBY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def match(state: State) -> None:
    """Step 6: fill posts, then see which orders found no hands."""
    fill_batik(state)
    fill_garment(state)
    state.drop_leavers()
    count_unfilled(state)


def fill_batik(state: State) -> None:
    """Searchers come first, then choosers and late applicants; each draws one post of the block of places in
    which she looks (E6, E7).
    """
    people, market = state.people, state.market
    searchers = state.batik[people.employer[state.batik] < 0]
    rows, late = np.concatenate((searchers, market.batik_applicants)), market.late_applicants
    ids = np.concatenate((people.id[rows], late))
    late_place, late_sex, _ = late_traits(state, late)
    home = np.concatenate((people.place[rows].astype(np.int64), late_place))
    group = np.concatenate((people.group[rows].astype(np.int64), task_group(state, late, late_sex)))
    place = _reach(state, ids, home, group)
    count = market.within_reach[place, group]
    drawn = market.first_post[place, group] + np.floor(state.draw("vacancy", ids) * count).astype(np.int64)
    priority = (np.arange(ids.size) >= searchers.size).astype(np.int64)
    hired = urn_ball(np.where(count > 0, drawn, -1), priority, state.draw("queue", ids))
    market.applicants = (
        np.bincount(place * 2 + group, minlength=2 * state.n_places).reshape(-1, 2).astype(np.float64)
    )
    old = hired < rows.size
    newcomers = create_late(state, late[hired[~old] - rows.size])
    posts = np.concatenate((drawn[hired[old]], drawn[hired[~old]]))
    rows = np.concatenate((rows[hired[old]], newcomers))
    start_jobs(state, rows, market.post_owner[posts], market.post_tier[posts], "hired")


def _reach(state: State, ids: Ints, home: Ints, group: Ints) -> Ints:
    """Where each applicant looks this month: mostly at home, else in one of the nearest places.

    Where the block of that place has no post for her she looks on, in the block of the next place.
    """
    nearest = state.places.nearest
    away = state.draw("commute", ids) < state.now["population.commuting"]
    which = np.floor(state.draw("commute.where", ids) * NEARBY).astype(np.int64)
    place = np.where(away, nearest[home, which], home)
    barren = np.flatnonzero(state.market.within_reach[place, group] == 0)
    onward = nearest[place[barren]]
    posts = state.market.within_reach[onward, group[barren, None]] > 0
    found = posts.any(axis=1)
    place[barren[found]] = onward[found, posts[found].argmax(axis=1)]
    return place


def fill_garment(state: State) -> None:
    """Factories take applicants by lot until every job is filled."""
    people, market = state.people, state.market
    market.garment_posts = float(max(garment_jobs(state) - state.garment_workers, 0))
    queue = market.garment_queue
    queue = queue[people.stage[queue] != Stage.GARMENT]
    # Half of what is remembered: by the last month alone many offers would draw a crowd, a crowd few offers.
    market.garment_applicants = (market.garment_applicants + queue.size) / 2.0
    order = np.argsort(state.draw("garment.queue", people.id[queue]))
    hired = queue[order[: int(market.garment_posts)]]
    state.end_jobs(hired)
    state.enter_stage(hired, Stage.GARMENT)


def count_unfilled(state: State) -> None:
    """Posts that found nobody for more than a month are unfilled; their orders partly leave to other regions
    (E6). All places of a block share in what it has, because few posts of a place would count too low.
    """
    owners, market, flows = state.owners, state.market, state.flows
    target = sum_by(owners.place, owners.target, state.n_places)
    left = market.posted - market.filled
    in_block = [
        sum_by(market.block, cells, state.n_places)
        for cells in (market.open_posts, market.posted, left, target)
    ]
    share = np.divide(
        orders.long_open(*in_block[:3]), in_block[3], out=np.zeros_like(target), where=in_block[3] > 0
    )
    market.open_posts, market.unfilled_share = left, share[market.block]
    market.level *= orders.demand_left(market.unfilled_share, state.now["demand.loss"])
    flows["posts"] += market.posted.sum(axis=1)
    flows["filled_posts"] += market.filled.sum(axis=1)
    flows["open_posts"] += market.open_posts.sum(axis=1)
    flows["unfilled_posts"] += (market.unfilled_share * target).sum(axis=1)
    flows["staff_target"] += target.sum(axis=1)
