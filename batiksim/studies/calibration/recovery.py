"""Fake-data recovery: which parameters the evidence could find, if the simulator were the region.

Sets that nothing else looks at are run; with the errors of the facts added, their readings play the facts,
and the posterior that comes out is held against the values that are known. Whatever is not found here is not
found in the real facts either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from batiksim.studies.calibration.evidence import Evidence
from batiksim.studies.calibration.posterior import near, quantiles, regression, weigh
from batiksim.studies.statistics import wilson

Floats = NDArray[np.float64]

LEAST_FAKES = 4
_NOISE, _FAKE_NOISE = 2011, 2012
_ENDS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
_EDGE = 1e-3  # of the unit interval, of which logarithms of odds are taken
_CHANCE = 0.01  # of a correlation as large where nothing can be found
_NARROWER = 0.95  # of the prior: what is found leaves less than that
REGRESSION, WEIGHTS = "regression", "weights"


@dataclass(frozen=True)
class Recovery:
    """What fake sets say: `table`, one row a parameter, and `coverage`, one row a way and share of bands.

    `expected` is how many parameters at most are called found by chance alone.
    """

    table: pd.DataFrame
    coverage: pd.DataFrame
    fakes: int
    bank: int
    expected: float

    @property
    def found(self) -> list[str]:
        """The parameters that the evidence finds, the best first."""
        some = self.table[self.table["found"]].sort_values("correlation", ascending=False, kind="stable")
        return list(some["parameter"])


def recovered(
    names: tuple[str, ...], bank: tuple[Floats, Floats], fakes: tuple[Floats, Floats], evidence: Evidence,
    luck: Floats, least: float,
) -> Recovery:  # fmt: skip
    """Play the facts with each of the fakes; `bank` and `fakes` are places 0 to 1 in the priors (sets,
    parameters) and readings (sets, facts). At least `least` sets count alike in the posterior of weights.
    """
    places, readings = bank
    truths, played = fakes
    noisy = readings + evidence.noise(len(readings), _NOISE)
    facts = played + evidence.noise(len(played), _FAKE_NOISE)
    odds = logit(np.clip(places, _EDGE, 1.0 - _EDGE))
    bands: dict[str, list[Floats]] = {REGRESSION: [], WEIGHTS: []}
    for fact in facts:
        weights = near(noisy, fact, len(places) / 2.0)
        told = expit(regression(odds, noisy, fact, weights))
        bands[REGRESSION].append(quantiles(told, weights, _ENDS))
        logs = evidence.instead(fact).log_likelihood(readings, luck)
        bands[WEIGHTS].append(quantiles(places, weigh(logs, least).weights, _ENDS))
    whole = {name: np.array(some) for name, some in bands.items()}  # (fakes, ends, parameters)
    prior = np.quantile(places, [0.05, 0.95], axis=0)
    return _told(names, truths, whole, prior[1] - prior[0], len(places))


def _told(
    names: tuple[str, ...], truths: Floats, bands: Mapping[str, Floats], prior: Floats, bank: int
) -> Recovery:
    inside = {name: _inside(truths, some) for name, some in bands.items()}
    mine = bands[REGRESSION]
    correlation = _correlation(mine[:, 2], truths)
    fakes, limit = len(truths), np.nan
    if fakes >= LEAST_FAKES:  # Fisher's z
        limit = float(np.tanh(ndtri(1.0 - _CHANCE) / np.sqrt(fakes - 3.0)))
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(names):
        row: dict[str, Any] = {"parameter": name}
        row["ratio"] = float((mine[:, 4, k] - mine[:, 0, k]).mean() / prior[k]) if prior[k] > 0.0 else np.nan
        row["correlation"] = float(correlation[k])
        for share in (50, 90):
            hits = int(inside[REGRESSION][share][:, k].sum())
            low, high = wilson(hits, fakes)
            row |= {f"cover_{share}": hits / fakes, f"cover_{share}_low": low, f"cover_{share}_high": high}
        row["found"] = bool(correlation[k] > limit and row["ratio"] < _NARROWER)
        rows.append(row)
    table = pd.DataFrame(rows)
    some = table["found"].to_numpy()
    coverage = []
    for way, of_way in inside.items():
        for share, held in of_way.items():
            for of, which in (("all", np.ones(len(names), dtype=bool)), ("found", some)):
                if which.any():
                    each = held[:, which].mean(axis=1)  # fakes have nothing in common, parameters of one have
                    error = float(each.std(ddof=1) / np.sqrt(fakes)) if fakes > 1 else np.nan
                    coverage.append({"way": way, "of": of, "wanted": share / 100.0,
                                     "covered": float(each.mean()), "error": error})  # fmt: skip
    return Recovery(table, pd.DataFrame(coverage), fakes, bank, _CHANCE * len(names))


def _inside(truths: Floats, bands: Floats) -> dict[int, NDArray[np.bool_]]:
    """Whether each truth lies in the band of 50 and 90 % (fakes, parameters)."""
    ends = {50: (1, 3), 90: (0, 4)}
    return {share: (bands[:, a] <= truths) & (truths <= bands[:, b]) for share, (a, b) in ends.items()}


def _correlation(one: Floats, other: Floats) -> Floats:
    """The correlation of each column, 0 where one does not differ."""
    a, b = one - one.mean(axis=0), other - other.mean(axis=0)
    size = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.asarray(np.divide((a * b).sum(axis=0), size, out=np.zeros(size.size), where=size > 0.0))
