"""The pass of social learning over people (E1): `batiksim.rules.social_learning` has the equation."""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Links, Rows
from batiksim.codes import LINKS
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import fetch_rows, sum_of_known
from batiksim.kernels.intrinsics.packing import WORDS

# So many people ahead their links are fetched: far enough for slow memory, near enough to be there still.
_AHEAD = 16


@compiled
def influence(  # pragma: no cover - compiled
    heard: Ints,
    rows: Rows,
    peers: Links,
    place: Codes,
    audience: Codes,
    employer: Links,
    owner_learning: Floats,
    place_mean: Floats,
    taught: Floats,
    weights: Floats,
    openness: float,
    speed: float,
    learning: Floats,
) -> None:
    """Move the five components of `rows` in `learning` (n, 5) on by one step.

    `heard` (more than n, 4) holds everybody's components as they were, packed by the module of that name;
    nothing of people under 15 and in the last row, so they add nothing; `peers` (n, links) rows, -1 for
    people outside the simulation; `weights` of (peers, employer, place); `taught` (places, audiences,
    components). Source: E1. The five components are spelled out for speed.
    """
    if heard.shape[1] != WORDS or peers.shape[1] != LINKS:
        raise ValueError("heard must have four columns and peers nine")
    pull, share = _parts(weights, openness)
    rest = 1.0 - openness
    for k in range(rows.size):
        i = rows[k]
        if k + _AHEAD < rows.size:
            fetch_rows(heard, peers, rows[k + _AHEAD], LINKS)
        c, a, works = np.uint32(place[i]), np.uint32(audience[i]), np.uint32(employer[i] >= 0)
        l0, l1, l2, l3, l4, known = sum_of_known(heard, peers, i, LINKS)
        w, part = pull[np.uint32(known)], share[works, np.uint32(known)]
        h0, h1, h2, h3, h4 = w * l0, w * l1, w * l2, w * l3, w * l4
        if works:
            f, w = np.uint32(employer[i]), weights[1]
            h0 += w * owner_learning[f, 0]
            h1 += w * owner_learning[f, 1]
            h2 += w * owner_learning[f, 2]
            h3 += w * owner_learning[f, 3]
            h4 += w * owner_learning[f, 4]
        w, m, u, own = weights[2], place_mean[c], taught[c, a], learning[i]
        own[0] += speed * (part * (h0 + w * m[0]) + rest * u[0] - own[0])
        own[1] += speed * (part * (h1 + w * m[1]) + rest * u[1] - own[1])
        own[2] += speed * (part * (h2 + w * m[2]) + rest * u[2] - own[2])
        own[3] += speed * (part * (h3 + w * m[3]) + rest * u[3] - own[3])
        own[4] += speed * (part * (h4 + w * m[4]) + rest * u[4] - own[4])


@compiled(no_cpython_wrapper=True)
def _parts(weights: Floats, openness: float) -> tuple[Floats, Floats]:  # pragma: no cover - compiled
    """Weight of one of so many who are known, (links + 1,), and `openness` over the sum of the weights there
    are, (without and with an employer, links + 1): a table, because a division takes as long as ten sums.
    """
    pull, share = np.empty(LINKS + 1), np.empty((2, LINKS + 1))
    for known in range(LINKS + 1):
        pull[known] = weights[0] / max(known, 1)
        for works in range(2):
            total = weights[2] + (weights[0] if known > 0 else 0.0) + works * weights[1]
            share[works, known] = openness / total if total > 0.0 else 0.0
    return pull, share
