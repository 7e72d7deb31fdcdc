"""Late entry: people of the counted pool of 35 and more who look for batik work (E3, section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import SETTLING_MONTHS, Presence, Stage, Tier
from batiksim.model.steps import craft, enrolment
from batiksim.model.steps.jobs import offer_chance, pay_by_skill
from batiksim.model.traits import PLACE_ID, retirement, talent, task_group
from batiksim.rules import choice, craft_skill
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LATE_ID = 1 << 29
LATE_SERIALS = 256
SEXES = np.array([[0], [1]])


def wants_batik(state: State) -> Floats:
    """Chance that one of the pool who reconsiders prefers batik to other work, (places, groups) (E3)."""
    now, umk, known = state.now, state.umk, told_late(state)
    hand = now["other.pay_older_hand"] * state.market.outside[:, 0]
    other = np.stack((hand, now["other.pay_older_stamp"] * umk), axis=1)
    pays = known > 0
    expected = known + enrolment.transfer_late(state)
    gain = choice.pay_utility(np.where(pays, expected, 1.0), other, now["choice.pay"])
    hours = np.array([now["wage.hours_hand"], now["wage.hours_stamp"]])
    gain += choice.time_left(hours, now["choice.pay"] * now["choice.hourly"])
    gain += now["choice.batik"] + (now["choice.conformity"] * state.batik_share)[:, None]
    prefers = pays / (1.0 + np.exp(-gain))
    return np.minimum(prefers * (1.0 + now["choice.more_acceptances"]), 1.0)


def told_late(state: State) -> Floats:
    """Pay that a typical one of the pool is told of, (places, groups): of middling talent, and knowing what
    the place knows (E3).
    """
    now, place, group = state.now, *np.divmod(np.arange(2 * state.n_places), 2)
    typical = state.ceiling * craft_skill.talent(np.array(0.5), now["skill.least_talent"])
    speed = craft.learning_speed(state, group, place, state.place_mean[place, 1]) * state.master_time[place]
    entry = np.full(place.size, now["skill.entry"])
    ahead = craft_skill.skill_ahead(entry, typical[place], speed, now["skill.horizon"])
    return state.market.posted_rate * pay_by_skill(state, ahead, group).reshape(-1, 2)


def late_applicants(state: State) -> Ints:
    """Identities reserved for people of the counted pool who look for batik work this month.

    The k-th late applicant of a place, sex and month always has the same id, whether used or not.
    """
    now = state.now
    opening = wants_batik(state) * offer_chance(state) * state.place_mean[:, 0][:, None]
    typical = now["population.typical_task"]
    thinking = state.settled * (now["population.participation"] * now["choice.reconsider_older"])
    # Rows are the sexes, women and men, whose typical task differs.
    looking = np.stack(
        [opening @ np.array(mix) for mix in ((typical, 1.0 - typical), (1.0 - typical, typical))]
    )
    lot = state.draw("late", (state.places.number * 2 + SEXES).ravel()).reshape(looking.shape)
    count = np.minimum(np.floor(thinking.T * looking + lot), LATE_SERIALS).astype(np.int64)
    cell = np.repeat(np.arange(count.size), count.ravel())
    sex, place = np.divmod(cell, state.n_places)
    serial = np.arange(cell.size) - np.searchsorted(cell, cell)
    key = (state.month * 2 + sex) * LATE_SERIALS + serial
    ids: Ints = (state.places.number[place] << PLACE_ID) | LATE_ID | key
    return ids[_in_pool(state, ids)]


def late_traits(state: State, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Place, sex and birth month that go with a reserved identity; late entrants are 35-49 years old."""
    numbers = state.places.number
    place = np.argsort(numbers)[np.searchsorted(np.sort(numbers), ids >> PLACE_ID)]
    span = state.now["population.late_entry_years"] * 12
    birth = state.month - SETTLING_MONTHS - np.floor(state.trait("late.age", ids) * span).astype(np.int64)
    return place, (ids // LATE_SERIALS) % 2, birth


def _in_pool(state: State, ids: Ints) -> NDArray[np.bool_]:
    """Whether the pool has somebody of that place, sex and birth month for each identity."""
    place, sex, birth = late_traits(state, ids)
    column = birth - state.oldest_birth
    cell = (place * 2 + sex) * 10_000 + column
    order = np.argsort(cell, kind="stable")
    rank = np.empty(ids.size, dtype=np.int64)
    rank[order] = np.arange(ids.size) - np.searchsorted(cell[order], cell[order])
    return rank < state.settled_births[place, sex, column]


def create_late(state: State, ids: Ints) -> Ints:
    """Take hired late applicants from the counted pool and follow them from now on; returns their rows."""
    people = state.people
    if not ids.size:
        return ids
    place, sex, birth = late_traits(state, ids)
    state.change_settled(place, sex, birth, -1)
    added = people.append(ids.size)
    rows = np.arange(added.start, added.stop)
    people.id[rows], people.place[rows], people.sex[rows], people.birth[rows] = ids, place, sex, birth
    people.group[rows] = task_group(state, ids, sex)
    people.talent[rows] = talent(state, ids)
    people.retires[rows] = retirement(state, ids, people.birth[rows], "worker", (state.month - birth) / 12.0)
    people.stage[rows] = Stage.OTHER
    people.presence[rows] = Presence.SIMULATED
    people.tier[rows] = Tier.NONE
    for column in ("employer", "laid_off_by", "certified", "peers"):
        getattr(people, column)[rows] = -1
    people.learning[rows] = state.place_mean[place]
    state.older = np.concatenate((state.older, rows))
    state.count("late_entrants", rows)
    return rows
