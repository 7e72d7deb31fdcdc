"""What policy can move: the arrays that interventions change, reset from the parameters each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, COMPONENTS, STAKEHOLDERS

Floats = NDArray[np.float64]


@dataclass
class Levers:
    """Changes of this month, all zero without policy; additions unless the name says factor.

    Shapes: (places,); (places, audiences, stakeholders) for programme intensity; (places, audiences,
    components) for the share of an audience that a programme teaches directly; `withheld` (places, audiences,
    stakeholders, components) is the part of the intensity that does not reach a component. `*_factor` fields
    hold the change of the factor, so 0 leaves it at 1; `bought` is in staff-months.
    """

    places: int
    intensity: Floats = field(init=False)
    teaching: Floats = field(init=False)
    surplus_cut: Floats = field(init=False)
    brokered: Floats = field(init=False)
    two_tier: Floats = field(init=False)
    bargaining_share: Floats = field(init=False)
    compliance: Floats = field(init=False)
    exposure: Floats = field(init=False)
    skill_speed: Floats = field(init=False)
    demand_factor: Floats = field(init=False)
    bought: Floats = field(init=False)
    price_factor: Floats = field(init=False)
    materials_factor: Floats = field(init=False)
    credit: Floats = field(init=False)
    flood_protection: Floats = field(init=False)
    online: Floats = field(init=False)
    committee_chance: Floats = field(init=False)
    committee_leave: Floats = field(init=False)
    withheld: Floats = field(init=False)

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            setattr(self, name, np.zeros((self.places, *shape)))

    def reset(self) -> None:
        """Set every lever back to no change."""
        for name in _SHAPES:
            getattr(self, name).fill(0.0)

    def add_teaching(self, audience: str, component: str, reach: Floats) -> None:
        """Let programmes teach a further share `reach` (places,) of an audience; two programmes overlap by
        chance.
        """
        taught = self.teaching[:, AUDIENCES.index(audience), COMPONENTS.index(component)]
        taught += (1.0 - taught) * reach


# What each lever has of a place.
_SHAPES: Mapping[str, tuple[int, ...]] = {
    **{item.name: () for item in fields(Levers) if item.name != "places"},
    "intensity": (len(AUDIENCES), len(STAKEHOLDERS)),
    "withheld": (len(AUDIENCES), len(STAKEHOLDERS), len(COMPONENTS)),
    "teaching": (len(AUDIENCES), len(COMPONENTS)),
}
