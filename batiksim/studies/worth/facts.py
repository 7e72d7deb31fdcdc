"""Which facts a survey could learn: those of the fit and check list, and what `data/observable.csv` names.

Each comes with the error it would be known with. Of a fact of the list that is the error it was reported
with. Of an indicator it is that of a survey of n: of a share p (1 - p) / n, otherwise (spread level)^2 / n
with the relative standard deviation `spread` of single answers. Luck is part of it: what is counted is one
real course of events, whose luck falls with the number of people like that of runs does with their scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from batiksim.calendar import month_index, month_name
from batiksim.config.scale import SMALLEST
from batiksim.data import rows
from batiksim.runs.store import SERIES
from batiksim.studies.study import Study
from batiksim.studies.validation.facts import EVENT, SIDE, Fact
from batiksim.studies.validation.readings import difference, read
from batiksim.studies.validation.scoring import LATER, PLACE, SCALE, TWIN, UNDEFINED, met
from batiksim.studies.worth.information import Measured, parts

Floats = NDArray[np.float64]

FILE = "observable.csv"
NEW = "new"
# As many as make a share known to five points to either side (95 %) at least.
SURVEYED = 400
YEARLY, AFTER = "yearly", "after"


@dataclass(frozen=True)
class Candidate:
    """A fact that could be learned: its `role` is that in the list, or `NEW`; `spread` is that of single
    answers over their mean, None for a share and for what is in the list.
    """

    fact: Fact
    role: str
    asked: str = ""
    spread: float | None = None

    @property
    def n(self) -> int | None:
        """How many would be, or were, asked."""
        return self.fact.n


@dataclass(frozen=True)
class Reading:
    """A candidate and its values by run, (draw, seed)."""

    candidate: Candidate
    values: pd.Series

    def measured(self, x: Floats, weights: Floats, scale: float) -> Measured:
        """The fact with the variance it would be known with, from its values (sets, seeds) at that scale."""
        fact, of = self.candidate.fact, parts(x, weights)
        if fact.kind == SIDE:
            share = min(max(of.mean, 0.0), 1.0)
            return Measured(x, max(share * (1.0 - share) - of.doubt2, 0.0), yes_or_no=True)
        luck2 = of.noise2 * min(scale, 1.0)
        if self.candidate.role != NEW:
            return Measured(x, fact.error**2 + luck2)
        n, means = float(fact.n or SURVEYED), x.mean(axis=1)
        if self.candidate.spread is None:
            return Measured(x, float(weights @ np.clip(means * (1.0 - means), 0.0, None)) / n + luck2)
        return Measured(x, self.candidate.spread**2 * float(weights @ means**2) / n + luck2)


def observable(month: str, n: int) -> Iterator[Candidate]:
    """What a survey of `n` about a month could ask, in the order of the file."""
    for row in rows(FILE):
        name, spread = row["indicator"], row["spread"]
        label = f"{name}@{month[:4]}"
        fact = Fact(label, name, ("all",), month, "mean", n=n, low=0.0, high=1.0, least_scale=SMALLEST,
                    source=row["source"])  # fmt: skip
        yield Candidate(fact, NEW, row["asked"], float(spread) if spread else None)


def listed(facts: Sequence[Fact]) -> Iterator[Candidate]:
    """Facts of a list."""
    for fact in facts:
        yield Candidate(fact, fact.role)


def readings(
    study: Study, candidates: Sequence[Candidate], before: str
) -> tuple[list[Reading], dict[str, str]]:
    """What the runs of the baseline say of each candidate, and why others are left out, by name.

    Facts of a month that is not `before` the answer's are no news about it.
    """
    columns = set(pq.read_schema(study.files / SERIES).names)
    found, missing = [], {}
    for candidate in candidates:
        fact = candidate.fact
        if not set(fact.indicators) <= columns:
            continue
        values = _values(study, fact, before)
        if isinstance(values, str):
            missing[fact.name] = values
        else:
            found.append(Reading(candidate, values))
    return found, missing


def _values(study: Study, fact: Fact, before: str) -> pd.Series | str:
    """The statistic of a fact in every run of the baseline, or why it cannot be read."""
    if fact.statistic == "drop_vs_twin":
        return TWIN
    if fact.kind == EVENT:
        return UNDEFINED
    if fact.least_scale > study.about["scale"] + 1e-12:
        return SCALE
    if fact.month > study.months[-1]:
        return LATER
    if fact.month >= before:
        return AFTER
    asked = fact if study.about["record"] == "monthly" else _by_year(fact)
    if asked is None or not set(_months(asked)) <= set(study.months):
        return YEARLY
    tables: dict[str, pd.DataFrame] = {}
    for place in fact.places:
        wides = [study.numbers.wide(SERIES, name, ("place", place)) for name in fact.indicators]
        if any(wide.empty for wide in wides):
            return PLACE
        by_name = dict(zip(fact.indicators, wides, strict=True))
        whole = difference(fact.indicators, by_name.__getitem__)
        tables[place] = whole.xs(study.baseline, level="scenario").astype("float64")
    values = read(asked, tables.__getitem__)
    if fact.kind == SIDE:
        values = np.where(np.isnan(values), np.nan, met(asked, values))
    if np.isnan(values).any():
        return UNDEFINED
    index = tables[fact.place].index.droplevel("regime")
    return pd.Series(values, index)


def _by_year(fact: Fact) -> Fact | None:
    """The fact as a table of years can tell it: a mean within a year is that year's, a change over whole
    years that of their Decembers; None where it cannot.
    """
    december = f"{fact.month[:4]}-12"
    if fact.statistic in ("mean", "rank") and fact.window <= month_index(fact.month) % 12 + 1:
        return replace(fact, month=december, window=1)
    if fact.statistic in ("change", "sign") and fact.month == december and fact.window % 12 == 0:
        return fact
    return None


def _months(fact: Fact) -> list[str]:
    last = month_index(fact.month)
    if fact.statistic in ("change", "sign"):
        return [month_name(last - fact.window), fact.month]
    return [month_name(month) for month in range(last - fact.window + 1, last + 1)]
