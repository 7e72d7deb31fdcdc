"""Which agents are copied as part of their model, and which are copied alone.

An agent is little more than the number of a row, but `pickle` and `copy` follow its table to the model: one
person sent to another process would take the region with her. So an agent that is copied alone becomes a
snapshot (columns.Detached), while inside a copied model or table she stays an agent of it.

Neither `pickle` nor `copy` tells an object what else is being copied. They do go through a state in order,
though, and ask each thing in it how it is to be copied; two bookmarks around the state therefore tell the
agents between them that their tables come along.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from weakref import ref

# The opening bookmarks of the stretches that a copy is in. A copy holds what it has copied until it ends; so
# the bookmark of a stretch in which a copy failed, and which nothing will ever close, is gone.
_open: ContextVar[tuple[ref[_Bookmark], ...]] = ContextVar("open", default=())
_FIRST, _LAST = " first", " last"  # no attribute is called so


def comes_along(table: object) -> bool:
    """Whether this table is being copied right now, so that its agents can stay its agents."""
    marks = (mark() for mark in _open.get())
    return any(id(table) in mark.tables for mark in marks if mark is not None)


def between_bookmarks(state: dict[str, Any], tables: Iterable[object]) -> dict[str, Any]:
    """Return the state of something that brings these tables along."""
    first = _Bookmark(frozenset(map(id, tables)))
    return {_FIRST: first, **state, _LAST: _Bookmark(first.tables, closes=first)}


def without_bookmarks(state: dict[str, Any]) -> dict[str, Any]:
    """Return a copied state as it was before `between_bookmarks`."""
    return {name: value for name, value in state.items() if name not in (_FIRST, _LAST)}


class _Bookmark:
    """What opens or, if it `closes` another, ends the stretch of a state that brings tables along."""

    def __init__(self, tables: frozenset[int], closes: _Bookmark | None = None) -> None:
        self.tables = tables
        self.closes = closes

    def __reduce__(self) -> tuple[type, tuple[()]]:
        others = tuple(mark for mark in _open.get() if mark() not in (None, self.closes))
        _open.set(others if self.closes else (*others, ref(self)))
        return tuple, ()  # all that a copy needs of it
