"""Discrete choice of what to do for a living (E3), after Brock & Durlauf (2001).

    V_k = alpha ln(w_k / UMK) + kappa x_k [k != other] + kappa kappa_1 l5 x_batik [k = batik]
          + theta z [k = batik] - eta old_share [k = batik, under 30] + c_k

A person takes the available option with the largest V_k + Gumbel noise of scale 1. These are the formulas, of
arrays or of single numbers; `kernels.decision` puts them together for one person after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Floats

# A number or an array of numbers: these formulas take either, also in compiled functions.
Values = Any


def pay_utility(pay: Floats, minimum_wage: Floats, weight: float) -> Floats:
    """Utility of pay, `weight` ln(pay / UMK); pay in IDR a month, zero pay gives minus infinity.

    Only the ratio counts, so doubling all money changes no choice. Source: E3.
    """
    relative = pay / minimum_wage
    worth = np.log(relative, out=np.full(np.shape(relative), -np.inf), where=relative > 0.0)
    return np.multiply(worth, weight, out=worth, where=relative > 0.0)  # a weight of 0 must not meet infinity


@register_jitable
def time_left(hours: Values, weight: float) -> Values:
    """Utility of the time that part-time work leaves, - `weight` ln(hours); `hours` as a share of full time.

    With the weight of pay it makes people compare pay by the hour, with 0 by the month (E3, an addition).
    """
    return -weight * np.log(hours)


@register_jitable
def conformity(peers: Values, circle: Values, circle_weight: float) -> Values:
    """Share x_k of the people one compares with who are in k: peers and own circle mixed (E3)."""
    return (1.0 - circle_weight) * peers + circle_weight * circle


@register_jitable
def batik_extras(
    share: Values,
    togetherness: Values,
    interest: Values,
    old_share: Values,
    young: Values,
    conformity_weight: float,
    togetherness_weight: float,
    interest_weight: float,
    image_weight: float,
) -> Values:
    """The terms that only batik has: togetherness, interest and its image as old people's work (E3).

    `togetherness` is l5, `interest` z in 0/1, `old_share` the share aged 50+ among the place's batik workers.
    """
    bond = conformity_weight * togetherness_weight * togetherness * share
    return bond + interest_weight * interest - image_weight * old_share * young


@register_jitable
def awareness_gate(information: Values, contact: Values, contact_weight: float) -> Values:
    """Probability that batik is open to an outsider: l1 + (1 - l1) a0 [parent or two contacts] (E3)."""
    return information + (1.0 - information) * contact_weight * contact


def offer_probability(vacancies: Floats, applicants: Floats) -> Floats:
    """Chance that an option is on offer: vacancies over last month's applicants, at most 1 (E3)."""
    return np.minimum(1.0, vacancies / np.maximum(applicants, 1.0))
