"""The choice between two policies: which is better, as they are and at the same public cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from batiksim.calendar import month_name
from batiksim.codes import PUBLIC
from batiksim.runs.store import COSTS
from batiksim.studies import statistics
from batiksim.studies.study import Study

CHOICE, SAME_COST = "choice", "same_cost"
Weights = Mapping[int, float]  # of draws by number; those not named count 1


def difference(one: pd.Series, other: pd.Series) -> pd.Series:
    """One effect less another, in the runs (draw, seed) that both have."""
    return (one - other).dropna()


def same_cost(
    study: Study, pair: tuple[str, str], effects: Mapping[str, pd.Series], month: str, weights: Weights
) -> tuple[float, pd.Series] | None:
    """The public cost (IDR, expected present value up to the year of `month`) of the cheaper of two policies,
    and the difference of their effects with that of the dearer brought down to it in proportion.

    None where the study keeps no money, or a policy is not shown to cost the public anything.
    """
    if not (study.files / COSTS).exists():
        return None
    costs = {name: public_cost(study, name, month, weights) for name in pair}
    if any(not cost > 0.0 for cost in costs.values()):
        return None
    budget = min(costs.values())
    return budget, difference(*(effects[name] * (budget / costs[name]) for name in pair))


def public_cost(study: Study, scenario: str, month: str, weights: Weights) -> float:
    """What a policy costs the public purse beyond the baseline, from its first year up to that of `month`:
    the expected present value over sets, IDR; NaN where it is not shown to be above 0.
    """
    by_set = []
    for regime, name in study.policies:
        start = study.period(regime, name)[0]
        if name != scenario or start is None:
            continue
        for payer in PUBLIC:
            paid = study.pairs(regime, name, study.numbers.amounts(COSTS, "payer", payer))
            years = [year for year in paid.columns if month_name(start)[:4] <= year <= month[:4]]
            rate = float(study.about["discount_rate"])
            by_set.append(pd.Series(statistics.present_value(paid[years].to_numpy(), rate), paid.index))
    if not by_set:
        return np.nan
    whole = pd.concat(by_set).groupby(level=["draw", "seed"]).sum()
    sets = [(draw, one.to_numpy()) for draw, one in whole.groupby(level="draw")]
    found = statistics.effect([one for _, one in sets], [weights.get(draw, 1.0) for draw, _ in sets])
    return found.expected if found.low > 0.0 else np.nan
