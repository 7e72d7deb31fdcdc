"""Every fact under every forecaster: what the runs say, where the fact lies in it, and the scores.

A number with an error is scored by interval score and CRPS. A range, a side or an event is scored by the
share of runs in which it comes true (Brier): a range is no point, and who is sharper than a range can tell
shall win nothing by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from batiksim.calendar import month_index
from batiksim.recording.indicators import load_indicators
from batiksim.runs.folder import read_sample
from batiksim.runs.store import AGES, COHORTS, SERIES
from batiksim.studies.study.data import CASE, PAIR, read_rows
from batiksim.studies.validation import nulls
from batiksim.studies.validation.facts import CHECK, EVENT, FIT, MEASURED, RANGE, SIDE, Fact
from batiksim.studies.validation.readings import Floats, Values, difference, read
from batiksim.studies.validation.scores import BAND, brier, crps, interval_score, quantile

if TYPE_CHECKING:
    from batiksim.studies.study import Study

MODEL, ALL = "model", "all"
SCALE, LATER, TWIN, UNDEFINED, PLACE = "scale", "later", "twin", "undefined", "place"
REASONS = (SCALE, LATER, TWIN, UNDEFINED, PLACE)
# With fewer measured facts than these a mean CRPS says nothing.
ENOUGH = 15
COLUMNS = (
    "target", "indicator", "place", "month", "statistic", "role", "kind", "n", "source", "value", "low",
    "high", "forecaster", "world", "sets", "runs", "median", "low_90", "high_90", "inside", "share", "width",
    "interval_score", "crps", "brier", "unit",
)  # fmt: skip
SCORES = (
    "role", "forecaster", "facts", "inside", "outside", "measured", "width", "interval_score",
    "model_interval_score", "crps", "model_crps", "events", "brier", "model_brier", "single_wins", "wins",
)  # fmt: skip
_EQUAL = 1e-9


@dataclass(frozen=True)
class Readable:
    """The monthly runs of a study: tables of one indicator in one place, by scenario."""

    study: Study
    facts: Sequence[Fact]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows and columns that the facts ask for, by scenario, regime, draw, seed, place and month."""
        places = sorted({place for fact in self.facts for place in fact.places})
        names = sorted({name for fact in self.facts for name in fact.indicators})
        where = [("place", "in", places)]
        found = read_rows(self.study.files / SERIES, [*CASE, *PAIR, "month", "place", *names], where)
        return found.set_index(["scenario", "place"]).sort_index()

    def has(self, scenario: str, place: str) -> bool:
        """Whether a scenario was run there."""
        return (scenario, place) in self.table.index

    def wide(self, scenario: str, place: str, indicator: str) -> pd.DataFrame:
        """A row a run, (regime, draw, seed), a column a month."""
        rows = self.table.loc[(scenario, place)]
        return rows.pivot(index=["regime", *PAIR], columns="month", values=indicator).astype("float64")

    def values(self, scenario: str, fact: Fact) -> Values:
        """The indicator of a fact under a scenario, by place."""

        def values(place: str) -> pd.DataFrame:
            return difference(fact.indicators, lambda name: self.wide(scenario, place, name))

        return values

    @cached_property
    def _ages(self) -> pd.DataFrame | None:
        for name in (COHORTS, AGES):
            if (self.study.files / name).exists():
                where = [("month", "=", nulls.BASE[1]), ("scenario", "=", self.study.baseline)]
                keys = ["regime", *PAIR, "place", "age"]
                rows = read_rows(
                    self.study.files / name, [*CASE, *PAIR, "month", "place", "age", "count"], where
                )
                return rows.groupby(keys)["count"].sum().unstack("age") if len(rows) else None
        return None

    def ages(self, place: str, runs: pd.Index) -> Floats | None:
        """Workers of December 2012 by age band in a place, (runs, bands)."""
        found = self._ages
        if found is None or place not in found.index.get_level_values("place"):
            return None
        return found.xs(place, level="place").reindex(runs).to_numpy("float64")

    @cached_property
    def weights(self) -> Mapping[int, float]:
        """What each draw counts, where its sample says so."""
        drawn = read_sample(self.study.folder, self.study.about)
        if drawn is None:
            return {}
        return {draw.number: weight for draw, weight in zip(drawn.draws, drawn.weights.tolist(), strict=True)}


def left_out(runs: Readable) -> dict[str, str]:
    """Why facts cannot be read from these runs: the name of a fact -> one of `REASONS`."""
    study, found = runs.study, {}
    for fact in runs.facts:
        twin = f"no-{shock(fact)}"
        if fact.least_scale > study.about["scale"] + 1e-12:
            found[fact.name] = SCALE
        elif month_index(fact.month) > month_index(study.about["until"]):
            found[fact.name] = LATER
        elif fact.statistic == "drop_vs_twin" and twin not in study.scenarios:
            found[fact.name] = TWIN
    return found


