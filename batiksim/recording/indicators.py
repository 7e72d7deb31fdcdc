"""What is reported: names, labels, units and formulas of data/indicators.yaml, and how they become a table.

The model measures each month for every row (21 places, then all, city, regency). An indicator is a measure
or a ratio of two, so that a year is summed up from measures and never from indicators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from ruamel.yaml import YAML

from batiksim.calendar import month_name
from batiksim.data import text as data_text
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text

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


@dataclass(frozen=True)
class Measured:
    """Measures of the months 0, 1, 2 ... of a run, f8 (months, rows, measures), at full scale.

    `rows` are place ids, then GROUPS; `flows` says which of the `names` add up over months. With a `span` of
    12 there is one entry a year: stocks of December, flows already summed.
    """

    values: Floats
    names: tuple[str, ...]
    rows: tuple[str, ...]
    flows: frozenset[str]
    span: int = 1

    @property
    def months(self) -> int:
        """How many months were measured."""
        return len(self.values) * self.span


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

    Monthly from the month index `since`; "yearly" gives the Decembers of complete years: stocks of December,
    flows summed over the year, ratios recomputed from those. Undefined values are NaN. Raises UsageError for
    another `record`.
    """
    kept = kept_months(measured.months, since, record)
    columns: dict[str, object] = {
        "month": np.repeat(np.array([month_name(int(m)) for m in kept], dtype=object), len(measured.rows)),
        "place": np.tile(np.array(measured.rows, dtype=object), len(kept)),
    }
    for indicator in load_indicators().values():
        columns[indicator.name] = series(measured, indicator, kept, YEAR if record == "yearly" else 1).ravel()
    return pd.DataFrame(columns)


def kept_months(months: int, since: int, record: str) -> NDArray[np.int64]:
    """Which of `months` months are reported from `since` on: all, or the Decembers; raises UsageError."""
    if record not in RECORDS:
        raise UsageError(f"record is {record!r}; it can be {' or '.join(RECORDS)}")
    kept = np.arange(since, months)
    return kept[kept % YEAR == YEAR - 1] if record == "yearly" else kept


def series(measured: Measured, indicator: Indicator, kept: NDArray[np.int64], span: int) -> Floats:
    """One indicator in the months `kept`, (len(kept), rows); flows are summed over `span` months."""
    if indicator.measure:
        return measure(measured, indicator.measure, kept, span if indicator.kind == "flow" else 1)
    window = max(span, indicator.window)
    top, bottom = (measure(measured, name, kept, window) for name in indicator.of)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0.0, top / bottom, np.nan)


def measure(measured: Measured, name: str, kept: NDArray[np.int64], window: int) -> Floats:
    """Return a measure in the months `kept`, (len(kept), rows); a flow is summed over the `window` months up
    to each.

    NaN in months with less than a window of past. Measured by year, the window is the year.
    """
    values = measured.values[:, :, measured.names.index(name)]
    if measured.span > 1:
        return values[kept // measured.span]
    if window == 1 or name not in measured.flows:
        return values[kept]
    out = np.full((len(kept), values.shape[1]), np.nan)
    for k, month in enumerate(kept):
        if month >= window - 1:
            out[k] = values[month - window + 1 : month + 1].sum(axis=0)
    return out
