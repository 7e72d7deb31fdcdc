"""Runs: a `Job` is a scenario and a seed; `run_many` computes many, in order, in any number of processes."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH, month_index, month_name
from batiksim.errors import InputError, RunError
from batiksim.i18n.texts import carried, text
from batiksim.runs.executors import workers

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from batiksim.scenario import Scenario, Settings

Progress = Callable[[float], None]

# Runs waiting for each worker: enough that none is ever idle, few enough that memory stays bounded.
_AHEAD = 4


@dataclass(frozen=True)
class Job:
    """One run to compute: a scenario and a seed, and what of it is recorded; months are written "2011-01"."""

    scenario: Scenario
    seed: int
    scale: float = 1.0
    since: str = FIRST_MONTH
    until: str = DEFAULT_UNTIL
    record: str = "monthly"
    draw: int = 0


@dataclass(frozen=True)
class Result:
    """What became of a job: its rows of `series.parquet`, or the error that stopped it.

    `table` has the columns of `store.series_schema`; `seconds` is the time the run took.
    """

    seed: int
    draw: int
    seconds: float
    table: pa.Table | None = None
    error: str | None = None
    trace: str = ""


def run(
    scenario: Settings | None = None,
    *,
    seed: int = 1,
    scale: float = 1.0,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "monthly",
) -> pd.DataFrame:
    """Run one scenario (default: the baseline) with one seed and return its indicators at full scale.

    It is given as a `Scenario`, its name in the library, its file, or a mapping like a file's content.
    One row a month ("2011-01") and place. The run starts in 2011-01; `since` is the first month recorded.
    """
    from batiksim.scenario import Scenario

    return _frame(Job(Scenario.of(scenario), seed, scale, since, until, record))


def run_one(job: Job, progress: Progress | None = None) -> Result:
    """Compute one run in this process; `progress` is told the share done, from 0 to 1, after each month.

    An error of the model is returned in the result, so that one bad run does not lose the others.
    Raises InputError when the scenario itself cannot be run: then no seed can.
    """
    from batiksim.runs.store import series_table

    started = time.perf_counter()
    table, error, trace = None, None, ""
    try:
        table = series_table(_frame(job, progress), job.scenario, draw=job.draw, seed=job.seed)
    except InputError:
        raise
    except Exception as problem:
        error, trace = f"{type(problem).__name__}: {problem}".removesuffix(": "), traceback.format_exc()
    return Result(job.seed, job.draw, time.perf_counter() - started, table, error, trace)


def run_many(
    scenario: Settings | None,
    seeds: Iterable[int],
    *,
    jobs: int = 1,
    scale: float = 1.0,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "monthly",
    progress: Progress | None = None,
) -> Generator[Result]:
    """Compute one run a seed in `jobs` processes and yield the results in the order of `seeds`.

    `progress` is told the share of all runs done, from 0 to 1. Closing the iterator ends the workers, as does
    any exception. Raises InputError for a scenario that cannot be run, RunError when a worker dies.
    """
    from batiksim.scenario import Scenario

    settings = Scenario.of(scenario)
    todo = [Job(settings, seed, scale, since, until, record) for seed in seeds]
    if min(jobs, len(todo)) <= 1:
        for place, job in enumerate(todo):
            yield run_one(job, _part(progress, place, len(todo)))
        return
    with workers(min(jobs, len(todo))) as pool:
        try:
            yield from _in_order(pool, todo, _AHEAD * jobs, progress)
        except BrokenProcessPool:
            raise RunError(text("run.worker_died")) from None


def _frame(job: Job, progress: Progress | None = None) -> pd.DataFrame:
    """Run the model month by month and return what it recorded."""
    from batiksim.model.batik_model import BatikModel

    model = BatikModel(job.scenario, seed=job.seed, scale=job.scale, until=job.until)
    months = month_index(job.until) + 1
    for month in range(months):
        model.run(month_name(month))
        if progress is not None:
            progress((month + 1) / months)
    return model.results(since=job.since, record=job.record)


def _part(progress: Progress | None, place: int, runs: int) -> Progress | None:
    """The progress of one run among several, as a share of all of them."""
    return None if progress is None else lambda share: progress((place + share) / runs)


def _in_order(
    pool: ProcessPoolExecutor, todo: list[Job], window: int, progress: Progress | None
) -> Iterator[Result]:
    """Keep at most `window` jobs in the pool and yield results in the order of the jobs."""
    waiting: deque[Future[Result]] = deque()
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done / len(todo))

    for job in todo:
        if len(waiting) == window:
            yield waiting.popleft().result()
        waiting.append(pool.submit(carried(run_one), job))
        waiting[-1].add_done_callback(count)
    while waiting:
        yield waiting.popleft().result()
