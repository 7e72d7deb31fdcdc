"""Where two scenarios differ, and from which month on: as long as they do not, their runs are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import month_name
from batiksim.config.parameters import load_parameters
from batiksim.scenario import Scenario
from batiksim.scenario.budgets import drawing
from batiksim.scenario.interventions import Intervention, in_order

# Parameters that say how runs are summed up; no run depends on them.
ABOUT_STUDIES = "study."

Months = NDArray[np.bool_]


def differences(first: Scenario, second: Scenario, months: int) -> Iterator[tuple[str, Months]]:
    """What two scenarios do differently, by name, and in which of the first `months` months, (months,).

    A parameter counts in the months in which it has another value, an intervention in those in which only one
    of the two scenarios has it in force.
    """
    alike = first.regime == second.regime  # then equal spans lie on the same values
    for name in load_parameters():
        if alike and first.spans.get(name) == second.spans.get(name):
            continue
        mine, other = first.timeline(name).values[:months], second.timeline(name).values[:months]
        if not name.startswith(ABOUT_STUDIES) and mine != other:
            yield name, np.array([a != b for a, b in zip(mine, other, strict=True)])
    for name in sorted({*first.budgets, *second.budgets}):
        if first.budgets.get(name) != second.budgets.get(name):
            for policy in drawing((*first.interventions, *second.interventions), name):
                yield name, _in_force(policy, months)
    same = shared(first.interventions, second.interventions)
    for policy, twin in same:
        if policy.end != twin.end:
            longer, shorter = (policy, twin) if policy.end > twin.end else (twin, policy)
            yield _called(policy), _in_force(replace(longer, start=shorter.end + 1), months)
    for number, policies in enumerate((first.interventions, second.interventions)):
        rest = list(policies)
        for pair in same:
            rest.remove(pair[number])
        for policy in rest:
            yield _called(policy), _in_force(policy, months)


def shared(
    first: tuple[Intervention, ...], second: tuple[Intervention, ...]
) -> list[tuple[Intervention, Intervention]]:
    """The interventions that both have, as pairs in the order in which they act; they may differ in their end
    alone, as long as that does not change the order.
    """
    left = list(in_order(second))
    pairs = []
    for policy in in_order(first):
        if policy in left:
            left.remove(policy)
            pairs.append((policy, policy))
    over = list(in_order(first))
    for policy, _ in pairs:
        over.remove(policy)
    for policy in over:
        twin = next((one for one in left if replace(one, end=policy.end) == policy), None)
        if twin is not None:
            left.remove(twin)
            pairs.append((policy, twin))
    mine, other = (in_order(tuple(pair[number] for pair in pairs)) for number in (0, 1))
    ordered = list(zip(mine, other, strict=True))
    if any(replace(twin, end=policy.end) != policy for policy, twin in ordered):
        return [pair for pair in pairs if pair[0] == pair[1]]
    return ordered


def differing_months(first: Scenario, second: Scenario, months: int) -> Months:
    """Whether two scenarios can differ in each of the first `months` months, (months,)."""
    differs = np.zeros(months, dtype=bool)
    for _, when in differences(first, second, months):
        differs |= when
    return differs


def parting(first: Scenario, second: Scenario, months: int) -> int:
    """The first month in which two scenarios can differ; `months` if there is none before."""
    differs = differing_months(first, second, months)
    return int(np.argmax(differs)) if differs.any() else months


def _in_force(measure: Intervention, months: int) -> Months:
    return np.array([measure.acts(month) for month in range(months)], dtype=bool)


def _called(measure: Intervention) -> str:
    return f"{measure.kind} ({month_name(measure.start)}..{month_name(measure.end)})"
