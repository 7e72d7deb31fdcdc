"""Step 0: this month's parameters, measures and what programmes teach whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, COMPONENTS, STAKEHOLDERS
from batiksim.interventions.ablation import closed
from batiksim.interventions.registry import act
from batiksim.kernels.observed_learning import known_people
from batiksim.model.steps import enrolment
from batiksim.rules import social_learning
from batiksim.scenario.budgets import drawing
from batiksim.scenario.interventions import Intervention
from batiksim.state.state import State

Floats = NDArray[np.float64]

_OWN = "pesindon"
REACH = (
    "reach.casual",
    *(f"reach.{kind}_{group}" for kind in ("organised", "elsewhere", _OWN) for group in STAKEHOLDERS),
)


def base_intensity(state: State) -> Floats:
    """How strongly each stakeholder group works in each place without policy, (places, stakeholders) (E1).

    Organised places in full, half-organised ones in half, Pesindon by its programme facts, elsewhere a trace.
    """
    now, organised = state.now, state.places.organised[:, None]
    full, trace, own = (
        np.array([now[f"reach.{kind}_{group}"] for group in STAKEHOLDERS])
        for kind in ("organised", "elsewhere", _OWN)
    )
    strength = np.where(organised > 0, np.maximum(organised * full, trace), trace)
    strength[[place == _OWN for place in state.places.id]] = own
    return strength


def teach(state: State) -> None:
    """Set `taught` (places, audiences, components) and `taught_alone`, without craft, associations (E1).

    As long as nothing that they are made of changes, they stay as they are.
    """
    now, levers = state.now, state.levers
    off = [number for number, name in enumerate(COMPONENTS) if not state.on(f"learning.{name}")]
    of = (state.committee_strength, levers.intensity, levers.withheld, levers.teaching)
    taught_by = (*(some.tobytes() for some in of), [now[name] for name in REACH], off)
    if taught_by != state.taught_by:
        state.taught_by = taught_by
        _teach(state)
    if off:
        forget(state, off)


def _teach(state: State) -> None:
    now, levers = state.now, state.levers
    passed_on = state.committee_strength[:, None]
    organised = base_intensity(state) * passed_on
    trace = np.array([now[f"reach.elsewhere_{group}"] for group in STAKEHOLDERS])
    intensity = np.repeat(organised[:, None, :], len(AUDIENCES), axis=1)
    intensity[:, AUDIENCES.index("casual")] *= now["reach.casual"]
    intensity[:, AUDIENCES.index("owners")] = np.minimum(organised, trace)
    programme = 1.0 - np.clip(levers.teaching, 0.0, 1.0)
    state.taught = 1.0 - (1.0 - _reach(state, intensity, slice(None))) * programme
    own = [STAKEHOLDERS.index(group) for group in ("craft", "associations")]
    members = [AUDIENCES.index("members")]
    state.taught_alone = _reach(state, intensity, members, silent=own)[:, 0]


def forget(state: State, off: list[int]) -> None:
    """Neither teach nor pass on the components that are switched off, so that their one channel is closed."""
    state.taught[:, :, off] = 0.0
    people, owners = state.people, state.owners
    for known in (people.learning, owners.learning, state.place_mean, state.owner_mean):
        known[:, off] = 0.0
    state.make_known(known_people(state.heard))
    if COMPONENTS.index("bargaining") in off:
        state.bargaining[:] = 0.0


def _reach(state: State, base: Floats, audiences: slice | list[int], silent: Sequence[int] = ()) -> Floats:
    """What groups leave with some audiences, (places, audiences, components), of their work without policy
    `base` and the levers; `silent` groups leave nothing (E1).
    """
    base, more = base[:, audiences], state.levers.intensity[:, audiences]
    withheld = state.levers.withheld[:, audiences]

    def left(added: Floats) -> Floats:
        intensity = base + added
        if silent:
            intensity[:, :, silent] = 0.0
        return social_learning.reach(state.content, intensity)

    found = left(more)
    if not withheld.any():
        return found
    for number in np.flatnonzero(withheld.any(axis=(0, 1, 2))):
        found[..., number] = left(more - withheld[..., number])[..., number]
    return found


def allot(state: State) -> None:
    """Give every shared budget its part of this month, if one of its measures acts: a year has as many parts
    as there are months in which one of those does that have begun and not ended.
    """
    for name, budget in state.settings.budgets.items():
        drawers = [one for one in drawing(state.interventions, name) if one.start <= state.month <= one.end]
        if any(one.acts(state.month) for one in drawers):
            months = {month for one in drawers for month in one.every or range(1, 13)}
            year = budget.amount * state.scale
            state.decisions.allot(name, state.month, year / len(months), year)


def in_turn(state: State) -> list[tuple[int, Intervention]]:
    """The measures with their numbers; those that share a budget in the order in which it serves them."""
    budgets = state.settings.budgets

    def rank(measure: Intervention) -> int:
        return budgets[measure.budget].rank(measure.kind) if isinstance(measure.budget, str) else 0

    return sorted(enumerate(state.interventions), key=lambda pair: rank(pair[1]))


def set_levers(state: State) -> None:
    """Reset the levers, let every intervention act with its dose, carry out what they decided, then teach."""
    state.levers.reset()
    state.decisions.begin_month(len(state.interventions))
    state.reset_flows()
    allot(state)
    for number, measure in in_turn(state):
        dose = measure.dose(state.month)
        # Nothing of a measure is no measure: it costs nothing either, and no kind has to think of it.
        if dose * measure.coverage > 0.0 and measure.strength != 0.0:
            state.decisions.current = number
            with closed(state, measure.without):
                act(measure.kind)(state, measure, dose)
    enrolment.carry_out(state)
    teach(state)
