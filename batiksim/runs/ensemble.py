"""Many tasks in one process, in many, or on any executor; every part is saved as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import islice
from pathlib import Path

from batiksim.errors import RunError, UsageError
from batiksim.i18n.texts import carried, text
from batiksim.interventions import act
from batiksim.runs.design import Plan, Task
from batiksim.runs.executors import workers
from batiksim.runs.parts import save
from batiksim.runs.tasks import run_elsewhere, run_task

# Told of every part: its name and error ("" if there is none).
Told = Callable[[str, str], None]

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
    told: Told,
    *,
    jobs: int,
    executor: Executor | None = None,
    modules: tuple[str, ...] = (),
    heartbeat: Callable[[], None] = lambda: None,
) -> None:
    """Compute all tasks and save every part in `folder` as soon as it is there, in any order.

    On `executor` if there is one, else in `jobs` processes of our own; `heartbeat` is called every second
    while others work. Any exception ends our own workers and takes back what an executor has not begun.
    Raises RunError when a worker dies, InputError for a scenario that cannot be run.
    """
    try:
        if executor is None and min(jobs, len(tasks)) <= 1:
            for task in tasks:
                for part in run_task(task):
                    save(folder, part.name, part.pack())
                    told(part.name, part.error)
            return
        if executor is not None:
            # Its workers may be on other machines: parts come back and are saved here.
            begin: Begin = lambda task: executor.submit(carried(run_elsewhere), task, modules, None)  # noqa: E731
            _collect(begin, tasks, _AHEAD_ELSEWHERE, folder, told, heartbeat)
            return
        with workers(min(jobs, len(tasks))) as pool:
            begin = lambda task: pool.submit(carried(run_elsewhere), task, modules, folder)  # noqa: E731
            _collect(begin, tasks, _AHEAD * jobs, folder, told, heartbeat)
    except BrokenExecutor:
        raise RunError(text("run.worker_died")) from None


def _collect(
    begin: Begin,
    tasks: Sequence[Task],
    window: int,
    folder: Path,
    told: Told,
    heartbeat: Callable[[], None],
) -> None:
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
                    told(name, error)
            heartbeat()
    finally:
        for future in waiting:
            future.cancel()


def modules_of(plan: Plan) -> tuple[str, ...]:
    """Modules a worker must import to know the kinds of interventions that did not come with batiksim.

    Raises UsageError for a kind that was defined in an interactive session, which no other process can see.
    """
    import __main__

    found = set()
    for scenario in plan.scenarios:
        for policy in scenario.interventions:
            module = act(policy.kind).__module__
            if module == "__main__" and not hasattr(__main__, "__file__"):
                raise UsageError(text("compare.kind_here", kind=policy.kind))
            # Files read by `interventions.load` are read again in every process of ours.
            if not module.startswith(("batiksim.", "batiksim_interventions_", "__")):
                found.add(module)
    return tuple(sorted(found))
