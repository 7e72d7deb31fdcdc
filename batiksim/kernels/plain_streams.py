"""The plain twins of the draws of `streams`, for runs without the compiler.

In numpy the 64 bits of an array wrap round as the draw wants them to; those of a single number complain, so
single draws are made of Python's whole numbers. The draws are the same either way.
"""

from __future__ import annotations

from math import log

import numpy as np

from batiksim.arrays import Floats, Ints

_GOLDEN, _MULTIPLY_1, _MULTIPLY_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_64_BITS = (1 << 64) - 1
_STEP = 2.0**-52


def uniform_one(key: np.uint64, id: int) -> float:
    """The draw of one id."""
    bits = (int(key) + int(id) * _GOLDEN) & _64_BITS
    bits = ((bits ^ bits >> 30) * _MULTIPLY_1) & _64_BITS
    bits = ((bits ^ bits >> 27) * _MULTIPLY_2) & _64_BITS
    return (((bits ^ bits >> 31) >> 12) + 0.5) * _STEP


def gumbel_one(key: np.uint64, id: int) -> float:
    """The Gumbel number of one id."""
    return -log(-log(uniform_one(key, id)))


def fill_uniform(key: np.uint64, ids: Ints, numbers: Floats) -> None:
    """The draws of all ids."""
    bits = ids.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(key)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_MULTIPLY_1)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_MULTIPLY_2)
    bits ^= bits >> np.uint64(31)
    numbers[: ids.size] = ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * _STEP
