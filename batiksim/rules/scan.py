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
    spans: Ints,
    ids: Ints,
    stage: NDArray[np.int8],
    employer: NDArray[np.int32],
    leaves_school: NDArray[np.int32],
    hazards: Floats,
) -> Ints:
    """Rows of young people who choose this month: school leavers, seekers, and whoever reconsiders (E3).

    `spans` (places, 3): rows of 25-34 from the first to the second number, of 15-24 from there to the third;
    `hazards` (2,): chance of a month to reconsider for either. Batik workers without an employer do not
    choose.
    """
    found = np.empty((spans[:, 2] - spans[:, 0]).sum(), dtype=np.int64)
    count = 0
    for c in range(spans.shape[0]):
        for half in range(2):
            for i in range(spans[c, half], spans[c, half + 1]):
                now = stage[i]
                if now == SCHOOL:
                    chooses = leaves_school[i] <= month
                elif now == SEEKING:
                    chooses = True
                elif now > HOME or (now == BATIK and employer[i] < 0):
                    chooses = False
                else:
                    chooses = uniform_one(key, ids[i]) < hazards[half]
                if chooses:
                    found[count] = i
                    count += 1
    return found[:count].copy()


@njit(cache=True)
def add_up(  # pragma: no cover - compiled
    spans: Ints,
    learning: Floats,
    stage: NDArray[np.int8],
    total: Floats,
    count: Floats,
    active: Floats,
) -> None:
    """Add components (places, 5), people, and people out of school of the rows in `spans` to the totals by
    place.
    """
    for c in range(spans.shape[0]):
        for i in range(spans[c, 0], spans[c, 2]):
            count[c] += 1.0
            active[c] += stage[i] != SCHOOL
            for d in range(5):
                total[c, d] += learning[i, d]
