"""The intrinsics in LLVM.

Much of a month is looking up people who lie far apart: the nine each person compares herself with, workers
among everybody. Asked for ahead, they are there when they are read; nothing changes but the time it takes.
And the four packed words of a person are added at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from batiksim.kernels.intrinsics.packing import HIGH, LOW, PARTS, WORDS

_INT, _LONG, _BYTE, _NUMBER = ir.IntType(32), ir.IntType(64), ir.IntType(8).as_pointer(), ir.DoubleType()
_ROW, _NUMBERS = ir.VectorType(_LONG, WORDS), ir.VectorType(_NUMBER, WORDS)


@intrinsic
def _fetch(_: Any, array: Any, row: Any) -> Any:
    """Ask for `array[row]` before it is needed; changes nothing, and the row need not exist."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        held = context.make_array(kind)(context, builder, arguments[0])
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        _ask_for(context, builder, kind, held, number)
        return context.get_dummy_value()

    return types.void(array, row), generate


@intrinsic(prefer_literal=True)
def _fetch_rows(_: Any, array: Any, links: Any, i: Any, count: Any) -> Any:
    """Ask for the rows `array[links[i, j]]` of the first `count` links, a constant."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, arguments[0])
        for row in _rows_of(context, builder, signature, arguments):
            _ask_for(context, builder, signature.args[0], held, row)
        return context.get_dummy_value()

    return types.void(array, links, i, count), generate


def _ask_for(context: Any, builder: Any, kind: Any, held: Any, row: Any) -> None:
    """Write the hint for one row of an array."""
    place = cgutils.get_item_pointer(context, builder, kind, held, [row] + [_LONG(0)] * (kind.ndim - 1))
    form = ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
    hint = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0")
    to_read, keep_close, data = _INT(0), _INT(3), _INT(1)
    builder.call(hint, [builder.bitcast(place, _BYTE), to_read, keep_close, data])


def _rows_of(context: Any, builder: Any, signature: Any, arguments: Any) -> Iterator[Any]:
    """Read the links of row `i` one after the other, without a loop: their number is known beforehand."""
    _, kind, i_kind, count = signature.args
    some = context.make_array(kind)(context, builder, arguments[1])
    i = context.cast(builder, arguments[2], i_kind, types.intp)
    for j in range(count.literal_value):
        link = cgutils.get_item_pointer(context, builder, kind, some, [i, _LONG(j)])
        yield context.cast(builder, builder.load(link), kind.dtype, types.intp)


@intrinsic(prefer_literal=True)
def _sum_of_known(_: Any, heard: Any, links: Any, i: Any, count: Any) -> Any:
    """Return the sums of the five components over the first `count` links of `links[i]`, a constant, then how
    many of them are known. A link of -1 is the last row; links are not checked.
    """
    kind = types.UniTuple(types.float64, WORDS + 2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held_kind = signature.args[0]
        held = context.make_array(held_kind)(context, builder, arguments[0])
        last = builder.sub(builder.extract_value(held.shape, 0), _LONG(1))
        low = high = ir.Constant(_ROW, [0] * WORDS)
        mask, shift = (ir.Constant(_ROW, [bits] * WORDS) for bits in ((1 << LOW) - 1, LOW))
        for link in _rows_of(context, builder, signature, arguments):
            row = builder.select(builder.icmp_signed("<", link, _LONG(0)), last, link)
            start = cgutils.get_item_pointer(context, builder, held_kind, held, [row, _LONG(0)])
            words = builder.load(builder.bitcast(start, _ROW.as_pointer()), align=8)
            low = builder.add(low, builder.and_(words, mask))
            high = builder.add(high, builder.lshr(words, shift))
        return context.make_tuple(builder, kind, _unpacked(builder, low, high))

    return kind(heard, links, i, count), generate


def _unpacked(builder: Any, low: Any, high: Any) -> list[Any]:
    """Make numbers of added words: four components, the fifth, how many are known."""
    highs = [builder.extract_element(high, _INT(d)) for d in range(WORDS)]
    fifth = highs[0]
    for d in range(1, WORDS - 1):
        fifth = builder.add(fifth, builder.shl(highs[d], _LONG(HIGH * d)))
    unit = ir.Constant(_NUMBER, 1.0 / PARTS)
    four = builder.fmul(builder.sitofp(low, _NUMBERS), ir.Constant(_NUMBERS, [unit] * WORDS))
    parts = [builder.extract_element(four, _INT(d)) for d in range(WORDS)]
    parts.append(builder.fmul(builder.sitofp(fifth, _NUMBER), unit))
    return [*parts, builder.sitofp(highs[-1], _NUMBER)]


# Compiled functions call them without the first argument, which numba adds.
fetch: Any = _fetch
fetch_rows: Any = _fetch_rows
sum_of_known: Any = _sum_of_known
