"""What people know of each other, kept in half the memory that the numbers themselves would take.

Social learning adds up nine others for each person, and most of its time goes by waiting for memory. So the
five components of a person lie in four words (`intrinsics.packing`), in half a line of the processor's
memory. Adding words adds each part by itself, so a sum is exact and unpacked once
(`intrinsics.sum_of_known`). The rounding, 4e-15 at most, is far below what any result shows.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Floats, Ints
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics.packing import HIGH, LOW, MASK, PARTS, WORDS

_LINE = 64


def nobody_known(n: int) -> Ints:
    """Return words for n people of whom nothing is known, (n, 4), no row across two lines of memory."""
    room = np.zeros(n * WORDS + _LINE // 8, dtype=np.int64)
    first = (-room.ctypes.data % _LINE) // 8
    return room[first : first + n * WORDS].reshape(n, WORDS)


@compiled(inline="always")
def make_known(heard: Ints, i: int, learning: Floats) -> None:  # pragma: no cover - compiled
    """Let others know the components of person i, `learning` (5,) in 0..1; spelled out for speed."""
    fifth = np.int64(learning[4] * PARTS + 0.5)
    heard[i, 0] = np.int64(learning[0] * PARTS + 0.5) | (fifth & MASK) << LOW
    heard[i, 1] = np.int64(learning[1] * PARTS + 0.5) | (fifth >> HIGH & MASK) << LOW
    heard[i, 2] = np.int64(learning[2] * PARTS + 0.5) | (fifth >> 2 * HIGH) << LOW
    heard[i, 3] = np.int64(learning[3] * PARTS + 0.5) | 1 << LOW


@compiled
def make_all_known(heard: Ints, rows: Ints, learning: Floats) -> None:  # pragma: no cover - compiled
    """Let others know the components of the people of `rows`; `learning` (people, 5)."""
    for i in rows:
        make_known(heard, i, learning[i])


def known_people(heard: Ints) -> Ints:
    """Rows of the people who are known."""
    return np.flatnonzero(heard[:, WORDS - 1] >> LOW)
