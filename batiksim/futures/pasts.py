"""Models that have run some months, kept so that a future need not begin in 2011.

A model of scenario A after month m serves scenario B wherever the two part after m: up to there their runs
are the same bit for bit (`batiksim.scenario.differences`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from batiksim.calendar import DEFAULT_UNTIL
from batiksim.errors import StoppedError
from batiksim.futures.future import Cancelled, never
from batiksim.futures.settings import shown
from batiksim.i18n.texts import text
from batiksim.model.batik_model import BatikModel
from batiksim.recording.indicators import YEAR
from batiksim.runs import kept_pasts
from batiksim.runs.branching import let_go
from batiksim.runs.kept_pasts import KeptPasts
from batiksim.scenario import Scenario
from batiksim.scenario.differences import parting

# From the present on, a model is kept every so many months: more would cost futures time, fewer those who
# change something late.
EVERY = 36
LARGEST = 112 << 20  # bytes of the models that one process keeps: eight of a tenth of the region


def stop_if(cancelled: Cancelled) -> None:
    """Raise StoppedError where somebody has cancelled."""
    if cancelled():
        raise StoppedError(text("app.futures.cancelled"))


def go(model: BatikModel, month: int, cancelled: Cancelled = never) -> None:
    """Run the months before `month`; raises StoppedError when cancelled."""
    while model.month < month - 1:
        stop_if(cancelled)
        model.step()


class Source(Protocol):
    """Where futures get their models from."""

    def before(self, case: Scenario, month: int, seed: int, scale: float, cancelled: Cancelled) -> BatikModel:
        """A model of one's own that has run the months before `month`."""

    def passed(self, model: BatikModel) -> None:
        """Be told of a model that has run a month."""


class Fresh:
    """Models that are run from the start."""

    def before(self, case: Scenario, month: int, seed: int, scale: float, cancelled: Cancelled) -> BatikModel:
        """A new model that has run the months before `month`."""
        model = BatikModel(case, seed=seed, scale=scale, until=DEFAULT_UNTIL)
        go(model, month, cancelled)
        return model

    def passed(self, model: BatikModel) -> None:
        """Keep nothing."""


@dataclass(frozen=True, eq=False)
class _Past:
    model: BatikModel
    size: int

    def serves(self, case: Scenario, month: int, seed: int, scale: float) -> bool:
        model, run = self.model, self.model.month + 1
        if run > month or model.seed != seed or model.scale != scale:
            return False
        return parting(model.settings, case, run) == run


class Pasts:
    """Models kept at the present and every few years after it; beyond `largest` bytes the least recently used
    ones are let go, those of the present last.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._kept: list[_Past] = []  # least recently used first

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return sum(past.size for past in self._kept)

    def before(self, case: Scenario, month: int, seed: int, scale: float, cancelled: Cancelled) -> BatikModel:
        """A model that has run the months before `month`, from the latest past that serves it."""
        for past in sorted(self._kept, key=lambda past: -past.model.month):
            if past.serves(case, month, seed, scale):
                self._kept.remove(past)
                self._kept.append(past)
                model = past.model.branch(case)
                break
        else:
            model = self._present(case, month, seed, scale, cancelled)
        while model.month < month - 1:
            stop_if(cancelled)
            model.step()
            self.passed(model)
        return model

    def _present(
        self, case: Scenario, month: int, seed: int, scale: float, cancelled: Cancelled
    ) -> BatikModel:
        """A model at the present, from disk if it is there; at the start where `month` lies before."""
        cache, now = kept_pasts.usual(), shown().now
        kept = KeptPasts(cache, case, seed, scale, DEFAULT_UNTIL, yearly=False) if cache else None
        if kept is None or month < now:
            return BatikModel(case, seed=seed, scale=scale, until=DEFAULT_UNTIL)
        model = kept.load(now)
        if model is None:
            model = BatikModel(case, seed=seed, scale=scale, until=DEFAULT_UNTIL)
            go(model, now, cancelled)
            kept.keep(model)
        self.passed(model)
        return model

    def passed(self, model: BatikModel) -> None:
        """Keep a copy of a model where it stands, if this is a month to keep and nothing kept serves it."""
        after = model.month + 1 - shown().now
        if after < 0 or after % EVERY or model.month >= model.last:
            return
        there = [past for past in self._kept if past.model.month == model.month]
        if any(past.serves(model.settings, model.month + 1, model.seed, model.scale) for past in there):
            return
        twin = model.branch()
        twin.recorder.forget(twin.month + 1 - YEAR)
        self._kept.append(_Past(twin, _size(twin)))
        while len(self._kept) > 1 and self.size > self._largest:
            # Whoever changes something now needs the present, and most do.
            later = (past for past in self._kept if past.model.month >= shown().now)
            past = next(later, self._kept[0])
            self._kept.remove(past)
            let_go(past.model)


def _size(model: BatikModel) -> int:
    """Bytes of the arrays that belong to a model and no other."""
    columns = (getattr(table, name).nbytes for table in model.tables for name in table.columns)
    arrays = (value.nbytes for value in vars(model).values() if hasattr(value, "nbytes"))
    return sum(columns) + sum(arrays)
