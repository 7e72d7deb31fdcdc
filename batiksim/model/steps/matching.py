"""Step 6: applicants meet posts, in batik by urn-ball matching, in the factories by queue (E3, E6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Stage
from batiksim.kernels import matching
from batiksim.kernels.streams import stream_key
from batiksim.model.steps.jobs import garment_jobs, start_jobs
from batiksim.model.steps.late import create_late, first_ids
from batiksim.state.state import State
from batiksim.world.geography import NEARBY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOWS = ("posts", "filled_posts", "open_posts", "unfilled_posts", "staff_target")


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
    people, market, late, now = state.people, state.market, state.market.late_applicants, state.now
    market.applicants = np.zeros((state.n_places, 2))
    streams = ("commute", "commute.where", "vacancy", "queue")
    keys = [*(stream_key(state.seed, name, state.month) for name in streams), stream_key(state.seed, "task")]
    hired, posts = np.empty((2, market.post_owner.size), dtype=np.int64)
    followed, number = matching.fill_posts(
        state.batik, market.batik_applicants, late, first_ids(state), people.employer, people.id,
        people.place, people.group, np.array(keys), now["population.commuting"],
        now["population.typical_task"], NEARBY, state.places.nearest, market.within_reach, market.first_post,
        market.applicants, hired, posts,
    )  # fmt: skip
    rows, posts = hired[:number], posts[:number]
    rows[followed:] = create_late(state, rows[followed:])
    start_jobs(state, rows, market.post_owner[posts], market.post_tier[posts], "hired")


def fill_garment(state: State) -> None:
    """Factories take applicants by lot until every job is filled."""
    people, market = state.people, state.market
    market.garment_posts = float(max(garment_jobs(state) - state.garment_workers, 0))
    applied = market.garment_queue
    queue, start = np.empty((2, applied.size + 4), dtype=np.int64)
    count = matching.queue_up(
        applied, stream_key(state.seed, "garment.queue", state.month), people.id, people.stage, queue,
        np.zeros(applied.size), start,
    )  # fmt: skip
    # Half of what is remembered: by the last month alone many offers would draw a crowd, a crowd few offers.
    market.garment_applicants = (market.garment_applicants + count) / 2.0
    hired = queue[: min(count, int(market.garment_posts))]
    state.end_jobs(hired)
    state.enter_stage(hired, Stage.GARMENT)


def count_unfilled(state: State) -> None:
    """Posts that found nobody for more than a month are unfilled; their orders partly leave to other regions
    (E6). All places of a block share in what it has, because few posts of a place would count too low.
    """
    owners, market = state.owners, state.market
    market.unfilled_share, left = np.empty((2, state.n_places, 2))
    kept = np.zeros((5, state.n_places))
    matching.unfilled(
        owners.place, owners.target, market.block, market.posted, market.filled, market.open_posts,
        state.now["demand.loss"], market.level, left, market.unfilled_share, kept,
    )  # fmt: skip
    market.open_posts = left
    state.flows.add(FLOWS, kept)
