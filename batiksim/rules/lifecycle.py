"""Lives of people, firms and committees (E7): ages, hazards, succession, closure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Floats, Ints
from batiksim.rules.either import either, within

# A number or an array of numbers: some of these formulas take either, also in compiled functions.
Values = Any


@register_jitable
def separation(staff: Values, small: float, of_small: float, of_large: float) -> Values:
    """Chance that a job ends in a month: higher in firms with a `staff` below `small` (E7)."""
    return either(staff < small, of_small, of_large)


def triangular(u: Floats, low: float, mode: float | Floats, high: float) -> Floats:
    """Inverse of the triangular distribution function at `u` in 0..1; retirement ages of E7.

    Ends may be equal to each other or to the mode.
    """
    if low == high:
        return np.full_like(u, low)
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < split, rising, falling)


def triangular_below(age: Floats, low: float, mode: float, high: float) -> Floats:
    """Share of the triangular distribution below each `age`; ends may equal each other or the mode."""
    rising = (age - low) ** 2 / ((high - low) * (mode - low)) if low < mode else np.zeros_like(age)
    falling = 1 - (high - age) ** 2 / ((high - low) * (high - mode)) if mode < high else np.ones_like(age)
    return np.where(age < low, 0.0, np.where(age < mode, rising, falling))


def pick(u: Floats, shares: Floats) -> Ints:
    """Category of each `u` in 0..1 under cumulated `shares` (which sum to 1)."""
    return np.minimum(np.searchsorted(np.cumsum(shares), u, side="right"), len(shares) - 1)


def committee_strength(members: Floats, mean_age: Floats, seats: float, young: float, span: float) -> Floats:
    """How well a cluster committee passes programmes on: filled seats times youthfulness, 0..1.

    min(1, members / seats) clip((young - mean age) / span, 0, 1); ages in years. Source: entities, section 3.
    """
    return np.minimum(1.0, members / seats) * within((young - mean_age) / span, 0.0, 1.0)


def seat_taken(willing: float, recruitment: float) -> float:
    """Chance a year that one of `willing` people takes an empty seat, each with chance p: 1 - (1 - p)^n.

    Source: entities, section 3.
    """
    return float(1.0 - (1.0 - min(max(recruitment, 0.0), 1.0)) ** willing)


def systematic(amount: Floats, offset: float) -> Ints:
    """Whole numbers with the running total of `amount`: no bias and no noise in sums (E6, scale)."""
    total = np.concatenate(([0.0], np.cumsum(amount)))
    return np.diff(np.floor(total + offset)).astype(np.int64)


def takes_over(pay_utility: Floats, interest: Floats, interest_weight: float, base: float) -> Floats:
    """Chance that an heir prefers the firm to a factory job (E7): the binary case of the choice rule."""
    return 1.0 / (1.0 + np.exp(-(pay_utility + interest_weight * interest + base)))


def founding_chance(
    capital: Values, empowered: Values, profit: float, *, most: float, per_empowerment: float
) -> Values:
    """Chance a year that a master founds a firm, p = f0 l3 (1 + psi e) (r / r0) (E7-f).

    `capital` is her l3, `profit` r / r0: what a small firm earns against pay, compared with the first year.
    """
    return within(most * capital * (1.0 + per_empowerment * empowered) * profit, 0.0, 1.0)


def monthly(chance: Values) -> Values:
    """Chance a month of what has this chance a year."""
    return 1.0 - (1.0 - chance) ** (1.0 / 12.0)


@register_jitable
def credit_limit(capital: Values, months: float, easier: Values, wage_bill: Values) -> Values:
    """What an owner can owe: `months` of the wage bill, more where policy makes it `easier`, as far as she
    has access to `capital` l3 (E7), IDR.
    """
    return capital * months * (1.0 + easier) * wage_bill


@register_jitable
def should_close(
    capital: Values, credit_limit: Values, idle_months: Values, poor_months: Values, idle: float, poor: float
) -> Values:
    """Firms that end for money, for long idleness, or for a poor year without staff (E7)."""
    return (capital < -credit_limit) | (idle_months >= idle) | ((poor_months >= poor) & (idle_months > 0))
