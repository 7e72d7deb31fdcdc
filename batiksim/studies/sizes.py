"""A policy in another size: a part of its strength, under a budget, or for some years only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from batiksim.calendar import month_index, month_name
from batiksim.config.dated_values import LAST, Span, Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import load_parameters
from batiksim.errors import UsageError
from batiksim.i18n.texts import text
from batiksim.scenario import Scenario
from batiksim.scenario.budgets import pots, times
from batiksim.scenario.interventions import Intervention, kind
from batiksim.studies.changes import changed_parameters, own_interventions

COUNTED = ("seats", "quantity")  # options that say how many
OVER = ("strength", "budget", "years")


def sized(policy: Scenario, base: Scenario, over: str, value: float) -> Scenario:
    """The policy with `value` of `over`: times its strength, IDR a year for all measures, or whole years.

    Both scenarios under the same regime. Raises UsageError for what cannot be sized.
    """
    if over == "strength":
        return policy if value == 1.0 else at_strength(policy, base, value)
    if over == "budget":
        return under_budget(policy, base, value)
    return for_years(policy, base, int(value))


def at_strength(policy: Scenario, base: Scenario, value: float) -> Scenario:
    """Every measure `value` times as large: coverage, seats or pieces, and budget of interventions, and how
    far parameters are from the baseline.

    An intervention without seats or pieces that reaches everybody already becomes stronger for each.
    """

    def moved(name: str) -> list[Value]:
        pairs = zip(policy.timeline(name).values, base.timeline(name).values, strict=True)
        whole = load_parameters()[name].type == "integer"
        return [_between(below, full, value, whole) for full, below in pairs]

    larger = _changed(policy, base, lambda one: _larger(one, value), moved)
    return replace(larger, budgets=times(own_interventions(policy, base), policy.budgets, value))


def _between(below: Value, full: Value, value: float, whole: bool) -> Value:
    if below == full:
        return below
    found = float(below) + value * (float(full) - float(below))
    return round(found) if whole else found


def _larger(one: Intervention, value: float) -> Intervention:
    coverage = min(1.0, one.coverage * value)
    strength, options = one.strength, dict(one.options)
    counted = [name for name in COUNTED if name in options]
    if counted:
        options |= {name: options[name] * value for name in counted}
    elif strength is not None and coverage > 0.0:
        strength *= one.coverage * value / coverage
    budget = one.budget if one.budget is None or isinstance(one.budget, str) else one.budget * value
    return replace(one, coverage=coverage, strength=strength, budget=budget, options=FrozenDict(options))


def largest_strength(policy: Scenario, base: Scenario) -> float:
    """How many times as large the policy may be within the bounds of its numbers, at least 1.

    Raises UsageError for a word or a switch, which has no half.
    """
    limits = [math.inf]
    for one in own_interventions(policy, base):
        about = kind(one.kind)
        counted = [name for name in COUNTED if name in one.options]
        limits += [_ratio(about.options[name].high, one.options[name]) for name in counted]
        if counted:
            continue
        if one.strength is not None and about.strength is not None:
            limits.append(_ratio(about.strength.high, one.strength) / max(one.coverage, 1e-12))
        else:
            limits.append(1.0 / max(one.coverage, 1e-12))
    for name in changed_parameters(policy, base):
        bounds = load_parameters()[name].bounds
        if bounds is None:
            raise UsageError(text("breakeven.word", name=name))
        pairs = zip(policy.timeline(name).values, base.timeline(name).values, strict=True)
        for full, below in {(float(full), float(below)) for full, below in pairs if full != below}:
            limits.append((bounds[full > below] - below) / (full - below))
    return max(1.0, min(limits))


def _ratio(high: float, size: float) -> float:
    return high / size if size > 0.0 else math.inf


def under_budget(policy: Scenario, base: Scenario, value: float) -> Scenario:
    """The measures that cost something may spend `value` IDR a year together.

    In proportion to the budgets they have; equal parts where one of them has none.
    """
    own = own_interventions(policy, base)
    amounts = pots(own, policy.budgets)
    factor = value / sum(amounts) if all(amounts) else None

    def changed(one: Intervention) -> float | str:
        if factor is None or one.budget is None:
            return value / len(own)
        return one.budget if isinstance(one.budget, str) else one.budget * factor

    mine = {id(one) for one in own}
    interventions = tuple(
        replace(one, budget=changed(one)) if id(one) in mine else one for one in policy.interventions
    )
    budgets = policy.budgets if factor is None else times(own, policy.budgets, factor)
    return replace(policy, interventions=interventions, budgets=budgets)


def for_years(policy: Scenario, base: Scenario, years: int) -> Scenario:
    """Every measure from its own start on for `years` years, then what the baseline has."""

    def moved(name: str) -> list[Value]:
        full, below = policy.timeline(name).values, base.timeline(name).values
        end = _first(full, below) + 12 * years
        return [*full[:end], *below[end:]]

    return _changed(policy, base, lambda one: replace(one, end=min(LAST, one.start + 12 * years - 1)), moved)


def starts(policy: Scenario, base: Scenario) -> list[int]:
    """The first month of each measure."""
    own = [one.first for one in own_interventions(policy, base)]
    names = changed_parameters(policy, base)
    return own + [_first(policy.timeline(name).values, base.timeline(name).values) for name in names]


def late(policy: Scenario, base: Scenario, until: str) -> str:
    """A sentence if everything in which the policy differs starts after the last month, otherwise ""."""
    first = min(starts(policy, base), default=0)
    if first <= month_index(until):
        return ""
    return text("late.start", name=policy.stem, start=month_name(first), until=until)


def _first(full: Sequence[Value], below: Sequence[Value]) -> int:
    return next(month for month, (a, b) in enumerate(zip(full, below, strict=True)) if a != b)


def _changed(
    policy: Scenario,
    base: Scenario,
    resize: Callable[[Intervention], Intervention],
    moved: Callable[[str], list[Value]],
) -> Scenario:
    """The policy with its own interventions resized and its parameters moved to other values by month."""
    own = {id(one) for one in own_interventions(policy, base)}
    interventions = tuple(resize(one) if id(one) in own else one for one in policy.interventions)
    spans = dict(policy.spans)
    for name in changed_parameters(policy, base):
        laid = base.timeline(name).under(_differing(moved(name), base.timeline(name).values, policy.stem))
        spans[name] = laid.spans
        if not spans[name]:
            del spans[name]
    return replace(policy, interventions=interventions, spans=FrozenDict(sorted(spans.items())))


def _differing(values: Sequence[Value], below: Sequence[Value], origin: str) -> list[Span]:
    """Spans of the months in which values are not those below."""
    found, start = [], 0
    for (value, differs), months in groupby(
        zip(values, (a != b for a, b in zip(values, below, strict=True)), strict=True)
    ):
        length = len(list(months))
        if differs:
            found.append(Span(start, start + length - 1, value, origin))
        start += length
    return found
