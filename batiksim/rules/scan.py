"""Compiled passes over everybody: who thinks again this month, and what the places look like at its end.

They read people one after the other, where a numpy expression would read all of them once per operation.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from batiksim.streams import uniform_one

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SCHOOL, SEEKING, BATIK, GARMENT, OTHER, HOME = 0, 1, 2, 3, 4, 5


@njit(cache=True)
def choosers(  # pragma: no cover - compiled
    key: np.uint64,
    month: int,
    first: int,
    adult: int,
    stop: int,
    ids: Ints,
    stage: NDArray[np.int8],
    employer: NDArray[np.int32],
    leaves_school: NDArray[np.int32],
    hazards: Floats,
) -> Ints:
    """Rows among first..stop-1 that choose this month: school leavers, seekers, and whoever reconsiders (E3).

    Rows from `adult` on are under 25; `hazards` (of 25-34, of the youth) are chances of a month. Batik workers
    without an employer search and do not choose.
    """
    found = np.empty(stop - first, dtype=np.int64)
    count = 0
    for i in range(first, stop):
        now = stage[i]
        if now == SCHOOL:
            chooses = leaves_school[i] <= month
        elif now == SEEKING:
            chooses = True
        elif now > HOME or (now == BATIK and employer[i] < 0):
            chooses = False
        else:
            chooses = uniform_one(key, ids[i]) < (hazards[0] if i < adult else hazards[1])
        if chooses:
            found[count] = i
            count += 1
    return found[:count].copy()


@njit(cache=True)
def add_up(  # pragma: no cover - compiled
    first: int,
    stop: int,
    learning: Floats,
    place: NDArray[np.int8],
    stage: NDArray[np.int8],
    total: Floats,
    count: Floats,
    active: Floats,
) -> None:
    """Add components (places, 5), people and people out of school of rows first..stop-1 to the totals by place."""
    for i in range(first, stop):
        c = place[i]
        count[c] += 1.0
        active[c] += stage[i] != SCHOOL
        for d in range(5):
            total[c, d] += learning[i, d]
