"""Many tasks in one process, in many, or on any executor; every part is saved as soon as it is there."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batiksim.errors import WorkersError
from batiksim.i18n.texts import carried, text
from batiksim.runs import cluster
from batiksim.runs.cluster import Crew, Dask, Elsewhere, Tell
from batiksim.runs.design import Task
from batiksim.runs.executors import workers
from batiksim.runs.parts import Part, save
from batiksim.runs.tasks import Plugins, Worked, bound_here, run_elsewhere, run_task

Parts = list[tuple[str, str, bytes | None]]

# Tasks handed to a pool at once: enough that no worker is ever idle, few enough that memory stays bounded.
_AHEAD = 4
_AHEAD_ELSEWHERE = 256
# A wait without an end cannot be stopped by Ctrl-C on Windows.
_HEARTBEAT = 1.0
_NOBODY = 0.2


def run_tasks(
    tasks: Sequence[Task],
    folder: Path,
    *,
    jobs: int,
    executor: Elsewhere | None = None,
    worked: Worked | None = None,
    heartbeat: Tell = lambda told: None,
) -> Generator[tuple[str, str]]:
    """Compute all tasks, save every part in `folder` and yield its name and error ("" if there is none).

    Parts come in any order: on `executor` if there is one, else from `jobs` processes of our own, or from
    this one if that is enough. `worked` is told of months run in this process, `heartbeat` every second,
    while others work, what is to be said of them ("": nothing). Closing the iterator or any exception ends
    our own workers and takes back what an executor has not begun.
    Raises WorkersError when a worker of ours or a whole cluster dies, InputError for a scenario that cannot
    be run.
    """
    if executor is None and min(jobs, len(tasks)) <= 1:
        for task in tasks:
            for part in run_task(task, worked):
                save(folder, part.name, part.pack())
                yield part.name, part.error
        return
    scenarios = tuple({id(one): one for task in tasks for one in task.scenarios}.values())
    plugins = Plugins.of(scenarios, by_value=isinstance(executor, Dask))
    # Workers of an executor may be on other machines: parts come back and are saved here.
    given = (plugins, folder if executor is None else None)
    try:
        with _crew(executor, min(jobs, len(tasks)), heartbeat) as crew:
            yield from _collect(crew, tasks, given, folder, heartbeat)
    except BrokenExecutor:
        raise WorkersError(text("run.worker_died")) from None


@dataclass(frozen=True)
class _Fixed:
    """An executor that has the same room for tasks all the time."""

    executor: Executor
    room: int

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        return self.executor.submit(function, *given)

    def look(self) -> bool:
        return False


@contextmanager
def _crew(executor: Elsewhere | None, jobs: int, tell: Tell) -> Iterator[Crew | _Fixed]:
    """Who computes."""
    if isinstance(executor, Dask):
        with cluster.connected(executor, tell) as crew:
            yield crew
    elif executor is not None:
        yield _Fixed(executor, _AHEAD_ELSEWHERE)
    else:
        with workers(jobs) as pool:
            yield _Fixed(pool, _AHEAD * jobs)


def _collect(
    crew: Crew | _Fixed, tasks: Sequence[Task], given: tuple[Any, ...], folder: Path, heartbeat: Tell
) -> Generator[tuple[str, str]]:
    """Keep as many tasks begun as there is room for, and take in what comes back."""
    elsewhere = carried(run_elsewhere)
    todo = deque(tasks)
    begun: dict[Future[Parts], Task] = {}
    try:
        while todo or begun:
            if crew.look():
                todo.extendleft(begun.values())
                _take_back(begun)
            while todo and len(begun) < crew.room:
                task = todo.popleft()
                begun[crew.submit(elsewhere, task, *given)] = task
            if begun:
                done, _ = wait(begun, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
            else:
                time.sleep(_NOBODY)
                done = set()
            for future in done:
                for name, error, content in _parts(future, begun.pop(future)):
                    if content is not None:
                        save(folder, name, content)
                    yield name, error
            heartbeat("")
    except CancelledError:  # not by us
        raise (cluster.gone(crew) if isinstance(crew, Crew) else BrokenExecutor()) from None
    finally:
        _take_back(begun)


def _take_back(begun: dict[Future[Parts], Task]) -> None:
    for future in begun:
        future.cancel()
    begun.clear()


def _parts(future: Future[Parts], task: Task) -> Parts:
    """What became of a task; its runs have failed where every worker died that tried it."""
    try:
        return future.result()
    except Exception as error:
        if not cluster.was_killed(error):
            raise
    told = text("cluster.killed", "en")
    failed = [Part(name, 0.0, error=told, bound=bound_here(task, name)) for name in task.parts]
    return [(part.name, told, part.pack()) for part in failed]
