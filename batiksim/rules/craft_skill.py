"""Passing on the craft: interest at fifteen (E2), skill with masters (E4), the ceiling of small places
(E8).
"""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Bools, Floats, Months


def surroundings(batik_share: Floats, exposure: Floats) -> Floats:
    """Horizontal pull towards the craft q~ = 1 - (1 - x)(1 - e): the place or a programme reaches her
    (E2).
    """
    return 1.0 - (1.0 - batik_share) * (1.0 - exposure)


def interest_probability(parent: Bools, pull: Floats, vertical: float, vertical_against: float) -> Floats:
    """Chance of interest z = 1 at fifteen: v + (1 - v) q~ with a parent in batik, else (1 - v') q~.

    Source: E2, cultural transmission of Cavalli-Sforza & Feldman and Bisin & Verdier.
    """
    return np.where(parent, vertical + (1.0 - vertical) * pull, (1.0 - vertical_against) * pull)


def teaching(masters: Floats, apprentices: Floats, capacity: float) -> Floats:
    """Share of full learning speed that the masters of a place can give: min(1, mu M / A) (E4)."""
    return np.minimum(1.0, capacity * masters / np.maximum(apprentices, 1.0))


def skill_gain(skill: Floats, ceiling: Floats, speed: Floats, taught: Floats) -> Floats:
    """Skill gained in a month of work, lambda min(1, mu M / A) (Z - s); none above the ceiling (E4)."""
    return speed * taught * np.maximum(ceiling - skill, 0.0)


def skill_loss(skill: Floats, forgetting: float) -> Floats:
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
