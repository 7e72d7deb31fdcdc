"""Adding up rows that lie anywhere in an array, as fast as memory gives them; for compiled functions.

A month of the model mostly costs looking up the nine people each person compares herself with. Three things
make that two to four times as fast as an ordinary loop, the more so the busier the memory is: a row is just
the 64 bytes that a processor reads at once, it is added in one instruction where the processor has one, and
rows are asked for before they are needed. The sums are those of the ordinary loop, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

WIDTH = 8
_LINE = 64
_INT, _LONG, _BYTE = ir.IntType(32), ir.IntType(64), ir.IntType(8).as_pointer()
_ROW = ir.VectorType(ir.DoubleType(), WIDTH)


def rows_of_zeros(n: int) -> NDArray[np.float64]:
    """Return zeros of shape (n, 8), each row in a line of its own of the processor's memory."""
    room = np.zeros(n * WIDTH + _LINE // 8)
    first = (-room.ctypes.data % _LINE) // 8
    return room[first : first + n * WIDTH].reshape(n, WIDTH)


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
        for row in _rows(context, builder, signature, arguments):
            _ask_for(context, builder, signature.args[0], held, row)
        return context.get_dummy_value()

    return types.void(array, links, i, count), generate


@intrinsic(prefer_literal=True)
def _sum_of_rows(_: Any, array: Any, links: Any, i: Any, count: Any) -> Any:
    """Return the sums of the eight columns of `array[links[i, j]]` over the first `count` links, a constant.

    `array` (n, 8) of doubles in rows that follow each other; a link of -1 is the last row; links are not
    checked.
    """
    kind = types.UniTuple(types.float64, WIDTH)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held_kind = signature.args[0]
        held = context.make_array(held_kind)(context, builder, arguments[0])
        last = builder.sub(builder.extract_value(held.shape, 0), _LONG(1))
        total = ir.Constant(_ROW, [0.0] * WIDTH)
        for link in _rows(context, builder, signature, arguments):
            row = builder.select(builder.icmp_signed("<", link, _LONG(0)), last, link)
            start = cgutils.get_item_pointer(context, builder, held_kind, held, [row, _LONG(0)])
            values = builder.load(builder.bitcast(start, _ROW.as_pointer()), align=8)
            total = builder.fadd(total, values)
        each = [builder.extract_element(total, _INT(column)) for column in range(WIDTH)]
        return context.make_tuple(builder, kind, each)

    return kind(array, links, i, count), generate


def _ask_for(context: Any, builder: Any, kind: Any, held: Any, row: Any) -> None:
    """Write the hint for one row of an array."""
    place = cgutils.get_item_pointer(context, builder, kind, held, [row] + [_LONG(0)] * (kind.ndim - 1))
    form = ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
    hint = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0")
    to_read, keep_close, data = _INT(0), _INT(3), _INT(1)
    builder.call(hint, [builder.bitcast(place, _BYTE), to_read, keep_close, data])


def _rows(context: Any, builder: Any, signature: Any, arguments: Any) -> Iterator[Any]:
    """Read the links of row `i` one after the other, without a loop: their number is known beforehand."""
    _, kind, i_kind, count = signature.args
    some = context.make_array(kind)(context, builder, arguments[1])
    i = context.cast(builder, arguments[2], i_kind, types.intp)
    for j in range(count.literal_value):
        link = cgutils.get_item_pointer(context, builder, kind, some, [i, _LONG(j)])
        yield context.cast(builder, builder.load(link), kind.dtype, types.intp)


# Compiled functions call them without the first argument, which numba adds.
fetch: Any = _fetch
fetch_rows: Any = _fetch_rows
sum_of_rows: Any = _sum_of_rows
