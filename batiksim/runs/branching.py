"""Several scenarios with one seed: the past they share is run once.

As long as two scenarios have the same parameters and interventions in force, their runs are the same bit for
bit. So a policy that starts in 2026 is the baseline of December 2025, copied, under other settings.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batiksim.calendar import month_index, month_name
from batiksim.errors import InputError, UsageError
from batiksim.i18n.texts import text
from batiksim.scenario.differences import parting

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel
    from batiksim.runs.cache import Cache
    from batiksim.runs.kept_pasts import KeptPasts
    from batiksim.scenario import Scenario

After = Callable[[int, "BatikModel"], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one scenario: its model at the last month, or the error that stopped it.

    `number` is the position of the scenario among those asked for; `seconds` the time of its own months.
    """

    number: int
    seconds: float
    model: BatikModel | None = None
    error: str = ""
    trace: str = ""


def run_cases(
    cases: Sequence[Scenario],
    wanted: Collection[int],
    *,
    seed: int,
    scale: float,
    until: str,
    watch: Callable[[BatikModel], Collection[int]] | None = None,
    after: After | None = None,
    yearly: bool = False,
    pasts: Cache | None = None,
) -> Iterator[Outcome]:
    """Run the `wanted` ones of `cases` to the end of `until`; the first leads, the others branch off from it.

    Outcomes come one by one, in the order in which the scenarios part from the first, which itself comes
    last; with `watch`, which says whose diary a new model keeps, it comes before those held against it.
    `yearly` as in Recorder; `after` is told number and model after each month. Pasts that others branch off
    from are kept in `pasts`, where the first may take one up, unless there are diaries.
    The model of an outcome is there until the next one is asked for, that of the first until it is
    let go. An error of the model becomes an outcome; raises InputError for what cannot be run at all.
    """
    from batiksim.model.batik_model import BatikModel
    from batiksim.runs.kept_pasts import KeptPasts

    months = month_index(until) + 1

    def start(number: int) -> BatikModel:
        model = BatikModel(cases[number], seed=seed, scale=scale, until=until)
        model.recorder.yearly = yearly
        if watch:
            model.watch(watch(model))
        return model

    def finish(number: int, model: BatikModel) -> BatikModel:
        _go(number, model, months, after)
        return model

    parted = {number: parting(cases[0], cases[number], months) for number in wanted if number}
    kept = None if pasts is None or watch else KeptPasts(pasts, cases[0], seed, scale, until, yearly)
    branchings = {month for month in parted.values() if 0 < month < months}
    leader = _Leader(lambda: start(0), after, kept, branchings)
    if watch:
        yield _try(0, lambda: leader.ahead(months))
    for number in sorted(parted, key=lambda number: (parted[number], number)):
        if parted[number] == 0:
            outcome = _try(number, lambda: finish(number, start(number)))  # noqa: B023 (called at once)
        else:
            outcome = _try(
                number,
                lambda: finish(number, leader.before(parted[number]).branch(cases[number])),  # noqa: B023
            )
        yield outcome
        let_go(outcome.model)
    for model in leader.aside.values():
        let_go(model)
    if 0 not in wanted:
        let_go(leader.model)
    elif not watch:
        yield _try(0, lambda: leader.before(months))


def let_go(model: BatikModel | None) -> None:
    """Empty a model that nobody needs any more.

    It and its parts hold each other, and their arrays are too large to wait until Python looks for circles.
    """
    if model is not None:
        for table in model.tables:
            table.__dict__.clear()
        model.__dict__.clear()


class _Leader:
    """The first scenario, run as far as somebody needs it; an error stays its answer."""

    def __init__(
        self, start: Callable[[], BatikModel], after: After | None, kept: KeptPasts | None, wanted: set[int]
    ) -> None:
        self._start, self._after, self._kept, self._wanted = start, after, kept, wanted
        self.model: BatikModel | None = None
        self.aside: dict[int, BatikModel] = {}
        self._problem: Exception | None = None

    def before(self, month: int) -> BatikModel:
        """The model when the month before `month` has been run."""
        if month in self.aside:
            return self.aside[month]
        if self._problem is not None:
            raise self._problem
        try:
            if self.model is None:
                self.model = self._known() or self._start()
            if self.model.month + 1 < month:
                _go(0, self.model, month, self._after)
                if self._kept and month in self._wanted:
                    self._kept.keep(self.model)
        except Exception as problem:
            self._problem = problem
            raise
        return self.model

    def ahead(self, months: int) -> BatikModel:
        """The model at the end, with copies put aside for those who branch off from it."""
        for month in sorted(self._wanted):
            self.aside[month] = self.before(month).branch()
        return self.before(months)

    def _known(self) -> BatikModel | None:
        """The first of the pasts that are wanted, if it is kept: the others follow after it."""
        first = min(self._wanted, default=0)
        return self._kept.load(first) if self._kept and first else None


def _go(number: int, model: BatikModel, month: int, after: After | None) -> None:
    """Run the months before `month`."""
    while model.month < month - 1:
        model.run(month_name(model.month + 1))
        if after is not None:
            after(number, model)


def _try(number: int, work: Callable[[], BatikModel]) -> Outcome:
    started = time.perf_counter()
    try:
        model = work()
    except InputError:
        raise
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            # It says nothing of the run, which is tried again when the disk is well.
            about = {"file": problem.filename or "-", "why": problem.strerror}
            raise UsageError(text("run.unreadable", **about)) from problem
        told = f"{type(problem).__name__}: {problem}".removesuffix(": ")
        return Outcome(number, time.perf_counter() - started, None, told, traceback.format_exc())
    return Outcome(number, time.perf_counter() - started, model)
