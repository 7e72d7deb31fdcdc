"""One oracle: a limit in which the answer is known, and how far from it we are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from batiksim.arrays import Bools, Floats

Measured = tuple[float, float]

EXACT = 1e-9
MOST_ERRORS = 4.0


@dataclass(frozen=True)
class Oracle:
    """One limit: `got()` measures what should be `expected`, whose known digits are `printed`."""

    limit: str
    formula: str
    through: str
    printed: str
    expected: float
    got: Callable[[], Measured]

    @property
    def stated(self) -> str:
        """The expected value to as many decimals as the science of the model states."""
        return self.like(self.expected)

    def like(self, value: float) -> str:
        """A value to as many decimals as the science of the model states of the expected one."""
        return f"{value:.{len(self.printed.partition('.')[2])}f}"

    @cached_property
    def measured(self) -> Measured:
        """What the rules or the region give, with its standard error (0 where there is no chance)."""
        return self.got()

    @property
    def gap(self) -> float:
        """Relative error (absolute where 0 is expected), or the distance in standard errors."""
        value, error = self.measured
        if error:
            return (value - self.expected) / error
        return abs(value - self.expected) / (abs(self.expected) or 1.0)

    @property
    def holds(self) -> bool:
        return abs(self.gap) < (MOST_ERRORS if self.measured[1] else EXACT)


def sure(function: Callable[..., float], *values: object, **named: object) -> Callable[[], Measured]:
    """A measurement without chance."""
    return lambda: exact(function(*values, **named))


def exact(value: float | np.floating | Floats) -> Measured:
    """A value without chance."""
    return float(np.asarray(value).item()), 0.0


def share(hits: Bools, expected: float) -> Measured:
    """A share of independent cases and its standard error under the expected one."""
    return float(hits.mean()), sqrt(expected * (1.0 - expected) / hits.size)
