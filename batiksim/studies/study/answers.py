"""What a policy does: expected effect, doubt and luck, over its own years and after its end.

The estimand is the mean difference from the baseline over the policy's own years, and in the years 5 and 10
years after its end. Luck is that of the whole region: what one real course of events would make of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.config.parameters import BETWEEN
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import GROUPS
from batiksim.runs.store import PLACES, SERIES
from batiksim.scenario import Scenario, Target
from batiksim.studies import statistics
from batiksim.studies.statistics import Effect
from batiksim.studies.study.data import find_indicator

if TYPE_CHECKING:
    from batiksim.studies.study import Study

Floats = NDArray[np.float64]

OWN, AFTER_YEARS = "own", (5, 10)
EVERY = "all"
SHOWN, TOO_FEW, NOTHING = "shown", "too few", "nothing"
FULL_PAIRS_ENOUGH = 8


@dataclass(frozen=True)
class Period:
    """Recorded months over which a difference is averaged; `cut` where the run ends before them."""

    name: str
    months: tuple[str, ...]
    cut: bool = False


def periods(study: Study, scenario: str) -> tuple[Period, ...]:
    """The policy's own years, and the years 5 and 10 years after its end as far as the run goes.

    Where the run ends earlier, its last month stands for the rest; a policy without an end has its own years
    only.
    """
    spans = [study.period(regime, name) for regime, name in study.policies if name == scenario]
    return periods_within(spans, study.months)


def periods_within(
    spans: Sequence[tuple[int | None, int | None]], months: Sequence[str]
) -> tuple[Period, ...]:
    """The same from the first and last months of a policy in each world, among the recorded months."""
    starts = [start for start, _ in spans if start is not None]
    if not starts:
        return ()
    start, ends = min(starts), [end for _, end in spans]
    end = None if None in ends else max(end for end in ends if end is not None)
    first, last = month_name(start), months[-1] if end is None else month_name(end)
    own = tuple(month for month in months if first <= month <= last)
    if not own:  # over before the first month that is recorded
        own = next(((month,) for month in months if month >= first), ())
    found = [Period(OWN, own)] if own else []
    if end is None or month_name(end) >= months[-1]:
        return tuple(found)
    for years in AFTER_YEARS:
        wanted = month_name(end + 12 * years)
        there = next((month for month in months if month >= wanted), None)
        if found[-1].months != (there or months[-1],):  # the end of the run is told once
            found.append(Period(f"after_{years}", (there or months[-1],), there is None))
    return tuple(found)


def _asked(study: Study, scenario: str, year: int | None) -> tuple[Period, ...]:
    """The periods of a policy, or one year alone. Raises UsageError for a year that is not recorded."""
    found = periods(study, scenario)
    if year is None or not found:
        return found
    months = tuple(month for month in study.months if month[:4] == str(year))
    if not months:
        ends = {"first": study.months[0], "last": study.months[-1]}
        raise UsageError(text("compare.no_month", month=year, **ends))
    return (Period(str(year), months),)


def effect_of(
    study: Study, scenario: str, wide: pd.DataFrame, columns: Sequence[str], regime: str = EVERY
) -> Effect:
    """The effect of a policy on any table of runs, as the mean of some of its columns."""
    by_world = dict(_by_draw(study, scenario, wide, Period(OWN, tuple(columns))))
    return _over(by_world, regime if regime in by_world else EVERY)


def effects(study: Study, indicator: str, place: str = EVERY, year: int | None = None) -> pd.DataFrame:
    """One row a policy, period and world (or "all"): scenario, period, first, last, cut, regime, place,
    baseline (mean level without the policy), expected, error, low, high, doubt, doubt_most, doubt_low_50 ...,
    better (probability that the policy is better), luck, luck_low, luck_high, luck_pairs, draws, pairs,
    needed, verdict, differ (whether the worlds are told apart).

    Verdict: "shown", "too few" (with `needed` draws, or of one draw pairs, an effect of this size would be
    shown) or "nothing" (no difference at all). A single place of a sample is read from the runs of everybody.
    With `year` there is that one period, named by it.
    """
    better = find_indicator(indicator).better
    wide = _wide(study, indicator, place)
    whole = wide if place not in GROUPS and study.about["scale"] < 1.0 else None
    if whole is None and study.has_places:
        whole = study.numbers.indicator(indicator, place, PLACES)
    rows = []
    for scenario in study.scenarios[1:]:
        for period in _asked(study, scenario, year):
            by_world = dict(_by_draw(study, scenario, wide, period))
            courses = by_world if whole is wide else {}
            if whole is not None and whole is not wide:
                courses = dict(_by_draw(study, scenario, whole, period))
            levels = _levels(study, scenario, wide, period)
            worlds = [statistics.effect(some) for of, some in by_world.items() if of != BETWEEN]
            differ = any(statistics.apart(*two) for two in combinations(worlds, 2))
            for regime in (EVERY, *by_world) if len(by_world) > 1 else by_world:
                found = _over(by_world, regime)
                spread, free, pairs = _luck(courses, regime)
                some = levels[regime] if regime != EVERY else np.concatenate(list(levels.values()))
                level = float(np.nanmean(some))
                rows.append(
                    {
                        "scenario": scenario, "period": period.name, "first": period.months[0],
                        "last": period.months[-1], "cut": period.cut, "regime": regime, "place": place,
                        "baseline": level, **_row(found, spread, free, better), "luck_pairs": pairs,
                        "differ": differ and regime != BETWEEN,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=list(_EFFECT))  # also where no policy is ever in force


_EFFECT = (
    "scenario", "period", "first", "last", "cut", "regime", "place", "baseline", "expected", "error", "low",
    "high", "doubt", "doubt_most", "doubt_low_50", "doubt_high_50", "doubt_low_90", "doubt_high_90", "better",
    "draws", "pairs", "luck", "luck_low", "luck_high", "needed", "verdict", "luck_pairs", "differ",
)  # fmt: skip


def _wide(study: Study, indicator: str, place: str) -> pd.DataFrame:
    """An indicator by run and month, of a single place from runs of everybody."""
    file = SERIES if place in GROUPS or study.about["scale"] >= 1.0 else PLACES
    return study.numbers.indicator(indicator, place, file)


def _by_draw(
    study: Study, scenario: str, wide: pd.DataFrame, period: Period
) -> Iterator[tuple[str, list[Floats]]]:
    """Of each world the paired differences, an array of seeds for each draw."""
    wide = wide[list(period.months)]
    for regime, name in study.policies:
        if name == scenario and (regime, name) in wide.index.droplevel([2, 3]):
            differences = study.pairs(regime, name, wide).mean(axis=1)
            draw = differences.index.get_level_values("draw").to_numpy()
            yield regime, [differences.to_numpy()[draw == one] for one in dict.fromkeys(draw)]


def _levels(study: Study, scenario: str, wide: pd.DataFrame, period: Period) -> dict[str, Floats]:
    """Mean level of each run without the policy, by world."""
    regimes = [regime for regime, name in study.policies if name == scenario]
    months = list(period.months)
    return {of: wide.loc[(of, study.baseline)][months].mean(axis=1).to_numpy() for of in regimes}


def _over(by_world: dict[str, list[Floats]], regime: str) -> Effect:
    """The effect in one world, or in all: over all draws of a sample; of worlds that are one draw each, the
    mean of both, for two worlds that were chosen are no sample of worlds.
    """
    if regime != EVERY:
        return statistics.effect(by_world[regime])
    if all(len(draws) == 1 for draws in by_world.values()):
        return statistics.together([statistics.effect(draws) for draws in by_world.values()])
    return statistics.effect([one for draws in by_world.values() for one in draws])


def _luck(courses: dict[str, list[Floats]], regime: str) -> tuple[float, int, int]:
    some = [one for of, draws in courses.items() if regime in (EVERY, of) for one in draws]
    return *statistics.luck(some), sum(one.size for one in some)


def _row(found: Effect, spread: float, free: int, better: str) -> dict[str, Any]:
    """An effect as a row, P(effect > 0) as that of being better."""
    row = asdict(found)
    for name in ("shrunk", "dof", "noise", "units"):
        del row[name]
    if not better:
        row["better"] = np.nan
    elif better == "down":
        row["better"] = 1.0 - found.better
    low, high = statistics.lucky(found.expected, spread, free)
    return row | {
        "luck": spread, "luck_low": low, "luck_high": high, "needed": found.needed, "verdict": verdict(found),
    }  # fmt: skip


def verdict(found: Effect) -> str:
    """Whether runs show an effect, are too few to, or show that there is none at all."""
    if found.pairs > 0 and found.expected == 0.0 and not found.error > 0.0:
        return NOTHING
    return SHOWN if found.shown else TOO_FEW


def draws(study: Study, scenario: str, indicator: str, period: Period, place: str = EVERY) -> pd.DataFrame:
    """One row a draw: regime, draw, value (its mean difference), shrunk (with noise taken out); what is shown
    of doubt one by one.
    """
    wide = _wide(study, indicator, place)
    by_world = dict(_by_draw(study, scenario, wide, period))
    every = [(regime, one) for regime, some in by_world.items() for one in some]
    known = [(regime, one) for regime, one in every if not np.isnan(one).all()]
    found = statistics.effect([one for _, one in known])
    means = [float(np.nanmean(one)) for _, one in known]
    shrunk = found.shrunk or tuple(means)
    return pd.DataFrame({"regime": [regime for regime, _ in known], "value": means, "shrunk": list(shrunk)})


def chance(
    study: Study, case: str, indicator: str, place: str, months: Sequence[str], goal: float,
    regime: str = EVERY,
) -> Effect:  # fmt: skip
    """What runs say of a level less a goal under a scenario: `better` is the probability to be above it."""
    wide = _wide(study, indicator, place)[list(months)]
    by_world = {}
    for of, name in study.cases:
        if name == case and (of, name) in wide.index.droplevel([2, 3]):
            levels = wide.loc[(of, name)].mean(axis=1) - goal
            by_world[of] = [one.to_numpy() for _, one in levels.groupby(level="draw")]
    return _over(by_world, regime)


def targets(study: Study) -> pd.DataFrame:
    """One row a target of a scenario and world (or "all"): scenario, regime, indicator, place, sense, value,
    by, expected (the level in that year) and its error, probability, that under the baseline, draws, pairs.

    The probability is that over sets of assumptions, with the noise of runs taken out; NaN for a year beyond
    the run.
    """
    rows = []
    for name, file in zip(study.scenarios, study.about["files"], strict=True):
        worlds = [regime for regime, case in study.cases if case == name]
        for target in Scenario.load(study.folder / file).targets:
            for regime in (EVERY, *worlds) if len(worlds) > 1 else worlds:
                found, base = (_reached(study, target, case, regime) for case in (name, study.baseline))
                rows.append(
                    {
                        "scenario": name, "regime": regime, "indicator": target.indicator,
                        "place": target.place, "sense": target.sense, "value": target.value, "by": target.by,
                        **found, "baseline_probability": base["probability"],
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=list(_TARGET))


_TARGET = (
    "scenario", "regime", "indicator", "place", "sense", "value", "by", "expected", "error", "probability",
    "baseline_probability", "draws", "pairs",
)  # fmt: skip


def target_months(study: Study, target: Target) -> tuple[list[str], float]:
    """The recorded months that a target is about, none where its year is not over in the run, and how many
    of them its value is the sum of.
    """
    year = find_indicator(target.indicator).year
    months = [month for month in study.months if month[:4] == str(target.by)]
    if not months or not months[-1].endswith("-12"):
        return [], 1.0
    if year == "december":
        months = months[-1:]
    return months, float(len(months)) if year == "sum" else 1.0


def _reached(study: Study, target: Target, case: str, regime: str) -> dict[str, Any]:
    """Level and probability of one target under a scenario."""
    months, parts = target_months(study, target)
    goal = target.value / parts
    found = chance(study, case, target.indicator, target.place, months, goal, regime) if months else Effect()
    better = found.better if target.at_most is None else 1.0 - found.better
    return {
        "expected": (found.expected + goal) * parts, "error": found.error * parts, "probability": better,
        "draws": found.draws, "pairs": found.pairs,
    }  # fmt: skip
