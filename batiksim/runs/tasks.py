"""What a worker process does: the runs of one task, each turned into a part."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle

from batiksim.calendar import month_index
from batiksim.interventions import act, adopt
from batiksim.interventions.registry import Act
from batiksim.runs import fingerprints, kept_pasts
from batiksim.runs.branching import Outcome, let_go, run_cases
from batiksim.runs.design import BUILDING, Task
from batiksim.runs.lives import PairedLives
from batiksim.runs.parts import Part, save
from batiksim.runs.store import AGES, COHORTS, COSTS, INCOMES, SERIES, in_short, keyed_table, series_table
from batiksim.scenario.interventions import Kind, kind

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from batiksim.model.batik_model import BatikModel
    from batiksim.scenario import Scenario

# Told of work that is done, in months of a full-scale run.
Worked = Callable[[float], None]


@dataclass(frozen=True)
class Plugins:
    """Kinds of interventions that did not come with batiksim, for a process that does not know them.

    `modules` are imported; `pickled` are kinds of a script or a notebook, which no other process can import.
    """

    modules: tuple[str, ...] = ()
    pickled: bytes = b""

    @classmethod
    def of(cls, scenarios: tuple[Scenario, ...], by_value: bool = False) -> Plugins:
        """The kinds that scenarios use.

        `by_value` sends all of them as they are here: for processes that do not have our files, or have had
        others before.
        """
        modules, here = set(), {}
        for scenario in scenarios:
            for intervention in scenario.interventions:
                name = intervention.kind
                module = act(name).__module__
                if module == "__main__" or (by_value and not module.startswith("batiksim.")):
                    here[name] = (kind(name), act(name))
                # Files read by `interventions.load` are read again in every process of ours.
                elif not module.startswith(("batiksim.", "batiksim_interventions_", "__")):
                    modules.add(module)
        return cls(tuple(sorted(modules)), _by_value(list(here.values())) if here else b"")

    def register(self) -> None:
        """Make them known to this process."""
        for module in self.modules:
            importlib.import_module(module)
        for own in cloudpickle.loads(self.pickled) if self.pickled else ():
            adopt(*own)


def _by_value(kinds: list[tuple[Kind, Act]]) -> bytes:
    """Kinds with the code of what they do, whatever module it stands in."""
    modules = {act.__module__ for _, act in kinds} - {"__main__"}
    registered = [sys.modules[name] for name in modules if name in sys.modules]
    for module in registered:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(kinds))
    finally:
        for module in registered:
            cloudpickle.unregister_pickle_by_value(module)


def run_task(task: Task, worked: Worked | None = None) -> Iterator[Part]:
    """Compute the parts of a task one by one; `worked` is told of every month.

    A run that fails gives a part with its error; raises InputError for a scenario that cannot be run at all.
    """
    lives = PairedLives(task) if task.lives else None
    wanted = range(len(task.scenarios)) if lives else task.runs

    led = -1 - BUILDING  # up to which month the first scenario has come, to build it included

    def after(number: int, model: BatikModel) -> None:
        nonlocal led
        if lives:
            lives.remember(number, model)
        if worked is not None:
            months = 1 if model.month else 1 + BUILDING
            if not number:
                months, led = model.month - led, model.month
            worked(task.scale * months)

    for outcome in run_cases(
        task.cases, wanted, seed=task.seed, scale=task.scale, until=task.until,
        watch=lives.whom if lives else None, after=after if lives or worked is not None else None,
        yearly=task.record == "yearly", pasts=kept_pasts.usual(),
    ):  # fmt: skip
        if lives:
            lives.note(outcome)
        if outcome.number in task.runs:
            yield _part(task, outcome)
        if not outcome.number and not lives:
            let_go(outcome.model)
    if lives:
        part = lives.part()
        yield replace(part, bound=bound_here(task, part.name))


def run_elsewhere(task: Task, plugins: Plugins, folder: Path | None) -> list[tuple[str, str, bytes | None]]:
    """What a worker process does with a task: all its parts as (name, error, bytes).

    Parts are saved as they come where the worker can reach `folder`, and their bytes do not travel then.
    """
    plugins.register()
    done: list[tuple[str, str, bytes | None]] = []
    for part in run_task(task):
        content = part.pack()
        if folder is not None:
            save(folder, part.name, content)
        done.append((part.name, part.error, content if folder is None else None))
    return done


def _part(task: Task, outcome: Outcome) -> Part:
    name = task.runs[outcome.number]
    bound = bound_here(task, name)
    if outcome.model is None:
        return Part(name, outcome.seconds, error=outcome.error, trace=outcome.trace, bound=bound)
    made = tables(task, task.cases[outcome.number], outcome.model)
    return Part(name, outcome.seconds, made, bound=bound)


def bound_here(task: Task, name: str) -> dict[str, str]:
    """What a part is bound to: it says what computes it here, where other code may be installed."""
    return {**task.bound[name], **fingerprints.package()}


def tables(task: Task, case: Scenario, model: BatikModel) -> dict[str, pa.Table]:
    """The rows of one run in each file that is wanted."""
    from batiksim.recording import tables

    keys: dict[str, Any] = {"draw": task.draw.number, "seed": task.seed, "regime": task.draw.world}
    since, record = month_index(task.since), task.record
    made: dict[str, Callable[[], pd.DataFrame]] = {
        AGES: lambda: tables.ages(model.recorder, since=since, record=record),
        COHORTS: lambda: tables.ages(model.recorder, since=since, record="yearly"),
        INCOMES: lambda: tables.incomes(model.recorder, since=since, record=record),
        COSTS: lambda: tables.costs(model.recorder, since=since, record=record),
    }
    found = {name: keyed_table(frame(), case, **keys) for name, frame in made.items() if name in task.tables}
    if SERIES in task.tables:
        series = model.results(since=task.since, record=record)
        found = {SERIES: series_table(in_short(series) if task.short else series, case, **keys), **found}
    return found
