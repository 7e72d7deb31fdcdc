"""Asking for rows that lie anywhere in an array before they are needed; for compiled functions.

Much of a month is looking up people who lie far apart: the nine each person compares herself with, workers
among everybody. Asked for ahead, they are there when they are read. Nothing changes but the time it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

INT, LONG, _BYTE = ir.IntType(32), ir.IntType(64), ir.IntType(8).as_pointer()


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
        for row in rows_of(context, builder, signature, arguments):
            _ask_for(context, builder, signature.args[0], held, row)
        return context.get_dummy_value()

    return types.void(array, links, i, count), generate


def _ask_for(context: Any, builder: Any, kind: Any, held: Any, row: Any) -> None:
    """Write the hint for one row of an array."""
    place = cgutils.get_item_pointer(context, builder, kind, held, [row] + [LONG(0)] * (kind.ndim - 1))
    form = ir.FunctionType(ir.VoidType(), [_BYTE, INT, INT, INT])
    hint = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0")
    to_read, keep_close, data = INT(0), INT(3), INT(1)
    builder.call(hint, [builder.bitcast(place, _BYTE), to_read, keep_close, data])


def rows_of(context: Any, builder: Any, signature: Any, arguments: Any) -> Iterator[Any]:
    """Read the links of row `i` one after the other, without a loop: their number is known beforehand."""
    _, kind, i_kind, count = signature.args
    some = context.make_array(kind)(context, builder, arguments[1])
    i = context.cast(builder, arguments[2], i_kind, types.intp)
    for j in range(count.literal_value):
        link = cgutils.get_item_pointer(context, builder, kind, some, [i, LONG(j)])
        yield context.cast(builder, builder.load(link), kind.dtype, types.intp)


# Compiled functions call them without the first argument, which numba adds.
fetch: Any = _fetch
fetch_rows: Any = _fetch_rows
