"""How large a part of the people can be simulated; results are always told at full scale."""

from __future__ import annotations

from batiksim.errors import UsageError
from batiksim.i18n.texts import text

SMALLEST, LARGEST = 0.001, 4.0


def check_scale(scale: float) -> None:
    """Refuse a share of the people below SMALLEST or above LARGEST. Raises UsageError."""
    if not SMALLEST <= scale <= LARGEST:
        raise UsageError(text("compare.scale", scale=f"{scale:g}", low=f"{SMALLEST:g}", high=f"{LARGEST:g}"))
