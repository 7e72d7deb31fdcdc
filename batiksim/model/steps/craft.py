"""Steps 8 and 9: skill with masters, and the five components of social learning (E1, E4, E8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, Presence, Stage, Tier
from batiksim.kernels.influence import influence
from batiksim.model.steps import enrolment
from batiksim.rules import craft_skill, social_learning
from batiksim.rules.lifecycle import committee_strength, seat_taken
from batiksim.state.committee import Committee
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def practise(state: State) -> None:
    """Step 8: workers gain skill where masters have time for them, the others forget (E4, E8)."""
    people, now = state.people, state.now
    works = people.employer[state.batik] >= 0
    rows, idle = state.batik[works], state.batik[~works]
    find_master_time(state, rows)
    enrolment.raise_talent(state)
    place = people.place[rows]
    speed = learning_speed(state, people.group[rows], place, people.learning[rows, 1])
    gain = craft_skill.skill_gain(
        people.skill[rows], attainable(state, rows), speed, state.master_time[place]
    )
    away = np.concatenate((idle, former_workers(state)))
    people.skill[rows] += gain
    people.skill[away] -= craft_skill.skill_loss(people.skill[away], now["skill.forgetting"])
    people.practice[rows] += 1
    if state.month % 12 == 11 and state.on("skill.ceiling_dynamics"):
        _move_ceiling(state)


def find_master_time(state: State, rows: Ints) -> None:
    """What the masters among these workers can teach of full learning speed, by place (E4)."""
    people, places = state.people, state.n_places
    master = state.masters(rows)
    count = np.bincount(people.place[rows[master]], minlength=places).astype(np.float64)
    pupils = np.bincount(people.place[rows[~master]], minlength=places).astype(np.float64)
    state.master_time = craft_skill.teaching(count, pupils, state.now["skill.pupils_per_master"])


def learning_speed(state: State, group: Ints, place: Ints, skills: Floats) -> Floats:
    """Monthly learning speed beside a master, by task group, place and component l2 (E4)."""
    now = state.now
    speed = np.array([now["skill.speed_hand"], now["skill.speed_stamp"]])[group]
    return craft_skill.learning_speed(speed, skills, now["skill.learning"], state.levers.skill_speed[place])


def attainable(state: State, rows: Ints) -> Floats:
    """Skill Z that each of these people can attain: her share of the ceiling of her place (E4, E8)."""
    people = state.people
    return state.ceiling[people.place[rows]] * people.talent[rows]


def skill_at_entry(state: State, rows: Ints) -> Floats:
    """Skill with which these people would begin a batik job (E4)."""
    people, now = state.people, state.now
    entry, family = now["skill.entry"], now["skill.family"]
    return craft_skill.at_entry(people.skill[rows], people.practice[rows], people.parent[rows], entry, family)


def former_workers(state: State) -> Ints:
    """People who left the trade, or a school of the craft, for other work and have neither returned nor
    retired.
    """
    people = state.people
    stage, presence = people.stage[state.former], people.presence[state.former]
    gone = (stage == Stage.BATIK) | (stage == Stage.OWNER) | (stage == Stage.RETIRED)
    once = np.zeros(people.n, dtype=bool)
    once[state.former[~gone & (presence == Presence.SIMULATED)]] = True
    state.former = np.flatnonzero(once)
    return state.former[people.stage[state.former] != Stage.SCHOOL]


def _move_ceiling(state: State) -> None:
    """Let the attainable skill of a place follow the number of its practitioners (E8)."""
    now = state.now
    people = np.bincount(state.people.place[state.batik], minlength=state.n_places) / state.scale
    change = craft_skill.ceiling_change(
        people, now["skill.ceiling_beta"], now["skill.ceiling_gamma"], now["skill.ceiling_alpha"]
    )
    state.ceiling = np.clip(state.ceiling + change, now["skill.ceiling_least"], 1.0)


def audience(state: State) -> NDArray[np.int8]:
    """Which programmes can reach each person: as youth, as a direct or as a casual (brokered) worker."""
    kind = np.zeros(state.people.n, dtype=np.int8)
    kind[state.batik] = AUDIENCES.index("direct")
    kind[state.batik[state.people.tier[state.batik] > Tier.DIRECT]] = AUDIENCES.index("casual")
    return kind


def influence_weights(state: State) -> Floats:
    """Weights of peers and kin, employer, and place in what one hears (E1)."""
    return np.array([state.now[f"learning.weight_{source}"] for source in ("peers", "employer", "place")])


def learn(state: State) -> None:
    """Step 9: everyone's components move towards what she hears and what programmes teach (E1)."""
    now = state.now
    influence_people(state, now["learning.openness"], now["learning.speed"])
    influence_owners(state, now["learning.openness"], now["learning.speed"])
    renew_committees(state)


def influence_people(state: State, openness: float, speed: float) -> None:
    """Move the components of all simulated people at once, with what courses add."""
    people, owners = state.people, state.owners
    influence(
        state.heard, state.everyone(), people.peers, people.place, audience(state), people.employer,
        owners.learning, state.place_mean, state.taught, influence_weights(state), openness, speed,
        people.learning,
    )  # fmt: skip
    enrolment.teach_pupils(state, openness, speed)


def influence_owners(state: State, openness: float, speed: float) -> None:
    """Move the components of the open owners, whose peers are the other owners of the place."""
    owners = state.owners
    rows = state.open_rows
    place = owners.place[rows]
    peers, _, home = influence_weights(state)
    heard = (peers * state.owner_mean[place] + home * state.place_mean[place]) / (peers + home)
    kind = np.where(owners.member[rows] == 1, AUDIENCES.index("members"), AUDIENCES.index("owners"))
    taught = state.taught[place, kind]
    owners.learning[rows] = social_learning.friedkin_johnsen(
        owners.learning[rows], heard, taught, openness, speed
    )


def renew_committees(state: State) -> None:
    """Members leave at the age limit; in January each empty seat may find somebody young and willing
    (section 3).
    """
    now = state.now
    for committee in state.committees:
        years = now["committee.leave_age"] - state.levers.committee_leave[committee.place]
        limit = state.month + 1 - int(years * 12)
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
    firms = state.open_rows
    firms = firms[
        (owners.place[firms] == place) & (owners.birth[firms] > youngest) & (owners.interest[firms] == 1)
    ]
    rows = state.batik[people.place[state.batik] == place]
    rows = rows[(people.birth[rows] > youngest) & (people.interest[rows] == 1)]
    rows = rows[state.masters(rows)]
    ids = np.concatenate((owners.id[firms], people.id[rows]))
    births = np.concatenate((owners.birth[firms], people.birth[rows]))
    return sorted(zip(ids.tolist(), births.tolist(), strict=True))


def set_committee_strength(state: State) -> None:
    """Strength of each place's committee; 1 where programmes need none (section 3)."""
    now = state.now
    state.committee_strength = np.ones(state.n_places)
    if not state.committees:
        return
    births = [committee.births for committee in state.committees]
    members = np.array([len(some) for some in births], dtype=np.float64)
    ages = np.array([state.month - sum(some) / len(some) if some else 0.0 for some in births]) / 12.0
    state.committee_strength[[committee.place for committee in state.committees]] = committee_strength(
        members, ages, now["committee.seats"], now["committee.young_age"], now["committee.age_span"]
    )
