"""The numbers that introduce a run: five indicators of the whole region, at the start, now and at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from batiksim.recording.bands import BANDS

if TYPE_CHECKING:
    import pyarrow as pa

INDICATORS = (
    "batik.workers",
    "batik.share_under_30",
    "batik.share_over_50",
    "pay.batik_over_umk",
    "firms.count",
)
REGION = "all"


@dataclass(frozen=True)
class Band:
    """One number of several runs: its median and the limits of the middle 90 %; None where it is undefined.

    `runs` counts the runs in which the number is defined; with fewer than two there are no limits.
    """

    median: float | None
    low: float | None
    high: float | None
    runs: int


def band(values: Sequence[float | None]) -> Band:
    """Median and 90 % band of one number over runs; undefined values are left out."""
    known = np.array([value for value in values if value is not None], float)
    known = known[~np.isnan(known)]
    if not known.size:
        return Band(None, None, None, 0)
    low, high = np.quantile(known, BANDS["90"]).tolist() if known.size > 1 else (None, None)
    return Band(float(np.median(known)), low, high, known.size)


def key_months(recorded: Sequence[str], today: date | None = None) -> list[str]:
    """The first recorded month, the latest that is not after today, and the last; each once, in order."""
    now = f"{today or date.today():%Y-%m}"
    past = [month for month in recorded if month <= now]
    return sorted({recorded[0], *past[-1:], recorded[-1]})


class Headline:
    """Collects the headline numbers one run at a time, so that any number of runs fits in memory."""

    def __init__(self) -> None:
        self.months: list[str] = []
        self._values: dict[tuple[str, str], list[float | None]] = {}

    def add(self, table: pa.Table) -> None:
        """Take the numbers of one run from its rows of `series.parquet`."""
        from pyarrow import compute

        rows = table.filter(compute.equal(table["place"], REGION))
        recorded = rows["month"].to_pylist()
        self.months = self.months or key_months(recorded)
        for name in INDICATORS:
            values = rows[name].to_pylist()
            for month in self.months:
                self._values.setdefault((name, month), []).append(values[recorded.index(month)])

    def band(self, indicator: str, month: str) -> Band:
        """The band of one indicator in one of `months` over the runs added so far."""
        return band(self._values.get((indicator, month), []))
