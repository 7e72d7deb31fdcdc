"""Many changes of the baseline under the draws of the sample: one design, differences a draw, their means.

Each draw has seeds of its own, which baseline and changes share, so that the draws are independent and the
standard error of a mean over them is their spread over the root of their number, also with one seed each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.model.batik_model import BatikModel
from batiksim.runs.design import Design
from batiksim.runs.engine import Means, carry_out
from batiksim.runs.executors import default_jobs
from batiksim.runs.shelf import Shelf
from batiksim.runs.store import INCOMES, SERIES
from batiksim.runs.tally import Tally
from batiksim.scenario import Scenario
from batiksim.studies.sample import Member

Floats = NDArray[np.float64]

# No draw of the sample was chosen by what these seeds give.
FRESH = 10_000_000
SEEDS_A_DRAW = 1000
OWNERS = "owners' income"
COSTS = ("public.cost", "private.cost")
_YEAR = 12


@dataclass(frozen=True)
class Plan:
    """The draws, seeds each, scale, and the first and last year that are compared."""

    members: tuple[Member, ...]
    seeds: int = 1
    scale: float = 0.1
    first: int = 2026
    last: int = 2035

    @property
    def since(self) -> str:
        """The first month of a programme."""
        return f"{self.first}-01"

    @property
    def until(self) -> str:
        """The last month of a programme, and of the runs."""
        return f"{self.last}-12"

    def design(self, cases: Mapping[str, Scenario]) -> Design:
        """The baseline and the cases, each under every draw."""
        scenarios = [replace(one, stem=name) for name, one in cases.items()]
        pairs = tuple(
            (one.draw(number), FRESH + SEEDS_A_DRAW * number + seed)
            for number, one in enumerate(self.members, 1)
            for seed in range(self.seeds)
        )
        lead = Scenario.default()
        return Design(
            (lead, *scenarios), pairs, self.scale, f"{self.first}-01", self.until, "yearly",
            lives=False, tables=(SERIES, INCOMES),
        )  # fmt: skip


def expected_seconds(design: Design, jobs: int) -> float:
    """About how long a design takes, by the time of a year of its baseline on this machine."""
    first = design.tasks()[0]
    model = BatikModel(first.cases[0], seed=first.seed, scale=design.scale, until="2013-12")
    model.run("2011-12")  # compiled and warm
    began = time.perf_counter()
    model.run("2012-12")
    month = (time.perf_counter() - began) / _YEAR
    return month * sum(task.work for task in design.tasks()) / design.scale / jobs


class Measured:
    """What the runs of a plan gave: yearly indicators by case, draw and seed."""

    def __init__(self, plan: Plan, cases: Mapping[str, Scenario], work: Path, jobs: int | None) -> None:
        """Run what is missing; runs are kept in a folder of their own within `work`."""
        self.plan, self.cases = plan, cases
        design = plan.design(cases)
        jobs = jobs or default_jobs(len(design.tasks()))
        folder = work / design.question()["inputs"][:16]
        print(f"{len(design.runs):,} runs, about {expected_seconds(design, jobs) / 60.0:.1f} minutes if none "
              f"is there, kept in {folder}", flush=True)  # fmt: skip
        carry_out(design, folder, Means(jobs, progress=_tell()))
        self._shelf, self._design = Shelf(folder), design
        self._of = {(run.scenario, run.draw, run.seed): run.part for run in design.runs}
        self._baseline = design.scenarios[0].stem
        self.pairs = [(draw.number, seed) for draw, seed in design.pairs]
        self._years: dict[tuple[str, int, int], pd.Series] = {}

    def table(self, case: str, draw: int, seed: int) -> pd.DataFrame:
        """The series of one run, a row a year and place. Raises RuntimeError where the run failed."""
        return self._frame(case, draw, seed, SERIES)

    def _frame(self, case: str, draw: int, seed: int, name: str) -> pd.DataFrame:
        part = self._shelf.load(self._of[case, draw, seed])
        if part is None or part.error:
            raise RuntimeError(f"{case}, draw {draw}: {part.error if part else 'no run'}")
        return part.tables[name].to_pandas()

    def _mean(self, case: str, draw: int, seed: int) -> pd.Series:
        """Each indicator of the region, mean over the years, and what owners earn, IDR a year."""
        key = case, draw, seed
        if key not in self._years:
            table, incomes = self.table(*key), self._frame(*key, INCOMES)
            found = table[table["place"] == "all"].mean(numeric_only=True)
            owners = (incomes["place"] == "all") & (incomes["group"] == "owners")
            found[OWNERS] = incomes.loc[owners, "idr"].mean()
            self._years[key] = found
        return self._years[key]

    def baseline(self, indicator: str) -> float:
        """The mean of an indicator over draws and years without any change."""
        return float(np.mean([self._mean(self._baseline, *pair)[indicator] for pair in self.pairs]))

    def effects(self, case: str, indicator: str, world: str | None = None) -> Floats:
        """Case less baseline, mean over the years and the seeds of a draw; the draws of one world or all."""
        found = []
        for number, one in enumerate(self.plan.members, 1):
            if world in (None, one.world):
                found.append([
                    self._mean(case, *pair)[indicator] - self._mean(self._baseline, *pair)[indicator]
                    for pair in self.pairs
                    if pair[0] == number
                ])  # fmt: skip
        return np.array(found).reshape(len(found), self.plan.seeds).mean(axis=1)

    def differs(self, case: str) -> tuple[str, ...]:
        """The indicators, costs aside, in which a case is not the baseline, bit for bit, somewhere."""
        differs: dict[str, None] = {}
        for pair in self.pairs:
            mine, other = self.table(case, *pair), self.table(self._baseline, *pair)
            for name in mine.select_dtypes("number"):
                if name not in COSTS and not np.array_equal(mine[name], other[name], equal_nan=True):
                    differs[name] = None
        return tuple(differs)


def mean_error(values: Floats) -> tuple[float, float]:
    """Mean of independent values and its standard error; NaN where there are too few."""
    if not values.size:
        return np.nan, np.nan
    error = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else np.nan
    return float(values.mean()), error


def told(values: Floats, form: str = ",.0f", unit: float = 1.0) -> str:
    """An effect as "mean ± standard error"."""
    mean, error = (one / unit for one in mean_error(values))
    return f"{mean:+{form}} ± {error:{form}}" if np.isfinite(error) else f"{mean:+{form}}"


def table(head: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    written = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "".join(f"| {' | '.join(line)} |\n" for line in written)


def _tell() -> Callable[[Tally], None]:
    last = [0]

    def tell(tally: Tally) -> None:
        if tally.runs and (tenth := 10 * tally.done // tally.runs) > last[0]:
            last[0] = tenth
            left = "" if tally.seconds is None else f", about {tally.seconds / 60.0:.1f} minutes left"
            print(f"{tally.done:,} of {tally.runs:,} runs{left}", flush=True)

    return tell
