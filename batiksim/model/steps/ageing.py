"""Step 11: retirement, succession, settling, entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import OLDEST, SETTLING_MONTHS, Stage
from batiksim.kernels import ageing
from batiksim.kernels.streams import stream_key
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
    people, column = state.people, state.month + 1 - SETTLING_MONTHS - OLDEST
    first, stop = state.birth_row[column], state.birth_row[column + 1]
    followed, left = np.empty((2, (stop - first).sum()), dtype=np.int64)
    stays, goes, garment = ageing.turn_35(
        first, stop, people.stage, people.practice, people.sex, people.birth, people.learning,
        people.presence, state.heard, state.oldest_birth, state.settled_births, state.settled, followed, left,
    )  # fmt: skip
    state.garment_workers -= garment
    state.note("settled", left[:goes])
    state.older = np.concatenate((state.older, followed[:stays]))


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
    people, (_, _, before) = state.people, state.spans.T.copy()
    state.find_young(state.month + 1)
    _, _, after = state.spans.T.copy()
    entrants = np.empty((after - before).sum(), dtype=np.int64)
    count = ageing.turn_15(
        before, after, stream_key(state.seed, "parent"), state.older, state.month - 60 * 12,
        active_settled(state), state.place_mean, people.id, people.place, people.birth, people.stage,
        people.presence, people.learning, people.parent, state.heard, entrants,
    )  # fmt: skip
    state.entrants = entrants[:count]


def active_settled(state: State) -> Floats:
    """Active people in the counted pool of each place."""
    return state.settled.sum(axis=1) * state.now["population.participation"]
