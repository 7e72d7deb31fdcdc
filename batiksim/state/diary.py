"""The diary of the people who are watched: written by columns, many people at once, and read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Array = NDArray[Any]
Entry = dict[str, Any]


class _Column(NamedTuple):
    """A row of numbers a person; those that are the `same` of everybody are kept once (half of the room)."""

    same: Array
    differs: Bools
    own: Array

    @classmethod
    def of(cls, values: Array) -> _Column:
        same = np.array(values[0])
        differs = np.asarray((values != same).any(axis=0))
        return cls(same, differs, values[:, differs])

    def row(self, k: int) -> Any:
        row = self.same.copy()
        row[self.differs] = self.own[k]
        return row.tolist()


class _Page(NamedTuple):
    """One event that befell the people `ids` in a month."""

    month: int
    event: str
    ids: Ints
    facts: Mapping[str, Any]

    def entry(self, k: int) -> Entry:
        """What is written of the person at position k, in plain values."""
        facts = {
            name: fact.row(k) if isinstance(fact, _Column) else fact for name, fact in self.facts.items()
        }
        return {"month": self.month, "id": self.ids.item(k), "event": self.event, **facts}


class Diary:
    """What befell people after month `since`, oldest first.

    An entry is a dict of `month`, `id`, `event` and facts about it. A copy shares the pages written so far
    with the original: nobody writes on them again.
    """

    def __init__(self, since: int) -> None:
        self.since = since
        self._pages: list[_Page] = []

    def write(self, month: int, event: str, ids: Ints, facts: Mapping[str, Any]) -> None:
        """Write down that an event befell people; a fact is an array with a row a person, or one for all."""
        columns = {
            name: _Column.of(fact) if isinstance(fact, np.ndarray) else fact for name, fact in facts.items()
        }
        self._pages.append(_Page(month, event, ids, columns))

    def __iter__(self) -> Iterator[Entry]:
        return (page.entry(k) for page in self._pages for k in range(page.ids.size))

    def of(self, id: int) -> list[Entry]:
        """What befell one person."""
        return [page.entry(k) for page in self._pages for k in np.flatnonzero(page.ids == id).tolist()]

    def __deepcopy__(self, memo: object) -> Diary:
        twin = Diary(self.since)
        twin._pages = self._pages.copy()
        return twin
