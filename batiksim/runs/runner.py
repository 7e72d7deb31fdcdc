"""Runs of one scenario: `run` is one seed, `run_many` any number, `record_runs` keeps them in a folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH
from batiksim.i18n.texts import text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from batiksim.runs.cluster import Elsewhere
    from batiksim.runs.design import Design, Run
    from batiksim.runs.engine import Means
    from batiksim.runs.headline import Headline
    from batiksim.runs.shelf import Shelf
    from batiksim.scenario import Settings


@dataclass(frozen=True)
class Result:
    """What became of one run: its rows of `series.parquet`, or the error that stopped it.

    `seconds` is the time the run took; `table` is None also where only the rest was asked for.
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
    from batiksim.model.batik_model import BatikModel
    from batiksim.runs.branching import let_go
    from batiksim.scenario import Scenario

    model = BatikModel(Scenario.of(scenario), seed=seed, scale=scale, until=until)
    found = model.run().results(since=since, record=record)
    let_go(model)
    return found


def run_many(
    scenario: Settings | None,
    seeds: Iterable[int],
    *,
    jobs: int = 1,
    scale: float = 1.0,
    since: str = FIRST_MONTH,
    until: str = DEFAULT_UNTIL,
    record: str = "monthly",
    progress: Callable[[float], None] | None = None,
    executor: Elsewhere | None = None,
) -> Generator[Result]:
    """Compute one run a seed and yield the results in the order of `seeds`.

    In `jobs` processes or on `executor`. `progress` is told the share of the work done, from 0 to 1. Closing
    the iterator ends the workers, as does any exception. Raises UsageError or InputError for what cannot be
    run, RunError when a worker dies.
    """
    from batiksim.runs.design import single
    from batiksim.runs.engine import Means, compute, passing_folder
    from batiksim.runs.shelf import Shelf
    from batiksim.scenario import Scenario

    told = None if progress is None else lambda tally: progress(tally.share)
    settings = Scenario.of(scenario)
    design = single(settings, list(seeds), scale=scale, since=since, until=until, record=record)
    with passing_folder() as folder, closing(compute(design, folder, Means(jobs, executor, told))) as parts:
        shelf, there = Shelf(folder), set()
        for run in design.runs:
            while run.part not in there:
                there.add(name := next(parts))
                shelf.came(name)
            yield _result(shelf, run)
        for _ in parts:  # to its end
            pass


def record_runs(design: Design, *, means: Means, out: Path | None = None) -> tuple[Headline, list[Result]]:
    """Carry out the design of `batiksim run`; return the headline numbers and the results without tables.

    `out` is the folder to keep the runs in, where a later call goes on; None keeps nothing. Raises UsageError
    if it holds something else or cannot be written, RunError when no run succeeded.
    """
    from batiksim.runs.engine import carry_out, passing_folder
    from batiksim.runs.headline import of_folder
    from batiksim.runs.shelf import Shelf

    with passing_folder() if out is None else nullcontext(out) as folder:
        carry_out(design, folder, means)
        shelf = Shelf(folder)
        return of_folder(folder, design.seeds), [
            replace(_result(shelf, run), table=None) for run in design.runs
        ]


def _result(shelf: Shelf, run: Run) -> Result:
    from batiksim.runs.store import SERIES

    part = shelf.load(run.part)
    if part is None:
        return Result(run.seed, run.draw, 0.0, error=text("compare.no_part", "en"))
    return Result(run.seed, run.draw, part.seconds, part.tables.get(SERIES), part.error or None, part.trace)
