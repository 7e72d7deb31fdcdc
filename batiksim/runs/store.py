"""The folder of a run: `series.parquet`, `scenario.yaml` and `manifest.json`, all there or none.

The first two are the same bytes for the same input on the same platform with the same versions; the manifest
also holds times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.described import for_parquet
from batiksim.runs import atomic_files, locks

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.scenario import Scenario

SERIES, SCENARIO, MANIFEST = "series.parquet", "scenario.yaml", "manifest.json"
AGES, INCOMES, COSTS, PLACES = "ages.parquet", "incomes.parquet", "costs.parquet", "places.parquet"
KEYS = pa.schema(
    [
        pa.field("scenario", pa.string(), nullable=False),
        pa.field("regime", pa.string(), nullable=False),
        pa.field("draw", pa.int64(), nullable=False),
        pa.field("seed", pa.int64(), nullable=False),
        pa.field("month", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
    ]
)
_ROWS_IN_A_GROUP = 1 << 16


def series_table(frame: pd.DataFrame, scenario: Scenario, *, draw: int, seed: int) -> pa.Table:
    """The rows of one run: the keys, then one float64 column an indicator, null where it is undefined.

    Columns carry unit and label (`described.for_parquet`).

    `frame` is what the model recorded: columns `month` (text "2011-01"), `place` and the indicators.
    """
    names = [name for name in frame.columns if name not in ("month", "place")]
    numbers = frame[names].to_numpy("float64").T  # at once: pandas copies `attrs` for every column it takes
    columns = [pa.array(column, pa.float64(), from_pandas=True) for column in numbers]
    about = {name: for_parquet(frame.attrs, name) for name in names}
    schema = pa.schema([*KEYS, *(pa.field(name, pa.float64(), metadata=about[name]) for name in names)])
    return pa.Table.from_arrays([*_keys(frame, scenario, draw, seed), *columns], schema=schema)


def keyed_table(frame: pd.DataFrame, scenario: Scenario, *, draw: int, seed: int) -> pa.Table:
    """The rows of one run in a table of groups of people: the keys, the groups, and a number last.

    `frame` has the columns `month`, `place`, groups as text or whole numbers, and one float64 column.
    """
    *groups, number = [name for name in frame.columns if name not in ("month", "place")]
    columns = [pa.array(frame[name].tolist()) for name in groups]
    columns.append(pa.array(frame[number].to_numpy("float64"), pa.float64()))
    fields = [
        pa.field(name, column.type, nullable=False, metadata=for_parquet(frame.attrs, name))
        for name, column in zip((*groups, number), columns, strict=True)
    ]
    schema = pa.schema([*KEYS, *fields])
    return pa.Table.from_arrays([*_keys(frame, scenario, draw, seed), *columns], schema=schema)


def _keys(frame: pd.DataFrame, scenario: Scenario, draw: int, seed: int) -> list[pa.Array]:
    """The six key columns of a run's rows."""
    rows = len(frame)
    return [
        pa.array([scenario.stem] * rows, pa.string()),
        pa.array([scenario.regime or ""] * rows, pa.string()),
        pa.array([draw] * rows, pa.int64()),
        pa.array([seed] * rows, pa.int64()),
        pa.array(frame["month"].tolist(), pa.string()),
        pa.array(frame["place"].tolist(), pa.string()),
    ]


class SeriesWriter(AbstractContextManager["SeriesWriter"]):
    """Writes the tables of many runs, in the order given, into one parquet file.

    Row groups have a fixed number of rows, so the bytes do not depend on how the runs were computed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        """Append the rows of one run."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._held.append(table)
        if sum(part.num_rows for part in self._held) >= _ROWS_IN_A_GROUP:
            self._flush()

    def __exit__(self, *exception: object) -> None:
        """Write what is held and close the file; without any run there is no file."""
        if self._writer is not None:
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        if self._held and self._writer is not None:
            self._writer.write_table(pa.concat_tables(self._held), row_group_size=_ROWS_IN_A_GROUP)
            self._held = []


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """A hash of what a run was asked to do: equal inputs, equal fingerprint (sha256, hexadecimal)."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode("utf-8")).hexdigest()


def check_folder(folder: Path, inputs: str) -> None:
    """Refuse a folder that holds anything but an earlier run of the same inputs (their fingerprint).

    Raises UsageError.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(text("store.is_file", folder=folder))
    if not atomic_files.entries(folder):
        return
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, LookupError, TypeError):
        raise UsageError(text("store.foreign", folder=folder)) from None
    if found != inputs:
        raise UsageError(text("store.other_run", folder=folder))


@contextmanager
def draft(folder: Path, inputs: str) -> Iterator[Path]:
    """A draft folder inside `folder`; leaving it without an exception moves its files into place.

    The manifest moves last. After an exception nothing of the draft is left, nor any folder made for it.
    Raises UsageError for a folder that must not be touched, that another process writes in or that cannot be
    written.
    """
    check_folder(folder, inputs)
    made = atomic_files.make(folder)
    try:
        with locks.alone(folder), atomic_files.draft(folder, last=MANIFEST) as place:
            check_folder(folder, inputs)  # another process may have finished since
            yield place
    finally:
        for path in reversed(made):
            with suppress(OSError):  # a folder with a finished run in it is not empty and stays
                path.rmdir()
