"""Waves of history matching: which sets are not implausible, and sets spread evenly over where they lie.

Each wave fits an emulator to every fact and rules out where even with all errors it cannot meet one. The next
wave is drawn from a long sequence of Latin hypercubes over all priors, of which points that are ruled out are
left out: it fills the space that is left, and never moves about some set that fits. Not a Sobol sequence: in
so many dimensions the first hundreds of its points leave pairs of parameters half empty, so that a wave that
is narrow in one is lopsided in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from batiksim.studies.calibration.evidence import Evidence
from batiksim.studies.sampling.designs import SCRAMBLE
from batiksim.studies.sensitivity.emulator import LASSO, LEAST_SETS, Emulator, fit, one_thread

Floats = NDArray[np.float64]

# Points of the sequence looked at for one wave, and how many at once.
MOST, CHUNK = 1 << 19, 1 << 13
# The median of the square of a standard normal number: of pairs of runs, of which a few are wild.
_MEDIAN = 0.45493642311957283


@dataclass(frozen=True)
class Foretold:
    """The emulator of one fact, of the column `fact`: None where all sets read the same, `constant`.

    `variance` is what it misses on sets held out, without luck; `score` R2 on those, NaN of a constant.
    """

    fact: int
    emulator: Emulator | None
    constant: float
    variance: float
    score: float
    sets: int


@dataclass(frozen=True)
class Screen:
    """What a wave rules out: where a fact's implausibility by these emulators is above `cut`."""

    evidence: Evidence
    foretold: tuple[Foretold, ...]
    luck: Floats
    cut: float

    def implausibility(self, points: Floats) -> Floats:
        """The largest I over facts at points (sets, parameters), (sets,)."""
        worst = np.zeros(len(points))
        with one_thread():
            for one in self.foretold:
                told = np.full(len(points), one.constant)
                if one.emulator is not None:
                    told = one.emulator.predict(points)
                k = one.fact
                spread = np.sqrt(
                    self.evidence.error[k] ** 2
                    + self.evidence.discrepancy[k] ** 2
                    + self.luck[k]
                    + one.variance
                )
                gap = np.maximum(np.maximum(self.evidence.low[k] - told, told - self.evidence.high[k]), 0.0)
                worst = np.maximum(worst, gap / spread)
        return worst


def luck_of(pairs: Floats) -> Floats:
    """The variance of luck in each fact (facts,), from pairs of runs of one set (sets, 2, facts).

    By medians, so that a set in which everything collapses does not count for all; 0 without pairs.
    """
    if not len(pairs):
        return np.zeros(pairs.shape[-1])
    half = (pairs[:, 0] - pairs[:, 1]) ** 2 / 2.0
    known = ~np.isnan(half).all(axis=0)
    found = np.zeros(half.shape[1])
    found[known] = np.nanmedian(half[:, known], axis=0) / _MEDIAN
    return found


def screen(points: Floats, readings: Floats, evidence: Evidence, luck: Floats, cut: float) -> Screen:
    """Fit an emulator of each fact to readings (sets, facts), NaN where a set was not read or is undefined.

    Facts that fewer than 20 sets were read of rule nothing out.
    """
    found = []
    for k in range(len(evidence.facts)):
        known = np.flatnonzero(~np.isnan(readings[:, k]))
        if known.size < LEAST_SETS:
            continue
        values = readings[known, k]
        if np.ptp(values) == 0.0:
            found.append(Foretold(k, None, float(values[0]), 0.0, np.nan, known.size))
            continue
        fitted = fit(points[known], values, LASSO)
        missed = (1.0 - min(fitted.score, 1.0)) * float(values.var())
        variance = max(missed - float(luck[k]), 0.0)
        found.append(Foretold(k, fitted, 0.0, variance, fitted.score, known.size))
    return Screen(evidence, tuple(found), luck, cut)


@dataclass(frozen=True)
class Drawn:
    """Points (sets, parameters) of a wave; `share` of the points looked at that are not ruled out, by `cut`.

    The cut is higher than asked for where too few points of the sequence stay below it.
    """

    points: Floats
    tested: int
    share: float
    cut: float


def first_wave(count: int, parameters: int) -> Floats:
    """A Latin hypercube over all priors."""
    return _hypercube(count, parameters, 0, 0)


def fake_sets(count: int, parameters: int) -> Floats:
    """Another one, of sets that play the facts."""
    return _hypercube(count, parameters, 0, 1) if count else np.empty((0, parameters))


def _hypercube(count: int, parameters: int, wave: int, part: int) -> Floats:
    rng = np.random.default_rng([SCRAMBLE, wave, part])
    return np.asarray(qmc.LatinHypercube(parameters, rng=rng).random(count))


def next_wave(wave: int, count: int, parameters: int, screens: Sequence[Screen], cut: float) -> Drawn:
    """The first `count` points of the sequence of a wave that no screen rules out.

    Where there are fewer among the first half a million, the cut is raised to where there are enough: they
    still fill the space that is the least implausible, evenly.
    """
    inside = np.empty((0, parameters))
    best, worst = np.empty((0, parameters)), np.empty(0)
    tested = passed = 0
    while tested < MOST and passed < count:
        points = _hypercube(CHUNK, parameters, wave, tested // CHUNK)
        tested += CHUNK
        found = np.max([one.implausibility(points) for one in screens], axis=0)
        below = points[found <= cut]
        passed += len(below)
        inside = np.vstack([inside, below])
        best, worst = np.vstack([best, points]), np.concatenate([worst, found])
        keep = np.sort(np.argsort(worst, kind="stable")[:count])  # in the order of the sequence
        best, worst = best[keep], worst[keep]
    if passed >= count:
        return Drawn(inside[:count], tested, passed / tested, cut)
    return Drawn(best, tested, passed / tested, float(worst.max()))
