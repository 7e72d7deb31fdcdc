"""`compare`: several scenarios under common random numbers, kept run by run, summed up in a `Study`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.errors import RunError, UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files, locks, parts, results
from batiksim.runs import folder as folders
from batiksim.runs.assemble import assemble
from batiksim.runs.design import Plan, make_plan
from batiksim.runs.ensemble import modules_of, run_tasks
from batiksim.runs.executors import default_jobs
from batiksim.runs.manifest import about_this_machine
from batiksim.runs.store import MANIFEST
from batiksim.runs.tally import Count, Progress
from batiksim.scenario import Settings, several
from batiksim.studies.study import Study


def compare(
    scenarios: Sequence[Settings],
    seeds: int | Sequence[int] = 20,
    *,
    jobs: int | None = None,
    scale: float = 0.1,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "yearly",
    regimes: Sequence[str] | None = None,
    baseline: str | None = None,
    full_scale: bool = True,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run every scenario with the same seeds and return what differs between them.

    `scenarios` are scenarios, their files, names from the library or mappings like a file's content; `seeds`
    is a number of seeds from 1 on or the seeds themselves; `regimes` (default: all that ship with values of
    their own) are values of `choice.regime`, and a scenario that sets its own is run in that only; the
    baseline of the pairs is the scenario of that name, by default the first; `full_scale` adds one run of
    everybody for each scenario and regime, from which places are reported.

    Every finished run is saved in the folder `out`; the same call goes on where an earlier one was stopped.
    Runs are computed in `jobs` processes (default: one a core) or on `executor`. Kinds of interventions of
    your own must be defined in a module that worker processes can import, or use `jobs=1`.
    Raises UsageError for a folder that holds something else, that another process writes in or that cannot be
    written, RunError if no run succeeded or a worker died.
    """
    kept = None if out is None else atomic_files.named(out)
    plan = make_plan(
        several(scenarios), seeds, scale=scale, since=since, until=until, record=record, regimes=regimes,
        baseline=baseline, full_scale=full_scale,
    )  # fmt: skip
    if kept is not None:
        return _carry_out(plan, kept, jobs, executor, progress)
    place = Path(tempfile.mkdtemp(prefix="batiksim-"))
    try:
        study = _carry_out(plan, place, jobs, executor, progress)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    weakref.finalize(study, shutil.rmtree, str(place), ignore_errors=True)
    return study


def resume(
    out: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Study:
    """Go on with the comparison in a folder: runs that are missing or failed are computed, others kept.

    Raises UsageError if there is no comparison or its files were changed, otherwise like `compare`.
    """
    place = atomic_files.named(out)
    return _carry_out(folders.read_plan(place), place, jobs, executor, progress)


def kept_runs(out: str | os.PathLike[str]) -> tuple[int, int]:
    """How many runs of a comparison its folder keeps, and of how many; worth asking after a stop."""
    place = atomic_files.named(out)
    names = [run.part for run in folders.read_plan(place).runs]
    return len(parts.finished(place, names)), len(names)


def _carry_out(
    plan: Plan, place: Path, jobs: int | None, executor: Executor | None, progress: Progress | None
) -> Study:
    """Compute what is missing in the folder and write its files anew."""
    started = datetime.now(UTC)
    folders.check(place, plan)
    if _is_whole(plan, place):  # so that a finished one can be read where nobody may write
        return Study(place)
    atomic_files.make(place)
    with locks.alone(place):
        folders.prepare(place, plan)
        done = _done(plan, place)
        tasks = plan.tasks(done)
        jobs = jobs or default_jobs(len(tasks))
        modules = modules_of(plan) if executor is not None or jobs > 1 else ()
        count = Count([run.part for run in plan.runs], done, tasks)

        def tell() -> None:
            if progress is not None:
                progress(count.tally())

        def told(name: str, error: str) -> None:
            count.add(name, error)
            tell()

        tell()
        with atomic_files.writing(place):
            run_tasks(tasks, place, told, jobs=jobs, executor=executor, modules=modules, heartbeat=tell)
        _finish(plan, place, jobs, started)
    return Study(place)


def _done(plan: Plan, place: Path) -> frozenset[str]:
    """The parts that are there."""
    lives = [plan.life_part(regime) for regime in plan.regimes]
    return frozenset(parts.finished(place, [*(run.part for run in plan.runs), *lives]))


def _is_whole(plan: Plan, place: Path) -> bool:
    """Whether nothing is left to do: all runs succeeded, and every result can be read to its end."""
    if not (folders.is_finished(place) and folders.is_asked(place)) or plan.tasks(_done(plan, place)):
        return False
    try:
        results.check(place, folders.read_study(place), whole=True)
    except UsageError:
        return False
    return True


def _finish(plan: Plan, place: Path, jobs: int, started: datetime) -> None:
    """Make the files of the parts and move them into place, the manifest last."""
    with atomic_files.draft(place, last=MANIFEST) as draft:
        rows = assemble(plan, place, draft)
        failed = [row for row in rows if row["error"]]
        if len(failed) == len(rows):
            raise RunError(text("run.all_failed", runs=len(rows), error=failed[0]["error"]))
        made = about_this_machine(jobs, started, ["batiksim", *sys.argv[1:]])
        atomic_files.write_json(draft / MANIFEST, made)
