"""How far a study is: runs done, failed and left, and an honest guess at the time that is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batiksim.runs.design import Task


@dataclass(frozen=True)
class Tally:
    """Runs done, failed and left; `seconds` is the expected time left, None while nothing can be said.

    `share` is how much of the work is done, from 0 to 1, months of unfinished runs included where they are
    known. `told` is what is to be said once before it begins, "" for nothing.
    """

    done: int
    failed: int
    left: int
    seconds: float | None
    share: float = 0.0
    told: str = ""

    @property
    def runs(self) -> int:
        """All runs of the study."""
        return self.done + self.failed + self.left


Progress = Callable[[Tally], None]


@dataclass(frozen=True)
class Round:
    """What is about to be run, told before it begins: `what` it is, its `runs` and how many are `left`.

    `seconds` is about how long they take, None where nothing was run yet from which that could be known;
    `more` how many runs there can be in the round after it.
    """

    what: str
    runs: int
    left: int
    seconds: float | None = None
    more: int = 0


class Count:
    """Counts parts as they come in and expects the rest to go at the same speed.

    `parts` are the names of all runs, `done` of those that were there before; `tasks` the work that is left.
    Time is expected by the work of the tasks, so a run of the whole region weighs as much as it takes.
    """

    def __init__(
        self,
        parts: Sequence[str],
        done: frozenset[str],
        tasks: Sequence[Task],
        clock: Callable[[], float] = time.monotonic,
        told: str = "",
    ) -> None:
        self._told = told
        self._clock, self._started = clock, clock()
        self._state: dict[str, bool | None] = {part: True if part in done else None for part in parts}
        self._counts = Counter(self._state.values())  # kept: there may be a hundred thousand
        self._work: Mapping[str, float] = {
            part: task.work / len(task.parts) for task in tasks for part in task.parts
        }
        self._all = self._left = sum(self._work.values())
        self._finished = self._begun = 0.0
        self._last = self._started

    def add(self, part: str, error: str) -> None:
        """Count a part that has come in."""
        if part in self._state:
            self._counts[self._state[part]] -= 1
            self._state[part] = not error
            self._counts[not error] += 1
        self._left -= self._work[part]
        self._finished += self._work[part]
        self._begun = max(self._begun - self._work[part], 0.0)
        self._last = self._clock()

    def month(self, work: float) -> None:
        """Count work on a run that has not ended."""
        self._begun = min(self._begun + work, self._left)
        self._last = self._clock()

    def tally(self) -> Tally:
        """The state now."""
        counts = self._counts
        share = (self._finished + self._begun) / self._all if self._all else 1.0
        return Tally(counts[True], counts[False], counts[None], self._expected(), min(share, 1.0), self._told)

    def _expected(self) -> float | None:
        """Work left over the speed so far; the time since the last part is already spent on what is left."""
        finished, left = self._finished + self._begun, self._left - self._begun
        if finished <= 0.0:
            return None
        speed = finished / max(self._last - self._started, 1e-9)
        waited = self._clock() - self._last
        return max(left / speed - waited, 0.0) if left > 1e-9 else 0.0
