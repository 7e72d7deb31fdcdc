"""Step 11: retirement, succession, settling, entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import OLDEST, SETTLING_MONTHS, Presence, Stage
from batiksim.kernels.scan import rows_between
from batiksim.model.steps.firms import succeed
from batiksim.state.state import State

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


def retire(state: State) -> None:
    """People who were ever in batik stop working at their age of retirement (E7)."""
    people = state.people
    old = state.older
    state.retire(old[(people.retires[old] <= state.month + 1) & (people.stage[old] != Stage.OWNER)])


def turn_35(state: State) -> None:
    """At 35 those who were ever in batik are followed on, the others move to the counted pool (section 3)."""
    people = state.people
    first, after = (
        state.birth_row[state.month + 1 - SETTLING_MONTHS - OLDEST],
        state.birth_row[state.month + 2 - SETTLING_MONTHS - OLDEST],
    )
    rows = rows_between(first, after)
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
    before = state.spans[:, 2].copy()
    state.find_young(state.month + 1)
    rows = rows_between(before, state.spans[:, 2].copy())
    state.entrants = rows
    people.presence[rows] = Presence.SIMULATED
    people.learning[rows] = state.place_mean[people.place[rows]]
    state.make_known(rows)
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
