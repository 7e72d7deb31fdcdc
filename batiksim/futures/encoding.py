"""People, firms and indicators of a month as bytes; the format stands in docs/app.md.

People are known by their row. Those who are there when the region is built, all cohorts to come included,
have the same rows in every scenario and named world of a seed and scale; who is hired from the counted pool
later is appended, with what is known of her.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Presence
from batiksim.futures.frames import KEY, MONTHS, NO_FIRM, PEOPLE, frame
from batiksim.recording.indicators import find_indicator

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel

Bytes = NDArray[np.uint8]
Firms = NDArray[np.uint16]


class Encoder:
    """Writes the months of one model, each as what changed since the month it was last shown."""

    def __init__(self, indicators: Sequence[str], by_place: Sequence[str]) -> None:
        self._indicators = [find_indicator(name) for name in indicators]
        self._by_place = [find_indicator(name) for name in by_place]
        self._state: Bytes = np.zeros(0, np.uint8)
        self._firm: Firms = np.zeros(0, np.uint16)
        self._place: Bytes = np.zeros(0, np.uint8)
        self._open: Bytes = np.zeros(0, np.uint8)
        self.changed = 0

    def people(self, model: BatikModel) -> bytes:
        """The frame of who there is."""
        return frame(PEOPLE, _born(model, 0))

    def key(self, model: BatikModel) -> bytes:
        """The key frame of the month last run; before the first month that of January 2011's beginning."""
        self._look(model)
        columns = self._state, self._firm, self._place, self._open
        head = struct.pack("<hH", model.month, self._place.size)
        return frame(KEY, head + b"".join(_plain(column) for column in columns))

    def month(self, model: BatikModel) -> bytes:
        """What the month last run changed, to be put into a frame of months."""
        before = self._state, self._firm, self._place, self._open
        self._look(model)
        there = before[0].size
        new = _born(model, there)
        rows = _changed(((before[0], self._state), (before[1], self._firm)))
        moved = _changed(((before[2], self._place), (before[3], self._open)))
        self.changed += rows.size
        ages = model.recorder.ages_now.astype("<u2")
        parts: tuple[Any, ...] = (
            struct.pack("<HHIH", model.month, self._state.size - there, rows.size, moved.size),
            new,
            np.diff(rows, prepend=0).astype("<u4"),
            self._state[rows],
            self._firm[rows],
            moved.astype("<u2"),
            self._place[moved],
            self._open[moved],
            self._numbers(model),
            ages,
        )
        return b"".join(part if isinstance(part, bytes) else _plain(part) for part in parts)

    def _numbers(self, model: BatikModel) -> NDArray[np.float32]:
        """Indicators of all places together, then those of each place, one indicator after the other."""
        values = model.recorder.latest([*self._indicators, *self._by_place])
        everywhere = values[: len(self._indicators), model.recorder.rows.index("all")]
        by_place = values[len(self._indicators) :, : len(model.places)]
        return np.concatenate((everywhere, by_place.ravel())).astype("<f4")

    def _look(self, model: BatikModel) -> None:
        people, owners = model.people, model.owners
        there = people.presence == Presence.SIMULATED
        self._state = np.where(there, people.stage + 1, 0).astype(np.uint8)
        firm = np.where(there, people.employer, -1)
        run = np.flatnonzero((owners.open == 1) & (owners.person >= 0))
        firm[owners.person[run]] = run  # an owner who was somebody before is with her firm
        self._firm = np.where((firm >= 0) & there, firm, NO_FIRM).astype(np.uint16)
        self._place, self._open = owners.place.astype(np.uint8), owners.open.astype(np.uint8)


def months(parts: Sequence[bytes]) -> bytes:
    """A frame of one or more months."""
    return frame(MONTHS, b"".join(parts))


def _born(model: BatikModel, since: int) -> bytes:
    """Birth, place and sex of the people from row `since` on."""
    people = model.people
    columns = people.birth[since:].astype("<i2"), people.place[since:], people.sex[since:]
    return b"".join(_plain(column) for column in columns)


def _changed(pairs: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[np.int64]:
    """Rows in which any column is not what it was, those that are new included."""
    there = pairs[0][0].size
    differs = np.ones(pairs[0][1].size, dtype=bool)
    differs[:there] = False
    for before, after in pairs:
        differs[:there] |= before != after[:there]
    return np.flatnonzero(differs)


def _plain(array: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
