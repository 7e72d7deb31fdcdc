"""Costs: present values by payer, what one more young worker costs, and whether that is worth it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.codes import PAYERS, PUBLIC
from batiksim.runs.store import COSTS
from batiksim.studies import statistics
from batiksim.studies.study.data import YOUNG
from batiksim.studies.study.effects import BEYOND, NONE, OK, recorded_from

if TYPE_CHECKING:
    from batiksim.studies.study import Study

Floats = NDArray[np.float64]

HORIZONS = (5, 10, 20)
FREE, SAVES = "costs nothing", "saves money"
UNCHANGED = "no difference from the baseline"
_STEPS = 50


@dataclass(frozen=True)
class Bill:
    """Costs and gain of one policy up to one month, less those of the baseline, by pair (draw, seed).

    `costs` are present values in IDR by payer, `gain` additional batik workers under 30 in that month.
    """

    month: str
    costs: pd.DataFrame
    gain: pd.Series

    @property
    def total(self) -> Floats:
        """Costs of all payers, (pairs,)."""
        return self.costs.sum(axis=1).to_numpy()


def bill(study: Study, regime: str, scenario: str, years: int, rate: float) -> Bill | None:
    """The bill `years` years after the policy starts; None if it never starts or that is beyond the run.

    Costs of the calendar years from the start to that month count, those of the first year in full, later
    ones discounted by whole years.
    """
    start = study.period(regime, scenario)[0]
    month = None if start is None else recorded_from(study, start + 12 * years - 1)
    if start is None or month is None:
        return None
    first, last = month_name(start)[:4], month[:4]
    costs = {}
    for payer in PAYERS:
        paid = study.pairs(regime, scenario, study.numbers.amounts(COSTS, "payer", payer))
        chosen = paid[[year for year in paid.columns if first <= year <= last]]
        costs[payer] = pd.Series(statistics.present_value(chosen.to_numpy(), rate), paid.index)
    gain = study.pairs(regime, scenario, study.numbers.indicator(YOUNG))[month]
    return Bill(month, pd.DataFrame(costs), gain)


def costs(study: Study, rate: float) -> pd.DataFrame:
    """One row a policy and horizon of 5, 10, 20 years after its start: regime, scenario, years, month, cost
    (median present value, IDR) with cost_low_90 and cost_high_90, cost_public, cost_private, one column a
    payer, gain (workers under 30) with bands, pairs, per_worker (IDR) with per_worker_low_90 and _high_90,
    verdict.

    `per_worker` is given only where the 90 % band of the gain lies above 0 and something was paid. Verdict:
    "ok", "not distinguishable from none", "beyond the run", "costs nothing", "saves money", or "no difference
    from the baseline".
    """
    rows = [
        _row(study, case, years, bill(study, *case, years, rate))
        for case in study.policies
        for years in HORIZONS
    ]
    return pd.DataFrame(rows)


def _row(study: Study, case: tuple[str, str], years: int, found: Bill | None) -> dict[str, Any]:
    row: dict[str, Any] = {"regime": case[0], "scenario": case[1], "years": years}
    if found is None:
        started = study.period(*case)[0] is not None
        return row | _amounts(None) | {"verdict": BEYOND if started else UNCHANGED}
    return row | _amounts(found) | {"verdict": verdict(found)}


def verdict(found: Bill) -> str:
    """What can be said of the price of a young worker."""
    if not statistics.distinguishable(found.gain.to_numpy()):
        return NONE
    total = found.total
    if (total > 0.0).all():
        return OK
    return SAVES if np.median(total) < 0.0 else FREE


def _amounts(found: Bill | None) -> dict[str, Any]:
    """The numbers of one row, NaN where there is no bill."""
    none = np.full(0, np.nan)
    total = statistics.spread(none if found is None else found.total)
    gain = statistics.spread(none if found is None else found.gain.to_numpy())
    price = dict.fromkeys(("median", "low_90", "high_90"), np.nan)
    if found is not None and verdict(found) == OK:
        price = statistics.cost_per_gain(found.total, found.gain.to_numpy())
    row: dict[str, Any] = {"month": None if found is None else found.month}
    row |= {"cost": total["median"], "cost_low_90": total["low_90"], "cost_high_90": total["high_90"]}
    for name, payers in (("public", PUBLIC), ("private", [payer for payer in PAYERS if payer not in PUBLIC])):
        row[f"cost_{name}"] = np.nan if found is None else found.costs[list(payers)].sum(axis=1).median()
    row |= {payer: np.nan if found is None else found.costs[payer].median() for payer in PAYERS}
    row |= {"gain": gain.pop("median"), **{f"gain_{name}": value for name, value in gain.items()}}
    row["pairs"] = 0 if found is None else len(found.gain)
    return row | {
        "per_worker": price["median"],
        "per_worker_low_90": price["low_90"],
        "per_worker_high_90": price["high_90"],
    }


def plane(study: Study, years: int, rate: float) -> pd.DataFrame:
    """One row a policy and pair: regime, scenario, draw, seed, years, cost (present value, IDR), gain.

    The gain is workers under 30; a policy whose horizon lies beyond the run has no rows.
    """
    columns = ["regime", "scenario", "draw", "seed", "years", "cost", "gain"]
    points = []
    for regime, scenario in study.policies:
        found = bill(study, regime, scenario, years, rate)
        if found is not None:
            frame = found.gain.rename("gain").reset_index()
            points.append(
                frame.assign(regime=regime, scenario=scenario, years=years, cost=found.total)[columns]
            )
    return pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=columns)


def acceptability(study: Study, years: int, rate: float) -> pd.DataFrame:
    """One row a policy and worth: regime, scenario, years, worth (IDR a young worker), probability.

    `probability` is the share of pairs in which the gain at that worth exceeds the cost. The worths run from
    0 to three times the dearest median price of a worker among the policies.
    """
    points = plane(study, years, rate)
    groups = points.groupby(["regime", "scenario"], sort=False)
    prices = [cost.median() / gain.median() for _, (cost, gain) in _columns(groups) if gain.median() > 0]
    worth = np.linspace(0.0, 3.0 * max([*prices, 1.0]), _STEPS + 1)
    rows = []
    for (regime, scenario), (cost, gain) in _columns(groups):
        chance = statistics.acceptability(cost.to_numpy(), gain.to_numpy(), worth)
        rows.append(
            pd.DataFrame(
                {
                    "regime": regime,
                    "scenario": scenario,
                    "years": years,
                    "worth": worth,
                    "probability": chance,
                }
            )
        )
    columns = ["regime", "scenario", "years", "worth", "probability"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def _columns(groups: Any) -> list[tuple[tuple[str, str], tuple[pd.Series, pd.Series]]]:
    return [(case, (frame["cost"], frame["gain"])) for case, frame in groups]
