"""`worth`: what it is worth to know more, from the folder of a comparison or a sweep.

    study = bs.compare(["baseline", "training"], sample="doubt/sample.parquet", out="compared")
    found = bs.worth(study, year=2035)
    found.answers[0].facts      # which fact would narrow the answer most: a shopping list for a survey
    found.table                 # the same of all answers, one row an answer and fact

Answers are the level of an indicator, what each policy does to it, and the difference between each two
policies, where studies keep money also at the same public cost. Everything is of sets of assumptions: what is
to be narrowed is the doubt between them, never the luck of runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.errors import UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.recording.indicators import find_indicator
from batiksim.runs.folder import read_sample
from batiksim.studies import enough, extra
from batiksim.studies.enough import LEAST_SETS
from batiksim.studies.sampling.designs import STEPPED
from batiksim.studies.study import Study
from batiksim.studies.study.data import YOUNG
from batiksim.studies.study.effects import find_month
from batiksim.studies.study.sets import EFFECT, LEAST_PAIRS, LEVEL, run_values
from batiksim.studies.validation import UNTIL
from batiksim.studies.validation.facts import MOST_FACTS, read_facts
from batiksim.studies.worth.assumptions import Assumptions, assumptions, places
from batiksim.studies.worth.choices import CHOICE, SAME_COST, difference, same_cost
from batiksim.studies.worth.facts import SURVEYED, Reading, listed, observable, readings
from batiksim.studies.worth.information import information, parts

Floats = NDArray[np.float64]

EVERY = "all"
OF = (LEVEL, EFFECT, CHOICE, SAME_COST)
# A fact that the best of all does as well as by chance more often than this is not told from chance.
CHANCE = 0.05
COLUMNS = (
    "of", "scenario", "other", "world", "indicator", "month", "fact", "role", "fact_indicator", "place",
    "fact_month", "statistic", "asked", "n", "error", "share", "share_error", "held", "chance", "worth",
    "worth_error",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """The sets of an answer: parameter values of each draw, means (sets,) and weights (sets,) of sum 1."""

    draws: Sequence[Mapping[str, Value]]
    means: Floats
    weights: Floats


@dataclass(frozen=True)
class Answer:
    """One answer and what would narrow it: `of` "level", "effect", "choice" (the policy `scenario` less the
    policy `other`) or "same_cost" (the same, both brought down to the public cost `budget`, IDR).

    `expected` over sets with standard `error`; `doubt` is the standard deviation between sets, of whose
    variance `not_luck` is a share. `perfect` is what it would be worth, with an error, to know which of two
    is better, NaN where nothing is chosen. `facts`: a row a fact, those told from chance first and of them
    what narrows most, columns `COLUMNS`.
    """

    of: str
    scenario: str
    other: str
    month: str
    expected: float
    error: float
    doubt: float
    not_luck: float
    sets: int
    effective: float
    facts: pd.DataFrame = field(repr=False)
    perfect: float = np.nan
    perfect_error: float = np.nan
    budget: float = np.nan
    sample: Sample | None = field(default=None, repr=False)

    @cached_property
    def assumptions(self) -> Assumptions | None:
        """What moves the answer, of a level or an effect; None of others, and without the extra `[bench]`."""
        if self.sample is None or not extra.installed("sklearn"):
            return None
        return assumptions(*places(self.sample.draws), self.sample.means, self.sample.weights, self.not_luck)

    @property
    def shown(self) -> pd.DataFrame:
        """The facts that are told from chance."""
        return self.facts[(self.facts["chance"] < CHANCE) & (self.facts["share"] > 0.0)]


@dataclass(frozen=True)
class Worth:
    """What more knowledge is worth: `answers`, and the facts that were `left_out`, by name with the reason.

    `survey` is the month that new facts are about, `n` how many people, firms or owners are asked, `world`
    the one whose sets alone were looked at, or "all".
    """

    study: Study
    indicator: str
    month: str
    survey: str
    n: int
    world: str
    seeds: int
    answers: tuple[Answer, ...]
    left_out: Mapping[str, str]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The facts of all answers, one row an answer and fact."""
        return pd.concat([one.facts for one in self.answers], ignore_index=True)


@dataclass(frozen=True)
class Question:
    """What is asked of a study, checked."""

    study: Study
    indicator: str
    month: str
    survey: str
    world: str
    weights: Mapping[int, float]


