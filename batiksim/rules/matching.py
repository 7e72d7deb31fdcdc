"""Urn-ball matching (E6): each applicant draws one vacancy within reach, each vacancy takes one applicant.

`batiksim.kernels.matching` has the urns.
"""

from __future__ import annotations


def block_size(block: float, scale: float) -> int:
    """Places whose posts lie in one urn, round(`block` / `scale`) and at least one (E6).

    A small sample has few posts a place, and where posts are few more of them stay open, because
    V (1 - exp(-U / V)) is concave. With fewer urns it has about as many posts in each as the whole region.
    """
    return max(1, round(block / scale))
