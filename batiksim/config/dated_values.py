"""Values by date: what a parameter is in each month, and what a scenario lays over it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import LAST_MONTH, month_index

Value = float | int | bool | str

LAST = month_index(LAST_MONTH)


@dataclass(frozen=True)
class Span:
    """A value from month `start` to month `end`, both included, and who wrote it."""

    start: int
    end: int
    value: Value
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class Timeline:
    """A value for each month from 0 to `LAST`.

    `knots` are (month, value) in order of time, the first at month 0 or before; each holds until the next,
    or, if `linear`, leads to it in a straight line. `spans` lie above, in order and apart from each other.
    """

    knots: tuple[tuple[int, Value], ...]
    linear: bool = False
    spans: tuple[Span, ...] = ()

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The value of each month, computed once: a month has the same bits however it is asked for."""
        months = [month for month, _ in self.knots]
        if self.linear:
            points = [float(value) for _, value in self.knots]
            found: list[Value] = list(np.interp(range(LAST + 1), months, points).tolist())
        else:
            places = np.searchsorted(months, range(LAST + 1), side="right") - 1
            found = [self.knots[place][1] for place in places.tolist()]
        for span in self.spans:
            found[span.start : span.end + 1] = [span.value] * (span.end + 1 - span.start)
        return tuple(found)

    @property
    def constant(self) -> bool:
        """Whether the value is the same in every month."""
        return len(set(self.values)) == 1

    def at(self, month: int) -> Value:
        """Return the value of a month from 0 to `LAST`."""
        if not 0 <= month <= LAST:
            raise IndexError(f"month {month} is outside 0..{LAST}")
        return self.values[month]

    def series(self, months: int) -> NDArray[np.float64]:
        """Return the values of the first `months` months."""
        return np.array(self.values[:months], dtype=np.float64)

    def next_entry(self, month: int) -> int:
        """Return the first month after `month` in which a new value is written here, or `LAST` + 1.

        The month after a span counts: there the value below it is taken up again.
        """
        after = bisect_right(self._entries, month)
        return self._entries[after] if after < len(self._entries) else LAST + 1

    @cached_property
    def _entries(self) -> list[int]:
        hidden = {month for span in self.spans for month in range(span.start, span.end + 1)}
        shown = {month for month, _ in self.knots} - hidden
        return sorted(shown | {month for span in self.spans for month in (span.start, span.end + 1)})

    def under(self, spans: Iterable[Span]) -> Timeline:
        """Return this timeline with more spans on top; older spans are cut where new ones lie on them."""
        spans = tuple(spans)
        if not spans:
            return self
        if len(spans) == 1 and not self.spans and 0 <= spans[0].start <= spans[0].end <= LAST:
            return replace(self, spans=spans)  # nothing to cut
        top: list[Span | None] = [None] * (LAST + 1)
        for span in (*self.spans, *spans):
            top[span.start : span.end + 1] = [span] * (span.end + 1 - span.start)
        cut, start = [], 0
        for _, months in groupby(top, key=id):
            same = list(months)
            if same[0] is not None:
                cut.append(replace(same[0], start=start, end=start + len(same) - 1))
            start += len(same)
        return replace(self, spans=tuple(cut))

    def runs(self) -> list[tuple[int, Value]]:
        """Return (month, value) for each month in which the value changes, the first at 0."""
        values = self.values
        return [(0, values[0])] + [(t, values[t]) for t in range(1, LAST + 1) if values[t] != values[t - 1]]
