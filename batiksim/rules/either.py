"""One of two values, or the nearest within bounds, of arrays and, in compiled functions, of single numbers.

There `np.where` makes an array of each number first, which takes seconds to compile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import overload, register_jitable


def either(condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, elsewhere `no`."""
    return np.where(condition, yes, no)


# The same of single numbers.
overload(either)(lambda condition, yes, no: lambda condition, yes, no: yes if condition else no)


@register_jitable
def within(value: Any, least: float, most: float) -> Any:
    """`value` where it is from `least` to `most`, elsewhere the nearer of them."""
    return np.minimum(np.maximum(value, least), most)
