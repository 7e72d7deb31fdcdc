"""Who computes: processes of our own, an executor, or workers of a cluster, with as much begun as fits."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from batiksim.runs import cluster
from batiksim.runs.cluster import Dask, Elsewhere, Tell
from batiksim.runs.executors import workers

Item = TypeVar("Item")

# Tasks handed to a pool at once: enough that no worker is ever idle, few enough that memory stays bounded.
_AHEAD = 4
_AHEAD_ELSEWHERE = 256
# A wait without an end cannot be stopped by Ctrl-C on Windows.
_HEARTBEAT = 1.0
_NOBODY = 0.2


@dataclass(frozen=True)
class Fixed:
    """An executor that has the same room for tasks all the time."""

    executor: Executor
    room: int

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Begin a task."""
        return self.executor.submit(function, *given)

    def look(self) -> bool:
        """Nobody comes and goes."""
        return False


Crew = cluster.Crew | Fixed


@contextmanager
def gathered(executor: Elsewhere | None, jobs: int, tell: Tell) -> Iterator[Crew]:
    """Those who compute; without an executor `jobs` processes of our own, which any exception ends.

    `tell` hears what is to be said of the workers of a cluster.
    """
    if isinstance(executor, Dask):
        with cluster.connected(executor, tell) as crew:
            yield crew
    elif executor is not None:
        yield Fixed(executor, _AHEAD_ELSEWHERE)
    else:
        with workers(jobs) as pool:
            yield Fixed(pool, _AHEAD * jobs)


def finished(
    crew: Crew, function: Callable[..., Any], items: Iterable[Item], *given: Any
) -> Generator[tuple[Item, Future[Any]] | None]:
    """Yield each item with its future, done, in any order, and None at least every second.

    An item is the first argument of the function, before what else is `given`. Closing the generator takes
    back what is not begun. Raises WorkersError where a cluster is gone, BrokenExecutor for an executor.
    """
    todo, again = iter(items), deque[Item]()
    begun: dict[Future[Any], Item] = {}
    try:
        while True:
            if crew.look():
                again.extend(begun.values())
                _take_back(begun)
            while len(begun) < crew.room:
                following = again.popleft() if again else next(islice(todo, 1), None)
                if following is None:
                    break
                begun[crew.submit(function, following, *given)] = following
            if not begun and crew.room:
                return
            if begun:
                done, _ = wait(begun, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
            else:
                time.sleep(_NOBODY)
                done = set()
            for future in done:
                if future.cancelled():  # not by us
                    raise cluster.gone(crew) if isinstance(crew, cluster.Crew) else BrokenExecutor()
                yield begun.pop(future), future
            yield None
    finally:
        _take_back(begun)


def _take_back(begun: dict[Future[Any], Any]) -> None:
    for future in begun:
        future.cancel()
    begun.clear()
