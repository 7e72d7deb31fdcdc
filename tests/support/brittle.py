"""Kinds of interventions of a user's own: one breaks the runs with seed 2, two end their process."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from batiksim.interventions.registry import intervention
from batiksim.scenario.interventions import Intervention


def kind(name: str, name_id: str) -> Callable[[Any], Any]:
    """A kind that costs nothing."""
    return intervention(
        name,
        label={"en": name.title(), "id": name_id},
        channel="none",
        stakeholder="government",
        payer="government",
        unit_cost=0,
        cost_unit="IDR/year",
        cost_source="made up for the tests",
    )


@kind("brittle", "Rapuh")
def brittle(model: Any, measure: Intervention, dose: float) -> None:
    """Fail in the second month of force."""
    if model.seed == 2 and model.month > measure.start:
        raise ZeroDivisionError("no looms")


@kind("deadly", "Maut")
def deadly(model: Any, policy: Intervention, dose: float) -> None:
    """End the process."""
    os._exit(3)


@kind("fatal", "Fatal")
def fatal(model: Any, policy: Intervention, dose: float) -> None:
    """End the process with seed 2."""
    if model.seed == 2:
        os._exit(3)
