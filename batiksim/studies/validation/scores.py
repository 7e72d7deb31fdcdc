"""Proper scores of a forecast made of weighted runs: pure functions of arrays; smaller is better in all.

A reported number is a run's value and an error of standard deviation `error`: the forecast of what is
reported is a mixture of normal distributions, one a run, and of the runs themselves where the error is 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

Floats = NDArray[np.float64]

OUTSIDE = 0.1  # what a right band of nine in ten leaves outside
BAND = (OUTSIDE / 2.0, 1.0 - OUTSIDE / 2.0)
_EQUAL = 1e-12  # sums of weights that differ by less are the same
_FAR = 12.0  # standard deviations beyond which nothing of a normal distribution is left


def quantile(values: Floats, weights: Floats, level: float, error: float = 0.0) -> float:
    """The quantile of the forecast, values and weights (runs,), weights sum to 1.

    Where it lies between two runs, as the median of two, it is the middle of them.
    """
    if error == 0.0:
        order = np.argsort(values, kind="stable")
        below = np.cumsum(weights[order])
        at = [np.searchsorted(below, level + side, "left") for side in (-_EQUAL, _EQUAL)]
        return float(values[order][np.minimum(at, values.size - 1)].mean())

    def beyond(x: float) -> float:
        return float(weights @ ndtr((x - values) / error)) - level

    return float(brentq(beyond, values.min() - _FAR * error, values.max() + _FAR * error, xtol=1e-12 * error))


def crps(values: Floats, weights: Floats, observed: float, error: float = 0.0) -> float:
    """Continuous ranked probability score, E|X - y| - E|X - X'| / 2, of a mixture of normal distributions
    (Grimit et al. 2006, doi 10.1256/qj.05.235, eq. 5); in the unit of the values.
    """
    apart = _distance(observed - values, error)
    among = _distance(values[:, None] - values[None, :], np.sqrt(2.0) * error)
    return float(weights @ apart - 0.5 * weights @ among @ weights)


def _distance(mean: Floats, deviation: float) -> Floats:
    """E|Y| of a normal Y: 2 s phi(m / s) + m (2 Phi(m / s) - 1), and |m| without deviation."""
    if deviation == 0.0:
        return np.abs(mean)
    z = mean / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return np.asarray(2.0 * deviation * density + mean * (2.0 * ndtr(z) - 1.0))


def interval_score(low: float, high: float, least: float, most: float | None = None) -> float:
    """The width of a band of nine in ten and 2 / .1 for every unit by which it misses what was observed
    (Gneiting & Raftery 2007, doi 10.1198/016214506000001437, eq. 43).

    Of a reported range `least` .. `most`, which may be endless, its nearest point is taken.
    """
    gap = max(low - (least if most is None else most), least - high, 0.0)
    return high - low + 2.0 / OUTSIDE * gap


def brier(probability: float, came_true: float) -> float:
    """(p - 1)² of what came true and p² of what did not."""
    return (probability - came_true) ** 2
