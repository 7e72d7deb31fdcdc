"""What runs say of a fact: its statistic, from monthly values, a row a run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_index, month_name
from batiksim.studies.validation.facts import Fact

Floats = NDArray[np.float64]
# Monthly values of the indicator of a fact in a place: a row a run, a column a month.
Values = Callable[[str], pd.DataFrame]


def difference(indicators: list[str], of: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """The values of one indicator, or of one less another."""
    first, *others = indicators
    found = of(first)
    for name in others:
        found = found - of(name)
    return found


def read(fact: Fact, values: Values, twin: Values | None = None) -> Floats:
    """The statistic of a fact in every run, (runs,); NaN where it is undefined.

    `twin` are the same runs without the shock; only `drop_vs_twin` asks for them.
    """
    wide = values(fact.place)
    if fact.statistic == "drop_vs_twin":
        assert twin is not None
        return 1.0 - _at(wide, fact.month) / _at(twin(fact.place), fact.month)
    if fact.statistic in ("change", "sign"):
        before = month_name(month_index(fact.month) - fact.window)
        return _at(wide, fact.month) - _at(wide, before)
    if fact.statistic == "max_step":
        steps = _window(wide, fact).pct_change(axis=1, fill_method=None).abs()
        return steps.max(axis=1).to_numpy("float64")
    if fact.statistic == "rank":
        return rank(np.stack([_mean(values(place), fact) for place in fact.places], axis=1))
    return _mean(wide, fact)


def rank(levels: Floats) -> Floats:
    """The rank of the first column among all, 1 the highest, (runs, places) -> (runs,).

    Who is level with it shares the ranks they take together; what is undefined ranks below.
    """
    own, others = levels[:, :1], levels[:, 1:]
    with np.errstate(invalid="ignore"):
        found = 1.0 + (others > own).sum(axis=1) + 0.5 * (others == own).sum(axis=1)
    return np.where(np.isnan(levels[:, 0]), np.nan, found)


def _window(wide: pd.DataFrame, fact: Fact) -> pd.DataFrame:
    last = month_index(fact.month)
    return wide[[month_name(month) for month in range(last - fact.window + 1, last + 1)]]


def _mean(wide: pd.DataFrame, fact: Fact) -> Floats:
    """Mean over the months of the window in which it is defined."""
    return _window(wide, fact).mean(axis=1).to_numpy("float64")


def _at(wide: pd.DataFrame, month: str) -> Floats:
    return wide[month].to_numpy("float64")
