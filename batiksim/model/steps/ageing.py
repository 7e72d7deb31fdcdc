"""Step 11: retirement, succession, settling, entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import ENTRY_MONTHS, OLDEST, SETTLING_MONTHS
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
    turn_15(state)


def retire(state: State) -> None:
    """People who were ever in batik stop working at their age of retirement (E7)."""
    people, old = state.people, np.empty_like(state.older)
    count = ageing.retiring(state.older, state.month + 1, people.retires, people.stage, old)
    if count:
        state.retire(old[:count])
        state.drop_leavers()


def turn_35(state: State) -> None:
    """At 35 those who were ever in batik are followed on, the others move to the counted pool, which people
    of 60 leave (section 3).
    """
    people, column = state.people, state.month + 1 - SETTLING_MONTHS - OLDEST
    first, stop = state.birth_row[column], state.birth_row[column + 1]
    followed, left = np.empty((2, int((stop - first).sum())), dtype=np.int64)
    stays, goes, garment = ageing.turn_35(
        first, stop, people.stage, people.practice, people.sex, people.birth, people.learning,
        people.presence, state.heard, state.oldest_birth, state.month + 1 - 60 * 12, state.settled_births,
        state.settled, followed, left,
    )  # fmt: skip
    state.garment_workers -= garment
    state.note("settled", left[:goes])
    state.older = np.concatenate((state.older, followed[:stays]))


def turn_15(state: State) -> None:
    """The next cohort begins to be followed, knowing what its place knows; a parent is in batik or not
    (E2).
    """
    people, column = state.people, state.month + 1 - ENTRY_MONTHS - OLDEST
    state.find_young(state.month + 1)
    first, stop = state.birth_row[column], state.birth_row[column + 1]
    entrants = np.empty(int((stop - first).sum()), dtype=np.int64)
    ageing.turn_15(
        first, stop, stream_key(state.seed, "parent"), state.older, state.month - 60 * 12, state.settled,
        state.now["population.participation"], state.place_mean, people.id, people.place, people.birth,
        people.stage, people.presence, people.learning, people.parent, state.heard, entrants,
    )  # fmt: skip
    state.entrants = entrants


def active_settled(state: State) -> Floats:
    """Active people in the counted pool of each place."""
    return state.settled.sum(axis=1) * state.now["population.participation"]