def worth(
    study: Study | str | os.PathLike[str],
    indicator: str = YOUNG,
    *,
    year: int | None = None,
    survey: int | None = None,
    n: int = SURVEYED,
    targets: str | os.PathLike[str] | None = None,
    world: str = EVERY,
    of: Sequence[str] = OF,
) -> Worth:
    """What would narrow an indicator at the end of a `year` (default: the last), and each policy's effect.

    Facts are those of `targets`, a file like `batiksim/data/targets.csv` (default: that one), and what a
    `survey` of `n` people, firms or owners could ask about the end of a year (default: the last before any
    policy). `world` looks at its sets alone, `of` says which answers are wanted. Needs 20 sets of assumptions
    with 2 seeds each. Raises UsageError where there are fewer, with the command that makes them, and for
    names and years that are not there.
    """
    found = study if isinstance(study, Study) else Study.load(study)
    asked = _asked(found, indicator, year, survey, world)
    if not 1 <= n <= 10**9:
        raise UsageError(text("worth.n", n=n))
    listing = read_facts(None if targets is None else os.fspath(targets))
    candidates = [*observable(asked.survey, n), *listed(listing)][:MOST_FACTS]
    told, missing = readings(found, candidates, asked.month)
    read = [(one, _by_set(one.values)) for one in told]
    drawn = _draws(asked)
    answers, seeds = [], 0
    for *about, values in _answers(asked, of):
        numbers, y = _sets(values, asked)
        seeds = y.shape[1]
        answers.append(_answer(asked, about, numbers, y, read, drawn))
    return Worth(
        found, indicator, asked.month, asked.survey, n, world, seeds, tuple(answers), FrozenDict(missing)
    )


def _asked(study: Study, indicator: str, year: int | None, survey: int | None, world: str) -> Question:
    """The question, checked. Raises UsageError."""
    find_indicator(indicator)
    month = find_month(study, None if year is None else f"{year}-12")
    if world not in (EVERY, *study.regimes):
        known = (EVERY, *study.regimes)
        raise UsageError(text("worth.world", world=world, known=", ".join(known)) + suggestion(world, known))
    enough.check(study)
    table = read_sample(study.folder, study.about)
    if table is not None and table.about.get("design") in STEPPED:
        raise UsageError(text("worth.design", design=table.about["design"], command=enough.remedy(study)))
    weights: dict[int, float] = {}
    if table is not None:
        weights = {one.number: w for one, w in zip(table.draws, table.weights.tolist(), strict=True)}
    return Question(study, indicator, month, _survey(study, month, survey), world, weights)


def _survey(study: Study, before: str, year: int | None) -> str:
    """The December that a survey asks about: the last before any policy, or else before what is known ends.

    Raises UsageError for one that is not recorded, or not before the answer.
    """
    decembers = [month for month in study.months if month.endswith("-12") and month < before]
    if year is not None:
        if f"{year}-12" not in decembers:
            ends = (decembers[0][:4], decembers[-1][:4]) if decembers else ("-", "-")
            raise UsageError(text("worth.survey", year=year, first=ends[0], last=ends[1]))
        return f"{year}-12"
    if not decembers:
        raise UsageError(text("worth.no_years", month=before))
    starts = [start for case in study.policies if (start := study.period(*case)[0]) is not None]
    earlier = [month for month in decembers if starts and month < month_name(min(starts))]
    known = [month for month in decembers if month <= UNTIL]
    return (earlier or known or decembers[:1])[-1]


def _answers(asked: Question, wanted: Sequence[str]) -> Iterator[tuple[str, str, str, float, pd.Series]]:
    """(of, scenario, other, budget) of each answer that is wanted, with its values by run."""
    study, about = asked.study, (asked.indicator, asked.month)
    if LEVEL in wanted:
        yield LEVEL, study.baseline, "", np.nan, run_values(study, *about, study.baseline, LEVEL)
    policies = list(dict.fromkeys(name for _, name in study.policies))
    effects = {name: run_values(study, *about, name, EFFECT) for name in policies}
    for name in policies if EFFECT in wanted else ():
        yield EFFECT, name, "", np.nan, effects[name]
    for pair in combinations(policies, 2) if find_indicator(asked.indicator).better else ():
        if CHOICE in wanted:
            yield CHOICE, *pair, np.nan, difference(*(effects[name] for name in pair))
        if SAME_COST in wanted and (priced := same_cost(study, pair, effects, asked.month, asked.weights)):
            yield SAME_COST, *pair, *priced


def _by_set(values: pd.Series) -> tuple[NDArray[np.int64], Floats]:
    """Values by run (draw, seed) as those of sets: numbers of the draws (sets,) in order and values (sets,
    seeds), of the draws that have as many seeds as any.
    """
    ordered = values.sort_index()
    numbers, counts = np.unique(ordered.index.get_level_values("draw").to_numpy("int64"), return_counts=True)
    seeds = int(counts.max(initial=0))
    whole = np.repeat(counts == seeds, counts)
    return numbers[counts == seeds], ordered.to_numpy("float64")[whole].reshape(-1, max(seeds, 1))


