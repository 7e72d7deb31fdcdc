"""Mesa's agent set for agents that are rows of tables.

The set holds row numbers. Every verb gives what Mesa's own `AgentSet` gives for the same agents in the same
order (shuffles included); verbs that take the name of a column do not touch the agents at all.
"""

from __future__ import annotations

import copy
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from batiksim.agents._compat import AgentSet, GroupBy

if TYPE_CHECKING:
    from batiksim.agents.columns import RowAgent

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

A = TypeVar("A", bound="RowAgent")


class RowAgentSet(AgentSet, Generic[A]):
    """An ordered set of row agents, of one table or several.

    Agents that were present in the model when they came into the set drop out of it once they are not, as
    agents that are removed drop out of Mesa's own. docs/mesa.md has the differences from Mesa's set.
    """

    def __init__(self, agents: Iterable[A], random: Random | None = None) -> None:
        agents = list(dict.fromkeys(agents))
        if random is None and agents:
            random = agents[0].model.random
        super().__init__((), random)  # Mesa warns here when there is neither an agent nor a generator
        # Of every agent its row and which of the tables that is; none of these is ever changed in place.
        self._tables: tuple[Any, ...] = tuple(dict.fromkeys(agent.table for agent in agents))
        self._which = np.array([self._tables.index(agent.table) for agent in agents], np.int8)
        self._rows = np.array([agent.row for agent in agents], np.int64)
        self._followed = self._present()  # who was present on coming in, and drops out on leaving the model

    @classmethod
    def of_rows(cls, parts: Iterable[tuple[Any, Ints]], random: Random) -> Self:
        """Return the set of these rows of these tables, made without touching an agent."""
        parts = list(parts)
        new = cls((), random)
        new._tables = tuple(table for table, _ in parts)
        new._which = np.repeat(np.arange(len(parts), dtype=np.int8), [len(rows) for _, rows in parts])
        new._rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in parts)])
        new._followed = new._present()
        return new

    def _present(self) -> Bools:
        """Whether each agent is present in the model now."""
        present = np.empty(len(self._rows), np.bool_)
        for k, table in enumerate(self._tables):
            mine = self._which == k
            present[mine] = table.row_class.is_present(table, self._rows[mine])
        return present

    def _follow(self) -> None:
        """Let those drop out who have left the model."""
        gone = self._followed & ~self._present()
        if gone.any():
            self._pick(np.flatnonzero(~gone), inplace=True)

    def _pick(self, positions: Any, inplace: bool = False) -> Self:
        picked = self if inplace else copy.copy(self)
        positions = np.asarray(positions, np.int64)
        picked._which, picked._rows = self._which[positions], self._rows[positions]
        picked._followed = self._followed[positions]
        return picked

    def _views(self, which: NDArray[np.int8], rows: Ints) -> Iterator[Any]:
        return (self._tables[k].view(row) for k, row in zip(which.tolist(), rows.tolist(), strict=True))

    def _values(self, name: str, *default: Any) -> list[Any]:
        """Return one attribute of every agent, from the column where there is one."""
        self._follow()
        sources: list[Iterator[Any]] = []
        for k, table in enumerate(self._tables):
            mine = self._which == k
            if name in table.columns:
                sources.append(iter(table.columns[name].values(getattr(table, name), self._rows[mine])))
            else:
                views = self._views(self._which[mine], self._rows[mine])
                sources.append(getattr(agent, name, *default) for agent in views)
        return [next(sources[k]) for k in self._which.tolist()]

    # What there is

    def __len__(self) -> int:
        self._follow()
        return len(self._rows)

    def __iter__(self) -> Iterator[A]:
        self._follow()
        return self._views(self._which, self._rows)

    def __contains__(self, agent: object) -> bool:
        return len(self._find(agent)) > 0

    @overload
    def __getitem__(self, item: int) -> A: ...
    @overload
    def __getitem__(self, item: slice) -> list[A]: ...
    def __getitem__(self, item: Any) -> Any:
        self._follow()
        if isinstance(item, slice):
            return list(self._views(self._which[item], self._rows[item]))
        return self._tables[self._which[item]].view(int(self._rows[item]))

    def to_list(self) -> list[A]:
        """Return the agents as a list."""
        return list(self)

    def copy(self) -> Self:
        """Return a set of its own with the same agents."""
        return copy.copy(self)

    def __repr__(self) -> str:
        self._follow()
        counts = [int((self._which == k).sum()) for k in range(len(self._tables))]
        parts = [f"{n} {t.row_class.__name__}" for n, t in zip(counts, self._tables, strict=True) if n]
        return f"<{type(self).__name__} of {', '.join(parts) or 'nobody'}>"

    def _find(self, agent: Any) -> Ints:
        self._follow()
        table = getattr(agent, "table", None)
        if table not in self._tables:
            return np.empty(0, np.int64)
        return np.flatnonzero((self._which == self._tables.index(table)) & (self._rows == agent.row))

    # Subsets and order

    def select(
        self,
        filter_func: Callable[[A], bool] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type | tuple[type, ...] | None = None,
    ) -> Self:
        """Return the first agents of a class for which a function is true, as Mesa's `select`."""
        self._follow()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)  # a share of all; Mesa rounds down
        limit = len(self) if at_most >= len(self) else max(0, math.ceil(at_most))
        of_class = [agent_type is None or issubclass(table.row_class, agent_type) for table in self._tables]
        found = np.flatnonzero(np.array(of_class, bool)[self._which])
        if filter_func is None:
            return self._pick(found[:limit], inplace)
        views = self._views(self._which[found], self._rows[found])
        chosen = (i for i, agent in zip(found.tolist(), views, strict=True) if filter_func(agent))
        return self._pick(list(islice(chosen, limit)), inplace)

    def shuffle(self, inplace: bool = False) -> Self:
        """Return the agents in random order."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._pick(order, inplace)

    def sort(self, key: Callable[[A], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """Return the agents sorted by an attribute or a function, largest first unless `ascending`."""
        if isinstance(key, str) and "." in key:
            key = operator.attrgetter(key)
        values = self._values(key) if isinstance(key, str) else [key(agent) for agent in self]
        order = sorted(range(len(values)), key=values.__getitem__, reverse=not ascending)
        return self._pick(order, inplace)

    def groupby(self, by: Callable[[A], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Group the agents by an attribute or a function, into sets or (`result_type="list"`) lists."""
        groups: dict[Any, list[int]] = {}
        for i, value in enumerate(self._values(by) if isinstance(by, str) else map(by, self)):
            groups.setdefault(value, []).append(i)
        sets = {value: self._pick(positions) for value, positions in groups.items()}
        return GroupBy(
            sets if result_type == "agentset" else {value: list(some) for value, some in sets.items()}
        )

    # What agents do and have

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of the agent, for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do the same in random order; the order of the set does not change."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a method, or a function of the agent, returns for each agent not gone by its turn."""
        self._follow()
        call = operator.methodcaller(method, *args, **kwargs) if isinstance(method, str) else None
        return [
            call(agent) if call else method(agent, *args, **kwargs)  # type: ignore[operator]
            for agent, followed in zip(self, self._followed.tolist(), strict=True)
            if not followed or agent.is_present(agent.table, agent.row)
        ]

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Return one attribute of each agent, or for a list of names a list of each agent's attributes."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is 'error' or 'default', not {handle_missing!r}")
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._values(attr_names, *default)
        columns = [self._values(name, *default) for name in attr_names]
        return [[values[i] for values in columns] for i in range(len(self))]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set a column, or another attribute that can be set, of all agents to one value."""
        self._follow()
        for k, table in enumerate(self._tables):
            rows = self._rows[self._which == k]
            if attr_name in table.columns:
                table.check_writable()
                getattr(table, attr_name)[rows] = table.columns[attr_name].encode(value)
            else:
                for row in rows.tolist():
                    setattr(table.view(row), attr_name, value)
        return self

    # Changing the set

    def add(self, agent: A) -> None:
        """Add an agent at the end."""
        if agent in self:
            return
        if agent.table not in self._tables:
            self._tables += (agent.table,)
        self._which = np.append(self._which, np.int8(self._tables.index(agent.table)))
        self._rows = np.append(self._rows, agent.row)
        self._followed = np.append(self._followed, agent.is_present(agent.table, agent.row))

    def discard(self, agent: Any) -> None:
        """Take an agent out if it is in."""
        self._pick(np.delete(np.arange(len(self)), self._find(agent)), inplace=True)

    def remove(self, agent: Any) -> None:
        """Take an agent out; raises KeyError if it is not in."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("_tables", "_which", "_rows", "_followed", "random")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
