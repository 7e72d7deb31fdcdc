"""Passing on the craft: interest at fifteen (E2), skill with masters (E4), the ceiling of small places
(E8).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Bools, Floats, Months
from batiksim.rules.either import either

# A number or an array of numbers, also in compiled functions.
Values = Any


def surroundings(batik_share: Floats, exposure: Floats) -> Floats:
    """Horizontal pull towards the craft q~ = 1 - (1 - x)(1 - e): the place or a programme reaches her
    (E2).
    """
    return 1.0 - (1.0 - batik_share) * (1.0 - exposure)


@register_jitable
def interest_probability(parent: Values, pull: Values, vertical: float, vertical_against: float) -> Values:
    """Chance of interest z = 1 at fifteen: v + (1 - v) q~ with a parent in batik, else (1 - v') q~.

    Source: E2, cultural transmission of Cavalli-Sforza & Feldman and Bisin & Verdier.
    """
    return either(parent, vertical + (1.0 - vertical) * pull, (1.0 - vertical_against) * pull)


def talent(lot: Values, least: float) -> Values:
    """Share of the ceiling of her place that somebody can attain, evenly spread from `least` to 1 (E4)."""
    return least + (1.0 - least) * lot


def talent_gain(talent: Floats, skills: Floats, gain: float, months: Floats) -> Floats:
    """Rise of the attainable share in a month of a course of L months, kappa / L l2 (1 - talent) (E4)."""
    return gain / months * skills * (1.0 - talent)


def teaching(masters: Floats, apprentices: Floats, capacity: float) -> Floats:
    """Share of full learning speed that the masters of a place can give: min(1, mu M / A) (E4)."""
    return np.minimum(1.0, capacity * masters / np.maximum(apprentices, 1.0))


@register_jitable
def learning_speed(speed: Values, skills: Values, per_skills: float, lever: Values) -> Values:
    """Share of what is left to learn that a month beside a master teaches, lambda (1 + lambda_1 l2), raised
    by policy (E4).
    """
    return np.minimum(speed * (1.0 + per_skills * skills) * (1.0 + lever), 1.0)


@register_jitable
def skill_gain(skill: Values, attainable: Values, speed: Values, taught: Values) -> Values:
    """Skill gained in a month of work, lambda min(1, mu M / A) (Z - s); none above the attainable Z (E4)."""
    return speed * taught * np.maximum(attainable - skill, 0.0)


def skill_after(skill: Floats, attainable: Floats, speed: Floats, months: Floats) -> Floats:
    """Skill after so many months of work at one speed, Z - (Z - s)(1 - lambda)^t (E4)."""
    return skill + np.maximum(attainable - skill, 0.0) * (1.0 - (1.0 - speed) ** months)


@register_jitable
def at_entry(skill: Values, practice: Values, parent: Values, entry: float, family: float) -> Values:
    """Skill with which one would begin a batik job: a novice has what she saw at home (E4)."""
    return either(practice == 0, np.maximum(skill, entry + family * parent), skill)


@register_jitable
def skill_ahead(skill: Values, attainable: Values, speed: Values, months: float) -> Values:
    """Mean skill of the next `months` of work, Z - (Z - s)(1 - (1 - lambda)^H) / (lambda H) (E4).

    The mean of `skill_after` over 0 .. H - 1: who does not learn keeps the skill that she has.
    """
    some = np.minimum(
        np.maximum(speed, 1e-12), 1.0 - 1e-12
    )  # the limits of all or nothing, to more digits than are kept
    left = -np.expm1(months * np.log1p(-some)) / (some * months)
    return skill + np.maximum(attainable - skill, 0.0) * (1.0 - left)


@register_jitable
def skill_loss(skill: Values, forgetting: float) -> Values:
    """Skill forgotten in a month away from the craft, delta s (E4)."""
    return forgetting * skill


@register_jitable
def is_master(skill: Floats, practice: Months, skill_needed: float, months_needed: float) -> Bools:
    """Master = skilled enough and long enough at it (E4); either alone would make nearly everyone one."""
    return (skill >= skill_needed) & (practice >= months_needed)


def ceiling_change(practitioners: Floats, beta: float, gamma: float, alpha: float) -> Floats:
    """Yearly change of the attainable skill, beta (gamma + ln N) - alpha: small communities lose it (E8).

    Source: Henrich (2004), demography and cultural evolution; zero at N* = exp(alpha / beta - gamma).
    """
    return beta * (gamma + np.log(np.maximum(practitioners, 1.0))) - alpha
