"""Many tasks in one process, in many, or on any executor; every part is saved as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from pathlib import Path

from batiksim.errors import RunError
from batiksim.i18n.texts import carried, text
from batiksim.runs.design import Task
from batiksim.runs.executors import workers
from batiksim.runs.parts import save
from batiksim.runs.tasks import Plugins, Worked, run_elsewhere, run_task

Parts = list[tuple[str, str, bytes | None]]
Begin = Callable[[Task], Future[Parts]]

# Tasks handed to a pool at once: enough that no worker is ever idle, few enough that memory stays bounded.
_AHEAD = 4
_AHEAD_ELSEWHERE = 256
# A wait without an end cannot be stopped by Ctrl-C on Windows.
_HEARTBEAT = 1.0


def run_tasks(
    tasks: Sequence[Task],
    folder: Path,
    *,
    jobs: int,
    executor: Executor | None = None,
    worked: Worked | None = None,
    heartbeat: Callable[[], None] = lambda: None,
) -> Generator[tuple[str, str]]:
    """Compute all tasks, save every part in `folder` and yield its name and error ("" if there is none).

    Parts come in any order: on `executor` if there is one, else from `jobs` processes of our own, or from
    this one if that is enough. `worked` is told of months run in this process, `heartbeat` called every
    second while others work. Closing the iterator or any exception ends our own workers and takes back what
    an executor has not begun.
    Raises RunError when a worker dies, InputError for a scenario that cannot be run.
    """
    if executor is None and min(jobs, len(tasks)) <= 1:
        for task in tasks:
            for part in run_task(task, worked):
                save(folder, part.name, part.pack())
                yield part.name, part.error
        return
    plugins = Plugins.of(tuple({id(one): one for task in tasks for one in task.scenarios}.values()))
    elsewhere = carried(run_elsewhere)
    try:
        if executor is not None:
            # Its workers may be on other machines: parts come back and are saved here.
            begin: Begin = lambda task: executor.submit(elsewhere, task, plugins, None)  # noqa: E731
            yield from _collect(begin, tasks, _AHEAD_ELSEWHERE, folder, heartbeat)
            return
        with workers(min(jobs, len(tasks))) as pool:
            begin = lambda task: pool.submit(elsewhere, task, plugins, folder)  # noqa: E731
            yield from _collect(begin, tasks, _AHEAD * jobs, folder, heartbeat)
    except BrokenExecutor:
        raise RunError(text("run.worker_died")) from None


def _collect(
    begin: Begin, tasks: Sequence[Task], window: int, folder: Path, heartbeat: Callable[[], None]
) -> Generator[tuple[str, str]]:
    """Keep at most `window` tasks begun and take in what comes back."""
    todo = iter(tasks)
    waiting: set[Future[Parts]] = set()
    try:
        while True:
            waiting |= {begin(task) for task in islice(todo, window - len(waiting))}
            if not waiting:
                return
            done, waiting = wait(waiting, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
            for future in done:
                for name, error, content in future.result():
                    if content is not None:
                        save(folder, name, content)
                    yield name, error
            heartbeat()
    finally:
        for future in waiting:
            future.cancel()
