"""Ages and tenures of 2011 as a set of parameters implies them, without a run: a first sieve of draws (E9).

The recursion gives means that a region of any size only scatters about, and which the run of 2011 moves a
little. Means must lie within the bands by a margin, so that few draws are run in vain; the runs decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import cast

import numpy as np

from batiksim.codes import ENTRY_MONTHS
from batiksim.config.dated_values import Value
from batiksim.model.start.careers import past_flows
from batiksim.rules import cohort
from batiksim.scenario import Scenario
from batiksim.state.state import State
from tools.calibration import fit_rows

# Share of jobs in firms of twenty and more: that of the region of January 2011, whatever the parameters.
LARGE = 0.54
MARGIN = {"age": 0.5, "tenure": 0.15}  # years


class _January:
    """Values of January 2011, of a draw or as they ship: making a scenario of each draw would take long."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> float:
        if name in self._values:
            return float(self._values[name])
        return _shipped(name)


@cache
def _shipped(name: str) -> float:
    return float(Scenario.default().series(name, 1)[0])


def means(values: Mapping[str, Value]) -> dict[str, float]:
    """Mean age and tenure in years, by target: `age_hand_small` and the like."""
    state = cast(State, SimpleNamespace(now=_January(values)))
    flows = past_flows(state, LARGE)
    work = cohort.at_rest(flows)
    months = ENTRY_MONTHS + 0.5 + np.arange(work.employed.shape[1])
    keep, found = flows.staying(), {}
    for size, name in enumerate(("small", "large")):
        staff = work.employed[size]
        stay = keep * (1.0 - flows.separation[size])
        held = np.zeros(staff.size)
        for month in range(1, staff.size):
            held[month] = (held[month - 1] + staff[month - 1]) * stay[month - 1]
        found[f"age_hand_{name}"] = float(staff @ months / staff.sum() / 12.0)
        found[f"tenure_hand_{name}"] = float(held.sum() / staff.sum() / 12.0)
    return found


def missed(values: Mapping[str, Value]) -> list[str]:
    """The targets within whose bands, by the margin, the means at rest do not lie."""
    fit, wrong = fit_rows(), []
    for name, value in means(values).items():
        margin, (low, high) = MARGIN[name.split("_")[0]], fit[name].band
        if not low + margin <= value <= high - margin:
            wrong.append(name)
    return wrong
