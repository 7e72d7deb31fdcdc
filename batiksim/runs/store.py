"""Tables of results: how the rows of runs are written, the same bytes for the same input and versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from batiksim.recording.described import for_parquet
from batiksim.recording.indicators import GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.scenario import Scenario

SERIES, SCENARIO, MANIFEST = "series.parquet", "scenario.yaml", "manifest.json"
AGES, INCOMES, COSTS, PLACES = "ages.parquet", "incomes.parquet", "costs.parquet", "places.parquet"
COHORTS = "cohorts.parquet"  # ages, of each December only
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
ROWS_IN_A_GROUP = 1 << 15


def series_table(
    frame: pd.DataFrame, scenario: Scenario, *, draw: int, seed: int, regime: str = ""
) -> pa.Table:
    """The rows of one run: the keys, then one float64 column an indicator, null where it is undefined.

    Columns carry unit and label (`described.for_parquet`).

    `frame` is what the model recorded: columns `month` (text "2011-01"), `place` and the indicators.
    """
    names = [name for name in frame.columns if name not in ("month", "place")]
    numbers = frame[names].to_numpy("float64").T  # at once: pandas copies `attrs` for every column it takes
    columns = [pa.array(column, pa.float64(), from_pandas=True) for column in numbers]
    about = {name: for_parquet(frame.attrs, name) for name in names}
    schema = pa.schema([*KEYS, *(pa.field(name, pa.float64(), metadata=about[name]) for name in names)])
    return pa.Table.from_arrays([*_keys(frame, scenario, draw, seed, regime), *columns], schema=schema)


def in_short(frame: pd.DataFrame) -> pd.DataFrame:
    """What the model recorded of groups of places, numbers to the seven digits of a float32, still float64.

    Luck changes the third; a file of runs is half as large, and equal numbers stay equal.
    """
    import pandas as pd

    rows = frame[frame["place"].isin(GROUPS)]
    names = [name for name in rows.columns if name not in ("month", "place")]
    # Column by column pandas would copy what is noted of all indicators as often as there are columns.
    numbers = rows[names].to_numpy("float32").astype("float64")
    short = pd.concat([rows[["month", "place"]], pd.DataFrame(numbers, rows.index, names)], axis=1)
    short.attrs = frame.attrs
    return short


def keyed_table(
    frame: pd.DataFrame, scenario: Scenario, *, draw: int, seed: int, regime: str = ""
) -> pa.Table:
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
    return pa.Table.from_arrays([*_keys(frame, scenario, draw, seed, regime), *columns], schema=schema)


def _keys(frame: pd.DataFrame, scenario: Scenario, draw: int, seed: int, regime: str) -> list[pa.Array]:
    """The six key columns of a run's rows; `regime` is that of the scenario unless the draw has another."""
    rows = len(frame)
    return [
        pa.array([scenario.stem] * rows, pa.string()),
        pa.array([regime or scenario.regime or ""] * rows, pa.string()),
        pa.array([draw] * rows, pa.int64()),
        pa.array([seed] * rows, pa.int64()),
        pa.array(frame["month"].tolist(), pa.string()),
        pa.array(frame["place"].tolist(), pa.string()),
    ]


def encoding(schema: pa.Schema) -> dict[str, Any]:
    """How a table is written: nothing is rounded, and a damaged page is found when it is read.

    Indicators differ from run to run in their last digits: alike bytes side by side are what can be pressed.
    """
    indicators = [field.name for field in schema if pa.types.is_float64(field.type) and field.nullable]
    return {
        "compression": "zstd",
        "use_dictionary": [name for name in schema.names if name not in indicators],
        "use_byte_stream_split": indicators,
        "write_page_checksum": True,
    }


class SeriesWriter(AbstractContextManager["SeriesWriter"]):
    """Writes the tables of many runs, in the order given, into one parquet file.

    Row groups have a fixed number of rows, so the bytes do not depend on how the runs were computed, and no
    more than one of them is held in memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []
        self._rows = 0

    def add(self, table: pa.Table) -> None:
        """Append the rows of one run."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, **encoding(table.schema))
        self._held.append(table)
        self._rows += table.num_rows
        while self._rows >= ROWS_IN_A_GROUP:
            self._write(ROWS_IN_A_GROUP)

    def __exit__(self, *exception: object) -> None:
        """Write what is held and close the file; without any run there is no file."""
        if self._writer is not None:
            if self._rows:
                self._write(self._rows)
            self._writer.close()

    def _write(self, rows: int) -> None:
        """Write the first so many rows that are held."""
        assert self._writer is not None
        held = pa.concat_tables(self._held)
        self._writer.write_table(held.slice(0, rows), row_group_size=ROWS_IN_A_GROUP)
        self._rows -= rows
        self._held = [held.slice(rows)] if self._rows else []


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """A hash of what a run was asked to do: equal inputs, equal fingerprint (sha256, hexadecimal)."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode("utf-8")).hexdigest()
