"""What is reported: names, labels, units and formulas of data/indicators.yaml, and how they become a table.

The model measures each month for every row (21 places, then all, city, regency). An indicator is a measure
or a ratio of two. A year is summed up from measures and never from indicators: a stock is that of December,
a flow the sum of the months; a ratio is the mean of the months, of two measures that of their sums, so that
each month weighs as much as what it is divided by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from batiksim.arrays import Bools
from batiksim.calendar import month_name
from batiksim.data import text as data_text
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

GROUPS = ("all", "city", "regency")
KINDS = ("stock", "flow", "ratio")
RECORDS = ("monthly", "yearly")
YEAR = 12


@dataclass(frozen=True)
class Indicator:
    """One reported quantity.

    Either `measure` names what is measured, or `of` the numerator and denominator of a ratio, both summed
    over the last `window` months if that is more than 1. `range` is its lowest and highest value, None where
    there is no bound; only a ratio can be undefined, where there is nothing to divide by. `better` is "up" or
    "down" where everybody would agree what an improvement is, otherwise "".
    """

    name: str
    label: Mapping[str, str]
    unit: str
    range: tuple[float | None, float | None]
    formula: Mapping[str, str]
    kind: str
    measure: str = ""
    of: tuple[str, ...] = ()
    window: int = 1
    better: str = ""

    @property
    def allowed(self) -> str:
        """The range as text: "0..1", ">= 0", "<= 1", or nothing."""
        low, high = self.range
        if low is None or high is None:
            return f">= {low:g}" if low is not None else f"<= {high:g}" if high is not None else ""
        return f"{low:g}..{high:g}"

    @property
    def year(self) -> str:
        """How months become a year: "december", "sum", "mean", or "weighted_mean" by the denominator."""
        return {"stock": "december", "flow": "sum"}.get(self.kind) or ("weighted_mean" if self.of else "mean")

    def unit_of(self, record: str) -> str:
        """The unit in a table of that `record`: what is summed over a year is per year."""
        summed = record == "yearly" and self.kind == "flow"
        return self.unit.replace("/month", "/year") if summed else self.unit


@dataclass(frozen=True)
class Measured:
    """Measures of the months 0, 1, 2 ... of a run, f8 (months, rows, measures), at full scale.

    `rows` are place ids, then GROUPS; `adds` (measures,) says which of the `names` add up over people and
    months. By year there is one entry a year: `values` of December and `totals` of the twelve months.
    """

    values: Floats
    names: tuple[str, ...]
    rows: tuple[str, ...]
    adds: Bools
    totals: Floats | None = None

    @property
    def span(self) -> int:
        """Months that one entry is about: 1, or 12 by year."""
        return 1 if self.totals is None else YEAR

    @property
    def months(self) -> int:
        """How many months were measured."""
        return len(self.values) * self.span

    def by_year(self) -> Measured:
        """The complete years of these months."""
        if self.totals is not None:
            return self
        years = len(self.values) // YEAR
        months = self.values[: years * YEAR].reshape(years, YEAR, *self.values.shape[1:])
        totals = np.array([sum_up(one, self.adds) for one in months]).reshape(years, *months.shape[2:])
        return replace(self, values=months[:, -1], totals=totals)

    def at_end(self, name: str, kept: NDArray[np.int64]) -> Floats:
        """A measure in the months `kept`, (len(kept), rows)."""
        return self.values[kept // self.span, :, self.names.index(name)]

    def over(self, name: str, kept: NDArray[np.int64], window: int = 1) -> Floats:
        """A measure over the `window` months up to each of `kept`, (len(kept), rows); by year, over the year.

        NaN in months with less than a window of past.
        """
        at = self.names.index(name)
        if self.totals is not None:
            return self.totals[kept // YEAR, :, at]
        out = np.full((len(kept), self.values.shape[1]), np.nan)
        for k, month in enumerate(kept):
            if month >= window - 1:
                out[k] = self.values[month - window + 1 : month + 1, :, at].sum(axis=0)
        return out


def sum_up(months: Floats, adds: Bools) -> Floats:
    """A year of measures (rows, measures) from its months (12, rows, measures): what `adds` up is summed, of
    the rest the mean of the months in which it is defined; NaN where there is none.
    """
    out = months.sum(axis=0)
    rest = months[:, :, ~adds]
    known = ~np.isnan(rest)
    with np.errstate(invalid="ignore"):
        out[:, ~adds] = np.where(known, rest, 0.0).sum(axis=0) / known.sum(axis=0)
    return out


@cache
def load_indicators() -> Mapping[str, Indicator]:
    """All indicators by name, in the order of data/indicators.yaml."""
    entries = YAML(typ="safe").load(data_text("indicators.yaml"))
    return {
        name: Indicator(name, **entry | {"range": tuple(entry["range"]), "of": tuple(entry.get("of", ()))})
        for name, entry in entries.items()
    }


def find_indicator(name: str) -> Indicator:
    """The indicator of that name; raises UsageError with the nearest one."""
    known = load_indicators()
    if name not in known:
        raise UsageError(text("compare.no_indicator", name=name, near=suggestion(name, known)))
    return known[name]


def finish(measured: Measured, *, since: int = 0, record: str = "monthly") -> pd.DataFrame:
    """Table of all indicators: one row a month and place, columns month, place and one an indicator.

    Monthly from the month index `since`; "yearly" gives the complete years, named by their Decembers and
    summed up as `Indicator.year` says. Undefined values are NaN. Raises UsageError for another `record`.
    """
    import pandas as pd  # half of the time of a command that only lists indicators

    kept = kept_months(measured.months, since, record)
    if record == "yearly":
        measured = measured.by_year()
    columns: dict[str, object] = {
        "month": np.repeat(np.array([month_name(int(m)) for m in kept], dtype=object), len(measured.rows)),
        "place": np.tile(np.array(measured.rows, dtype=object), len(kept)),
    }
    for indicator in load_indicators().values():
        columns[indicator.name] = series(measured, indicator, kept).ravel()
    return pd.DataFrame(columns)


def kept_months(months: int, since: int, record: str) -> NDArray[np.int64]:
    """Which of `months` months are reported from `since` on: all, or the Decembers; raises UsageError."""
    if record not in RECORDS:
        raise UsageError(f"record is {record!r}; it can be {' or '.join(RECORDS)}")
    kept = np.arange(since, months)
    return kept[kept % YEAR == YEAR - 1] if record == "yearly" else kept


def series(measured: Measured, indicator: Indicator, kept: NDArray[np.int64]) -> Floats:
    """One indicator in the months `kept`, (len(kept), rows); measured by year, in the years they end."""
    if indicator.kind == "stock":
        return measured.at_end(indicator.measure, kept)
    if indicator.measure:
        return measured.over(indicator.measure, kept)
    top, bottom = (measured.over(name, kept, indicator.window) for name in indicator.of)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0.0, top / bottom, np.nan)
