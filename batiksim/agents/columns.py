"""Agents whose state lies in numpy columns.

A `Table` keeps one array a `Column`; the steps of a month work on those arrays. A `RowAgent` is a Mesa agent
that only looks at one row, made when somebody touches it: for inspection, teaching, drawing and scripts.

    class Person(RowAgent):
        birth = Column(np.int32, doc="month of birth", unit="month")
        stage = Column(np.int8, labels=("school", "batik"))

    people = Table(Person, model, capacity=100)
    people.append(3)                   # three rows of zeros
    people.stage[:] = 1                # the column: an array of codes
    people.view(2).stage               # the agent: "batik"
    people.agents().select(lambda p: p.stage == "batik")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from batiksim.agents._compat import Agent, AgentSet, Model
from batiksim.agents.agentset import RowAgentSet
from batiksim.agents.along import between_bookmarks, comes_along, without_bookmarks
from batiksim.calendar import month_name
from batiksim.i18n.texts import text

__all__ = ["Column", "RowAgent", "RowAgentSet", "Table", "TableModel"]

R = TypeVar("R", bound="RowAgent")


class Column:
    """One attribute of all agents of a class: an array in the table, a Python value on an agent.

    `shape` is the shape of one row; such an attribute reads as the array of the row, which can be written to.
    With `labels`, the array holds codes, the position of the label (negative: none), and the agent reads and
    takes the label or None; raises ValueError for any other label.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        doc: str = "",
        unit: str = "",
        labels: Sequence[str] | None = None,
        shape: tuple[int, ...] = (),
    ) -> None:
        self.dtype = np.dtype(dtype)
        self.doc = doc
        self.unit = unit
        self.labels = None if labels is None else tuple(labels)
        self.shape = shape
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Self: ...
    @overload
    def __get__(self, agent: RowAgent, owner: type) -> Any: ...
    def __get__(self, agent: RowAgent | None, owner: type) -> Any:
        if agent is None:
            return self
        array = getattr(agent.table, self.name)
        return array[agent.row] if self.shape else self.decode(array.item(agent.row))

    def __set__(self, agent: RowAgent, value: Any) -> None:
        getattr(agent.table, self.name)[agent.row] = self.encode(value)

    def decode(self, value: Any) -> Any:
        """Return what an agent shows for a value of the array."""
        if self.labels is None:
            return value
        return self.labels[value] if value >= 0 else None

    def encode(self, value: Any) -> Any:
        """Return what the array keeps for a value given to an agent."""
        if self.labels is None:
            return value
        if value is None:
            return -1
        if value not in self.labels:
            raise ValueError(f"{self.name} is one of {', '.join(self.labels)}; not {value!r}")
        return self.labels.index(value)

    def values(self, array: NDArray[Any], rows: NDArray[np.int64]) -> list[Any]:
        """Return what the agents of these rows show, as a list."""
        if self.shape:
            return [array[row] for row in rows.tolist()]
        values = array[rows].tolist()
        return values if self.labels is None else [self.decode(value) for value in values]


