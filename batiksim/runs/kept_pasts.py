"""Pasts on disk: the region as it stood before the month in which a policy begins, so that it is run once.

What follows from a past taken up is, to the byte, what follows from the same months run again: its name holds
everything that the months before depend on, and a snapshot is refused where anything differs all the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import platform
from dataclasses import dataclass
from functools import cache
from typing import Any

from batiksim.config.parameters import load_parameters
from batiksim.model.batik_model import BatikModel
from batiksim.runs import fingerprints
from batiksim.runs.cache import Cache
from batiksim.runs.manifest import version
from batiksim.scenario import Scenario
from batiksim.scenario.budgets import drawn
from batiksim.scenario.differences import ABOUT_STUDIES

# A past that is shorter costs less to run than to look for.
SHORTEST = 24
# Whoever changes the model in memory (a notebook, a test) switches the pasts of the model as it ships off.
VARIABLE, OFF = "BATIKSIM_PASTS", "off"
# What computes: other versions may give other last digits.
_COMPUTES = ("numpy", "numba", "llvmlite", "mesa")


@cache
def usual() -> Cache | None:
    """Where pasts are kept; None where the variable BATIKSIM_PASTS switches them off."""
    return None if os.environ.get(VARIABLE, "").lower() == OFF else Cache()


@dataclass(frozen=True)
class KeptPasts:
    """The pasts of one scenario with one seed, in a cache."""

    cache: Cache
    case: Scenario
    seed: int
    scale: float
    until: str
    yearly: bool

    def load(self, month: int) -> BatikModel | None:
        """The region when the month before `month` has been run; None where that is not kept, or damaged."""
        content = self.cache.load(self._name(month)) if self._worth(month) else None
        if content is None:
            return None
        try:
            model = BatikModel.taken_up(
                pickle.loads(content), seed=self.seed, scale=self.scale, until=self.until
            )
            return model if model.settings == self.case else model.change(self.case)
        except Exception:  # a pickle that other versions of packages wrote can fail in any way
            return None

    def keep(self, model: BatikModel) -> None:
        """Keep a model as it stands, under the name of the month that follows."""
        if self._worth(model.month + 1):
            content = pickle.dumps(model.snapshot(), pickle.HIGHEST_PROTOCOL)
            self.cache.store(self._name(model.month + 1), content)

    def _worth(self, month: int) -> bool:
        return self.cache.usable and month >= SHORTEST and not fingerprints.plugins([self.case])

    def _name(self, month: int) -> str:
        said = [_machine(), self.seed, self.scale, self.until, self.yearly, month, _past(self.case, month)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:40] + ".month"


def _past(case: Scenario, month: int) -> dict[str, Any]:
    """What a scenario says of the months before `month`, in plain words."""
    values = {
        name: [run for run in case.timeline(name).runs() if run[0] < month]
        for name in load_parameters()
        if not name.startswith(ABOUT_STUDIES)
    }
    acting = [policy for policy in case.interventions if policy.start < month]
    budgets = sorted((name, repr(one)) for name, one in drawn(acting, case.budgets))
    return {"values": values, "interventions": [repr(one) for one in acting], "budgets": budgets}


@cache
def _machine() -> list[str]:
    """Code, data and what computes with them on which kind of machine."""
    return [
        *fingerprints.package().values(),
        platform.machine(),
        platform.python_version(),
        *(version(name) or "" for name in _COMPUTES),
    ]
