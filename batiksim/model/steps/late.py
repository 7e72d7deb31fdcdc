"""Late entry: people of the counted pool of 35 and more who look for batik work (E3, section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import SETTLING_MONTHS, Presence, Stage, Tier
from batiksim.kernels import late
from batiksim.kernels.decision import Ahead, Tastes, World
from batiksim.kernels.late import LATE_ID, LATE_SERIALS
from batiksim.kernels.streams import stream_key
from batiksim.model.steps import enrolment
from batiksim.model.traits import PLACE_ID, retirement, talent, task_group
from batiksim.rules import craft_skill
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def late_applicants(state: State, offers: World, tastes: Tastes, ahead: Ahead) -> Ints:
    """Identities reserved for people of the counted pool who look for batik work this month."""
    now, found = state.now, np.empty(2 * state.n_places * LATE_SERIALS, dtype=np.int64)
    thinking = state.settled * (now["population.participation"] * now["choice.reconsider_older"])
    count = late.looking(
        stream_key(state.seed, "late", state.month), stream_key(state.seed, "late.age"), state.month,
        state.places.number, first_ids(state), thinking, now["population.typical_task"],
        craft_skill.talent(0.5, now["skill.least_talent"]), state.market.posted_rate,
        enrolment.transfer_late(state), offers.other_older, offers.batik_offer, state.place_mean,
        state.batik_share, tastes, ahead, now["population.late_entry_years"] * 12, state.oldest_birth,
        state.settled_births, found,
    )  # fmt: skip
    return found[:count].copy()


def first_ids(state: State) -> Ints:
    """The first of the identities that each place reserves for late applicants."""
    return (state.places.number << PLACE_ID) | LATE_ID


def late_traits(state: State, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Place, sex and birth month that go with a reserved identity; late entrants are 35-49 years old."""
    numbers = state.places.number.tolist()
    place = np.array([numbers.index(number) for number in (ids >> PLACE_ID).tolist()], dtype=np.int64)
    span = state.now["population.late_entry_years"] * 12
    birth = state.month - SETTLING_MONTHS - np.floor(state.trait("late.age", ids) * span).astype(np.int64)
    return place, (ids // LATE_SERIALS) % 2, birth


def create_late(state: State, ids: Ints) -> Ints:
    """Take hired late applicants from the counted pool and follow them from now on; returns their rows."""
    people = state.people
    if not ids.size:
        return ids
    place, sex, birth = late_traits(state, ids)
    state.change_settled(place, sex, birth, -1)
    added = people.append(ids.size)
    rows = np.arange(added.start, added.stop)
    people.id[added], people.place[added], people.sex[added], people.birth[added] = ids, place, sex, birth
    people.group[added] = task_group(state, ids, sex)
    people.talent[added] = talent(state, ids)
    people.retires[added] = retirement(state, ids, birth, "worker", (state.month - birth) / 12.0)
    people.stage[added] = Stage.OTHER
    people.presence[added] = Presence.SIMULATED
    people.tier[added] = Tier.NONE
    for column in ("employer", "laid_off_by", "certified", "peers"):
        getattr(people, column)[added] = -1
    people.learning[added] = state.place_mean[place]
    state.older = np.concatenate((state.older, rows))
    state.count("late_entrants", rows)
    return rows
