"""A hint to the processor: fetch this row now, it is read soon."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_READ, _KEEP_CLOSE, _DATA = 0, 3, 1


@intrinsic  # numba gives the first argument itself
def _prefetch(typing: Any, array: Any, row: Any, column: Any) -> Any:
    """Fetch `array[row, column]` into the nearest cache, for compiled functions; changes no value.

    A computer waits longer for a number that lies anywhere than for a hundred additions, unless it knows of
    it in time. Indices are not checked.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        held = context.make_array(kind)(context, builder, arguments[0])
        whole = [context.cast(builder, arguments[k], signature.args[k], types.intp) for k in (1, 2)]
        place = cgutils.get_item_pointer(context, builder, kind, held, whole)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        form = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0")
        settings = [ir.Constant(number, value) for value in (_READ, _KEEP_CLOSE, _DATA)]
        builder.call(hint, [builder.bitcast(place, byte), *settings])
        return context.get_dummy_value()

    return types.void(array, row, column), generate


prefetch: Any = _prefetch