def shock(fact: Fact) -> str:
    """The shock whose loss a fact is about: how its name begins."""
    return next((name for name in nulls.TWINS if fact.name.startswith(name)), "")


def weighed(runs: pd.Index, weights: Mapping[int, float]) -> Floats:
    """The weights of runs (regime, draw, seed), (runs,): each draw its own, shared by its seeds; sum 1."""
    sets = [(regime, draw) for regime, draw, _ in runs]
    count = pd.Series(sets).value_counts()
    found = np.array([weights.get(one[1], 1.0) / count[one] if weights else 1.0 / count[one] for one in sets])
    total = found.sum()
    return found / total if total > 0.0 else np.full(len(sets), 1.0 / len(sets))


def judged(fact: Fact, said: pd.Series, weights: Mapping[int, float]) -> dict[str, Any] | None:
    """What values of runs (index regime, draw, seed) say of a fact; None if they are all undefined."""
    known = said.dropna()
    if known.empty:
        return None
    sets = known.groupby(level=["regime", "draw"], sort=True)
    if fact.kind == EVENT:
        known = sets.mean()
        known.index = pd.MultiIndex.from_tuples([(*one, 0) for one in known.index])
    weight, values = weighed(known.index, weights), known.to_numpy("float64")
    error = fact.error if fact.kind == MEASURED else 0.0
    low, middle, high = (quantile(values, weight, level, error) for level in (BAND[0], 0.5, BAND[1]))
    share = min(float(weight @ met(fact, values)), 1.0)
    found = {
        "sets": len(sets), "runs": len(said.dropna()), "median": middle, "low_90": low, "high_90": high,
        "share": share, "width": high - low, "crps": math.nan, "brier": math.nan, "unit": unit(fact),
    }  # fmt: skip
    if fact.kind == MEASURED:
        assert fact.value is not None
        inside = low <= fact.value <= high
        found["interval_score"] = interval_score(low, high, fact.value)
        found["crps"] = crps(values, weight, fact.value, error)
    else:
        found["brier"] = brier(share, fact.came_true)
        happened = fact.came_true == 1.0
        found["interval_score"] = interval_score(low, high, fact.low, fact.high) if happened else math.nan
        if fact.kind == RANGE:
            inside = low <= fact.high and high >= fact.low
        else:
            inside = (share if happened else 1.0 - share) >= 0.5
    return found | {"inside": bool(inside)}


def met(fact: Fact, values: Floats) -> Floats:
    """How far each value meets the band of a fact, 0 or 1; of a side its line is left out.

    Where a side is one of a share in a sample of `n`, the chance that such a sample lies on it.
    """
    if fact.kind != SIDE:
        return ((fact.low <= values) & (values <= fact.high)).astype("float64")
    above = math.isinf(fact.high)
    beyond = values - fact.low if above else fact.high - values
    if fact.n is None or fact.statistic != "mean" or not _is_share(fact):
        return (beyond > 0.0).astype("float64")
    error = np.sqrt(np.clip(values * (1.0 - values), 1e-12, None) / fact.n)
    return np.asarray(ndtr(beyond / error))


def _is_share(fact: Fact) -> bool:
    return len(fact.indicators) == 1 and load_indicators()[fact.indicator].unit == "share"


def unit(fact: Fact) -> float:
    """What scores of a measured fact are divided by before a mean is taken: half its band, of a rank 1."""
    half = (fact.high - fact.low) / 2.0
    return half if fact.kind == MEASURED and half > 0.0 else 1.0 if fact.kind == MEASURED else math.nan


