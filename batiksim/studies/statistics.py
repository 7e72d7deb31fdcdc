"""What can be said of numbers from paired runs: pure functions of arrays, NaN where nothing can be said.

Three things are told apart: the *expected effect* with its standard error, *doubt* (what it would be under
another set of assumptions that fits what is known) and *luck* (what one real course of events would make of
it). A draw is such a set; the pairs of one draw differ by their seeds alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, ndtr, ndtri, stdtr, stdtrit

from batiksim.recording.bands import BANDS

Floats = NDArray[np.float64]

# An interval of 95 % ends here on either side; limits of 95 % leave this below them.
_CERTAIN, _SURE = 0.975, 0.95
_Z90, _Z95 = float(ndtri(0.95)), float(ndtri(_CERTAIN))
_NOTHING = 1e-12  # of the largest weight
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


def acceptability(costs: Floats, gains: Floats, worth: Floats) -> Floats:
    """Share of pairs in which the gains are worth their costs, for each `worth` of one unit, (worth,)."""
    net = worth[:, None] * gains[None, :] - costs[None, :]
    return (net > 0.0).mean(axis=1) if gains.size else np.full(worth.size, np.nan)


def regrets(values: Floats, better: str) -> Floats:
    """How far each option falls short of the best one of its row, (runs, options), never negative."""
    signed = values if better == "up" else -values
    return signed.max(axis=1, keepdims=True) - signed


def systematic(weights: Floats, count: int) -> tuple[list[int], Floats]:
    """`count` positions chosen in proportion to weights, each once at most, and what each counts (count,).

    Every chance is count times the weight, 1 where that is more; walked along in order, a position is chosen
    where the sum passes a half (Madow 1949). Chosen ones count weight over chance: all alike, but for those
    that had to be chosen.
    """
    weights = np.where(weights > _NOTHING * weights.max(), weights, 0.0)
    count = min(count, int((weights > 0.0).sum()))
    chance, sure = np.zeros(weights.size), np.zeros(weights.size, dtype=bool)
    while True:
        rest = np.where(sure, 0.0, weights)
        chance = np.where(sure, 1.0, rest * (count - sure.sum()) / (rest.sum() or 1.0))
        if not (over := (chance > 1.0) & ~sure).any():
            break
        sure |= over
    steps = np.floor(np.concatenate([[0.0], np.cumsum(chance)]) + 0.5 + 1e-9)
    chosen = np.flatnonzero(np.diff(steps) > 0.0)
    counts = weights[chosen] / chance[chosen]
    return chosen.tolist(), np.asarray(counts / counts.sum())


def wilson(wins: int, pairs: int) -> tuple[float, float]:
    """The 90 % interval of a probability after `wins` of `pairs` (Wilson 1927); NaN without pairs."""
    if not pairs:
        return np.nan, np.nan
    share, z2 = wins / pairs, _Z90**2
    middle = (share + z2 / (2 * pairs)) / (1 + z2 / pairs)
    half = _Z90 * np.sqrt(share * (1 - share) / pairs + z2 / (4 * pairs**2)) / (1 + z2 / pairs)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


@dataclass(frozen=True)
class Effect:
    """What paired differences of several draws say, in three words that never share a range.

    `expected` effect with its standard `error`, and its interval `low` .. `high` (95 %, t with `dof`);
    `doubt`: the standard deviation of the effect over draws, without the noise of runs, and the ranges in
    which the effect of another plausible draw lies; where it comes out as none, `doubt_most` is what it can
    be (95 %). `better` is the probability that the effect is above 0. `noise` is the standard deviation of
    one pair within its draw; `units` is how many means the error is of, draws or, of draws that were
    chosen, pairs; `shrunk` (draws,) what is thought of each draw once its noise is taken out. NaN where
    nothing can be said: of one draw there is no doubt to tell, with one seed a draw it cannot be told from
    noise.
    """

    expected: float = np.nan
    error: float = np.nan
    dof: int = 0
    low: float = np.nan
    high: float = np.nan
    doubt: float = np.nan
    doubt_most: float = np.nan
    doubt_low_50: float = np.nan
    doubt_high_50: float = np.nan
    doubt_low_90: float = np.nan
    doubt_high_90: float = np.nan
    better: float = np.nan
    noise: float = np.nan
    draws: int = 0
    pairs: int = 0
    units: int = 0
    shrunk: tuple[float, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether the runs tell the expected effect from none: its interval lies on one side of 0."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def needed(self) -> float:
        """The fewest units as these that would show such an effect; inf for none."""
        if self.expected == 0.0:
            return np.inf
        one2 = self.units * (self.error / self.expected) ** 2
        # t falls as draws are added: it asks for up to three more than the normal quantile does.
        n = np.maximum(2.0, np.ceil(one2 * _Z95**2)) + np.arange(4.0)
        fewest = float(n[np.argmax(one2 * stdtrit(n - 1.0, _CERTAIN) ** 2 < n)])
        return fewest if self.shown or np.isnan(fewest) else max(fewest, self.units + 1.0)


def effect(draws: Sequence[Floats], weights: Sequence[float] | None = None) -> Effect:
    """The effect from paired differences, an array of seeds for each draw.

    d_i is the mean of draw i, mu = sum w_i d_i, se^2 = sum w_i^2 (d_i - mu)^2 / (1 - sum w_i^2), which for
    equal weights is s_b^2 / D; sigma^2 pools the seeds within draws, tau^2 = max(0, s_b^2 - sigma^2 / S),
    B = tau^2 / (tau^2 + sigma^2 / S). P(effect > 0) = mean of Phi(D_i / sqrt(v_i)) with D_i = mu + B (d_i -
    mu) and v_i = B sigma^2 / S + (1 - B)^2 se^2. Undefined pairs are left out, and draws without any.
    """
    known = [(one[~np.isnan(one)], k) for k, one in enumerate(draws)]
    known = [(one, k) for one, k in known if one.size]
    if not known:
        return Effect()
    seeds = np.array([one.size for one, _ in known])
    means = np.array([one.mean() for one, _ in known])
    within = sum(float(((one - one.mean()) ** 2).sum()) for one, _ in known)
    free = int(seeds.sum() - seeds.size)
    noise2 = within / free if free else np.nan
    if len(known) == 1:
        return _one_draw(known[0][0])
    w = np.ones(len(known)) if weights is None else np.array([weights[k] for _, k in known], dtype=float)
    w = w / w.sum()
    mean = float(w @ means)
    left, away = 1.0 - float(w @ w), (means - mean) ** 2
    error = float(np.sqrt((w**2 @ away) / left))
    dof = len(known) - 1
    reach = error * float(stdtrit(dof, _CERTAIN))
    about: dict[str, Any] = {
        "expected": mean, "error": error, "dof": dof, "low": mean - reach, "high": mean + reach,
        "noise": float(np.sqrt(noise2)), "draws": len(known), "pairs": int(seeds.sum()),
        "units": len(known),
    }  # fmt: skip
    if not free:
        return Effect(**about)
    between, per_seed = float(w @ away) / left, float((w * (1.0 - w)) @ (1.0 / seeds)) / left
    doubt2 = max(0.0, between - noise2 * per_seed)
    return Effect(**about, **_doubt(means, seeds, mean, error, doubt2, noise2, w, between, per_seed))


def together(effects: Sequence[Effect]) -> Effect:
    """The mean of effects in worlds that were chosen, not drawn: each counts as much, doubt is not told."""
    some = [one for one in effects if one.pairs]
    n = len(some)
    if n < 2:
        return some[0] if some else Effect()
    if np.isnan([one.error for one in some]).any():  # one pair in one of them
        pairs, units = (sum(getattr(one, name) for one in some) for name in ("pairs", "units"))
        return Effect(float(np.mean([one.expected for one in some])), draws=n, pairs=pairs, units=units)
    variances = np.array([one.error**2 for one in some]) / n**2
    mean, variance = float(np.mean([one.expected for one in some])), float(variances.sum())
    error = float(np.sqrt(variance))
    parts = sum(v**2 / one.dof for v, one in zip(variances, some, strict=True) if one.dof)
    dof = int(variance**2 / parts) if parts > 0.0 else min(one.dof for one in some)  # Welch-Satterthwaite
    reach = error * float(stdtrit(max(dof, 1), _CERTAIN))
    better = float(stdtr(max(dof, 1), mean / error)) if error > 0.0 else _step(mean)
    return Effect(
        mean, error, dof, mean - reach, mean + reach, better=better, draws=n,
        pairs=sum(one.pairs for one in some), units=sum(one.units for one in some),
    )  # fmt: skip


def apart(one: Effect, other: Effect) -> bool:
    """Whether the runs tell two effects from each other."""
    less = replace(other, expected=-other.expected)
    return bool(one.pairs and other.pairs) and together([one, less]).shown


def _one_draw(pairs: Floats) -> Effect:
    """The effect under one draw: as sure as its seeds make it."""
    n, mean = pairs.size, float(pairs.mean())
    if n == 1:
        return Effect(expected=mean, draws=1, pairs=1, units=1)
    noise = float(pairs.std(ddof=1))
    error = noise / float(np.sqrt(n))
    reach = error * float(stdtrit(n - 1, _CERTAIN))
    better = float(stdtr(n - 1, mean / error)) if error > 0.0 else _step(mean)
    return Effect(
        mean, error, n - 1, mean - reach, mean + reach, better=better, noise=noise, draws=1, pairs=n,
        units=n,
    )  # fmt: skip


def _doubt(
    means: Floats, seeds: Floats, mean: float, error: float, doubt2: float, noise2: float, w: Floats,
    between: float, per_seed: float,
) -> dict[str, Any]:  # fmt: skip
    """What is told of doubt: its size and ranges, or what it can be at most; and P(effect > 0)."""
    own = noise2 / seeds
    b = np.divide(doubt2, doubt2 + own, out=np.zeros(means.size), where=doubt2 + own > 0.0)
    shrunk, variance = mean + b * (means - mean), b * own + (1.0 - b) ** 2 * error**2
    better = [
        float(ndtr(x / np.sqrt(v))) if v > 0.0 else _step(x) for x, v in zip(shrunk, variance, strict=True)
    ]
    dof = means.size - 1
    about = {"doubt": float(np.sqrt(doubt2)), "better": float(w @ better), "shrunk": tuple(shrunk.tolist())}
    if doubt2 == 0.0:
        most2 = between * dof / float(chdtri(dof, _SURE)) - noise2 * per_seed
        return about | {"doubt_most": float(np.sqrt(max(most2, 0.0)))}
    # The effect of another draw, from a mean that is itself known to its standard error.
    spread = float(np.sqrt(doubt2 + error**2))
    for name, (low, high) in BANDS.items():
        about[f"doubt_low_{name}"] = mean + float(stdtrit(dof, low)) * spread
        about[f"doubt_high_{name}"] = mean + float(stdtrit(dof, high)) * spread
    return about


def _step(value: float) -> float:
    return 0.5 if value == 0.0 else float(value > 0.0)


def luck(draws: Sequence[Floats]) -> tuple[float, int]:
    """Standard deviation of one real course of events within its draw, and its degrees of freedom, from
    paired differences at full scale, an array of seeds for each draw; NaN without two seeds of a draw.
    """
    known = [one[~np.isnan(one)] for one in draws]
    free = sum(max(one.size - 1, 0) for one in known)
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in known if one.size)
    return (float(np.sqrt(within / free)), free) if free else (np.nan, 0)


def lucky(expected: float, spread: float, free: int, band: str = "90") -> tuple[float, float]:
    """The range of one real course of events around an expected effect; NaN where luck is not known."""
    if not free:
        return np.nan, np.nan
    low, high = (float(stdtrit(free, end)) for end in BANDS[band])
    return expected + low * spread, expected + high * spread


def ratio(costs: Floats, gains: Floats, level: float = 0.9) -> tuple[float, float, float]:
    """Mean cost over mean gain with Fieller's limits (1954), from one cost and gain a draw (or a pair).

    The limits are those R for which mean cost - R mean gain is not told from 0. They are inf and NaN where
    the gain itself is not: then nothing can be said of a price.
    """
    both = ~(np.isnan(costs) | np.isnan(gains))
    costs, gains = costs[both], gains[both]
    n = costs.size
    if n < 2:
        return np.nan, np.nan, np.nan
    cost, gain = float(costs.mean()), float(gains.mean())
    (cost2, both2), (_, gain2) = (np.cov(costs, gains) / n).tolist()
    q2 = float(stdtrit(n - 1, 0.5 + level / 2.0)) ** 2
    a, b, c = gain**2 - q2 * gain2, cost * gain - q2 * both2, cost**2 - q2 * cost2
    if a <= 0.0 or gain <= 0.0:
        return np.nan, np.nan, np.inf
    root = np.sqrt(max(b * b - a * c, 0.0))
    return cost / gain, float((b - root) / a), float((b + root) / a)
