"""The engine: a design is carried out in a folder, run by run, and goes on after any stop."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from batiksim.errors import RunError, UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, locks, manifest, results
from batiksim.runs import folder as folders
from batiksim.runs.assemble import OK, assemble
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.design import SINGLE, Design
from batiksim.runs.ensemble import run_tasks
from batiksim.runs.executors import default_jobs
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import MANIFEST, SCENARIO, fingerprint
from batiksim.runs.tally import Count, Progress, Round


@dataclass(frozen=True)
class Means:
    """What runs are computed with: an executor or cluster, or so many processes (None: one a core); who is
    told.

    `came` is told the name of every part as soon as it is in the folder. With `small_first` runs of everybody
    come last, so that something can be said soon; otherwise first, so that no process idles at the end.
    """

    jobs: int | None = None
    executor: Elsewhere | None = None
    progress: Progress | None = None
    came: Callable[[str], None] | None = None
    small_first: bool = False


def carry_out(design: Design, folder: Path, means: Means = Means()) -> None:
    """Compute what is missing in the folder and write its results anew.

    Raises UsageError for a folder that holds something else, that another process writes in or that cannot be
    written, RunError if no run succeeded, WorkersError if who computed is gone.
    """
    began = manifest.Beginning()
    folders.check(folder, design)
    if _is_whole(design, folder):  # so that a finished one can be read where nobody may write
        return
    made = atomic_files.make(folder)
    try:
        with locks.alone(folder), closing(compute(design, folder, means)) as parts:
            for name in parts:
                if means.came is not None:
                    means.came(name)
            _finish(design, folder, means, began)
    finally:
        if made and not (folder / folders.STUDY).exists():  # not even the question could be written
            shutil.rmtree(made[0], ignore_errors=True)


def compute(design: Design, folder: Path, means: Means) -> Generator[str]:
    """Yield the name of every part as soon as it is in the folder, those there before first, in any order.

    Closing the iterator or any exception ends the worker processes.
    """
    folders.prepare(folder, design)
    shelf = Shelf(folder)
    found = shelf.finished(design.bound)
    done, tasks = found.done, design.tasks(found.done)
    if means.small_first:
        tasks.sort(key=lambda task: task.scale)
    runs = [run.part for run in design.runs]
    count = Count(runs, done, tasks, told=found.told(runs))

    def tell(now: str = "") -> None:
        if means.progress is not None:
            tally = count.tally()
            means.progress(replace(tally, told=now) if now else tally)

    def worked(work: float) -> None:
        count.month(work)
        tell()

    tell()
    yield from done
    jobs = means.jobs or default_jobs(len(tasks))
    computed = run_tasks(tasks, folder, jobs=jobs, executor=means.executor, worked=worked, heartbeat=tell)
    with atomic_files.writing(folder), closing(computed):
        for name, error in computed:
            shelf.came(name)
            shelf.pack()
            count.add(name, error)
            tell()
            yield name
        shelf.tidy()


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A folder for runs that nobody wants to keep."""
    folder = Path(tempfile.mkdtemp(prefix="batiksim-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kept_runs(folder: Path) -> tuple[int, int]:
    """How many runs of a study its folder keeps, and of how many; worth asking after a stop."""
    design = folders.read_design(folder)
    names = [run.part for run in design.runs]
    return len(Shelf(folder).finished(design.bound).done.intersection(names)), len(names)


def announced(what: str, design: Design, folder: Path | None, like: Path | None, jobs: int | None) -> Round:
    """What is told of a design before it is carried out in `folder` (None: nowhere that is kept).

    `like` is the folder of a finished study whose runs show how long one takes; None where nothing is known.
    """
    there = folder is not None and folder.is_dir()
    done = Shelf(folder).finished(design.bound).done if folder is not None and there else ()
    tasks = design.tasks(done)
    left = sum(len(task.runs) for task in tasks)
    pace = None if like is None else _pace(like)
    workers = max(1, min(jobs or default_jobs(len(tasks)), len(tasks)))
    seconds = None if pace is None else pace * sum(task.work for task in tasks) / workers
    return Round(what, len(design.runs), left, seconds)


def _pace(folder: Path) -> float | None:
    """Seconds one process took for a month of everybody, in a finished study."""
    design = folders.read_design(folder)
    runs = results.read_runs(folder, folders.read_study(folder))
    work = sum(task.work for task in replace(design, lives=False).tasks())
    seconds = float(runs["seconds"].sum())
    return seconds / work if (runs["status"] == OK).all() and work > 0.0 and seconds > 0.0 else None


def _is_whole(design: Design, folder: Path) -> bool:
    """Whether nothing is left to do: all runs succeeded, and every result can be read to its end."""
    if not (folders.is_finished(folder) and folders.is_asked(folder)):
        return False
    shelf = Shelf(folder)
    if shelf.names and design.tasks(shelf.finished(design.bound).done):  # parts may have been deleted
        return False
    try:
        study = folders.read_study(folder)
        results.check(folder, study, whole=True)
        # Results of runs that were computed again since, and a stop came before the results were.
        agree = results.read_manifest(folder).get("bound") == fingerprint(design.bound)
        return agree and bool((results.read_runs(folder, study)["status"] == OK).all())
    except UsageError:
        return False


def _finish(design: Design, folder: Path, means: Means, began: manifest.Beginning) -> None:
    """Make the files of the parts and move them into place, the manifest last."""
    with atomic_files.draft(folder, last=MANIFEST) as draft:
        rows = assemble(design, Shelf(folder), draft)
        failed = [row for row in rows if row["error"]]
        if len(failed) == len(rows):
            raise RunError(text("run.all_failed", runs=len(rows), error=failed[0]["error"]))
        said: dict[str, Any] = {}
        if design.kind == SINGLE:
            asked = manifest.inputs(design)
            said = manifest.of_runs(asked, fingerprint(asked), rows)
            atomic_files.write_text(draft / SCENARIO, design.scenarios[0].to_yaml())
        jobs = means.jobs or default_jobs(len(rows))
        made = manifest.about_this_machine(jobs, began, ["batiksim", *sys.argv[1:]])
        kept = {path.name: atomic_files.checksum(path) for path in draft.iterdir()}
        said |= {**made, "bound": fingerprint(design.bound), "files": kept}
        atomic_files.write_text(draft / MANIFEST, atomic_files.sealed(said))