def table(runs: Readable) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row a fact, forecaster and world (only the model is split by world), columns `COLUMNS`; and the
    facts that cannot be read, each with the reason.
    """
    missing = left_out(runs)
    rows: list[dict[str, Any]] = []
    readable = Readable(runs.study, [fact for fact in runs.facts if fact.name not in missing])
    for fact in readable.facts:
        if not all(readable.has(runs.study.baseline, place) for place in fact.places):
            missing[fact.name] = PLACE
            continue
        found = list(_of_fact(fact, readable))
        if not found or found[0]["forecaster"] != MODEL:
            missing[fact.name] = UNDEFINED
            continue
        rows += found
    found = pd.DataFrame(rows, columns=list(COLUMNS)).replace([np.inf, -np.inf], np.nan)
    return found.astype({"n": "Int64", "value": "float64"}), missing


def _of_fact(fact: Fact, runs: Readable) -> Iterator[dict[str, Any]]:
    about = {
        "target": fact.name, "indicator": fact.indicator, "place": fact.place, "month": fact.month,
        "statistic": fact.statistic, "role": fact.role, "kind": fact.kind, "n": fact.n, "source": fact.source,
        "value": fact.value, "low": fact.low, "high": fact.high,
    }  # fmt: skip
    for forecaster, said in _forecasts(fact, runs):
        worlds = [ALL]
        if forecaster == MODEL:
            worlds += list(dict.fromkeys(said.index.get_level_values("regime")))
        for world in worlds:
            some = said if world == ALL else said[said.index.get_level_values("regime") == world]
            found = judged(fact, some, runs.weights)
            if found is not None:
                yield {**about, "forecaster": forecaster, "world": world, **found}


def _forecasts(fact: Fact, runs: Readable) -> Iterator[tuple[str, pd.Series]]:
    """The model's values first, then those of every null and ablation that speaks of the fact."""
    study = runs.study
    mine = runs.values(study.baseline, fact)
    index = mine(fact.place).index
    twin = runs.values(f"no-{shock(fact)}", fact) if fact.statistic == "drop_vs_twin" else None
    # A twin that failed leaves its run out of both.
    same = None if twin is None else lambda place: twin(place).reindex(index)
    yield MODEL, pd.Series(read(fact, mine, same), index)
    if twin is not None:  # none of the others knows of a shock, or is run without it
        return
    for null in nulls.KNOWS:
        if fact.month > nulls.KNOWS[null] and (values := _of_null(null, fact, runs, mine)) is not None:
            yield null, pd.Series(read(fact, values), index)
    for name in (*nulls.RULES, *nulls.ABLATIONS):
        if all(runs.has(name, place) for place in fact.places):
            values = runs.values(name, fact)
            yield name, pd.Series(read(fact, values), values(fact.place).index)


def _of_null(null: str, fact: Fact, runs: Readable, mine: Values) -> Values | None:
    """The values that a null gives, by place; None where it says nothing of the fact."""
    found: dict[str, pd.DataFrame] = {}
    for place in fact.places:
        wide = mine(place)
        counts = runs.ages(place, wide.index) if null == nulls.COHORT else None
        said = nulls.said(null, wide, fact.indicator, counts)
        if said is None:
            return None
        found[place] = said
    return found.__getitem__


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """One row a role and forecaster, columns `SCORES`: means over the facts it speaks of, the model's over
    the same facts beside them.

    Widths, interval scores and CRPS are of measured facts, in half bands of the fact. CRPS is there from
    `ENOUGH` measured facts on. A null `wins` where its interval score or its Brier score is smaller than the
    model's; `single_wins` are the facts of which that is true one by one.
    """
    whole = table[table["world"] == ALL]
    rows = []
    for role in (CHECK, FIT):
        own = whole[whole["role"] == role]
        model = own[own["forecaster"] == MODEL].set_index("target")
        for forecaster in dict.fromkeys(own["forecaster"]):
            mine = own[own["forecaster"] == forecaster].set_index("target")
            rows.append({"role": role, "forecaster": forecaster, **_total(mine, model.loc[mine.index])})
    return pd.DataFrame(rows, columns=list(SCORES))


def _total(mine: pd.DataFrame, model: pd.DataFrame) -> dict[str, Any]:
    measured, events = mine[mine["kind"] == MEASURED], mine[mine["kind"] != MEASURED]
    theirs = model.loc[measured.index]

    def mean(rows: pd.DataFrame, column: str) -> float:
        return float((rows[column] / rows["unit"]).mean()) if len(rows) else math.nan

    enough = len(measured) >= ENOUGH
    found: dict[str, Any] = {
        "facts": len(mine), "inside": int(mine["inside"].sum()), "outside": int((~mine["inside"]).sum()),
        "measured": len(measured), "width": mean(measured, "width"),
        "interval_score": mean(measured, "interval_score"),
        "model_interval_score": mean(theirs, "interval_score"),
        "crps": mean(measured, "crps") if enough else math.nan,
        "model_crps": mean(theirs, "crps") if enough else math.nan, "events": len(events),
        "brier": float(events["brier"].mean()) if len(events) else math.nan,
        "model_brier": float(model.loc[events.index, "brier"].mean()) if len(events) else math.nan,
    }  # fmt: skip
    better = _smaller(found["interval_score"], found["model_interval_score"])
    better |= _smaller(found["brier"], found["model_brier"])
    return found | {"single_wins": len(single_wins(mine, model)), "wins": better}


def single_wins(mine: pd.DataFrame, model: pd.DataFrame) -> list[str]:
    """The facts, by name the index of both, of which the score of `mine` is smaller than the model's."""
    return [str(name) for name in mine.index if _smaller(_one(mine, name), _one(model, name))]


def _one(rows: pd.DataFrame, name: Any) -> float:
    """The score that decides on one fact."""
    return float(rows.at[name, "interval_score" if rows.at[name, "kind"] == MEASURED else "brier"])


def _smaller(one: float, other: float) -> bool:
    return bool(one < other - _EQUAL * max(1.0, abs(other)))
