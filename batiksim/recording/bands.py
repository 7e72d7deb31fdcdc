"""The band: the range of the middle of runs, what chance alone makes of one set of assumptions."""

from __future__ import annotations

from collections.abc import Mapping

BANDS: Mapping[str, tuple[float, float]] = {"50": (0.25, 0.75), "90": (0.05, 0.95)}


def clear(low: float, high: float) -> bool:
    """Whether a band lies on one side of 0, so that chance alone does not explain it; not without a band."""
    return bool(low > 0 or high < 0)
