"""Kinds of interventions of a user's own: one breaks the runs with seed 2, two end their process."""

from __future__ import annotations

import os
from typing import Any

from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention


@intervention(
    "brittle",
    label={"en": "Brittle", "id": "Rapuh"},
    channel="none",
    stakeholder="government",
    payer="government",
    unit_cost=0,
    cost_unit="IDR/year",
    cost_source="made up for the tests",
)
def brittle(model: Any, measure: Intervention, dose: float) -> None:
    """Fail in the second month of force."""
    if model.seed == 2 and model.month > measure.start:
        raise ZeroDivisionError("no looms")


@intervention(
    "deadly",
    label={"en": "Deadly", "id": "Maut"},
    channel="none",
    stakeholder="government",
    payer="government",
    unit_cost=0,
    cost_unit="IDR/year",
    cost_source="made up for the tests",
)
def deadly(model: Any, policy: Intervention, dose: float) -> None:
    """End the process."""
    os._exit(3)


@intervention(
    "fatal",
    label={"en": "Fatal", "id": "Fatal"},
    channel="none",
    stakeholder="government",
    payer="government",
    unit_cost=0,
    cost_unit="IDR/year",
    cost_source="made up for the tests",
)
def fatal(model: Any, policy: Intervention, dose: float) -> None:
    """End the process with seed 2."""
    if model.seed == 2:
        os._exit(3)
