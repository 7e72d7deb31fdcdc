"""Many tasks in one process, in many, or on any executor; every part is saved as soon as it is there."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import closing
from pathlib import Path

from batiksim.errors import WorkersError
from batiksim.i18n.texts import carried, text
from batiksim.runs import cluster
from batiksim.runs.cluster import Dask, Elsewhere, Tell
from batiksim.runs.crews import finished, gathered
from batiksim.runs.design import Task
from batiksim.runs.parts import Part, save
from batiksim.runs.tasks import Plugins, Worked, bound_here, run_elsewhere, run_task

Parts = list[tuple[str, str, bytes | None]]


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
        with (
            gathered(executor, min(jobs, len(tasks)), heartbeat) as crew,
            closing(finished(crew, carried(run_elsewhere), tasks, *given)) as results,
        ):
            for result in results:
                if result is None:
                    heartbeat("")
                    continue
                for name, error, content in _parts(*result):
                    if content is not None:
                        save(folder, name, content)
                    yield name, error
    except BrokenExecutor:
        raise WorkersError(text("run.worker_died")) from None


def _parts(task: Task, future: Future[Parts]) -> Parts:
    """What became of a task; its runs have failed where every worker died that tried it."""
    try:
        return future.result()
    except Exception as error:
        if not cluster.was_killed(error):
            raise
    told = text("cluster.killed", "en")
    failed = [Part(name, 0.0, error=told, bound=bound_here(task, name)) for name in task.parts]
    return [(part.name, told, part.pack()) for part in failed]
