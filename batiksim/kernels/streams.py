"""Random numbers keyed by (seed, stream, month, id): one decision of one person always draws the same number.

Two runs of one seed therefore differ only where a policy makes them differ, and results do not depend on the
order in which people are visited. Every decision has a stream of its own, with a name:

    key = stream_key(seed, "lifecycle.entry", month)
    u = uniform(key, people.id)            # one number a person, strictly between 0 and 1

`uniform` and `gumbel` take arrays of ids; the functions ending in `_one` take one id and give the same
number; `fill_uniform` does so in place. All but the first two can be called from compiled functions.

A draw is the finaliser of SplitMix64 (Steele, Lea and Flood 2014; constants: variant 13 of Stafford) of
key + id * golden ratio. Only whole numbers are used up to the last step, so uniform numbers are the same on
every platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import index as whole

import numpy as np
from numpy.typing import NDArray

from batiksim.arrays import Floats, Ints
from batiksim.kernels import plain_streams
from batiksim.kernels.compiling import compiled

Keys = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLY_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLY_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_TO_52_BITS = np.uint64(12)
_STEP = 2.0**-52


def stream_key(seed: int, name: str, month: int = 0) -> np.uint64:
    """Return the key of the stream `name` in `month` of the run with this seed.

    The three are hashed with BLAKE2, so neighbouring seeds and months share nothing, in every process
    and version of Python (unlike `hash`).
    """
    seed, month = whole(seed), whole(month)
    keys = _keys(seed, month)
    if name not in keys:
        keys[name] = _hashed(seed, month, [name])[0]
        if month and len(_streams) < _MOST_STREAMS:
            _streams.append(name)
    return keys[name]


# What one month draws from, the next one does, so its keys are made at once, in a quarter of the time. Month
# 0 stands for all that is drawn for life as well.
_streams: list[str] = []
_MOST_STREAMS = 100


@lru_cache(maxsize=16)
def _keys(seed: int, month: int) -> dict[str, np.uint64]:
    """The keys of a month, at first those of the streams that any month has asked for."""
    names = _streams.copy() if month else []
    return dict(zip(names, _hashed(seed, month, names), strict=True))


def _hashed(seed: int, month: int, names: Sequence[str]) -> Keys:
    texts = [f"{seed} {month} {name}".encode() for name in names]
    return np.frombuffer(b"".join([blake2b(text, digest_size=8).digest() for text in texts]), dtype="<u8")


@compiled(plain=plain_streams.uniform_one)
def uniform_one(key: np.uint64, id: int) -> float:
    """Return a number strictly between 0 and 1 for one id."""
    bits = np.uint64(key) + np.uint64(id) * _GOLDEN
    bits = (bits ^ (bits >> _SHIFT_1)) * _MULTIPLY_1
    bits = (bits ^ (bits >> _SHIFT_2)) * _MULTIPLY_2
    bits = bits ^ (bits >> _SHIFT_3)
    # The centres of 2^52 equal cells: the finest symmetric grid of doubles without 0 and 1.
    return (np.float64(bits >> _TO_52_BITS) + 0.5) * _STEP


@compiled(plain=plain_streams.gumbel_one)
def gumbel_one(key: np.uint64, id: int) -> float:
    """Return a standard Gumbel number for one id: the taste shock of a logit choice."""
    return -np.log(-np.log(uniform_one(key, id)))


@compiled(plain=plain_streams.fill_uniform)
def fill_uniform(key: np.uint64, ids: Ints, numbers: Floats) -> None:
    """Fill `numbers` with numbers strictly between 0 and 1, one an id."""
    for i in range(ids.size):
        numbers[i] = uniform_one(key, ids[i])


def uniform(key: np.uint64, ids: Ints) -> Floats:
    """Return numbers strictly between 0 and 1, one an id; `ids` is one-dimensional."""
    numbers = np.empty(ids.size)
    fill_uniform(key, ids, numbers)
    return numbers


def gumbel(key: np.uint64, ids: Ints) -> Floats:
    """Return standard Gumbel numbers, one an id: the taste shocks of a logit choice."""
    return np.array([gumbel_one(key, id) for id in ids], dtype=np.float64)
