"""What people know of each other, kept in half the memory that the numbers themselves would take.

Social learning adds up nine others for each person, and most of its time goes by waiting for memory. So the
five components of a person lie in four words, in half a line of the processor's memory, as whole multiples of
2^-47: the first four in the low 48 bits of a word each, the fifth in three parts in the high 16 bits of the
first three words, and in those of the last a 1 if she is known. Adding words adds each part by itself, so a
sum is exact and unpacked once. The rounding, 4e-15 at most, is far below what any result shows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from batiksim.kernels.prefetch import INT, LONG, rows_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORDS = 4
_LINE = 64
_PARTS, _LOW, _HIGH, _MASK = 2.0**47, 48, 16, (1 << 16) - 1
_ROW = ir.VectorType(LONG, WORDS)


def nobody_known(n: int) -> Ints:
    """Return words for n people of whom nothing is known, (n, 4), no row across two lines of memory."""
    room = np.zeros(n * WORDS + _LINE // 8, dtype=np.int64)
    first = (-room.ctypes.data % _LINE) // 8
    return room[first : first + n * WORDS].reshape(n, WORDS)


@njit(cache=True, inline="always")
def make_known(heard: Ints, i: int, learning: Floats) -> None:  # pragma: no cover - compiled
    """Let others know the components of person i, `learning` (5,) in 0..1; spelled out for speed."""
    fifth = np.int64(learning[4] * _PARTS + 0.5)
    heard[i, 0] = np.int64(learning[0] * _PARTS + 0.5) | (fifth & _MASK) << _LOW
    heard[i, 1] = np.int64(learning[1] * _PARTS + 0.5) | (fifth >> _HIGH & _MASK) << _LOW
    heard[i, 2] = np.int64(learning[2] * _PARTS + 0.5) | (fifth >> 2 * _HIGH) << _LOW
    heard[i, 3] = np.int64(learning[3] * _PARTS + 0.5) | 1 << _LOW


@njit(cache=True)
def make_all_known(heard: Ints, rows: Ints, learning: Floats) -> None:  # pragma: no cover - compiled
    """Let others know the components of the people of `rows`; `learning` (people, 5)."""
    for i in rows:
        make_known(heard, i, learning[i])


def known_people(heard: Ints) -> Ints:
    """Rows of the people who are known."""
    return np.flatnonzero(heard[:, WORDS - 1] >> _LOW)


@intrinsic(prefer_literal=True)
def _sum_of_known(_: Any, heard: Any, links: Any, i: Any, count: Any) -> Any:
    """Return the sums of the five components over the first `count` links of `links[i]`, a constant, then how
    many of them are known. A link of -1 is the last row; links are not checked.
    """
    kind = types.UniTuple(types.float64, WORDS + 2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held_kind = signature.args[0]
        held = context.make_array(held_kind)(context, builder, arguments[0])
        last = builder.sub(builder.extract_value(held.shape, 0), LONG(1))
        low = high = ir.Constant(_ROW, [0] * WORDS)
        mask, shift = (ir.Constant(_ROW, [bits] * WORDS) for bits in ((1 << _LOW) - 1, _LOW))
        for link in rows_of(context, builder, signature, arguments):
            row = builder.select(builder.icmp_signed("<", link, LONG(0)), last, link)
            start = cgutils.get_item_pointer(context, builder, held_kind, held, [row, LONG(0)])
            words = builder.load(builder.bitcast(start, _ROW.as_pointer()), align=8)
            low = builder.add(low, builder.and_(words, mask))
            high = builder.add(high, builder.lshr(words, shift))
        return context.make_tuple(builder, kind, _unpacked(builder, low, high))

    return kind(heard, links, i, count), generate


def _unpacked(builder: Any, low: Any, high: Any) -> list[Any]:
    """Make numbers of added words: four components, the fifth, how many are known."""
    lows, highs = ([builder.extract_element(sums, INT(d)) for d in range(WORDS)] for sums in (low, high))
    fifth = highs[0]
    for d in range(1, WORDS - 1):
        fifth = builder.add(fifth, builder.shl(highs[d], LONG(_HIGH * d)))
    unit = ir.Constant(ir.DoubleType(), 1.0 / _PARTS)
    parts = [builder.fmul(builder.sitofp(part, ir.DoubleType()), unit) for part in (*lows, fifth)]
    return [*parts, builder.sitofp(highs[-1], ir.DoubleType())]


# Compiled functions call it without the first argument, which numba adds.
sum_of_known: Any = _sum_of_known
