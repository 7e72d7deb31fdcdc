"""The passes of social learning (E1): what programmes teach and how people move; the equations stand in
`batiksim.rules.social_learning`.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Links, Rows
from batiksim.codes import AUDIENCES, LINKS, STAKEHOLDERS, Stage
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import fetch_rows, sum_of_known
from batiksim.kernels.intrinsics.packing import WORDS
from batiksim.rules import social_learning

# So many people ahead their links are fetched: far enough for slow memory, near enough to be there still.
_AHEAD = 16
_BATIK, _YOUTH = Stage.BATIK, AUDIENCES.index("youth")
_DIRECT, _CASUAL = AUDIENCES.index("direct"), AUDIENCES.index("casual")
_OWNERS, _MEMBERS = AUDIENCES.index("owners"), AUDIENCES.index("members")
_CRAFT, _ASSOCIATIONS = STAKEHOLDERS.index("craft"), STAKEHOLDERS.index("associations")


@compiled
def teach(  # pragma: no cover - compiled
    content: Floats,
    base: Floats,
    trace: Floats,
    casual: float,
    intensity: Floats,
    withheld: Floats,
    teaching: Floats,
    taught: Floats,
    alone: Floats,
) -> None:
    """Set what is `taught` (places, audiences, components), and to members `alone`, without craft and
    associations, (places, components) (E1).

    `content` (groups, components); `base` (places, groups) is the work of stakeholders without policy, of
    which `casual` workers get a part and owners no more than the `trace`, (groups,); the rest as `Levers`.
    """
    for c in range(taught.shape[0]):
        for a in range(taught.shape[1]):
            for d in range(taught.shape[2]):
                missed = missed_alone = 1.0
                for g in range(trace.size):
                    own = base[c, g]
                    if a == _CASUAL:
                        own *= casual
                    elif a == _OWNERS:
                        own = min(own, trace[g])
                    left = social_learning.missed(
                        content[g, d], own + (intensity[c, a, g] - withheld[c, a, g, d])
                    )
                    missed *= left
                    if g not in (_CRAFT, _ASSOCIATIONS):
                        missed_alone *= left
                programme = 1.0 - min(max(teaching[c, a, d], 0.0), 1.0)
                taught[c, a, d] = 1.0 - (1.0 - (1.0 - missed)) * programme
                if a == _MEMBERS:
                    alone[c, d] = 1.0 - missed_alone


@compiled
def influence(  # pragma: no cover - compiled
    heard: Ints,
    spans: Ints,
    older: Rows,
    peers: Links,
    place: Codes,
    stage: Codes,
    tier: Codes,
    employer: Links,
    owner_learning: Floats,
    place_mean: Floats,
    taught: Floats,
    weights: Floats,
    openness: float,
    speed: float,
    learning: Floats,
) -> None:
    """Move the five components of the young, the rows of `spans` (places, 3), and of `older` people on by one
    step in `learning` (n, 5).

    `heard` (more than n, 4) holds everybody's components as they were, packed by the module of that name;
    nothing of people under 15 and in the last row, so they add nothing; `peers` (n, links) rows, -1 for
    people outside the simulation; `weights` of (peers, employer, place); `taught` (places, audiences,
    components), where programmes reach youth, direct and casual (brokered) batik workers. Source: E1. The
    five components are spelled out for speed.
    """
    if heard.shape[1] != WORDS or peers.shape[1] != LINKS:
        raise ValueError("heard must have four columns and peers nine")
    pull, share = _parts(weights, openness)
    # What is the same for everybody of a place is multiplied once.
    at_home, programmes = np.empty(place_mean.shape), np.empty(taught.shape)
    for d in range(5):
        for home in range(len(place_mean)):
            at_home[home, d] = weights[2] * place_mean[home, d]
            for kind in range(taught.shape[1]):
                programmes[home, kind, d] = (1.0 - openness) * taught[home, kind, d]
    for some in range(len(spans) + older.size):  # an older person is a span of her own
        if some < len(spans):
            c, first, stop = np.uint32(some), np.uint32(spans[some, 0]), np.uint32(spans[some, 2])
        else:
            ahead = min(some + _AHEAD - len(spans), older.size - 1)
            fetch_rows(heard, peers, np.uint32(older[ahead]), LINKS)
            first = np.uint32(older[some - len(spans)])
            c, stop = np.uint32(place[first]), first + np.uint32(1)
        m0, m1, m2, m3, m4 = at_home[c, 0], at_home[c, 1], at_home[c, 2], at_home[c, 3], at_home[c, 4]
        for i in range(first, stop):
            if i + _AHEAD < stop:
                fetch_rows(heard, peers, i + _AHEAD, LINKS)
            a, works = np.uint32(_YOUTH), np.uint32(employer[i] >= 0)
            if stage[i] == _BATIK:
                a = np.uint32(_CASUAL if tier[i] > 0 else _DIRECT)
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
            u, own = programmes[c, a], learning[i]
            own[0] += speed * (part * (h0 + m0) + u[0] - own[0])
            own[1] += speed * (part * (h1 + m1) + u[1] - own[1])
            own[2] += speed * (part * (h2 + m2) + u[2] - own[2])
            own[3] += speed * (part * (h3 + m3) + u[3] - own[3])
            own[4] += speed * (part * (h4 + m4) + u[4] - own[4])


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
