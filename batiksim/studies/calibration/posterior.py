"""Weights and posteriors from simulated sets: approximate Bayesian computation, small and without chance.

`weigh` weighs sets by how likely they make the facts, widened where one set would count more than it may.
`regression` (Beaumont et al. 2002) foretells parameters from noisy readings of simulated sets, and looks at
sets near the facts only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batiksim.studies.extra import needed
from batiksim.studies.sensitivity.emulator import one_thread

Floats = NDArray[np.float64]

_HALVINGS = 60
_FOLDS, _SHUFFLE = 5, 2011
_PENALTIES = np.logspace(-1.0, 4.0, 16)


@dataclass(frozen=True)
class Weights:
    """Weights (sets,) that sum to 1; all errors were taken `widened` times as large as stated."""

    weights: Floats
    widened: float

    @property
    def effective(self) -> float:
        """The effective sample size (Kish)."""
        return effective_size(self.weights)


def effective_size(weights: Floats) -> float:
    """So many sets of equal weight are as sure: (sum w)^2 / sum w^2."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def equal_size(weights: Floats) -> float:
    """So many sets can be drawn in proportion to weights that count alike: sum w / max w."""
    return float(weights.sum() / weights.max())


def weigh(logs: Floats, least: float, size: Callable[[Floats], float] = equal_size) -> Weights:
    """Weights from log likelihoods (sets,), whose `size` is at least `least`.

    Where it would not be, the likelihood is taken to the largest power below 1 at which it is, which is the
    same as wider errors: exp(-d^2 / 2 s^2) to the power p has s / sqrt(p).
    """
    high = logs.max()

    def at(power: float) -> Floats:
        found = np.exp(power * (logs - high))
        return np.asarray(found / found.sum())

    power = _power(lambda one: size(at(one)), least)
    return Weights(at(power), float(1.0 / np.sqrt(power)) if power > 0.0 else float("inf"))


def _power(size: Callable[[float], float], least: float) -> float:
    """The largest power, at most 1, at which a size that falls with it is not below `least`; 0 for none."""
    if size(1.0) >= least:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if size(middle) >= least else (low, middle)
    return low


def near(readings: Floats, facts: Floats, least: float) -> Floats:
    """Weights (sets,) that fall with the distance of readings (sets, facts) from the facts, each measured in
    its spread over sets, as fast as `least` effective sets allow.
    """
    spread = readings.std(axis=0)
    z = (readings - facts) / np.where(spread > 0.0, spread, np.inf)
    return weigh(-0.5 * (z**2).sum(axis=1), least, effective_size).weights


def regression(params: Floats, readings: Floats, facts: Floats, weights: Floats) -> Floats:
    """What params (sets, parameters), without bounds, would be at the facts: (sets, parameters).

    params + (m(facts) - m(readings)), m linear, its slopes shrunk (ridge) by what foretells best. What is
    left of each set was foretold without it, so that the spread is not that of a fit to itself.
    """
    with needed("sklearn"):
        from sklearn.linear_model import Ridge, RidgeCV
    spread = readings.std(axis=0)
    some = spread > 1e-12
    middle = readings[:, some].mean(axis=0)
    x, at = (readings[:, some] - middle) / spread[some], (facts[some] - middle) / spread[some]
    scaled = weights * weights.size
    with one_thread():
        whole = RidgeCV(alphas=_PENALTIES, alpha_per_target=True).fit(x, params, sample_weight=scaled)
        told = np.empty_like(params)
        order = np.random.default_rng(_SHUFFLE).permutation(len(params))
        for fold in range(_FOLDS):
            out = order[fold::_FOLDS]
            rest = np.setdiff1d(order, out)
            fitted = Ridge(alpha=whole.alpha_).fit(x[rest], params[rest], sample_weight=scaled[rest])
            told[out] = np.reshape(fitted.predict(x[out]), told[out].shape)
        return np.asarray(np.reshape(whole.predict(at[None, :]), (1, -1)) + params - told)


def quantiles(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Quantiles (levels, columns) of weighted values (sets, columns), on straight lines between sets.

    Of n equal sets the k-th stands at k / (n + 1), so that a band holds of the next one what it says it does,
    as far as so few can tell; of others n is their effective number.
    """
    n = effective_size(weights)
    found = np.empty((levels.size, values.shape[1]))
    for k in range(values.shape[1]):
        order = np.argsort(values[:, k], kind="stable")
        w = weights[order]
        found[:, k] = np.interp(levels, ((np.cumsum(w) - 0.5 * w) * n + 0.5) / (n + 1.0), values[order, k])
    return found
