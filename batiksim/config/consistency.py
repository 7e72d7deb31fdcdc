"""What must hold between parameters, each of which may be within its own range: a table, checked by month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from batiksim.arrays import Bools, Floats
from batiksim.calendar import month_name
from batiksim.config.dated_values import LAST, Timeline
from batiksim.config.parameters import REGIME, load_parameters
from batiksim.errors import ParameterError
from batiksim.i18n.texts import text

ROUNDING = 1e-9  # 0.4 + 0.6 is 1


@dataclass(frozen=True)
class Rule:
    """Numbers of which none is below the one before it, or, with `most`, whose sum is that at most."""

    names: tuple[str, ...]
    most: float | None = None

    def holds(self, values: Floats) -> Bools:
        """Whether the rule holds in each month; `values` (names, months)."""
        if self.most is not None:
            return np.asarray(values.sum(axis=0) <= self.most + ROUNDING)
        return np.asarray((np.diff(values, axis=0) >= -ROUNDING).all(axis=0))

    def written(self, terms: Collection[object]) -> str:
        """The rule with its names, or with values in their place."""
        if self.most is None:
            return " <= ".join(map(str, terms))
        return f"{' + '.join(map(str, terms))} <= {self.most:g}"


def _ascending(family: str, *names: str) -> Rule:
    return Rule(tuple(f"{family}.{name}" for name in names))


RULES = (
    _ascending("lifecycle", *(f"worker_retirement_{part}" for part in ("least", "mode", "most"))),
    _ascending("lifecycle", *(f"owner_retirement_{part}" for part in ("least", "mode", "most"))),
    _ascending("school", "leave_junior", "leave_senior", "leave_tertiary"),
    # The rest of a cohort goes on to tertiary education.
    Rule(("school.share_junior", "school.share_senior"), most=1.0),
    # Skill is a share of what can be learnt, and a beginner with a parent in the craft has both.
    Rule(("skill.entry", "skill.family"), most=1.0),
    # Output is measured in units of a worker with the reference skill, who is no beginner.
    _ascending("skill", "entry", "reference"),
    _ascending("committee", "start_least_age", "start_most_age"),
    _ascending("firms", "founder_least_age", "founder_most_age"),
    _ascending("demand", "days_least", "days_most"),
)


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold, and what to say of it: the words of `consistency.broken`."""

    rule: Rule
    about: Mapping[str, str]


def broken(
    timeline: Callable[[str], Timeline], changed: Collection[str] | None = None, months: int = LAST + 1
) -> Iterator[Broken]:
    """Rules that do not hold in one of the first `months` months, of those about `changed` parameters.

    Without `changed`, and where the regime changed, which moves many numbers, all of them.
    """
    known = load_parameters()
    for rule in RULES:
        touched = changed is None or REGIME in changed or not set(rule.names).isdisjoint(changed)
        if touched and all(name in known for name in rule.names):
            values = np.stack([timeline(name).series(months) for name in rule.names])
            holds = rule.holds(values)
            if not holds.all():
                month = int(holds.argmin())
                yield Broken(rule, {
                    "rule": rule.written(rule.names),
                    "month": month_name(month),
                    "got": rule.written([f"{value:.15g}" for value in values[:, month]]),
                })  # fmt: skip


def check(timeline: Callable[[str], Timeline], months: int) -> None:
    """Raise ParameterError if parameters contradict each other in one of the first `months` months."""
    for found in broken(timeline, months=months):
        raise ParameterError(text("consistency.broken", None, **found.about))
