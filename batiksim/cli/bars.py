"""Small bars on the terminal."""

from __future__ import annotations

import math

_AXIS, _FULL = "│", "█"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, largest: float, width: int) -> str:
    """A bar of `width` columns for a value of at most `largest` either way, the axis in the middle."""
    half = width // 2
    size = 0.0 if not largest or math.isnan(value) else abs(value) / largest * half
    if value < 0.0:
        # Only bars to the right can end in an eighth of a column.
        return (_FULL * round(size)).rjust(half) + _AXIS
    whole = int(size)
    part = _EIGHTHS[int((size - whole) * 8)].strip()
    return " " * half + _AXIS + _FULL * whole + part
