"""What somebody or a firm has for life, drawn when she enters or it opens: in 2011 or later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Group, Sex
from batiksim.rules import craft_skill, lifecycle
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Identities carry the number of their place above this bit.
PLACE_ID = 32


def task_group(state: State, ids: Ints, sex: Ints) -> Ints:
    """Task group a person would work in: mostly hand work for women, stamping and dyeing for men."""
    typical = state.trait("task", ids) < state.now["population.typical_task"]
    return np.where(typical == (sex == Sex.WOMAN), Group.HAND, Group.STAMP).astype(np.int64)


def talent(state: State, ids: Ints) -> Floats:
    """Share of the skill ceiling of her place that a person can attain (E4)."""
    return craft_skill.talent(state.trait("talent", ids), state.now["skill.least_talent"])


def retirement(state: State, ids: Ints, birth: NDArray[np.integer], who: str, age: Floats) -> Ints:
    """Month of retirement, triangular in age and later than the present `age` in years (E7)."""
    low, mode, high = (state.now[f"lifecycle.{who}_retirement_{part}"] for part in ("least", "mode", "most"))
    passed = np.clip(lifecycle.triangular_below(age, low, mode, high), 0.0, 0.999)
    u = passed + state.trait(f"{who}.retires", ids) * (1.0 - passed)
    return birth.astype(np.int64) + np.ceil(lifecycle.triangular(u, low, mode, high) * 12).astype(np.int64)


def settle_traits(state: State, rows: Ints) -> None:
    """Traits that every firm has for life, at the start or when founded."""
    owners = state.owners
    ids = owners.id[rows]
    owners.complier[rows] = state.trait("owner.complier", ids)
    member = state.trait("owner.member", ids) < state.now["start.member_share"]
    owners.member[rows] = member & (state.places.organised[owners.place[rows]] > 0)
    for group in (0, 1):
        owners.offset[rows, group] = state.trait(f"owner.offset.{group}", ids)
    owners.mean_worth[rows] = 1.0
