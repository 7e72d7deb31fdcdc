"""Steps 11 and 12: retirement, succession, settling, entry; then the averages that next month reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.agents import COMPONENTS, SETTLING_MONTHS, Presence, Stage
from batiksim.rules import scan
from batiksim.start.population import OLDEST, find_young
from batiksim.state import State
from batiksim.steps.firms import succeed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def grow_older(state: State) -> None:
    """Step 11: people and owners retire, those of 35 settle, those of 60 leave the count, the next ones turn
    15.
    """
    retire(state)
    succeed(state)
    turn_35(state)
    leave_count(state)
    turn_15(state)
    state.drop_leavers()
    observe(state)


def retire(state: State) -> None:
    """People who were ever in batik stop working at their age of retirement (E7)."""
    people = state.people
    old = state.older
    old = old[(people.retires[old] <= state.month + 1) & (people.stage[old] != Stage.OWNER)]
    state.end_jobs(old)
    state.enter_stage(old, Stage.RETIRED)
    people.presence[old] = Presence.GONE
    state.older = state.older[people.presence[state.older] != Presence.GONE]


def turn_35(state: State) -> None:
    """At 35 those who were ever in batik are followed on, the others move to the counted pool (section 3)."""
    people = state.people
    first, after = (
        state.birth_row[state.month + 1 - SETTLING_MONTHS - OLDEST],
        state.birth_row[state.month + 2 - SETTLING_MONTHS - OLDEST],
    )
    rows = np.concatenate([np.arange(low, high) for low, high in zip(first, after, strict=True)])
    followed = (
        (people.practice[rows] > 0)
        | (people.stage[rows] == Stage.BATIK)
        | (people.stage[rows] == Stage.OWNER)
    )
    state.settle(rows[~followed])
    state.older = np.concatenate((state.older, rows[followed]))


def leave_count(state: State) -> None:
    """People of the counted pool who turn 60 leave it."""
    column = state.month + 1 - 60 * 12 - state.oldest_birth
    if column >= 0:
        state.settled -= state.settled_births[:, :, column]
        state.settled_births[:, :, column] = 0


def turn_15(state: State) -> None:
    """The next cohort begins to be followed, knowing what its place knows; a parent is in batik or not
    (E2).
    """
    people = state.people
    before = state.spans[:, 2]
    find_young(state, state.month + 1)
    rows = np.concatenate([np.arange(low, high) for low, high in zip(before, state.spans[:, 2], strict=True)])
    state.entrants = rows
    people.presence[rows] = Presence.SIMULATED
    people.learning[rows] = state.place_mean[people.place[rows]]
    state.introduce(rows)
    people.parent[rows] = state.trait("parent", people.id[rows]) < parents_in_batik(state)[people.place[rows]]


def parents_in_batik(state: State) -> Floats:
    """Share of batik among the active of 35-59 in each place."""
    people = state.people
    rows = state.older[people.stage[state.older] == Stage.BATIK]
    age = state.month - people.birth[rows]
    workers = np.bincount(people.place[rows[age < 60 * 12]], minlength=state.n_places)
    return workers / np.maximum(workers + active_settled(state), 1.0)


def active_settled(state: State) -> Floats:
    """Active people in the counted pool of each place."""
    return state.settled.sum(axis=1) * state.now["population.participation"]


def observe(state: State) -> None:
    """Averages of the end of the month: what next month's choices, pay and learning read."""
    people, places = state.people, state.n_places
    batik, place = state.batik, people.place[state.batik]
    month = state.month + 1
    count = np.maximum(np.bincount(place, minlength=places), 1.0)
    state.old_share = np.bincount(place[month - people.birth[batik] >= 50 * 12], minlength=places) / count
    state.bargaining = np.bincount(place, weights=people.learning[batik, 3], minlength=places) / count
    observe_people(state)
    state.batik_share = np.bincount(place, minlength=places) / np.maximum(state.active, 1.0)
    observe_owners(state)


def observe_people(state: State) -> None:
    """Active people of 15-59 and mean components of people of 15-34 and older batik workers, by place (E1,
    E2).
    """
    people, places = state.people, state.n_places
    total, count, active = np.zeros((places, len(COMPONENTS))), np.zeros(places), np.zeros(places)
    scan.add_up(state.spans, people.learning, people.stage, total, count, active)
    older, stage = state.older, people.stage[state.older]
    batik = older[stage == Stage.BATIK]
    place = people.place[batik]
    count += np.bincount(place, minlength=places)
    total += sum_by(place, people.learning[batik], places)
    works = (
        (state.month + 1 - people.birth[older] < 60 * 12) & (stage != Stage.HOME) & (stage != Stage.RETIRED)
    )
    state.active = active + np.bincount(people.place[older[works]], minlength=places) + active_settled(state)
    state.place_mean = total / np.maximum(count, 1.0)[:, None]


def observe_owners(state: State) -> None:
    """Mean components of the open owners of each place (E1)."""
    owners, places = state.owners, state.n_places
    firms = state.open_rows
    place = owners.place[firms]
    count = np.maximum(np.bincount(place, minlength=places), 1.0)
    state.owner_mean = sum_by(place, owners.learning[firms], places) / count[:, None]


def sum_by(place: Ints, values: Floats, places: int) -> Floats:
    """Sums of the columns of `values` by place, (places, columns)."""
    return np.stack([np.bincount(place, weights=column, minlength=places) for column in values.T], axis=1)
