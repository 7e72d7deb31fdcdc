"""Who gains and who loses, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from batiksim.codes import INCOMES as EARNERS
from batiksim.codes import PUBLIC, TASK_PAY
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.recording.indicators import GROUPS
from batiksim.runs.design import NO_SAMPLE
from batiksim.runs.store import COSTS, INCOMES, PLACES
from batiksim.studies import statistics
from batiksim.studies.study.answers import EVERY, OWN, periods
from batiksim.studies.study.data import CASE, find_indicator
from batiksim.studies.study.effects import find_month

if TYPE_CHECKING:
    from batiksim.studies.study import Study

WORKERS = {name.replace("pay_", "workers_"): name.replace("pay_", "batik.workers_") for name in TASK_PAY}
PEOPLE = {**WORKERS, "garment_workers": "garment.workers"}
PURSE = "public_purse"


def winners(study: Study, year: int | None) -> pd.DataFrame:
    """One row a policy, world and group: regime, scenario, first, last (years), group, what, baseline,
    expected, error, low, high (95 %), draws, pairs, relative, verdict. Of a sample there is a world "all".

    Means over the policy's own years, or of one `year`. `what` is "income" (IDR a year, of all in the group
    together), "people" (at the ends of the years) or "purse" (what government and academia pay for policies a
    year, negative). `relative` is the expected effect over the baseline's mean. Verdict: "gains" or "loses"
    where the interval lies on one side of 0, "unchanged" where all pairs are equal, else "unclear".
    """
    quantities = _quantities(study)
    rows = []
    for scenario in study.scenarios[1:]:
        years = _own_years(study, scenario) if year is None else _year(study, str(year))
        wide = pd.DataFrame({key: table[years].mean(axis=1) for key, table in quantities.items()})
        regimes = [regime for regime, name in study.policies if name == scenario]
        pairs = {regime: study.pairs(regime, scenario, wide) for regime in regimes}
        bases = {regime: wide.loc[(regime, study.baseline)].mean() for regime in regimes}
        together = len(regimes) > 1 and study.sample != NO_SAMPLE
        for regime in (EVERY, *regimes) if together else regimes:
            some = [of for of in regimes if regime in (EVERY, of)]
            for group, what in quantities:
                draws = [
                    one.to_numpy()
                    for of in some
                    for _, one in pairs[of][group, what].groupby(level="draw", sort=False)
                ]
                base = float(np.mean([bases[of][group, what] for of in some]))
                about = {"regime": regime, "scenario": scenario, "first": int(years[0])}
                about |= {"last": int(years[-1]), "group": group, "what": what, "baseline": base}
                rows.append(about | _gain(draws, base))
    return pd.DataFrame(rows)


def _quantities(study: Study) -> dict[tuple[str, str], pd.DataFrame]:
    """Values by run and year of each (group, what), of the years that end within the run."""
    numbers, months = study.numbers, _ends(study)
    found = {(group, "income"): numbers.amounts(INCOMES, "group", group) for group in EARNERS}
    for group, indicator in PEOPLE.items():
        people = numbers.indicator(indicator)[list(months.values())]
        found[group, "people"] = people.set_axis(list(months), axis=1)
    public = [numbers.amounts(COSTS, "payer", payer) for payer in PUBLIC]
    found[PURSE, "purse"] = -sum(public[1:], public[0])
    return found


def _gain(draws: Sequence[np.ndarray], base: float) -> dict[str, Any]:
    found = statistics.effect(draws)
    row = {key: getattr(found, key) for key in ("expected", "error", "low", "high", "draws", "pairs")}
    row["relative"] = found.expected / base if base else np.nan
    if found.pairs and not any(one.any() for one in draws):
        return row | {"verdict": "unchanged"}
    verdict = "gains" if found.low > 0 else "loses" if found.high < 0 else "unclear"
    return row | {"verdict": verdict}


def _ends(study: Study) -> dict[str, str]:
    """Year -> its last recorded month, of whole years; of a run without one, its only year."""
    months = study.months
    whole = {month[:4]: month for month in months if month.endswith("-12")}
    return whole or {months[-1][:4]: months[-1]}


def _own_years(study: Study, scenario: str) -> list[str]:
    """The years in which a policy runs, as far as they are whole and recorded; the last if there are none."""
    known, own = list(_ends(study)), [one for one in periods(study, scenario) if one.name == OWN]
    years = {month[:4] for one in own for month in one.months}
    return [year for year in known if year in years] or known[-1:]


def _year(study: Study, year: str) -> list[str]:
    """One whole recorded year."""
    if year not in _ends(study):
        raise UsageError(text("compare.no_month", month=year, first=study.months[0], last=study.months[-1]))
    return [year]


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
