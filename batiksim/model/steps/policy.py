"""Step 0: this month's parameters, measures and what programmes teach whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import AUDIENCES, COMPONENTS, STAKEHOLDERS
from batiksim.interventions.ablation import closed
from batiksim.interventions.registry import act
from batiksim.kernels import influence
from batiksim.kernels.observed_learning import known_people
from batiksim.model.steps import enrolment
from batiksim.scenario.budgets import drawing
from batiksim.scenario.interventions import Intervention
from batiksim.state.now import Now
from batiksim.state.state import State

Floats = NDArray[np.float64]

_OWN = "pesindon"
_REACH = {
    kind: [f"reach.{kind}_{group}" for group in STAKEHOLDERS] for kind in ("organised", "elsewhere", _OWN)
}


def base_intensity(state: State) -> Floats:
    """How strongly each stakeholder group works in each place without policy, (places, stakeholders) (E1).

    Organised places in full, half-organised ones in half, Pesindon by its programme facts, elsewhere a trace.
    """
    organised, trace = state.places.organised[:, None], trace_of_work(state.now)
    strength = np.where(organised > 0, np.maximum(organised * _reach(state.now, "organised"), trace), trace)
    if _OWN in state.places.id:
        strength[state.places.id.index(_OWN)] = _reach(state.now, _OWN)
    return strength


def trace_of_work(now: Now) -> Floats:
    """How strongly each stakeholder group works where nothing is organised, (stakeholders,) (E1)."""
    return _reach(now, "elsewhere")


def _reach(now: Now, kind: str) -> Floats:
    return np.array([now[name] for name in _REACH[kind]])


def switched_off(state: State) -> list[int]:
    """The components of social learning whose one channel is closed."""
    return [number for number, name in enumerate(COMPONENTS) if not state.on(f"learning.{name}")]


def teach(state: State) -> None:
    """Set `taught` (places, audiences, components) and `taught_alone`, without craft, associations (E1)."""
    now, levers, places = state.now, state.levers, state.n_places
    state.taught = np.empty((places, len(AUDIENCES), len(COMPONENTS)))
    state.taught_alone = np.empty((places, len(COMPONENTS)))
    influence.teach(
        state.content, now.once(base_intensity, state) * state.committee_strength[:, None],
        now.once(trace_of_work, now), now["reach.casual"], levers.intensity, levers.withheld,
        levers.teaching, state.taught, state.taught_alone,
    )  # fmt: skip
    if off := now.once(switched_off, state):
        forget(state, off)


def forget(state: State, off: list[int]) -> None:
    """Neither teach nor pass on the components that are switched off, so that their one channel is closed."""
    state.taught[:, :, off] = 0.0
    people, owners = state.people, state.owners
    for known in (people.learning, owners.learning, state.place_mean, state.owner_mean):
        known[:, off] = 0.0
    state.make_known(known_people(state.heard))
    if COMPONENTS.index("bargaining") in off:
        state.bargaining[:] = 0.0


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
