"""Urn-ball matching (E6): each applicant draws one vacancy within reach, each vacancy takes one applicant."""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Bools, Floats, Ints


def block_size(block: float, scale: float) -> int:
    """Places whose posts lie in one urn, round(`block` / `scale`) and at least one (E6).

    A small sample has few posts a place, and where posts are few more of them stay open, because
    V (1 - exp(-U / V)) is concave. With fewer urns it has about as many posts in each as the whole region.
    """
    return max(1, round(block / scale))


def recalls(desk: Ints, accepts: Bools, posts: Ints) -> tuple[Bools, Ints]:
    """Whom desks call back (E7): who is asked, and how many of her desk accepted before her.

    People stand in the order in which they are called, desk by desk (ascending). A desk calls until its
    `posts` (desks,) are taken; who is asked and `accepts` takes the next one.
    """
    accepted: Ints = np.cumsum(accepts) - accepts
    before = accepted - accepted[np.searchsorted(desk, desk)]
    return before < posts[desk], before


def urn_ball(vacancy: Ints, priority: Ints, queue: Floats) -> Ints:
    """Indices of the applicants who are hired; `vacancy` is the one each drew (-1: none to draw).

    Among those who drew the same vacancy the lowest `priority` wins, then the lowest `queue` number.
    With U = V the expected number hired is V (1 - (1 - 1/V)^U).
    """
    drew = np.flatnonzero(vacancy >= 0)
    order = drew[np.lexsort((queue[drew], priority[drew], vacancy[drew]))]
    first = np.ones(order.size, dtype=bool)
    first[1:] = vacancy[order[1:]] != vacancy[order[:-1]]
    return order[first]
