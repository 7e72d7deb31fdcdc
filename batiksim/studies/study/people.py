"""Who gains and who loses, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.codes import INCOMES as EARNERS
from batiksim.codes import PUBLIC, TASK_PAY
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import GROUPS
from batiksim.runs.store import COSTS, INCOMES, PLACES
from batiksim.studies import statistics
from batiksim.studies.study import answers
from batiksim.studies.study.data import CASE, find_indicator
from batiksim.studies.study.effects import find_month

if TYPE_CHECKING:
    from batiksim.studies.study import Study

WORKERS = {name.replace("pay_", "workers_"): name.replace("pay_", "batik.workers_") for name in TASK_PAY}
PEOPLE = {**WORKERS, "garment_workers": "garment.workers"}
PURSE = "public_purse"


def winners(study: Study, year: int | None) -> pd.DataFrame:
    """One row a policy and group: regime, scenario, year, group, what, baseline, difference with bands,
    pairs, relative, wins, verdict.

    `what` is "income" (IDR of the year, of all in the group together), "people" (in the last recorded month
    of the year) or "purse" (what government and academia pay for policies, negative). `relative` is the
    median difference over the baseline's median; `wins` counts pairs in which the group has more. Verdict:
    "gains" or "loses" where the 90 % band lies on one side of 0, "unchanged" where all pairs are equal, else
    "unclear".
    """
    months = _year(study, year)
    wide = _quantities(study, months)
    rows = []
    for regime, scenario in study.policies:
        differences = study.pairs(regime, scenario, wide)
        bases = wide.loc[(regime, study.baseline)].median()
        for (group, what), base in bases.items():
            row = {"regime": regime, "scenario": scenario, "year": int(months[-1][:4])}
            gain = _gain(differences[group, what].to_numpy(), float(base))
            rows.append(row | {"group": group, "what": what, "baseline": float(base)} | gain)
    return pd.DataFrame(rows)


def gains(study: Study, place: str, year: int | None) -> pd.DataFrame:
    """One row a policy and group: scenario, group, first, last (years), baseline (IDR a year), expected,
    error, low, high, pairs, verdict.

    The income of all in the group together, in rupiah of each year: the mean difference over the policy's own
    years, over all draws. Verdict as in `answers.effects`.
    """
    rows = []
    for scenario in study.scenarios[1:]:
        own = next(iter(answers.periods(study, scenario)), None)
        if own is None:
            continue
        years = list(dict.fromkeys(month[:4] for month in own.months)) if year is None else [str(year)]
        for group in EARNERS:
            wide = study.numbers.amounts(INCOMES, "group", group, place)
            found = answers.effect_of(study, scenario, wide, years)
            base = wide.xs(study.baseline, level="scenario")[years].to_numpy()
            rows.append(
                {
                    "scenario": scenario, "group": group, "first": years[0], "last": years[-1],
                    "baseline": float(base.mean()), "expected": found.expected, "error": found.error,
                    "low": found.low, "high": found.high, "pairs": found.pairs,
                    "verdict": answers.verdict(found),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _quantities(study: Study, months: list[str]) -> pd.DataFrame:
    """Values by run, a column for each (group, what)."""
    year, numbers = months[-1][:4], study.numbers
    found = {}
    for group in EARNERS:
        found[group, "income"] = numbers.amounts(INCOMES, "group", group)[year]
    for group, indicator in PEOPLE.items():
        found[group, "people"] = numbers.indicator(indicator)[months[-1]]
    public = [numbers.amounts(COSTS, "payer", payer)[year] for payer in PUBLIC]
    found[PURSE, "purse"] = -sum(public[1:], public[0])
    return pd.DataFrame(found)


def _gain(differences: np.ndarray, base: float) -> dict[str, Any]:
    found = statistics.spread(differences)
    row: dict[str, Any] = {"difference": found.pop("median")}
    row |= {f"difference_{name}": value for name, value in found.items()}
    row["pairs"] = differences.size
    row["relative"] = row["difference"] / base if base else np.nan
    row["wins"] = statistics.wins(differences, "up")
    if differences.size and not differences.any():
        return row | {"verdict": "unchanged"}
    verdict = "gains" if found["low_90"] > 0 else "loses" if found["high_90"] < 0 else "unclear"
    return row | {"verdict": verdict}


def _year(study: Study, year: int | None) -> list[str]:
    """The recorded months of a year, by default the last that ends within the run."""
    months = study.months
    whole = [month[:4] for month in months if month.endswith("-12")] or [months[-1][:4]]
    wanted = whole[-1] if year is None else str(year)
    found = [month for month in months if month[:4] == wanted]
    if not found:
        raise UsageError(text("compare.no_month", month=wanted, first=months[0], last=months[-1]))
    return found


def by_place(study: Study, indicator: str, at: str | None) -> pd.DataFrame:
    """One row a case and place: regime, scenario, month, place, seed, value, difference from the baseline.

    From one run of the whole region a case: a picture of where, without a band. Raises UsageError if the
    comparison was made without those runs.
    """
    find_indicator(indicator)
    if not (study.files / PLACES).exists():
        raise UsageError(text("compare.no_places"))
    month = find_month(study, at)
    frame = study.places.loc[study.places["month"] == month, [*CASE, "place", "seed", indicator]]
    frame = frame[~frame["place"].isin(GROUPS)].rename(columns={indicator: "value"})
    base = frame[frame["scenario"] == study.baseline].set_index(["regime", "place"])["value"]
    keys = pd.MultiIndex.from_frame(frame[["regime", "place"]])
    frame["difference"] = frame["value"].to_numpy() - base.reindex(keys).to_numpy()
    frame.loc[frame["scenario"] == study.baseline, "difference"] = np.nan
    frame.insert(2, "month", month)
    return frame.reset_index(drop=True)
