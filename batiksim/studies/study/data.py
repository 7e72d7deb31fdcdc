"""The numbers of a comparison as its files hold them, a column at a time."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import GROUPS
from batiksim.recording.indicators import find_indicator as find_indicator
from batiksim.runs.results import YOUNG as YOUNG
from batiksim.runs.results import read_table, unfolded
from batiksim.runs.store import SERIES

PAIR = ["draw", "seed"]
CASE = ["regime", "scenario"]


class Numbers:
    """Reads one folder: `wide` gives one quantity as a table of runs and months.

    Rows of such a table are (regime, scenario, draw, seed), columns months, or years where that is said.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.wide = lru_cache(maxsize=64)(self._wide)
        self.amounts = lru_cache(maxsize=64)(self._amounts)
        self._rows_of = lru_cache(maxsize=16)(self._find_rows)
        self._amounts_in = lru_cache(maxsize=4)(self._read_amounts)

    def indicator(self, name: str, place: str = "all", file: str = SERIES) -> pd.DataFrame:
        """One indicator in one place, by run and month. Raises UsageError for an unknown name or place."""
        find_indicator(name)
        table = self.wide(file, name, ("place", place))
        if table.empty:
            raise UsageError(text("compare.no_place", place=place))
        return table

    def _amounts(self, file: str, kind: str, group: str, place: str = "all") -> pd.DataFrame:
        """One group of `incomes.parquet` or `costs.parquet`, IDR by run and year."""
        frame = self._amounts_in(file, kind, place)
        table = frame[frame[kind] == group].pivot(index=[*CASE, *PAIR], columns="month", values="idr")
        return table.T.groupby(lambda month: month[:4]).sum().T

    def _read_amounts(self, file: str, kind: str, place: str) -> pd.DataFrame:
        """All groups at once: the file is searched through for each that is read alone."""
        where = [("place", "=", place)]
        return read_rows(kept(self._folder / file), [*CASE, *PAIR, "month", kind, "idr"], where)

    @cached_property
    def months(self) -> list[str]:
        """Months that are recorded, in order."""
        column = read_table(self._folder / SERIES, ["month"]).column(0)
        return sorted(pc.unique(column.cast(pa.string())).to_pylist())

    def _wide(self, file: str, value: str, *where: tuple[str, str]) -> pd.DataFrame:
        rows = self._rows_of(file, where)
        column = read_table(self._folder / file, [value]).column(0).to_numpy()
        return pd.DataFrame(column[rows.to_numpy(dtype="int64")], rows.index, rows.columns)

    def _find_rows(self, file: str, where: tuple[tuple[str, str], ...]) -> pd.DataFrame:
        """Which row of a file holds which run and month, found once for all its columns."""
        keys = [*CASE, *PAIR, "month"]
        number = pa.array(range(pq.read_metadata(self._folder / file).num_rows))
        table = read_table(self._folder / file, [*keys, *(name for name, _ in where)])
        table = table.append_column("row", number)
        for name, wanted in where:
            table = table.filter(pc.equal(table[name].cast(pa.string()), wanted))
        frame = unfolded(table.select([*keys, "row"])).to_pandas()
        return frame.pivot(index=[*CASE, *PAIR], columns="month", values="row")


def kept(path: Path) -> Path:
    """A table of a study; raises UsageError where it is not among those that a sweep keeps."""
    if not path.exists():
        raise UsageError(text("sweep.without", file=path.name))
    return path


def read_rows(path: Path, columns: list[str], where: list[Any] | None = None) -> pd.DataFrame:
    """Some columns of the rows that satisfy the filters; words are unfolded only where they stay."""
    return unfolded(read_table(path, columns, where)).to_pandas()


def check_group(place: str, scale: float) -> None:
    """Refuse a single place of a sample: three owners are no result. Raises UsageError."""
    if place not in GROUPS and scale < 1.0:
        raise UsageError(text("compare.too_small", place=place, scale=f"{scale:g}"))
