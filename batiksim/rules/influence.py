"""Social learning (E1): programmes reach people, people pull each other (Friedkin & Johnsen).

    l += rho (A W l + (I - A) u - l),   W = .5 peers and kin, .2 employer, .3 place, renormalised when one is missing
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def reach(content: Floats, intensity: Floats) -> Floats:
    """What programmes alone leave with people, u_d = 1 - prod_g (1 - B_dg I_g) (E1).

    `content` (groups, components) in 0..1, `intensity` (..., groups) in 0..1; returns (..., components).
    """
    return 1.0 - np.prod(1.0 - content * np.clip(intensity, 0.0, 1.0)[..., None], axis=-2)


def friedkin_johnsen(own: Floats, pull: Floats, taught: Floats, openness: float, speed: float) -> Floats:
    """One step of opinion change: own + rho (A pull + (1 - A) taught - own) (E1)."""
    return own + speed * (openness * pull + (1.0 - openness) * taught - own)


@njit(cache=True)
def influence(  # pragma: no cover - compiled
    learning: Floats,
    rows: NDArray[np.int64],
    peers: NDArray[np.int32],
    alive: int,
    place: NDArray[np.int8],
    audience: NDArray[np.int8],
    employer: NDArray[np.int32],
    owner_learning: Floats,
    place_mean: Floats,
    taught: Floats,
    weights: Floats,
    openness: float,
    speed: float,
    out: Floats,
) -> None:
    """Write the next components of `rows` into `out` (len(rows), components), reading only `learning`.

    `peers` (n, links) holds rows, -1 for people outside the simulation; links to rows from `alive` on (people not
    yet fifteen) are missing too. `weights` = (peers, employer, place); `taught` (places, audiences, components).
    Source: E1; a fused loop because five components over nine links dominate the month.
    """
    components = learning.shape[1]
    pull = np.empty(components)
    for k in range(rows.size):
        i = rows[k]
        c = place[i]
        links = 0
        pull[:] = 0.0
        for j in range(peers.shape[1]):
            other = peers[i, j]
            if other >= 0 and other < alive:
                links += 1
                for d in range(components):
                    pull[d] += learning[other, d]
        firm = employer[i]
        total = weights[2]
        if links > 0:
            total += weights[0]
        if firm >= 0:
            total += weights[1]
        for d in range(components):
            mixed = weights[2] * place_mean[c, d]
            if links > 0:
                mixed += weights[0] * (pull[d] / links)
            if firm >= 0:
                mixed += weights[1] * owner_learning[firm, d]
            aim = openness * (mixed / total) + (1.0 - openness) * taught[c, audience[i], d]
            out[k, d] = learning[i, d] + speed * (aim - learning[i, d])


@njit(cache=True)
def add_up(  # pragma: no cover - compiled
    learning: Floats, rows: NDArray[np.int64], place: NDArray[np.int8], total: Floats, count: Floats
) -> None:
    """Add the components of `rows` to `total` (places, components) and their number to `count` (places,)."""
    for k in range(rows.size):
        i = rows[k]
        c = place[i]
        count[c] += 1.0
        for d in range(learning.shape[1]):
            total[c, d] += learning[i, d]