class RowAgent(Agent):
    """A Mesa agent that looks at one row of a table and keeps nothing itself.

    Get it from `table.view(row)`, which returns the same object every time. Attributes that are not columns
    cannot be set, so that a misspelt name is an error and the table is the whole state.
    """

    __slots__ = ("row", "table")

    id = Column(np.int64, doc="identity, the same in every run")

    def __init__(self, table: Table[Any], row: int = -1) -> None:
        # Not Agent.__init__: it would give a number of Mesa's own and register the agent with the model.
        if not isinstance(table, Table):
            raise TypeError(text("mesa.nobody_new", kind=type(self).__name__))
        self.table = table
        self.row = row

    @classmethod
    def is_present(cls, table: Table[Any], rows: Any = slice(None)) -> Any:
        """Return which of these rows (default: all) are agents of the model now, bool; here every one."""
        return np.ones(table.n, np.bool_)[rows]

    @property
    def unique_id(self) -> int:
        """The name Mesa has for `id`."""
        return self.id

    @property
    def model(self) -> Any:
        """The model of the table. Raises AttributeError for an agent that was copied without it."""
        return self.table.model

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise TypeError: who there is follows from the scenario."""
        raise TypeError(text("mesa.nobody_new", kind=cls.__name__))

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **kwargs: Any) -> NoReturn:
        """Raise TypeError: who there is follows from the scenario."""
        raise TypeError(text("mesa.nobody_new", kind=cls.__name__))

    def remove(self) -> NoReturn:
        """Raise TypeError: a row stays, its columns say whether it is present."""
        raise TypeError(text("mesa.nobody_removed", who=repr(self)))

    def about(self) -> Iterator[str]:
        """What `repr` says of the agent after its class and id."""
        return iter(())

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(getattr(type(self), name, None), "__set__"):
            raise AttributeError(f"{type(self).__name__} has no column {name!r}", name=name, obj=self)
        if name in getattr(getattr(self, "table", None), "columns", ()):
            self.table.check_writable()
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        about = ", ".join(self.about())
        return f"<{type(self).__name__} {self.id}{': ' if about else ''}{about}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        if isinstance(self.table, Detached) or comes_along(self.table):
            return _attached, (type(self), self.table, self.row)
        return _detached, (type(self), self.table.month, self.table.values_of(self.row))


class Table(Generic[R]):
    """The rows of all agents of one class: `table.<column>` is the array of the first `n` rows, never a copy.

    Assigning to `table.<column>` writes into that array. `append` may move arrays; do not keep one across it.
    Raises TypeError if a column of `row_class` has the name of an attribute of tables or of Mesa's agents.
    """

    def __init__(self, row_class: type[R], model: Any, capacity: int) -> None:
        self.n = 0
        self.row_class = row_class
        self.model = model
        self.columns = columns_of(row_class)
        self._arrays = {
            name: np.zeros((capacity, *column.shape), column.dtype) for name, column in self.columns.items()
        }
        self._views: dict[int, R] = {}
        if taken := self.columns.keys() & ({*dir(RowAgent), *vars(self), *dir(type(self))} - {"id"}):
            raise TypeError(f"{row_class.__name__}: a column cannot be called {', '.join(sorted(taken))}")
        self._show()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    def append(self, k: int) -> slice:
        """Add k rows of zeros and return where they are."""
        start, self.n = self.n, self.n + k
        if self.n > len(self._arrays["id"]):
            capacity = self.n + max(self.n // 8, 64)  # room for those who come, without moving everybody
            for name, array in self._arrays.items():
                self._arrays[name] = np.zeros((capacity, *array.shape[1:]), array.dtype)
                self._arrays[name][:start] = array[:start]
        self._show()
        return slice(start, self.n)

    def replace(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Take other arrays, one a column, all of one length; agents stay those of their rows."""
        self._arrays = dict(columns)
        self.n = len(columns["id"])
        self._views = {row: view for row, view in self._views.items() if row < self.n}
        self._show()

    def view(self, row: int) -> R:
        """Return the agent of a row, the same object every time; raises IndexError outside 0 to n - 1."""
        view = self._views.get(row)
        if view is None:
            if not 0 <= row < self.n:
                raise IndexError(f"row {row} of {self!r}")
            row = int(row)
            view = self._views[row] = self.row_class(self, row)
        return view

    def agents(self) -> RowAgentSet[R]:
        """Return the agents that are present now, as a Mesa agent set of its own."""
        return RowAgentSet.of_rows([(self, self.present())], self.model.random)

    def present(self) -> NDArray[np.int64]:
        """Return the rows that are agents of the model now."""
        return np.flatnonzero(self.row_class.is_present(self))

    @property
    def month(self) -> int | None:
        """The month the model has last run, None where it counts none."""
        return getattr(self.model, "month", None)

    def values_of(self, row: int) -> dict[str, Any]:
        """Return what the arrays hold of one row, by column."""
        return {name: getattr(self, name)[row].copy() for name in self.columns}

    def check_writable(self) -> None:
        """Raise AttributeError where agents can only be read; here they can be set."""

    def _show(self) -> None:
        for name, array in self._arrays.items():
            self.__dict__[name] = array[: self.n]

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.__dict__.get("columns", ()):
            object.__setattr__(self, name, value)
        elif value is not self.__dict__[name]:  # it is after an operation in place, as in table.age += 1
            self.__dict__[name][...] = value

    def __repr__(self) -> str:
        names = list(self.columns)
        more = f", ... {len(names)} columns" if len(names) > _NAMED else ""
        return f"<Table of {self.n} {self.row_class.__name__}: {', '.join(names[:_NAMED])}{more}>"

    def __getstate__(self) -> dict[str, Any]:
        filled = {name: getattr(self, name) for name in self.columns}
        made_anew = filled.keys() | {"columns", "_views"}
        others = {name: value for name, value in self.__dict__.items() if name not in made_anew}
        return between_bookmarks(others | {"_arrays": filled}, (self,))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(without_bookmarks(state), columns=columns_of(state["row_class"]))
        self.__dict__.setdefault("_views", {})  # those that `_attached` made before
        self._show()


