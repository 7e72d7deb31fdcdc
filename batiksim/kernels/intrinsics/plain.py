"""The plain twins of the intrinsics."""

from __future__ import annotations

from typing import Any

from batiksim.arrays import Ints, Links
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics.packing import HIGH, LOW, MASK, PARTS, WORDS

_BELOW = (1 << LOW) - 1


@compiled
def fetch(array: Any, row: int) -> None:  # pragma: no cover - compiled
    """Ask for nothing: a row is read when it is needed."""


@compiled
def fetch_rows(array: Any, links: Links, i: int, count: int) -> None:  # pragma: no cover - compiled
    """Ask for nothing: rows are read when they are needed."""


@compiled
def sum_of_known(heard: Ints, links: Links, i: int, count: int) -> tuple[float, ...]:  # pragma: no cover
    """Sums of the five components over the first `count` links of person i, then how many are known."""
    l0 = l1 = l2 = l3 = l4 = known = 0
    for j in range(count):
        row = links[i, j]  # -1 is the last row, of whom nothing is known
        w0, w1, w2, w3 = heard[row, 0], heard[row, 1], heard[row, 2], heard[row, WORDS - 1]
        l0 += w0 & _BELOW
        l1 += w1 & _BELOW
        l2 += w2 & _BELOW
        l3 += w3 & _BELOW
        l4 += (w0 >> LOW & MASK) + ((w1 >> LOW & MASK) << HIGH) + ((w2 >> LOW & MASK) << 2 * HIGH)
        known += w3 >> LOW & MASK
    unit = 1.0 / PARTS
    return l0 * unit, l1 * unit, l2 * unit, l3 * unit, l4 * unit, float(known)
