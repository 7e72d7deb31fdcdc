"""What a worker process does: the runs of one task, each turned into a part."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from batiksim.calendar import month_index
from batiksim.runs.branching import Outcome, let_go, run_cases
from batiksim.runs.design import Task
from batiksim.runs.lives import PairedLives
from batiksim.runs.parts import Part, save
from batiksim.runs.store import AGES, COSTS, INCOMES, SERIES, keyed_table, series_table

if TYPE_CHECKING:
    import pyarrow as pa

    from batiksim.scenario import Scenario


def run_task(task: Task) -> Iterator[Part]:
    """Compute the parts of a task one by one.

    A run that fails gives a part with its error; raises InputError for a scenario that cannot be run at all.
    """
    lives = PairedLives(task) if task.lives else None
    wanted = range(len(task.cases)) if lives else task.runs
    after = lives.remember if lives else None
    for outcome in run_cases(
        task.cases, wanted, seed=task.seed, scale=task.scale, until=task.until, after=after,
        yearly=task.record == "yearly",
    ):  # fmt: skip
        if lives:
            lives.note(outcome)
        if outcome.number in task.runs:
            yield _part(task, outcome)
        if not outcome.number and not lives:
            let_go(outcome.model)
    if lives:
        yield lives.part()


def run_elsewhere(
    task: Task, modules: tuple[str, ...], folder: Path | None
) -> list[tuple[str, str, bytes | None]]:
    """What a worker process does with a task: all its parts as (name, error, bytes).

    Parts are saved as they come where the worker can reach `folder`, and their bytes do not travel then.
    `modules` are imported first: those that register kinds of interventions of the user's own.
    """
    for module in modules:
        importlib.import_module(module)
    done: list[tuple[str, str, bytes | None]] = []
    for part in run_task(task):
        content = part.pack()
        if folder is not None:
            save(folder, part.name, content)
        done.append((part.name, part.error, content if folder is None else None))
    return done


def _part(task: Task, outcome: Outcome) -> Part:
    name = task.runs[outcome.number]
    if outcome.model is None:
        return Part(name, outcome.seconds, error=outcome.error, trace=outcome.trace)
    return Part(name, outcome.seconds, tables(task, task.cases[outcome.number], outcome))


def tables(task: Task, case: Scenario, outcome: Outcome) -> dict[str, pa.Table]:
    """The rows of one run in each file of a comparison."""
    from batiksim.recording import tables

    assert outcome.model is not None
    recorder = outcome.model.recorder
    keys = {"draw": task.draw, "seed": task.seed}
    since, record = month_index(task.since), task.record
    long = {
        AGES: tables.ages(recorder, since=since, record=record),
        INCOMES: tables.incomes(recorder, since=since, record=record),
        COSTS: tables.costs(recorder, since=since, record=record),
    }
    series = outcome.model.results(since=task.since, record=record)
    return {
        SERIES: series_table(series, case, **keys),
        **{name: keyed_table(frame, case, **keys) for name, frame in long.items()},
    }