_NAMED = 6  # columns in the `repr` of a table


class Detached(Table[R]):
    """The row of one agent as it was in a month: what an agent that was copied alone looks at.

    Its columns can be read and not written; it has no model.
    """

    def __init__(self, row_class: type[R], month: int | None, values: Mapping[str, Any]) -> None:
        self.n, self.row_class, self._month = 1, row_class, month
        self.columns = columns_of(row_class)
        self._arrays = {name: np.asarray(value)[None] for name, value in values.items()}
        for array in self._arrays.values():
            array.flags.writeable = False
        self._views = {}
        self._show()

    @property
    def model(self) -> NoReturn:
        """Raise AttributeError: it was left behind."""
        raise AttributeError(self._says())

    @property
    def month(self) -> int | None:
        """The month of the copy."""
        return self._month

    def check_writable(self) -> None:
        """Raise AttributeError: nobody would see the change."""
        raise AttributeError(self._says())

    def append(self, k: int) -> NoReturn:
        """Raise AttributeError: nobody would see the change."""
        raise AttributeError(self._says())

    def _says(self) -> str:
        return text("mesa.detached", kind=self.row_class.__name__, month=self.when, id=self.id[0])

    @property
    def when(self) -> str:
        """The month of the copy as it is written, "?" for a model that counts none."""
        return "?" if self._month is None else month_name(self._month)

    def __reduce__(self) -> Any:
        return Detached, (self.row_class, self._month, self.values_of(0))


def _attached(row_class: type[R], table: Table[R], row: int) -> R:
    """The agent of a row in a copied table, of which there may be little more yet than that it exists."""
    views = table.__dict__.setdefault("_views", {})
    return views.setdefault(row, row_class(table, row))


def _detached(row_class: type[R], month: int | None, values: Mapping[str, Any]) -> R:
    """The agent that a copy of one agent is."""
    return Detached(row_class, month, values).view(0)


def columns_of(row_class: type[RowAgent]) -> dict[str, Column]:
    """Return the columns of a class of agents by name, in the order they are written, inherited first."""
    names = [name for part in reversed(row_class.__mro__) for name in vars(part)]
    found = {name: getattr(row_class, name) for name in names}
    return {name: column for name, column in found.items() if isinstance(column, Column)}


class TableModel(Model):
    """A Mesa model whose agents are the rows present in `tables`; the subclass sets `tables`.

    `agents` and `agents_by_type` are made anew at each call; those who leave the model drop out of such a
    set, those who come are in the next one.
    """

    tables: tuple[Table[Any], ...] = ()

    @property
    def agents(self) -> Any:
        """All agents, table after table; agents that somebody made the ordinary way come last."""
        rows: RowAgentSet[Any] = RowAgentSet.of_rows(
            [(table, table.present()) for table in self.tables], self.random
        )
        ordinary = super().agents
        return AgentSet([*rows, *ordinary], self.random) if len(ordinary) else rows

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """The agents by class."""
        return {table.row_class: table.agents() for table in self.tables} | super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents."""
        return list(self.agents_by_type)

    def register_agent(self, agent: Any) -> None:
        """Take an agent made the ordinary way; raises TypeError for a row, which is one by its columns."""
        if isinstance(agent, RowAgent):
            raise TypeError(text("mesa.nobody_new", kind=type(agent).__name__))
        super().register_agent(agent)

    def deregister_agent(self, agent: Any) -> None:
        """Let an agent made the ordinary way go; raises TypeError for a row, which stays."""
        if isinstance(agent, RowAgent):
            raise TypeError(text("mesa.nobody_removed", who=repr(agent)))
        super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """Raise TypeError: without its rows the model would be no model."""
        raise TypeError(text("mesa.nobody_removed", who=repr(self.agents)))

    def __getstate__(self) -> Any:
        return between_bookmarks(dict(super().__getstate__()), self.tables)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(without_bookmarks(state))
