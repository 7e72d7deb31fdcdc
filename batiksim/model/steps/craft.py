"""Steps 8 and 9: skill with masters, and the five components of social learning (E1, E4, E8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, Presence
from batiksim.kernels import firms, practice
from batiksim.kernels.influence import influence
from batiksim.model.steps import enrolment
from batiksim.rules import craft_skill
from batiksim.rules.lifecycle import committee_strength, seat_taken
from batiksim.state.committee import Committee
from batiksim.state.now import Now
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def practise(state: State) -> None:
    """Step 8: workers gain skill where masters have time for them, the others forget (E4, E8)."""
    people, now = state.people, state.now
    find_master_time(state)
    enrolment.raise_talent(state)
    speeds = now["skill.speed_hand"], now["skill.speed_stamp"]
    practice.practise(
        state.batik, former_workers(state), people.stage, people.employer, people.group, people.place,
        people.talent, people.learning, state.ceiling, state.master_time, state.levers.skill_speed, speeds,
        now["skill.learning"], now["skill.forgetting"], people.skill, people.practice,
    )  # fmt: skip
    if state.month % 12 == 11 and state.on("skill.ceiling_dynamics"):
        _move_ceiling(state)


def find_master_time(state: State) -> None:
    """What the masters among the employed can teach of full learning speed, by place (E4)."""
    people, now = state.people, state.now
    masters, pupils = np.zeros((2, state.n_places))
    practice.masters_and_pupils(
        state.batik, people.employer, people.place, people.skill, people.practice,
        (now["skill.master"], now["skill.master_years"] * 12), masters, pupils,
    )  # fmt: skip
    state.master_time = craft_skill.teaching(masters, pupils, now["skill.pupils_per_master"])


def former_workers(state: State) -> Ints:
    """People who left the trade, or a school of the craft, for other work or are still at that school, and
    have neither returned nor retired.
    """
    people, kept = state.people, np.empty_like(state.former)
    count = practice.still_former(state.former, people.stage, people.presence, Presence.SIMULATED, kept)
    state.former = kept[:count]
    return state.former


def _move_ceiling(state: State) -> None:
    """Let the attainable skill of a place follow the number of its practitioners (E8)."""
    now = state.now
    people = np.bincount(state.people.place[state.batik], minlength=state.n_places) / state.scale
    change = craft_skill.ceiling_change(
        people, now["skill.ceiling_beta"], now["skill.ceiling_gamma"], now["skill.ceiling_alpha"]
    )
    state.ceiling = np.clip(state.ceiling + change, now["skill.ceiling_least"], 1.0)


def influence_weights(now: Now) -> Floats:
    """Weights of peers and kin, employer, and place in what one hears (E1)."""
    return np.array([now[f"learning.weight_{source}"] for source in ("peers", "employer", "place")])


def learn(state: State) -> None:
    """Step 9: everyone's components move towards what she hears and what programmes teach (E1)."""
    now = state.now
    influence_people(state, now["learning.openness"], now["learning.speed"])
    influence_owners(state, now["learning.openness"], now["learning.speed"])
    renew_committees(state)


def influence_people(state: State, openness: float, speed: float) -> None:
    """Move the components of all simulated people at once, with what courses add."""
    people, owners, weights = state.people, state.owners, state.now.once(influence_weights, state.now)
    influence(
        state.heard, state.spans, state.older, people.peers, people.place, people.stage, people.tier,
        people.employer, owners.learning, state.place_mean, state.taught, weights, openness, speed,
        people.learning,
    )  # fmt: skip
    enrolment.teach_pupils(state, openness, speed)


def influence_owners(state: State, openness: float, speed: float) -> None:
    """Move the components of the open owners, whose peers are the other owners of the place."""
    owners, audience = state.owners, (AUDIENCES.index("owners"), AUDIENCES.index("members"))
    peers, _, home = state.now.once(influence_weights, state.now).tolist()
    firms.influence_owners(
        owners.open, owners.place, owners.member, peers, home, state.owner_mean, state.place_mean,
        state.taught, audience, openness, speed, owners.learning,
    )  # fmt: skip


def renew_committees(state: State) -> None:
    """Members leave at the age limit; in January each empty seat may find somebody young and willing
    (section 3).
    """
    now = state.now
    for committee in state.committees:
        years = now["committee.leave_age"] - state.levers.committee_leave[committee.place]
        limit = state.month + 1 - int(years * 12)
        if min(committee.births, default=limit + 1) <= limit:
            committee.members = [one for one in committee.members if one[1] > limit]
        if state.month % 12 == 0:
            _fill_seats(state, committee)
    set_committee_strength(state)


def _fill_seats(state: State, committee: Committee) -> None:
    now, place = state.now, committee.place
    empty = int(now["committee.seats"]) - len(committee.members)
    number = state.places.number[place]
    seats = number * 1000 + np.arange(max(empty, 0))
    lot, pick = state.draw("committee", seats), state.draw("committee.who", seats)
    willing = _willing(state, place)
    stands_for = 1.0 / state.scale  # nobody sits there twice, but everybody of a sample is so many people
    seated = sum(committee.members.count(one) for one in willing)
    recruitment = now["committee.recruitment"] + float(state.levers.committee_chance[place])
    chance = seat_taken(max(len(willing) * stands_for - seated, 0.0), recruitment)
    for seat in np.flatnonzero(lot < chance):
        free = [one for one in willing if committee.members.count(one) < stands_for]
        if free:
            committee.members.append(free[int(pick[seat] * len(free))])


def _willing(state: State, place: int) -> list[tuple[int, int]]:
    """Owners and masters under the age limit who care for the craft, as (id, birth month) in that order."""
    people, owners = state.people, state.owners
    youngest = state.month - int(state.now["committee.join_age"] * 12)
    heads = state.open_rows
    heads = heads[
        (owners.place[heads] == place) & (owners.birth[heads] > youngest) & (owners.interest[heads] == 1)
    ]
    rows = state.batik[people.place[state.batik] == place]
    rows = rows[(people.birth[rows] > youngest) & (people.interest[rows] == 1)]
    rows = rows[state.masters(rows)]
    ids = np.concatenate((owners.id[heads], people.id[rows]))
    births = np.concatenate((owners.birth[heads], people.birth[rows]))
    return sorted(zip(ids.tolist(), births.tolist(), strict=True))


def set_committee_strength(state: State) -> None:
    """Strength of each place's committee; 1 where programmes need none (section 3)."""
    now = state.now
    state.committee_strength = np.full(state.n_places, 1.0)
    if not state.committees:
        return
    births = [committee.births for committee in state.committees]
    ages = np.array([state.month - sum(some) / len(some) if some else 0.0 for some in births]) / 12.0
    state.committee_strength[[committee.place for committee in state.committees]] = committee_strength(
        np.array([float(len(some)) for some in births]), ages, now["committee.seats"],
        now["committee.young_age"], now["committee.age_span"],
    )  # fmt: skip
