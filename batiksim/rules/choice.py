"""Discrete choice of what to do for a living (E3), after Brock & Durlauf (2001).

    V_k = alpha ln(w_k / UMK) + kappa x_k [k != other] + kappa kappa_1 l5 x_batik [k = batik]
          + theta z [k = batik] - eta old_share [k = batik, under 30] + c_k
    V_seek = alpha ln(h(age) e(school) exp(-f_s m))   of seekers and school leavers only, m months into it

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


@register_jitable
def hoped_pay(hope: Values, schooling: Values, fades: float, months: Values) -> Values:
    """Pay that a seeker hopes to find, over the UMK: h(age) e(school) exp(-f_s m) after m months (E3-s).

    Seeking on is worth `pay_utility` of it to her, so she leaves it only for an offer that beats it.
    """
    return hope * schooling * np.exp(-fades * months)


@register_jitable
def accepts_after_all(luck: Values, rivals: Values, more: float) -> Values:
    """Whether somebody who was offered batik and refused it accepts all the same (an experiment).

    With chance P A / (1 - A), where A is her logit chance of batik, so that acceptances rise by the share P =
    `more`. `rivals` is the sum of exp(V_k - V_batik) over what else she could do, which is (1 - A) / A.
    """
    return luck * rivals < more


def unemployed_at_rest(loss: float, finding: float) -> float:
    """Unemployed share u = d / (d + f) where d lose their work a month and f of the unemployed find some."""
    return loss / (loss + finding) if loss > 0.0 else 0.0


def offers_left(offer: float, dip: float, covid: float) -> float:
    """Chance that other work is on offer where Covid leaves the share `covid` of orders (E3)."""
    return offer * (1.0 - dip * (1.0 - covid))


def offer_probability(vacancies: Floats, applicants: Floats) -> Floats:
    """Chance that an option is on offer: vacancies over last month's applicants, at most 1 (E3)."""
    return np.minimum(1.0, vacancies / np.maximum(applicants, 1.0))
