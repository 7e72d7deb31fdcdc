"""`breakeven`: the smallest size at which a policy beats the baseline with probability 0.9.

The probability at a size is the share of pairs in which the policy is better, with the same seeds at every
size; a size is an answer only where its expected effect is told from none. The share is noisy and need not
rise with the size, so halving intervals could miss; instead a grid of sizes is run, then a finer one between
the first size that suffices and the one before it, or, if none does, around the best. What lies between the
sizes of the grid is not known, and the answer is one of the sizes that were run. With a target the level less
the target takes the place of the difference from the baseline.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from batiksim.calendar import month_index
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.i18n.unit_names import plain
from batiksim.runs import atomic_files, draws
from batiksim.runs import folder as folders
from batiksim.runs.cluster import Elsewhere
from batiksim.runs.draws import under
from batiksim.runs.engine import Means, announced
from batiksim.runs.tally import Progress, Round
from batiksim.scenario import Scenario, Settings, Target
from batiksim.scenario.budgets import pots
from batiksim.studies.changes import own_interventions
from batiksim.studies.compare import study_of
from batiksim.studies.open_questions import BREAKEVEN as ASKED_BREAKEVEN
from batiksim.studies.open_questions import OpenQuestion
from batiksim.studies.policy_questions import BREAKEVEN, ENOUGH, about, asked, paired, save
from batiksim.studies.sizes import OVER, largest_strength, late, sized, starts
from batiksim.studies.statistics import Floats, effect, wilson, wins
from batiksim.studies.study import Study
from batiksim.studies.study.answers import target_months
from batiksim.studies.study.data import YOUNG, check_group, find_indicator

_GRID, MOST_FINER = 5, 4
SURE = 100  # pairs from which a share of 0.9 is known to about 0.05

Key = tuple[str, float]  # regime and size

# Told before runs begin: "pilot", "grid" or "finer", how many, about how long.
Told = Callable[[Round], None]
# Compares scenarios with the baseline: (stage, scenarios).
Run = Callable[[str, list[Scenario]], Study]


@dataclass(frozen=True)
class Breakeven:
    """What came out of a search.

    `table` has one row a regime and size: scenario, regime, over, value, probability, low_90, high_90 (of the
    probability, Wilson), wins, pairs, expected, error, low, high (effect with standard error and 95 %
    interval), goal (of a target), indicator, month, scale, hash and baseline_hash (of the scenarios).
    `answers` one row a regime: scenario, regime, over, value (missing if not found), verdict ("found", "never
    within bounds", or "too few pairs" where it is better often enough but not told from none), low, high (of
    the sizes that were run), best, best_probability, fall (by how much the probability falls between a size
    and a larger one, at most), fails_above (a size above the answer at which the probability is below 0.9
    again, if there is one), indicator, month.
    """

    table: pd.DataFrame
    answers: pd.DataFrame


@dataclass(frozen=True)
class Search:
    """What is searched: `cases` are policy and baseline by regime; `differ(stage, cases)` gives the paired
    differences of scenarios, (pairs,), by regime and size.
    """

    policy: Scenario
    base: Scenario
    over: str
    better: str
    cases: dict[str, tuple[Scenario, Scenario]]
    differ: Callable[[str, dict[Key, Scenario]], dict[Key, Floats]]


FOUND, NEVER, TOO_FEW = "found", "never within bounds", "too few pairs"


def breakeven(
    scenario: Settings,
    over: str,
    seeds: int | Sequence[int] | None = None,
    *,
    baseline: Settings | None = None,
    indicator: str = YOUNG,
    up_to: float | None = None,
    target: bool = False,
    jobs: int | None = None,
    scale: float | None = None,
    until: str | None = None,
    regimes: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Elsewhere | None = None,
    progress: Progress | None = None,
    begins: Told | None = None,
) -> Breakeven:
    """Search the smallest "strength", "budget" (IDR a year) or "years" at which a policy is better.

    Sizes go up to `up_to`; by default 1 (the strength the scenario says), the budgets of the scenario or what
    it spends in its dearest year with the first seed, and the years from its first start to the end of the
    run. At most 9 sizes a regime are run. With `target` it is the smallest that reaches the one target of the
    scenario, which says indicator, place and year. `out` and settings as in `why`.
    Raises UsageError for an indicator without a better direction and sizes out of bounds.
    """
    if over not in OVER:
        raise UsageError(text("breakeven.over", over=over, allowed=", ".join(OVER)))
    find_indicator(indicator)
    folder = None if out is None else atomic_files.named(out)
    given = {"seeds": seeds, "scale": scale, "until": until, "regimes": regimes}
    lead = None if baseline is None else Scenario.of(baseline)
    (policy, *_), base, settings = asked([Scenario.of(scenario)], lead, folder, given)
    name = folders.file_name(f"{policy.stem} {over}{' target' if target else ''}")
    more = {"over": over, "indicator": indicator, "up_to": up_to, "against": baseline is not None}
    more["target"] = target
    question = OpenQuestion(ASKED_BREAKEVEN, name, policy, base, settings, more)
    return search(question, folder, Means(jobs, executor, progress), begins)


def search(
    question: OpenQuestion, folder: Path | None, means: Means, begins: Told | None = None
) -> Breakeven:
    """What `breakeven` returns, for a question that is asked now or was stopped in this folder."""
    policy, base, settings = question.policy, question.base, question.settings
    over, indicator, up_to = (question.about[key] for key in ("over", "indicator", "up_to"))
    target = _target(policy, settings) if question.about.get("target") else None
    if target is not None:
        indicator, better = target.indicator, "up" if target.at_most is None else "down"
    else:
        better = find_indicator(indicator).better
    if not better:
        raise UsageError(text("compare.no_direction", name=indicator))
    cases = {
        regime: (one, other)
        for regime in settings["regimes"]
        if (one := under(policy, draws.regime(regime))) is not None
        and (other := under(base, draws.regime(regime))) is not None
    }
    runs = _Runs(question, indicator, target, len(cases), folder, means, begins)
    searched = Search(policy, base, over, better, cases, runs.differ)
    try:
        largest = _largest(searched, up_to, settings["until"], runs.compare)
    except UsageError:
        question.forget(folder)
        raise
    found = find(searched, largest)
    goal = np.nan if target is None else target.value
    table = found.table.assign(goal=goal, **about(policy, base, indicator, runs.month, settings["scale"]))
    if folder is not None:
        save(folder, {BREAKEVEN: table})
    question.forget(folder)
    return Breakeven(table, found.answers.assign(indicator=indicator, month=runs.month, goal=goal))


def _target(policy: Scenario, settings: Mapping[str, Any]) -> Target:
    """The target that is searched for. Raises UsageError where there is not one, or none that is met here."""
    if len(policy.targets) != 1:
        raise UsageError(text("breakeven.one_target", name=policy.stem, count=len(policy.targets)))
    (target,) = policy.targets
    check_group(target.place, settings["scale"])
    if f"{target.by}-12" > settings["until"]:
        raise UsageError(text("breakeven.target_late", year=target.by, until=settings["until"]))
    return target


@dataclass
class _Runs:
    """The comparisons a search is made of; `month` is the last recorded one, once something was run."""

    question: OpenQuestion
    indicator: str
    target: Target | None
    regimes: int
    folder: Path | None
    means: Means
    begins: Told | None
    month: str = ""
    latest: Study | None = None

    def compare(self, stage: str, scenarios: list[Scenario]) -> Study:
        """Compare scenarios with the baseline; the pilot with the first seed only."""
        settings = dict(self.question.settings)
        if stage == "pilot":
            settings["seeds"] = settings["seeds"][:1]
        design = paired([self.question.base, *scenarios], settings)
        own = self.question.runs_in(self.folder)
        own = None if own is None else own / stage
        if self.begins is not None:
            told = announced(stage, design, own, self._like(), self.means.jobs)
            more = (1 + MOST_FINER) * self.regimes * len(settings["seeds"]) if stage == "grid" else 0
            self.begins(replace(told, more=more))
        self.question.keep(self.folder)
        self.latest = study_of(design, own, self.means)
        return self.latest

    def _like(self) -> Path | None:
        """The folder of runs of the same size, which show how long one takes."""
        if self.latest is not None:
            return self.latest.folder
        return self.folder if self.folder is not None and folders.is_finished(self.folder) else None

    def differ(self, stage: str, sizes: dict[Key, Scenario]) -> dict[Key, Floats]:
        """Paired differences of scenarios in the last recorded month, or levels less the target in its year,
        by regime and size.
        """
        study = self.compare(stage, list(sizes.values()))
        months = study.months[-1:] if self.target is None else target_months(study, self.target)[0]
        self.month = months[-1]
        if self.target is None:
            values = study.numbers.indicator(self.indicator)[self.month]
            return {key: _differences(study, values, key[0], case.stem) for key, case in sizes.items()}
        levels = study.numbers.indicator(self.indicator, self.target.place)[months].mean(axis=1)
        return {key: self._missing(study, levels, key[0], case.stem) for key, case in sizes.items()}

    def _missing(self, study: Study, levels: pd.Series, regime: str, name: str) -> Floats:
        """Level less target of all runs that succeeded, (runs,); just reached is reached."""
        assert self.target is not None
        if (regime, name) not in study.cases:
            return np.zeros(0)
        parts = target_months(study, self.target)[1]
        found = parts * levels.loc[(regime, name)].dropna().to_numpy() - self.target.value
        least = np.finfo(float).tiny
        return np.where(found == 0.0, least if self.target.at_most is None else -least, found)


def _differences(study: Study, values: pd.Series, regime: str, name: str) -> Floats:
    """Scenario less baseline of all pairs in which both succeeded, (pairs,)."""
    if (regime, name) not in study.policies:
        return np.zeros(0)
    pairs = values.loc[(regime, name)] - values.loc[(regime, study.baseline)]
    return pairs.dropna().to_numpy()


def _largest(search: Search, up_to: float | None, until: str, run: Run) -> float:
    """The largest size that is run. Raises UsageError if the policy changes nothing, or `up_to` is out of
    bounds.
    """
    months = month_index(until) + 1
    first = [start for case in search.cases.values() for start in starts(*case) if start < months]
    if not first:
        names = {"name": search.policy.stem, "baseline": search.base.stem}
        told = late(search.policy, search.base, until)
        raise UsageError(told or text("breakeven.nothing", **names))
    if search.over == "strength":
        most, usual = min(largest_strength(*case) for case in search.cases.values()), 1.0
    elif search.over == "years":
        most = usual = float(math.ceil((months - min(first)) / 12))
    else:
        most, usual = 1e15, _spending(search, run) if up_to is None else 0.0
    largest = usual if up_to is None else up_to
    if search.over == "years" and not 1.0 <= largest <= most:
        raise UsageError(text("breakeven.bounds_years", given=plain(largest), most=plain(most)))
    if not 0.0 < largest <= most:
        about = {"given": plain(largest), "most": plain(most), "over": search.over}
        raise UsageError(text("breakeven.bounds", **about))
    return float(int(largest)) if search.over == "years" else largest


def _spending(search: Search, run: Run) -> float:
    """The budgets of all measures, or what they spend in the dearest year with the first seed, IDR a year."""
    own = own_interventions(search.policy, search.base)
    if not own:
        raise UsageError(text("breakeven.no_budget", name=search.policy.stem))
    budgets = pots(own, search.policy.budgets)
    if all(budgets):
        return sum(budgets)
    pilot = [_named(case, f"{search.policy.stem} {regime}") for regime, (case, _) in search.cases.items()]
    study = run("pilot", pilot)
    spent = sum(study.numbers.indicator(name) for name in ("public.cost", "private.cost"))
    base = [spent.loc[(regime, search.base.stem)].to_numpy() for regime in search.cases]
    mine = [
        spent.loc[(regime, case.stem)].to_numpy() for regime, case in zip(search.cases, pilot, strict=True)
    ]
    most = max(float((one - other).max()) for one, other in zip(mine, base, strict=True))
    if not most > 0.0:
        raise UsageError(text("breakeven.free", name=search.policy.stem))
    return _rounded(most * len(own))  # equal parts, each of which may have spent all of it


def find(search: Search, largest: float) -> Breakeven:
    """A grid, then a finer one where each regime needs it."""
    table = _probabilities(search, "grid", dict.fromkeys(search.cases, _between(search, 0.0, largest, _GRID)))
    finer = {regime: _finer(search, rows) for regime, rows in table.groupby("regime", sort=False)}
    if any(finer.values()):
        table = pd.concat([table, _probabilities(search, "finer", finer)])
    table["order"] = table["regime"].map(list(search.cases).index)
    table = table.sort_values(["order", "value"], ignore_index=True).drop(columns="order")
    answers = [answer(rows) for _, rows in table.groupby("regime", sort=False)]
    return Breakeven(table, pd.DataFrame(answers))


def _between(search: Search, low: float, high: float, count: int, *, ends: bool = True) -> list[float]:
    """At most `count` sizes above `low`, evenly up to `high`, with it (`ends`) or below it."""
    steps = np.linspace(low, high, count + (1 if ends else 2))[1 : None if ends else -1]
    if search.over != "years":
        return sorted({float(step) if step == high else _rounded(float(step)) for step in steps})
    whole = {float(round(step)) for step in steps}
    return sorted(step for step in whole if low < step and (step <= high if ends else step < high))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _finer(search: Search, rows: pd.DataFrame) -> list[float]:
    """Sizes to run in addition: below the first that suffices, or on both sides of the best."""
    values = [0.0, *rows["value"]]
    enough = rows[_suffices(rows)]
    if len(enough):
        first = float(enough["value"].iloc[0])
        return _between(search, values[values.index(first) - 1], first, MOST_FINER, ends=False)
    if not rows["pairs"].any():
        return []
    best = values.index(float(rows.loc[rows["probability"].idxmax(), "value"]))
    sides = [(values[best - 1], values[best])]
    sides += [(values[best], values[best + 1])] if best + 1 < len(values) else []
    each = MOST_FINER // len(sides)
    return [value for low, high in sides for value in _between(search, low, high, each, ends=False)]


def _probabilities(search: Search, stage: str, sizes: dict[str, list[float]]) -> pd.DataFrame:
    """Run the policy in these sizes, by regime, and return the rows of `Breakeven.table`."""
    scenarios = {}
    for regime, values in sizes.items():
        for value in values:
            case = sized(*search.cases[regime], search.over, value)
            stem = f"{search.policy.stem} {search.over} {value:.15g} {regime}"
            scenarios[regime, value] = _named(case, stem)
    found = search.differ(stage, scenarios)
    return pd.DataFrame([_row(search, *key, differences) for key, differences in found.items()])


def _row(search: Search, regime: str, value: float, differences: Floats) -> dict[str, Any]:
    count, found = wins(differences, search.better), effect([differences])
    low, high = wilson(count, differences.size)
    return {
        "scenario": search.policy.stem, "regime": regime, "over": search.over, "value": value,
        "probability": count / differences.size if differences.size else np.nan, "low_90": low,
        "high_90": high, "wins": count, "pairs": differences.size, "expected": found.expected,
        "error": found.error, "low": found.low, "high": found.high,
    }  # fmt: skip


def _suffices(rows: pd.DataFrame) -> pd.Series:
    """At which sizes the policy is better often enough, and its effect told from none."""
    return (rows["probability"] >= ENOUGH) & ((rows["low"] > 0.0) | (rows["high"] < 0.0))


def answer(rows: pd.DataFrame) -> dict[str, Any]:
    """The row of `Breakeven.answers` for one regime, from its sizes in order."""
    values, shares = rows["value"].to_numpy(), rows["probability"].to_numpy()
    enough = np.flatnonzero(_suffices(rows))
    above = np.flatnonzero(shares < ENOUGH)
    above = above[above > enough[0]] if enough.size else above[:0]
    known = shares[~np.isnan(shares)]
    best = int(np.nanargmax(shares)) if known.size else 0
    fall = float((np.maximum.accumulate(known) - known).max()) if known.size else 0.0
    return {
        **{key: rows[key].iloc[0] for key in ("scenario", "regime", "over")},
        "value": values[enough[0]] if enough.size else np.nan,
        "verdict": FOUND if enough.size else TOO_FEW if (shares >= ENOUGH).any() else NEVER,
        "low": values[0], "high": values[-1], "best": values[best],
        "best_probability": shares[best] if known.size else np.nan,
        "fall": fall, "fails_above": values[above[0]] if above.size else np.nan,
    }  # fmt: skip


def _named(case: Scenario, stem: str) -> Scenario:
    return replace(case, stem=stem)
