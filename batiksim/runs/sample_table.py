"""`sample.parquet`: the draws of a study as one table, a row a draw, a column a parameter.

It is read by any tool that reads parquet, and by `compare --sample`. What a draw leaves empty is as each
scenario says it.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import Parameter, load_parameters
from batiksim.i18n.texts import shown, suggestion, text
from batiksim.runs.draws import DRAWN, Draw
from batiksim.runs.store import fingerprint

SAMPLE = "sample.parquet"
DRAW, WEIGHT, POINT, WORLD = "draw", "weight", "point", "world"
MOST_DRAWS = 100_000
_ABOUT = b"batiksim"
_MOST_BYTES = 1 << 30
_NAME = re.compile(r"[a-z][a-z-]{0,39}")
_KINDS = {"integer": pa.int64(), "choice": pa.string(), "switch": pa.bool_()}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SampleTable:
    """Draws, what each counts (draws,), and where each stands in the unit cube.

    `points` (draws, parameters) are the points the values were made of, one column for each of `names`, NaN
    where the draw leaves a parameter to the scenarios; `about` says how they were drawn.
    """

    draws: tuple[Draw, ...]
    names: tuple[str, ...]
    points: Floats
    weights: Floats
    about: Mapping[str, Any] = field(default_factory=FrozenDict)

    @cached_property
    def mark(self) -> str:
        """A fingerprint of all draws and weights."""
        return fingerprint({"draws": [draw.mark for draw in self.draws], "weights": self.weights.tolist()})

    def pack(self) -> bytes:
        """The table as the bytes of its file: the same for the same draws and versions."""
        known = load_parameters()
        columns: dict[str, pa.Array] = {
            DRAW: pa.array([draw.number for draw in self.draws], pa.int64()),
            WEIGHT: pa.array(self.weights, pa.float64()),
            POINT: pa.array(
                [[None if math.isnan(u) else u for u in point] for point in self.points.tolist()],
                pa.list_(pa.float64()),
            ),
        }
        for name in self.names:
            kind = _KINDS.get(known[name].type, pa.float64())
            columns[name] = pa.array([draw.values.get(name) for draw in self.draws], kind)
        if any(draw.world != self.about.get(WORLD, DRAWN) for draw in self.draws):  # measured, each its own
            columns[WORLD] = pa.array([draw.world for draw in self.draws], pa.string())
        about = json.dumps({**self.about, "names": list(self.names)}, sort_keys=True)
        table = pa.table(columns).replace_schema_metadata({_ABOUT: about.encode()})
        sink = io.BytesIO()
        pq.write_table(table, sink, compression="zstd")
        return sink.getvalue()

    @classmethod
    def unpack(cls, content: bytes, file: str) -> SampleTable:
        """The table from the bytes of a file; one made elsewhere needs `draw` and a column a parameter.

        Raises ValueError where it is no such table, names unknown parameters or holds what they cannot be.
        """
        table = _table(content)
        about = json.loads((table.schema.metadata or {}).get(_ABOUT, b"{}"))
        names = [name for name in table.column_names if name not in (DRAW, WEIGHT, POINT, WORLD)]
        known = load_parameters()
        for name in names:
            if name not in known:
                raise ValueError(text("sample.unknown", name=name, near=suggestion(name, known)))
        numbers = [int(number) for number in table.column(DRAW).to_pylist()]
        if len(set(numbers)) < len(numbers) or min(numbers) < 1:
            raise ValueError(text("sample.numbers"))
        columns = {name: table.column(name).to_pylist() for name in names}
        worlds = _worlds(table, about.get(WORLD, DRAWN))
        draws = []
        for row, number in enumerate(numbers):
            values = {
                name: _value(known[name], column[row], number)
                for name, column in columns.items()
                if column[row] is not None
            }
            draws.append(Draw(str(number), FrozenDict(values), number, worlds[row]))
        about = {key: value for key, value in about.items() if key != "names"}
        return cls(tuple(draws), tuple(names), _points(table, len(names)), _weights(table), FrozenDict(about))


def _table(content: bytes) -> pa.Table:
    """The table of a file, unless it would fill the memory."""
    with pq.ParquetFile(io.BytesIO(content)) as parquet:
        held = parquet.metadata
        size = sum(held.row_group(group).total_byte_size for group in range(held.num_row_groups))
        if not 1 <= held.num_rows <= MOST_DRAWS or size > _MOST_BYTES or held.num_columns > 10_000:
            raise ValueError(text("sample.rows", count=held.num_rows, most=MOST_DRAWS))
        if DRAW not in parquet.schema_arrow.names:
            raise ValueError(text("folder.no_columns", names=DRAW))
        return parquet.read()


def _worlds(table: pa.Table, usual: str) -> list[str]:
    """The world of each draw, `usual` where the table does not say."""
    if WORLD not in table.column_names:
        return [usual] * table.num_rows
    found = table.column(WORLD).to_pylist()
    for world in found:
        if not (isinstance(world, str) and _NAME.fullmatch(world)):
            raise ValueError(text("sample.world", world=shown(str(world))))
    return found


def _points(table: pa.Table, width: int) -> Floats:
    """The points of the cube, NaN throughout where the table has none."""
    found = np.full((table.num_rows, width), np.nan)
    if POINT in table.column_names:
        for row, point in enumerate(table.column(POINT).to_pylist()):
            if point is not None and len(point) == width:
                found[row] = [math.nan if u is None else float(u) for u in point]
    return found


def _weights(table: pa.Table) -> Floats:
    """What each draw counts, all alike where the table does not say."""
    if WEIGHT not in table.column_names:
        return np.full(table.num_rows, 1.0 / table.num_rows)
    weights = np.array([math.nan if w is None else float(w) for w in table.column(WEIGHT).to_pylist()])
    if not (np.isfinite(weights).all() and (weights >= 0.0).all() and weights.sum() > 0.0):
        raise ValueError(text("sample.weights"))
    return weights


def _value(parameter: Parameter, value: Any, draw: int) -> Value:
    """A value that the parameter can have."""
    if parameter.bounds is None:
        if value in (parameter.options or (True, False)):
            return value
    elif not isinstance(value, bool | str) and math.isfinite(value):
        low, high = parameter.bounds
        whole = parameter.type != "integer" or float(value).is_integer()
        if low <= value <= high and whole:
            return int(value) if parameter.type == "integer" else float(value)
    raise ValueError(
        text("sample.value", draw=draw, name=parameter.name, value=repr(value), allowed=parameter.allowed)
    )


def alike(weights: Sequence[float] | Floats) -> bool:
    """Whether all draws count as much."""
    return bool(np.allclose(weights, np.mean(weights), rtol=1e-9, atol=0.0))
