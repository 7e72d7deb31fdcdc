"""Evidence: the facts parameters may be chosen by, with all errors of theirs, and how implausible runs are.

I = |z - f| / sqrt(observation + luck + emulator + discrepancy variance) (Craig et al. 1997; Vernon et al.
2010, doi 10.1214/10-BA524). A range as reported is met anywhere inside, and has no error of its own beyond
its ends.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from batiksim.config.mistakes import Mistakes
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.recording.indicators import load_indicators
from batiksim.studies.validation.facts import FIT, MEASURED, Fact, shipped_facts

Floats = NDArray[np.float64]

FILE = "discrepancy.csv"
ASSUMED = "A"
_COLUMNS = ["target", "sd", "unit", "source", "reason"]
_SHARE = "share"


@dataclass(frozen=True)
class Discrepancy:
    """How far the best parameters can still be from a fact because a model is no region: a standard deviation
    in the `unit` of the fact, with the `reason` and its `source`, "A" where it is assumed.
    """

    sd: float
    unit: str
    source: str
    reason: str


@dataclass(frozen=True)
class Evidence:
    """Facts (facts,) with their errors: `low` and `high` are equal where a number was measured.

    `error` is the standard deviation of the reported number, 0 of a range; `discrepancy` that of the model.
    """

    facts: tuple[Fact, ...]
    low: Floats
    high: Floats
    error: Floats
    discrepancy: Floats

    @cached_property
    def names(self) -> list[str]:
        """The names of the facts."""
        return [fact.name for fact in self.facts]

    @cached_property
    def measured(self) -> NDArray[np.bool_]:
        """Which facts are numbers."""
        return np.array([fact.kind == MEASURED for fact in self.facts], dtype=bool)

    def beyond(self, values: Floats) -> Floats:
        """How far values (sets, facts) lie from what is reported."""
        return np.maximum(np.maximum(self.low - values, values - self.high), 0.0)

    def implausibility(self, values: Floats, variance: Floats | float) -> Floats:
        """I of values (sets, facts), with the `variance` of luck and emulator; inf where undefined."""
        spread = np.sqrt(self.error**2 + self.discrepancy**2 + variance)
        found = self.beyond(values) / spread
        return np.where(np.isnan(found), np.inf, found)

    def log_likelihood(self, values: Floats, luck: Floats) -> Floats:
        """Logarithm of the chance to see the facts where sets say `values` (sets, facts), up to a constant;
        the kernel with which approximate Bayesian computation is exact where errors are normal (Wilkinson
        2013, doi 10.1515/sagmb-2013-0010).
        """
        return np.asarray(-0.5 * (self.implausibility(values, luck) ** 2).sum(axis=1))

    def instead(self, values: Floats) -> Evidence:
        """The same facts with other numbers (facts,) reported; ranges keep their width around them."""
        half = np.where(self.measured, 0.0, (self.high - self.low) / 2.0)
        return Evidence(self.facts, values - half, values + half, self.error, self.discrepancy)

    @property
    def middle(self) -> Floats:
        """What is reported as one number, (facts,): of a range its middle, of a side its end."""
        ends = (
            np.where(np.isfinite(self.low), self.low, self.high),
            np.where(np.isfinite(self.high), self.high, self.low),
        )
        return np.asarray((ends[0] + ends[1]) / 2.0)

    def noise(self, count: int, seed: int) -> Floats:
        """Errors (count, facts) such as lie between a run and what is reported: of observation and model, and
        of a range where in it the truth lies.
        """
        draw = np.random.default_rng(seed)
        spread = np.sqrt(self.error**2 + self.discrepancy**2)
        normal = draw.standard_normal((count, len(self.facts))) * spread
        width = np.where(self.measured | ~np.isfinite(self.high - self.low), 0.0, self.high - self.low)
        return np.asarray(normal + (draw.random((count, len(self.facts))) - 0.5) * width)


def evidence_of(facts: Sequence[Fact], known: Mapping[str, Discrepancy] | None = None) -> Evidence:
    """Facts with their errors. Raises UsageError for one that has no discrepancy."""
    known = shipped_discrepancies() if known is None else known
    missing = [fact.name for fact in facts if fact.name not in known]
    if missing or not facts:
        raise UsageError(text("calibrate.discrepancy.missing", file=FILE, names=", ".join(missing) or "-"))
    low, high, error = [], [], []
    for fact in facts:
        measured = fact.kind == MEASURED
        low.append(fact.value if measured else fact.low)
        high.append(fact.value if measured else fact.high)
        error.append(fact.error if measured else 0.0)
    sds = [known[fact.name].sd for fact in facts]
    ends = (np.array(one, dtype=np.float64) for one in (low, high, error, sds))
    return Evidence(tuple(facts), *ends)


@cache
def shipped_evidence() -> Evidence:
    """Every fact of the fit list that ships."""
    return evidence_of([fact for fact in shipped_facts() if fact.role == FIT])


@cache
def shipped_discrepancies() -> Mapping[str, Discrepancy]:
    """The discrepancies that ship, by target; raises UsageError where the file is wrong."""
    content = files("batiksim.studies.calibration").joinpath(FILE).read_text(encoding="utf-8")
    return read_discrepancies(content, [fact for fact in shipped_facts() if fact.role == FIT])


def read_discrepancies(content: str, facts: Sequence[Fact]) -> Mapping[str, Discrepancy]:
    """The discrepancies of a table, one of each fact: columns target, sd, unit, source, reason.

    Raises UsageError with the line for other columns, targets and units, repeated ones, deviations that are
    no positive number, and rows without a source or a reason.
    """
    lines = csv.reader(content.splitlines())
    if (head := next(lines, [])) != _COLUMNS:
        raise UsageError(text("calibrate.discrepancy.columns", columns=", ".join(_COLUMNS)), FILE, 1)
    known = {fact.name: fact for fact in facts}
    found: dict[str, Discrepancy] = {}
    wrong = Mistakes()
    for line, cells in enumerate(lines, start=2):
        with wrong:
            if len(cells) != len(head):
                raise UsageError(
                    text("calibrate.discrepancy.columns", columns=", ".join(_COLUMNS)), FILE, line
                )
            name, *rest = (cell.strip() for cell in cells)
            if name not in known or name in found:
                near = suggestion(name, [one for one in known if one not in found])
                raise UsageError(text("calibrate.discrepancy.target", name=name, near=near), FILE, line)
            found[name] = _checked(known[name], rest, line)
    wrong.tell()
    if missing := [name for name in known if name not in found]:
        raise UsageError(text("calibrate.discrepancy.missing", file=FILE, names=", ".join(missing)))
    return found


def _checked(fact: Fact, cells: list[str], line: int) -> Discrepancy:
    written, unit, source, reason = cells
    try:
        sd = float(written)
    except ValueError:
        sd = math.nan
    if not (sd > 0.0 and math.isfinite(sd)):
        raise UsageError(text("calibrate.discrepancy.sd", name=fact.name, sd=written), FILE, line)
    if unit != unit_of(fact):
        raise UsageError(
            text("calibrate.discrepancy.unit", name=fact.name, unit=unit, right=unit_of(fact)), FILE, line
        )
    if not (source and reason):
        raise UsageError(text("calibrate.discrepancy.reason", name=fact.name), FILE, line)
    return Discrepancy(sd, unit, source, reason)


def unit_of(fact: Fact) -> str:
    """The unit of what is read of a fact; a step is relative."""
    return _SHARE if fact.statistic == "max_step" else str(load_indicators()[fact.indicators[0]].unit)
