"""What can be said of numbers from paired runs: pure functions of arrays, NaN where nothing can be said.

A band is the range of the middle 50 or 90 % of runs: what chance alone makes of one set of assumptions.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from batiksim.recording.bands import BANDS

Floats = NDArray[np.float64]

_Z90 = NormalDist().inv_cdf(0.95)
# With fewer pairs than these the ends of a band are single pairs; with as many as those they settle.
FEW_PAIRS, SOME_PAIRS = 10, 20
MIDDLE = ("median", *(f"{side}_{band}" for band in BANDS for side in ("low", "high")))


def spread(values: Floats) -> dict[str, float]:
    """Median and bands of some numbers: median, low_50, high_50, low_90, high_90.

    Undefined numbers are left out; one number has no band.
    """
    known = values[~np.isnan(values)]
    found = dict.fromkeys(MIDDLE, np.nan)
    if known.size:
        found["median"] = float(np.median(known))
    if known.size > 1:
        for band, limits in BANDS.items():
            low, high = np.quantile(known, limits).tolist()
            found |= {f"low_{band}": low, f"high_{band}": high}
    return found


def spreads(values: Floats) -> dict[str, Floats]:
    """`spread` of every column, (runs, columns) -> (columns,) each."""
    known = ~np.isnan(values)
    found = {name: np.full(values.shape[1], np.nan) for name in MIDDLE}
    whole = known.all(axis=0) if len(values) > 1 else np.zeros(values.shape[1], dtype=bool)
    if whole.any():  # the usual case, all columns at once
        found["median"][whole] = np.median(values[:, whole], axis=0)
        for band, limits in BANDS.items():
            low, high = np.quantile(values[:, whole], limits, axis=0)
            found[f"low_{band}"][whole], found[f"high_{band}"][whole] = low, high
    for column in np.flatnonzero(~whole):
        for name, value in spread(values[:, column]).items():
            found[name][column] = value
    return found


def wins(differences: Floats, better: str) -> int:
    """How many differences go the better way, "up" or "down"; none is no win."""
    return int(np.count_nonzero(differences > 0 if better == "up" else differences < 0))


def present_value(amounts: Floats, rate: float) -> Floats:
    """The value at the start of amounts of following years, (runs, years) -> (runs,).

    The first year counts in full, each later one 1 / (1 + rate) less.
    """
    return amounts @ (1.0 + rate) ** -np.arange(amounts.shape[1], dtype=np.float64)


def distinguishable(differences: Floats) -> bool:
    """Whether the 90 % band of the differences lies above 0."""
    return bool(spread(differences)["low_90"] > 0.0)


def cost_per_gain(costs: Floats, gains: Floats) -> dict[str, float]:
    """Median and 90 % band of what one unit of gain costs, from paired costs above 0 and gains, (pairs,).

    Computed from gains per rupiah, which are finite also in a pair that gained nothing, and turned over; an
    end of the band at which nothing is gained costs infinitely much.
    """
    per_rupiah = spread(gains / costs)
    with np.errstate(divide="ignore"):
        return {
            "median": _over(per_rupiah["median"]),
            "low_90": _over(per_rupiah["high_90"]),
            "high_90": _over(per_rupiah["low_90"]),
        }


def _over(rate: float) -> float:
    if np.isnan(rate):
        return np.nan
    return 1.0 / rate if rate > 0.0 else np.inf


def acceptability(costs: Floats, gains: Floats, worth: Floats) -> Floats:
    """Share of pairs in which the gains are worth their costs, for each `worth` of one unit, (worth,)."""
    net = worth[:, None] * gains[None, :] - costs[None, :]
    return (net > 0.0).mean(axis=1) if gains.size else np.full(worth.size, np.nan)


def regrets(values: Floats, better: str) -> Floats:
    """How far each option falls short of the best one of its row, (runs, options), never negative."""
    signed = values if better == "up" else -values
    return signed.max(axis=1, keepdims=True) - signed


def wilson(wins: int, pairs: int) -> tuple[float, float]:
    """The 90 % interval of a probability after `wins` of `pairs` (Wilson 1927); NaN without pairs."""
    if not pairs:
        return np.nan, np.nan
    share, z2 = wins / pairs, _Z90**2
    middle = (share + z2 / (2 * pairs)) / (1 + z2 / pairs)
    half = _Z90 * np.sqrt(share * (1 - share) / pairs + z2 / (4 * pairs**2)) / (1 + z2 / pairs)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
