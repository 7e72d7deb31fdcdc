"""Costs: present values by payer, what one more young worker costs, and whether that is worth it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.codes import PAYERS, PUBLIC
from batiksim.runs.design import NO_SAMPLE
from batiksim.runs.store import COSTS
from batiksim.studies import statistics
from batiksim.studies.statistics import Effect
from batiksim.studies.study.answers import EVERY
from batiksim.studies.study.data import PAIR, YOUNG
from batiksim.studies.study.effects import BEYOND, NONE, OK, recorded_from

if TYPE_CHECKING:
    from batiksim.studies.study import Study

Floats = NDArray[np.float64]

HORIZONS = (5, 10, 20)
FREE, SAVES = "costs nothing", "saves money"
UNCHANGED = "no difference from the baseline"
_STEPS = 50
_NO_GAIN = pd.Series([], pd.MultiIndex.from_arrays([[], []], names=PAIR), dtype=float)


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

    def effect(self, values: Any) -> Effect:
        """What is expected of values by pair, over draws."""
        groups = pd.Series(values, self.gain.index).groupby(level=self.gain.index.names[:-1], sort=False)
        return statistics.effect([one.to_numpy() for _, one in groups])

    @property
    def price(self) -> tuple[float, float, float]:
        """What one more young worker costs, IDR, with Fieller's limits (90 %): from one cost and gain a draw,
        or of one draw a pair.
        """
        both = pd.DataFrame({"cost": self.total, "gain": self.gain})
        means = both.groupby(level=both.index.names[:-1], sort=False).mean()
        some = means if len(means) > 1 else both
        return statistics.ratio(some["cost"].to_numpy(), some["gain"].to_numpy())


def _together(bills: Mapping[str, Bill | None]) -> Bill | None:
    """The bill of all draws of a sample, whichever world they are of."""
    some = {regime: one for regime, one in bills.items() if one is not None}
    if not some:
        return None
    costs = pd.concat({regime: one.costs for regime, one in some.items()}, names=["regime"])
    gain = pd.concat({regime: one.gain for regime, one in some.items()}, names=["regime"])
    return Bill(next(iter(some.values())).month, costs, gain)


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
    """One row a policy, horizon of 5, 10, 20 years after its start and world, of a sample also "all": regime,
    scenario, years, month, cost (expected present value, IDR) and cost_error, cost_public, cost_private, one
    column a payer, gain (workers under 30) with gain_error, gain_low, gain_high (95 %), draws, pairs,
    per_worker (IDR) with per_worker_low_90 and _high_90, verdict.

    `per_worker` is expected cost over expected gain with Fieller's limits, given only where the gain is shown
    and the limits end. Verdict: "ok", "not distinguishable from none", "beyond the run", "costs nothing",
    "saves money", or "no difference from the baseline".
    """
    rows = []
    for scenario in study.scenarios[1:]:
        regimes = [regime for regime, name in study.policies if name == scenario]
        of = {years: _bills(study, scenario, regimes, years, rate) for years in HORIZONS}
        for regime in of[HORIZONS[0]]:
            rows += [_row(study, (regime, scenario), years, bills[regime]) for years, bills in of.items()]
    return pd.DataFrame(rows)


def _bills(
    study: Study, scenario: str, regimes: Sequence[str], years: int, rate: float
) -> dict[str, Bill | None]:
    """The bill in each world, and first that of all draws of a sample."""
    found = {regime: bill(study, regime, scenario, years, rate) for regime in regimes}
    together = len(found) > 1 and study.sample != NO_SAMPLE
    return {EVERY: _together(found), **found} if together else found


def _row(study: Study, case: tuple[str, str], years: int, found: Bill | None) -> dict[str, Any]:
    row: dict[str, Any] = {"regime": case[0], "scenario": case[1], "years": years}
    if found is not None:
        return row | _amounts(found)
    of = [one for one in study.policies if one[1] == case[1] and case[0] in (EVERY, one[0])]
    started = any(study.period(*one)[0] is not None for one in of)
    nothing = Bill("", pd.DataFrame(columns=list(PAYERS), dtype=float), _NO_GAIN)
    return row | _amounts(nothing) | {"month": None, "verdict": BEYOND if started else UNCHANGED}


def _amounts(found: Bill) -> dict[str, Any]:
    """The numbers of one row and what can be said of the price of a young worker."""
    cost, gain = found.effect(found.total), found.effect(found.gain.to_numpy())
    private = [payer for payer in PAYERS if payer not in PUBLIC]
    price, low, high = found.price
    if not (gain.low > 0.0 and np.isfinite(high)):
        verdict = NONE
    else:
        verdict = OK if cost.expected > 0.0 else SAVES if cost.expected < 0.0 else FREE
    if verdict != OK:
        price = low = high = np.nan
    return {
        "month": found.month, "cost": cost.expected, "cost_error": cost.error,
        "cost_public": found.effect(found.costs[list(PUBLIC)].sum(axis=1).to_numpy()).expected,
        "cost_private": found.effect(found.costs[private].sum(axis=1).to_numpy()).expected,
        **{payer: found.effect(found.costs[payer].to_numpy()).expected for payer in PAYERS},
        "gain": gain.expected, "gain_error": gain.error, "gain_low": gain.low, "gain_high": gain.high,
        "draws": gain.draws, "pairs": gain.pairs, "per_worker": price, "per_worker_low_90": low,
        "per_worker_high_90": high, "verdict": verdict,
    }  # fmt: skip


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