def _sets(values: pd.Series, asked: Question) -> tuple[NDArray[np.int64], Floats]:
    """The sets of an answer, of the world that is asked about, that count. Raises UsageError for too few."""
    numbers, y = _by_set(values)
    some = np.array([asked.weights.get(number, 1.0) > 0.0 for number in numbers.tolist()], dtype=bool)
    if asked.world != EVERY:
        some &= np.isin(numbers, list(_of_world(asked)))
    numbers, y = numbers[some], y[some]
    weights = _weights(asked, numbers)
    effective = 1.0 / float(weights @ weights) if numbers.size else 0.0
    if y.shape[1] < LEAST_PAIRS or effective < LEAST_SETS - 1e-9:
        raise enough.too_few(asked.study, int(effective + 1e-9), y.shape[1])
    return numbers, y


def _of_world(asked: Question) -> set[int]:
    runs = asked.study.runs
    return set(runs.loc[runs["regime"] == asked.world, "draw"].tolist())


def _weights(asked: Question, numbers: NDArray[np.int64]) -> Floats:
    found = np.array([asked.weights.get(number, 1.0) for number in numbers.tolist()])
    return np.asarray(found / found.sum()) if found.size else found


def _draws(asked: Question) -> dict[int, Mapping[str, Value]]:
    """The parameter values of each draw, by its number."""
    table = read_sample(asked.study.folder, asked.study.about)
    if table is not None:
        return {draw.number: dict(draw.values) for draw in table.draws}
    return {said["number"]: said["values"] for said in asked.study.about["draws"]}


def _answer(
    asked: Question,
    about: Sequence[Any],
    numbers: NDArray[np.int64],
    y: Floats,
    read: Sequence[tuple[Reading, tuple[NDArray[np.int64], Floats]]],
    drawn: Mapping[int, Mapping[str, Value]],
) -> Answer:
    of, scenario, other, budget = about
    weights, scale = _weights(asked, numbers), float(asked.study.about["scale"])
    better = find_indicator(asked.indicator).better
    sign = -1.0 if better == "down" else 1.0
    some = [(one, x) for one, of_runs in read if (x := _values(of_runs, numbers, y.shape[1])) is not None]
    measured = [one.measured(x, weights, scale) for one, x in some]
    told = information(sign * y, measured, weights)
    chosen = of != LEVEL and bool(better)
    rows = [
        {
            "of": of, "scenario": scenario, "other": other, "world": asked.world,
            "indicator": asked.indicator, "month": asked.month, "fact": one.candidate.fact.name,
            "role": one.candidate.role, "fact_indicator": one.candidate.fact.indicator,
            "place": one.candidate.fact.place, "fact_month": one.candidate.fact.month,
            "statistic": one.candidate.fact.statistic, "asked": one.candidate.asked, "n": one.candidate.n,
            "error": np.sqrt(fact.error2), "share": told.share[k], "share_error": told.error[k],
            "held": told.held[k], "chance": told.chance[k],
            "worth": told.worth[k] if chosen else np.nan,
            "worth_error": told.worth_error[k] if chosen else np.nan,
        }
        for k, ((one, _), fact) in enumerate(zip(some, measured, strict=True))
    ]  # fmt: skip
    facts = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64"})
    numeric = facts.select_dtypes("float64").columns
    facts = facts.assign(**{name: [float(f"{value:.6g}") for value in facts[name]] for name in numeric})
    facts = facts.assign(told=facts["chance"] < CHANCE)
    facts = facts.sort_values(["told", "share", "fact"], ascending=[False, False, True], ignore_index=True)
    facts = facts.drop(columns="told")
    of_y = parts(y, weights)
    means = y.mean(axis=1)
    sample = None
    if of in (LEVEL, EFFECT):
        sample = Sample([drawn[number] for number in numbers.tolist()], means, weights)
    away = float(weights**2 @ (means - of_y.mean) ** 2) / (1.0 - float(weights @ weights))
    return Answer(
        of, scenario, other, asked.month, of_y.mean, float(np.sqrt(away)), float(np.sqrt(of_y.doubt2)),
        of_y.shrinkage, len(numbers), 1.0 / float(weights @ weights), facts,
        told.perfect if chosen else np.nan, told.perfect_error if chosen else np.nan, budget, sample,
    )  # fmt: skip


def _values(x: tuple[NDArray[np.int64], Floats], numbers: NDArray[np.int64], seeds: int) -> Floats | None:
    """The values of a fact in those sets (sets, seeds); None where a set of them has not all of its runs."""
    known, values = x
    if values.shape[1] != seeds or not np.isin(numbers, known).all():
        return None
    return np.asarray(values[np.searchsorted(known, numbers)])
