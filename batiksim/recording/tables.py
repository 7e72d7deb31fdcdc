"""The long tables beside the indicators: workers by age, incomes by group, costs by payer.

Each has a row a month, place and group of people; places are followed by the groups all, city, regency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.codes import INCOMES, PAYERS, Sex, names
from batiksim.kernels.sums import AGE_BANDS
from batiksim.recording.described import of_number
from batiksim.recording.indicators import kept_months
from batiksim.recording.recorder import Recorder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEXES = names(Sex)


def ages(recorder: Recorder, *, since: int = 0, record: str = "monthly") -> pd.DataFrame:
    """Batik workers at the end of the month: month, place, sex, age, count.

    `age` is the lower bound of a band of five years, the last band open; a year reports its December.
    """
    recorder.check(record)
    counts = recorder.ages()
    kept = kept_months(len(counts) * recorder.span, since, record)
    keys = _keys(kept, recorder.rows, SEXES, AGE_BANDS)
    columns = dict(zip(("month", "place", "sex", "age"), keys, strict=True))
    frame = pd.DataFrame({**columns, "count": counts[kept // recorder.span].ravel()})
    frame.attrs = of_number("count", "people", record, "column.count")
    return frame


def incomes(recorder: Recorder, *, since: int = 0, record: str = "monthly") -> pd.DataFrame:
    """Who received how much in the month, nominal IDR: month, place, group, idr; a year is summed.

    Batik workers by task group and sex (pay), brokers, owners, traders, garment workers (their number times
    the factory wage of the place), sellers of materials, and what policies give batik workers beside pay.
    """
    return _sums(recorder, "group", INCOMES, since, record)


def costs(recorder: Recorder, *, since: int = 0, record: str = "monthly") -> pd.DataFrame:
    """What policies cost each stakeholder group in the month, nominal IDR: month, place, payer, idr."""
    return _sums(recorder, "payer", PAYERS, since, record)


def _sums(recorder: Recorder, key: str, parts: Mapping[str, str], since: int, record: str) -> pd.DataFrame:
    recorder.check(record)
    measured = recorder.measured()
    kept = kept_months(measured.months, since, record)
    if record == "yearly":
        measured = measured.by_year()
    values = np.stack([measured.over(name, kept) for name in parts.values()], axis=2)
    keys = _keys(kept, measured.rows, tuple(parts))
    frame = pd.DataFrame({**dict(zip(("month", "place", key), keys, strict=True)), "idr": values.ravel()})
    frame.attrs = of_number(
        "idr", "IDR/month", record, "column.incomes" if key == "group" else "column.costs"
    )
    return frame


def _keys(kept: Ints, *labels: Sequence[object]) -> list[NDArray[np.object_]]:
    """The key columns of a table over months and labels, the last changing fastest."""
    axes = [[month_name(int(month)) for month in kept], *labels]
    shape = tuple(len(axis) for axis in axes)
    columns = []
    for place, axis in enumerate(axes):
        turned = np.array(axis, dtype=object).reshape([-1 if k == place else 1 for k in range(len(axes))])
        columns.append(np.broadcast_to(turned, shape).ravel())
    return columns
