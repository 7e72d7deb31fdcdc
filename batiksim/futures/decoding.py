"""A future read back from its frames: for tests, the command line and exports; browsers do the same."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from batiksim.errors import RunError
from batiksim.futures.frames import END, ERROR, HEADER, KEY, MONTHS, PEOPLE, unframed
from batiksim.kernels.sums import AGE_BANDS

Array = NDArray[Any]


@dataclass(frozen=True)
class Month:
    """One month of a future, whole.

    `state` and `firm` (people so far,), `place` and `open` (firms so far,), `numbers` by indicator for all
    places together, `by_place` by indicator (places,), `ages` (2, age bands) batik workers in the sample.
    The key frame has no numbers. `changed` rows of people differ from the month before.
    """

    month: int
    state: Array
    firm: Array
    place: Array
    open: Array
    changed: Array
    numbers: dict[str, float] = field(default_factory=dict)
    by_place: dict[str, Array] = field(default_factory=dict)
    ages: Array | None = None


@dataclass
class Future:
    """What was read so far: the header, people by row (`birth`, `place`, `sex`), months, the end's totals."""

    header: dict[str, Any] = field(default_factory=dict)
    birth: Array = field(default_factory=lambda: np.zeros(0, "<i2"))
    place: Array = field(default_factory=lambda: np.zeros(0, "u1"))
    sex: Array = field(default_factory=lambda: np.zeros(0, "u1"))
    months: list[Month] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)

    def series(self, name: str) -> NDArray[np.float64]:
        """An indicator of all places together in the months after the key frame."""
        return np.array([month.numbers[name] for month in self.months[1:]])


def decode(stream: Iterable[bytes]) -> Future:
    """Read a whole future; raises ValueError for what is none, RunError with the message of an error."""
    future = Future()
    for kind, payload in unframed(stream):
        read(future, kind, payload)
    return future


def read(future: Future, kind: int, payload: bytes) -> None:
    """Add one frame to a future."""
    if kind == HEADER:
        future.header = json.loads(payload)
    elif kind == PEOPLE:
        source = _Source(payload)
        future.birth, future.place, future.sex = _born(source, future.header["people"])
    elif kind == KEY:
        future.months.append(_key(_Source(payload), future))
    elif kind == MONTHS:
        future.months.extend(_months(_Source(payload), future))
    elif kind == END:
        future.end = json.loads(payload)
    elif kind == ERROR:
        raise RunError(json.loads(payload)["message"])
    else:
        raise ValueError(f"no such kind of frame: {kind}")


class _Source:
    """Reads a payload from its beginning to its end."""

    def __init__(self, payload: bytes) -> None:
        self._payload, self._at = payload, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(form, self._payload, self._at)
        self._at += struct.calcsize(form)
        return found

    def array(self, kind: DTypeLike, count: int) -> Array:
        found = np.frombuffer(self._payload, kind, count, self._at)
        self._at += found.nbytes
        return found

    @property
    def more(self) -> bool:
        return self._at < len(self._payload)


def _born(source: _Source, count: int) -> tuple[Array, Array, Array]:
    return source.array("<i2", count), source.array("u1", count), source.array("u1", count)


def _key(source: _Source, future: Future) -> Month:
    month, firms = source.numbers("<hH")
    people = future.header["people"]
    state, firm = source.array("u1", people), source.array("<u2", people)
    place, is_open = source.array("u1", firms), source.array("u1", firms)
    return Month(month, state, firm, place, is_open, np.zeros(0, np.int64))


def _months(source: _Source, future: Future) -> Iterator[Month]:
    header = future.header
    last = future.months[-1]
    while source.more:
        month, new, changes, moves = source.numbers("<HHIH")
        born = _born(source, new)
        future.birth, future.place, future.sex = (
            np.concatenate(pair) for pair in zip((future.birth, future.place, future.sex), born, strict=True)
        )
        rows = np.cumsum(source.array("<u4", changes), dtype=np.int64)
        state = _laid(last.state, rows, source.array("u1", changes))
        firm = _laid(last.firm, rows, source.array("<u2", changes))
        moved = source.array("<u2", moves)
        place = _laid(last.place, moved, source.array("u1", moves))
        is_open = _laid(last.open, moved, source.array("u1", moves))
        numbers = source.array("<f4", len(header["indicators"]))
        by_place = {name: source.array("<f4", len(header["places"])) for name in header["by_place"]}
        ages = source.array("<u2", 2 * len(AGE_BANDS)).reshape(2, -1)
        named = dict(zip(header["indicators"], numbers.tolist(), strict=True))
        last = Month(month, state, firm, place, is_open, rows, named, by_place, ages)
        yield last


def _laid(before: Array, rows: Array, values: Array) -> Array:
    """A column with new values in some rows; new rows come at its end, all of them among `rows`."""
    size = max(before.size, int(rows[-1]) + 1) if rows.size else before.size
    after = np.zeros(size, before.dtype)
    after[: before.size] = before
    after[rows] = values
    return after
