"""Ages at which people and owners retire (E7)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from verification.reference.codes import YEAR


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """The age that a share `u` of people does not pass."""
    if u < (mode - low) / (high - low):
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def share_retired(age: float, low: float, mode: float, high: float) -> float:
    """The share of people who have retired by this age: the inverse of `triangular`, short of everybody."""
    if age <= low:
        return 0.0
    if age < mode:
        return (age - low) ** 2 / ((high - low) * (mode - low))
    return min(1.0 - max(high - age, 0.0) ** 2 / ((high - low) * (high - mode)), 0.999)


def retirement_month(now: Mapping[str, float], who: str, birth: int, luck: float, age: float = 0.0) -> int:
    """Month of retirement of a "worker" or "owner" who is not retired at `age`, by her luck in 0..1."""
    low, mode, high = (now[f"lifecycle.{who}_retirement_{part}"] for part in ("least", "mode", "most"))
    passed = share_retired(age, low, mode, high)
    return birth + math.ceil(triangular(passed + luck * (1.0 - passed), low, mode, high) * YEAR)
