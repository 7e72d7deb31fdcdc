"""A kind of intervention of a user's own, which breaks the runs with seed 2."""

from __future__ import annotations

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
