"""The assumptions that move an answer most, of the draws of any study: a sweep or a plausible sample.

An emulator is fitted to set means as in `sensitivity`. What an assumption counts for is the variance of what
the emulator says when the values of that assumption alone are dealt anew to the sets (Jansen 1999: the total
index, over the values the draws do have), so that it is one of this sample and not of the whole priors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.config.dated_values import Value
from batiksim.config.parameters import load_parameters
from batiksim.studies.sensitivity import TRUSTED
from batiksim.studies.sensitivity.emulator import BEST, Predict, fit, one_thread

Floats = NDArray[np.float64]

COLUMNS = ("parameter", "total", "change")
_DEALS, _KEY = 64, 2011
_ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Assumptions:
    """What moves an answer: `table`, strongest first, with columns parameter, total (the share of the
    variance between sets that goes where it alone is dealt anew) and change (from the low to the high end of
    its values, 5 to 95 %); `score` is R2 of the emulator on sets held out, `most` the most it could be.
    """

    table: pd.DataFrame
    parameters: int
    score: float
    most: float

    @property
    def trusted(self) -> bool:
        """Whether the emulator foretells sets it has not seen; below that nothing is concluded."""
        return self.score >= TRUSTED


def places(draws: Sequence[Mapping[str, Value]]) -> tuple[tuple[str, ...], Floats]:
    """The names of what differs between draws, and where each draw stands, 0 to 1 between its ends: those of
    the prior, of a parameter without one those of the draws. What a draw leaves open stands in the middle.
    """
    known, names = load_parameters(), sorted({name for draw in draws for name in draw})
    found, columns = [], []
    for name in names:
        values = [draw.get(name) for draw in draws]
        prior = known[name].prior
        if known[name].bounds is None:
            words = list(prior or sorted({str(value) for value in values if value is not None}))
            spread = max(len(words), 1)
            column = [0.5 if value is None else (words.index(value) + 0.5) / spread for value in values]
        else:
            some = [float(value) for value in values if value is not None]
            low, high = (float(end) for end in prior) if prior is not None else (min(some), max(some))
            width = (high - low) or 1.0
            column = [0.5 if value is None else (float(value) - low) / width for value in values]
        if max(column) > min(column):
            found.append(name)
            columns.append(column)
    return tuple(found), np.array(columns).reshape(len(found), len(draws)).T


def assumptions(
    names: Sequence[str], points: Floats, means: Floats, weights: Floats, most: float
) -> Assumptions:
    """What moves means (sets,) at points (sets, parameters). Raises UsageError without `[bench]`."""
    if np.ptp(means) == 0.0 or not names:
        return Assumptions(pd.DataFrame(columns=list(COLUMNS)), len(names), np.nan, most)
    emulator = fit(points, means, BEST)
    rng = np.random.default_rng([_KEY, len(means)])
    deals = np.array([rng.permutation(len(means)) for _ in range(_DEALS)])
    rows = []
    with one_thread():
        said = emulator.predict(points)
        variance = float(weights @ (said - weights @ said) ** 2)
        for k in emulator.active:
            moved = np.array([_without(emulator.predict, points, k, points[deal, k]) for deal in deals])
            total = float((((moved - said) ** 2).mean(axis=0) / 2.0) @ weights) / variance
            low, high = (
                _without(emulator.predict, points, k, np.full(len(points), end))
                for end in np.quantile(points[:, k], _ENDS)
            )
            change = float(weights @ (high - low))
            rows.append((names[k], float(f"{total:.6g}"), float(f"{change:.6g}")))
    table = pd.DataFrame(sorted(rows, key=lambda row: (-row[1], row[0])), columns=list(COLUMNS))
    return Assumptions(table, len(names), emulator.score, most)


def _without(predict: Predict, points: Floats, column: int, values: Floats) -> Floats:
    """What the emulator says with other values of one parameter."""
    other = points.copy()
    other[:, column] = values
    return np.asarray(predict(other))
