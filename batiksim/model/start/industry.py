"""The batik industry in January 2011: owners, firm sizes, jobs and who is old or long in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batiksim.data import rows as data_rows
from batiksim.model.start.careers import draw_careers
from batiksim.model.traits import PLACE_ID, retirement, settle_traits
from batiksim.rules import lifecycle, orders
from batiksim.state.state import State
from batiksim.world.geography import CENTRE, CITY, REGENCY, REGIONS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OWNER_ID = 1 << 30
JOB_ID = 1 << 28


@dataclass(frozen=True)
class Jobs:
    """Jobs of January 2011, one entry each: owner row, task group, age in years, months in the job and in the
    craft, id.
    """

    owner: Ints
    place: Ints
    group: Ints
    age: Floats
    tenure: Ints
    practice: Ints
    id: Ints


def size_of_industry(state: State) -> tuple[Floats, Floats]:
    """Firms and workers of each place at the scale of the run (both may be fractions).

    Table 1 gives the spatial shares; the city's total is a stated choice; Kauman and Pesindon have counts of
    their own; the seven districts of the regency take equal parts; the centres of the nation share its totals
    by sizes like those of Table 1. Source: study Table 1 and the facts of section 2.
    """
    now, places = state.now, state.places
    total = float(state.settings.value("start.city_workers"))
    owners = next(
        float(row["owners"]) for row in data_rows("city_counts.csv") if float(row["workers"]) == total
    )
    firms, workers = np.zeros(len(places)), np.zeros(len(places))
    own_count = {
        "kauman": (now["start.kauman_firms"], now["start.kauman_workers"]),
        "pesindon": (now["start.pesindon_firms"], now["start.pesindon_workers"]),
    }
    for place, (some_firms, some_workers) in own_count.items():
        there = [place == one for one in places.id]
        firms[there], workers[there] = some_firms, some_workers
    table1 = np.array([place not in own_count for place in places.id]) & (places.region == CITY)
    regency, centre = places.region == REGENCY, places.region == CENTRE
    for target, facts, whole, what in (
        (firms, places.firms_table1, owners, "firms"),
        (workers, places.workers_table1, total, "workers"),
    ):
        target[table1] = _share_out(whole - target.sum(), facts[table1])
        target[regency] = _share_out(now[f"start.regency_{what}"], np.ones(regency.sum()))
        target[centre] = _share_out(now[f"start.national_{what}"], facts[centre])
    return firms * state.scale, workers * state.scale


def _share_out(whole: float, facts: Floats) -> Floats:
    """A total in proportion to facts of some places, of which there may be none."""
    return whole * facts / facts.sum() if facts.size else facts


def create_owners(state: State, firms: Floats, workers: Floats) -> None:
    """Append the owners of January 2011, place by place in the order of the stable numbers."""
    places, owners = state.places, state.owners
    counts = np.zeros(len(places), dtype=np.int64)
    by_number = np.argsort(places.number)
    for region in range(len(REGIONS)):
        some = by_number[places.region[by_number] == region]
        # Each place keeps its fraction: rounding the running total neither loses nor invents firms.
        counts[some] = np.maximum(lifecycle.systematic(firms[some], 0.5), workers[some] > 0)
    place = np.repeat(by_number, counts[by_number])
    serial = np.concatenate([np.arange(counts[c]) for c in by_number])
    rows = owners.append(place.size)
    owners.place[rows] = place
    owners.id[rows] = (places.number[place] << PLACE_ID) | OWNER_ID | serial
    owners.person[rows] = -1
    owners.open[rows] = 1
    owners.weight[rows] = _sizes(state, place, workers)[:, None] * _group_shares(state)
    _describe_owners(state)


def _group_shares(state: State) -> Floats:
    hand = state.now["start.hand_share"]
    return np.array([hand, 1.0 - hand])


def _sizes(state: State, place: Ints, workers: Floats) -> Floats:
    """Staff wanted by each firm: lognormal, in Kauman by the counted size classes; means as in the sources.

    Posts exceed the workers who hold them by the unfilled ones; some workers are between two jobs.
    """
    ids, now = state.owners.id, state.now
    workers = workers * (1.0 - now["start.searching_share"]) / (1.0 - now["start.vacancy_share"])
    spread = np.exp(now["start.firm_size_spread"] * _normal(state.trait("owner.size", ids)))
    kauman = np.array([one == "kauman" for one in state.places.id])[place]
    classes = data_rows("kauman_firm_sizes.csv")
    low, high = (np.array([float(row[name]) for row in classes]) for name in ("low", "high"))
    shares = np.array([float(row["share"]) for row in classes])
    chosen = lifecycle.pick(state.trait("owner.size", ids), shares / shares.sum())
    counted = low[chosen] + state.trait("owner.size.within", ids) * (high[chosen] - low[chosen])
    size = np.where(kauman, counted, spread)
    total = np.bincount(place, weights=size, minlength=workers.size)
    return size * (workers / np.maximum(total, 1e-12))[place]


def _normal(u: Floats) -> Floats:
    """Standard normal quantiles by the logistic approximation of Tocher, within .01: sizes need no more."""
    return np.log(u / (1.0 - u)) / 1.702


def _describe_owners(state: State) -> None:
    """Traits, ages, stakes and contracts of the owners of January 2011."""
    owners, now = state.owners, state.now
    ids = owners.id
    classes = data_rows("owner_ages.csv")
    low, high, shares = (np.array([float(row[name]) for row in classes]) for name in ("low", "high", "share"))
    chosen = lifecycle.pick(state.trait("owner.age", ids), shares / shares.sum())
    age = low[chosen] + state.trait("owner.age.within", ids) * (high[chosen] - low[chosen])
    owners.birth[:] = -np.floor(age * 12).astype(np.int64)
    owners.retires[:] = retirement(state, ids, owners.birth, "owner", age)
    decades = data_rows("firm_births.csv")
    share = np.array([float(row["share"]) for row in decades])
    when = lifecycle.pick(state.trait("owner.founded", ids), share / share.sum())
    start = np.array([float(row["from"]) for row in decades])[when]
    years = start + 10.0 * state.trait("owner.founded.within", ids) - 2011.0
    owners.founded[:] = np.minimum(np.floor(years * 12), -1).astype(np.int64)
    owners.order_only[:] = state.trait("owner.order_only", ids) < now["start.order_only_share"]
    owners.online[:] = state.trait("owner.online", ids) < now["start.online_share"]
    owners.interest[:] = 1
    settle_traits(state, np.arange(owners.n))


def create_jobs(state: State) -> Jobs:
    """Everybody's last job in January 2011, held or just lost, with the ages and tenures that the model's own
    flows had led to (E9).
    """
    owners, now, places = state.owners, state.now, state.places
    filled = (1.0 - now["start.vacancy_share"]) / (1.0 - now["start.searching_share"])
    counts = np.zeros((owners.n, 2), dtype=np.int64)
    for c in range(len(places)):
        there = np.flatnonzero(owners.place == c)
        for g in (0, 1):
            # Each firm rounds its staff, now and later, as the running total of its place says: no sum is
            # off, and no firm begins with hands too many or too few.
            size = owners.weight[there, g]
            lot = float(state.trait(f"start.staff.{g}", places.number[c : c + 1])[0])
            owners.offset[there, g] = (np.cumsum(size) - size + lot) % 1.0
            counts[there, g] = orders.whole(size * filled, owners.offset[there, g])
    owners.staff[:] = counts
    owner, group = (
        np.repeat(np.repeat(np.arange(owners.n), 2), counts.ravel()),
        np.repeat(np.tile((0, 1), owners.n), counts.ravel()),
    )
    place = owners.place[owner].astype(np.int64)
    ids = (places.number[place] << PLACE_ID) | JOB_ID | _serial(place)
    large = owners.weight[owner].sum(axis=1) >= now["firms.small"]
    return Jobs(owner, place, group, *draw_careers(state, ids, large), ids)


def _serial(place: Ints) -> Ints:
    """Number the entries of each place 0, 1, 2 ... in their order."""
    serial = np.empty(place.size, dtype=np.int64)
    for c in np.unique(place):
        there = place == c
        serial[there] = np.arange(there.sum())
    return serial
