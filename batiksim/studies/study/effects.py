"""Effects: bands, paired differences, which side binds, what remains, regret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.calendar import month_index, month_name
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.studies import statistics
from batiksim.studies.statistics import Effect
from batiksim.studies.study.data import check_group, find_indicator

if TYPE_CHECKING:
    from batiksim.studies.study import Study

BEYOND = "beyond the run"
NONE = "not distinguishable from none"
ENDLESS = "does not end"
OK = "ok"
AFTER_YEARS = (0, 5, 10)
# A side binds where it does in this share of runs.
_CLEARLY = 0.9


def table(study: Study, indicator: str, at: str | None, place: str) -> pd.DataFrame:
    """One row a case: regime, scenario, month, place, runs, median, low_50, high_50, low_90, high_90, then of
    the paired differences difference (the median), difference_low_50 ..., pairs, wins and probability.

    `wins` counts the pairs in which the scenario is better, `probability` is their share; both are missing
    where the indicator has no better direction, and differences for the baseline.
    """
    check_group(place, study.about["scale"])
    month = find_month(study, at)
    return _bands(study, indicator, place, study.numbers.indicator(indicator, place)[[month]])


def fan(study: Study, indicator: str, place: str) -> pd.DataFrame:
    """The rows of `table` for every recorded month."""
    check_group(place, study.about["scale"])
    return _bands(study, indicator, place, study.numbers.indicator(indicator, place))


def _bands(study: Study, indicator: str, place: str, wide: pd.DataFrame) -> pd.DataFrame:
    """The rows of `table` for the months of a table of runs."""
    better = find_indicator(indicator).better
    frames = []
    for case in study.cases:
        policy = case in study.policies
        differences = study.pairs(*case, wide) if policy else wide.iloc[:0]
        values = wide.loc[case].to_numpy()
        frame = pd.DataFrame({"regime": case[0], "scenario": case[1], "month": wide.columns, "place": place})
        frame["runs"] = (~np.isnan(values)).sum(axis=0)
        found = statistics.spreads(values) | _paired(differences.to_numpy(), better, policy)
        frames.append(pd.concat([frame, pd.DataFrame(found)], axis=1))
    return pd.concat(frames, ignore_index=True)


def _paired(differences: np.ndarray, better: str, policy: bool) -> dict[str, Any]:
    """What is said of the differences over pairs, (pairs, months)."""
    found = statistics.spreads(differences)
    row: dict[str, Any] = {"difference": found.pop("median")}
    row |= {f"difference_{name}": value for name, value in found.items()}
    pairs = (~np.isnan(differences)).sum(axis=0)
    count = np.full(pairs.shape, np.nan)
    if better and policy:
        won = differences > 0 if better == "up" else differences < 0
        count = np.where(pairs > 0, won.sum(axis=0), np.nan)
    return row | {"pairs": pairs, "wins": count, "probability": count / np.where(pairs > 0, pairs, 1)}


def find_month(study: Study, at: str | None) -> str:
    """A recorded month, the last by default; raises UsageError for one that is not recorded."""
    months = study.months
    if at is None:
        return months[-1]
    if at not in months:
        month_index(at)
        raise UsageError(text("compare.no_month", month=at, first=months[0], last=months[-1]))
    return at


def recorded_from(study: Study, month: int) -> str | None:
    """The first recorded month that is not before a month index; None beyond the run."""
    wanted = month_name(month)
    return next((name for name in study.months if name >= wanted), None)


def binding(study: Study) -> pd.DataFrame:
    """One row a case: regime, scenario, since, unfilled, idle (medians over runs), supply (share of runs in
    which more posts are unfilled than days idle), side, runs.

    Means over the recorded months from the first start of a policy on, or all months if none starts. Side is
    "supply" (too few willing people), "demand" (too few orders), or "mixed" where fewer than nine runs in ten
    agree.
    """
    starts = [start for case in study.policies if (start := study.period(*case)[0]) is not None]
    since = recorded_from(study, min(starts, default=0)) or study.months[-1]
    months = [month for month in study.months if month >= since]
    wide = {name: study.numbers.indicator(f"market.{name}_share")[months] for name in ("unfilled", "idle")}
    rows = []
    for regime, scenario in study.cases:
        unfilled, idle = (table.loc[(regime, scenario)].mean(axis=1) for table in wide.values())
        supply = float((unfilled > idle).mean())
        side = "supply" if supply >= _CLEARLY else "demand" if supply <= 1.0 - _CLEARLY else "mixed"
        rows.append(
            {
                "regime": regime, "scenario": scenario, "since": since, "unfilled": unfilled.median(),
                "idle": idle.median(), "supply": supply, "side": side, "runs": len(unfilled),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def remains(study: Study, indicator: str) -> pd.DataFrame:
    """One row a policy, world and 0, 5, 10 years after its end: regime, scenario, years, month, expected,
    error, low, high (95 %), draws, pairs, left, left_low_90, left_high_90, verdict.

    `left` is the expected effect over that at the end, with Fieller's limits over pairs (of a sample, draws).
    Verdict: "ok", "not distinguishable from none" where the effect at the end is not shown, "beyond the run",
    or "does not end".
    """
    wide = study.numbers.indicator(indicator)
    rows = []
    for regime, scenario in study.policies:
        end = study.period(regime, scenario)[1]
        differences = study.pairs(regime, scenario, wide)
        months = [None if end is None else recorded_from(study, end + 12 * years) for years in AFTER_YEARS]
        at_end = None if months[0] is None else differences[months[0]]
        lasting = at_end is not None and _effect(at_end).shown
        for years, month in zip(AFTER_YEARS, months, strict=True):
            found = Effect() if month is None else _effect(differences[month])
            row: dict[str, Any] = {"regime": regime, "scenario": scenario, "years": years, "month": month}
            row |= {key: getattr(found, key) for key in _EFFECT}
            left = (np.nan,) * 3
            if month is not None and at_end is not None and lasting:
                left = _share(differences[month], at_end)
            row |= dict(zip(("left", "left_low_90", "left_high_90"), left, strict=True))
            row["verdict"] = ENDLESS if end is None else BEYOND if month is None else OK if lasting else NONE
            rows.append(row)
    return pd.DataFrame(rows)


_EFFECT = ("expected", "error", "low", "high", "draws", "pairs")


def _effect(pairs: pd.Series) -> Effect:
    """What is expected of differences by pair (draw, seed)."""
    return statistics.effect([one.to_numpy() for _, one in pairs.groupby(level="draw", sort=False)])


def _share(later: pd.Series, at_end: pd.Series) -> tuple[float, float, float]:
    """A difference over that at the end, which is shown, with limits from draws, or pairs of one draw."""
    both = pd.DataFrame({"later": later, "end": at_end}) * np.sign(at_end.mean())
    means = both.groupby(level="draw", sort=False).mean()
    some = means if len(means) > 1 else both
    return statistics.ratio(some["later"].to_numpy(), some["end"].to_numpy())


def regret(study: Study, indicator: str, at: str | None) -> pd.DataFrame:
    """One row a case, and one a scenario over all regimes (regime "all"): median, high_90 and largest regret,
    best_in (runs in which nothing is better), runs.

    Only seeds for which every scenario of the regime succeeded count. Raises UsageError for an indicator
    without a better direction.
    """
    better = find_indicator(indicator).better
    if not better:
        raise UsageError(text("compare.no_direction", name=indicator))
    wide = study.numbers.indicator(indicator)[find_month(study, at)]
    found: dict[tuple[str, str], np.ndarray] = {}
    for regime in dict.fromkeys(of for of, _ in study.cases):
        names = [name for of, name in study.cases if of == regime]
        together = pd.concat({name: wide.loc[(regime, name)] for name in names}, axis=1).dropna()
        losses = statistics.regrets(together.to_numpy(), better)
        found |= {(regime, name): losses[:, k] for k, name in enumerate(names)}
    for name in study.scenarios:
        own = [loss for (_, of), loss in found.items() if of == name]
        found["all", name] = np.concatenate([np.zeros(0), *own])
    return pd.DataFrame([_regret_row(case, losses) for case, losses in found.items()])


def _regret_row(case: tuple[str, str], losses: np.ndarray) -> dict[str, Any]:
    found = statistics.spread(losses)
    return {
        "regime": case[0], "scenario": case[1], "median": found["median"], "high_90": found["high_90"],
        "largest": losses.max(initial=0.0) if losses.size else np.nan,
        "best_in": int((losses == 0.0).sum()), "runs": losses.size,
    }  # fmt: skip
