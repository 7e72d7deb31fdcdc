"""Step 12: what everybody can see at the end of the month, which the next month's decisions read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import COMPONENTS, Schooling, Stage
from batiksim.kernels import firms, practice, scan
from batiksim.model.steps.ageing import active_settled
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def observe(state: State) -> None:
    """Averages of the end of the month: what next month's choices, pay and learning read."""
    people, places = state.people, state.n_places
    number, (state.old_share, state.bargaining) = np.zeros(places, dtype=np.int64), np.zeros((2, places))
    practice.look_at_workers(
        state.batik, state.month + 1 - 50 * 12, people.place, people.birth, people.learning, number,
        state.old_share, state.bargaining,
    )  # fmt: skip
    observe_people(state)
    state.batik_share = number / np.maximum(state.active, 1.0)
    observe_owners(state)


def observe_people(state: State) -> None:
    """By place: active people of 15-59, mean components of those of 15-34 and of older batik workers, people
    by stage. From now on the others know what each of them knows (E1, E2).
    """
    people, places, active = state.people, state.n_places, np.zeros(state.n_places)
    state.stages = np.zeros((3, places, len(Stage), len(Schooling), 2), dtype=np.int64)
    state.place_mean = np.empty((places, len(COMPONENTS)))
    scan.look_round(
        state.spans, state.older, state.month + 1 - 60 * 12, people.place, people.birth, people.learning,
        people.stage, people.schooling, people.interest, state.heard, state.stages, active, state.place_mean,
    )  # fmt: skip
    state.settled_active = active_settled(state)
    state.active = active + state.settled_active


def observe_owners(state: State) -> None:
    """Mean components of the open owners of each place (E1)."""
    owners, state.owner_mean = state.owners, np.zeros((state.n_places, len(COMPONENTS)))
    firms.mean_learning(owners.open, owners.place, owners.learning, state.owner_mean)
