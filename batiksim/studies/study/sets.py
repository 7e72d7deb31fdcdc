"""What sets of assumptions make of one indicator: means over the seeds of each draw, never single runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.studies import statistics
from batiksim.studies.study.effects import find_month

if TYPE_CHECKING:
    from batiksim.studies.study import Study

Floats = NDArray[np.float64]

# An index is a level over that of the first month of the same run: not knowing the size then is not in it.
LEVEL, INDEX, EFFECT = "level", "index", "effect"
OF = (LEVEL, INDEX, EFFECT)
# An effect from one noisy pair a set is mostly luck.
LEAST_PAIRS = 2


@dataclass(frozen=True)
class SetMeans:
    """Means of the seeds of each draw (draws,), by the numbers of the draws, which are those of the sample.

    `seeds` is how many there are of a draw at most, `noise` the variance that luck leaves in one such mean,
    NaN with one seed a draw.
    """

    numbers: NDArray[np.int64]
    means: Floats
    seeds: int
    noise: float

    @property
    def ceiling(self) -> float:
        """The share of the variance between sets that is not luck: no emulator can explain more."""
        variance = float(np.var(self.means, ddof=1)) if self.means.size > 1 else np.nan
        return max(0.0, 1.0 - self.noise / variance) if variance > 0.0 else np.nan


def set_means(study: Study, indicator: str, month: str, scenario: str, of: str) -> SetMeans:
    """Set means of an indicator under a scenario, its index, or its difference from the baseline with the
    same seed.

    Sets without a finished run, or pair, are left out.
    """
    values = run_values(study, indicator, month, scenario, of)
    grouped = values.groupby(level="draw", sort=True)
    means, counts = grouped.mean(), grouped.size().to_numpy()
    free = int((counts - 1).sum())
    within = float(((values - grouped.transform("mean")) ** 2).sum())
    noise = within / free * float((1.0 / counts).mean()) if free else np.nan
    seeds = int(counts.max(initial=0))
    return SetMeans(means.index.to_numpy("int64"), means.to_numpy("float64"), seeds, noise)


def run_values(study: Study, indicator: str, month: str, scenario: str, of: str) -> pd.Series:
    """The same run by run, or pair by pair, by (draw, seed); undefined ones are left out."""
    whole = study.numbers.indicator(indicator)
    wide = whole[[month]]
    if of == INDEX:
        first = whole[study.months[0]]
        wide = wide.div(first.where(first != 0.0), axis=0)
    regimes = [regime for regime, name in study.cases if name == scenario]
    if of == EFFECT:
        some = [study.pairs(regime, scenario, wide) for regime in regimes]
    else:
        some = [wide.loc[(regime, scenario)] for regime in regimes]
    return pd.concat(some)[month].dropna()


def sets(study: Study, indicator: str, at: str | None) -> pd.DataFrame:
    """Two rows a scenario, one a policy's effect: scenario, of (level, index or effect), indicator, month,
    sets, mean, median, low_50 .. high_90 over sets, and not_luck, the share of their variance that is not.

    Effects are left out where each set has a single pair.
    """
    month = find_month(study, at)
    rows = []
    for of in OF:
        for scenario in study.scenarios[1:] if of == EFFECT else study.scenarios:
            found = set_means(study, indicator, month, scenario, of)
            if found.means.size and (of != EFFECT or found.seeds >= LEAST_PAIRS):
                row: dict[str, Any] = {"scenario": scenario, "of": of, "indicator": indicator, "month": month}
                row |= {"sets": found.means.size, "mean": float(found.means.mean())}
                rows.append(row | statistics.spread(found.means) | {"not_luck": found.ceiling})
    return pd.DataFrame(rows)
