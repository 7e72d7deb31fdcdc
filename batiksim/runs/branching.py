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
from batiksim.errors import InputError
from batiksim.scenario.differences import parting

if TYPE_CHECKING:
    from batiksim.model.batik_model import BatikModel
    from batiksim.scenario import Scenario

After = Callable[[int, "BatikModel"], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one scenario: its model at the last month, or the error that stopped it.

    `number` is the place of the scenario among those asked for; `seconds` the time of its own months.
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
    watch: Collection[int] = (),
    after: After | None = None,
    yearly: bool = False,
) -> Iterator[Outcome]:
    """Run the `wanted` ones of `cases` to the end of `until`; the first leads, the others branch off from it.

    Outcomes come one by one, in the order in which the scenarios part from the first, which itself comes
    last. `watch` as in BatikModel, `yearly` as in Recorder; `after` is told number and model after each
    month. An error of the model becomes an outcome; raises InputError for what cannot be run at all.
    """
    from batiksim.model.batik_model import BatikModel

    months = month_index(until) + 1

    def start(number: int) -> BatikModel:
        model = BatikModel(cases[number], seed=seed, scale=scale, until=until, watch=watch)
        model.recorder.yearly = yearly
        return model

    def finish(number: int, model: BatikModel) -> BatikModel:
        _go(number, model, months, after)
        return model

    leader = _Leader(lambda: start(0), after)
    parted = {number: parting(cases[0], cases[number], months) for number in wanted if number}
    for number in sorted(parted, key=lambda number: (parted[number], number)):
        if parted[number] == 0:
            yield _try(number, lambda: finish(number, start(number)))  # noqa: B023 (called at once)
        else:
            yield _try(
                number,
                lambda: finish(number, leader.before(parted[number]).branch(cases[number])),  # noqa: B023
            )
    if 0 in wanted:
        yield _try(0, lambda: leader.before(months))


class _Leader:
    """The first scenario, run as far as somebody needs it; an error stays its answer."""

    def __init__(self, start: Callable[[], BatikModel], after: After | None) -> None:
        self._start, self._after = start, after
        self._model: BatikModel | None = None
        self._problem: Exception | None = None

    def before(self, month: int) -> BatikModel:
        """The model when the month before `month` has been run."""
        if self._problem is not None:
            raise self._problem
        try:
            if self._model is None:
                self._model = self._start()
            _go(0, self._model, month, self._after)
        except Exception as problem:
            self._problem = problem
            raise
        return self._model


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
        told = f"{type(problem).__name__}: {problem}".removesuffix(": ")
        return Outcome(number, time.perf_counter() - started, None, told, traceback.format_exc())
    return Outcome(number, time.perf_counter() - started, model)
