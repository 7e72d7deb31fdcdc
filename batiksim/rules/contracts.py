"""The putting-out chain (E5): who gets what of one job, from the surplus of the cloth to the worker's pay.

R = (P - M) Q(s),  Q(s) = (a + (1 - a) s) / (a + (1 - a) .85),  S = (1 - tau)^n R
w0 = b + phi (S - b),  w = w0 + sigma u (S - w0),  raised to the wage floor where the owner complies
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Floats
from batiksim.rules.either import either, within

# A number or an array of numbers: these formulas take either, also in compiled functions (`account`).
Values = Any


@register_jitable
def output(skill: Values, unskilled: float, reference: float) -> Values:
    """Output of a full month at `skill`, in units of a worker at the `reference` skill; Q of E5."""
    return (unskilled + (1.0 - unskilled) * skill) / (unskilled + (1.0 - unskilled) * reference)


@register_jitable
def better_with(fine: Values, master: Values) -> Values:
    """Factor on what an hour is worth: fine cloth in the hands of a `master` brings the part `fine` more
    (E6-f).
    """
    return 1.0 + either(master, fine, 0.0)


@register_jitable
def after_brokers(surplus: Values, cut: Values, tier: Values) -> Values:
    """Surplus left for owner and worker after `tier` brokers each took the share `cut`: (1 - tau)^n R
    (E5).
    """
    return (1.0 - cut) ** tier * surplus


@register_jitable
def tier(u: Values, brokered: Values, two_tier: Values) -> Values:
    """Brokers in a new contract: none, one, or two, by one number `u` in 0..1 each; `two_tier` is the share
    of brokered contracts that have two (E5).
    """
    return 1 * (u < brokered) + (u < brokered * two_tier)


@register_jitable
def brokered_share(base: Values, direct: float, online: Values) -> Values:
    """Share of new contracts that go through brokers; online sellers need fewer tiers (E5)."""
    return base * (1.0 - direct * online)


def bargaining_share(base: float, per_bargaining: float, bargaining: Floats, lever: Floats) -> Floats:
    """Worker's share phi of what there is to share, raised by bargaining power l4 and by policy (E5)."""
    share: Floats = within(base + per_bargaining * bargaining + lever, 0.0, 1.0)
    return share


@register_jitable
def bargained_pay(surplus: Values, outside: Values, share: Values, scarcity: Values) -> Values:
    """Pay from bargaining, w0 = b + phi (S - b), raised by `scarcity` = sigma u towards S (E5).

    `surplus` S and the `outside` option b of the typical incumbent in IDR for a full month.
    """
    base = outside + share * (surplus - outside)
    return base + scarcity * (surplus - base)


def found_out(visits: float, detects: float) -> float:
    """Chance a year to be found out at `visits` a year that fall by chance, each of which finds out with
    `detects`: 1 - exp(-d v) (E5-i).
    """
    return float(1.0 - np.exp(-detects * visits))


def deterred(
    shortfall: Floats, found: Floats, fine: float, arrears: float, months: int, sharpness: float
) -> Floats:
    """Share of owners who would rather pay the floor, x^k / (x^k + (1 - x)^k) with x = risk / (risk + saved),
    risk = p (F + a s) and saved = m s a year and worker: half of them where the two are equal (E5-i).

    `shortfall` s of pay below the floor, IDR a month, nobody is deterred where it is 0; `fine` F, IDR;
    `arrears` a, months of the shortfall; `months` m of a year that are inspected; `sharpness` k.
    """
    risk, saved = found * (fine + arrears * shortfall), months * shortfall
    risks = np.divide(risk, risk + saved, out=np.zeros(shortfall.shape), where=saved > 0.0)
    pays, stays = risks**sharpness, (1.0 - risks) ** sharpness
    return pays / (pays + stays)


@register_jitable
def piece_pay(rate: Values, output_own: Values, output_mean: Values, piece: Values) -> Values:
    """One worker's full-month pay, rate (Q_i / Q_mean)^psi: psi 0 pays by time, 1 by the piece (E5)."""
    return rate * (output_own / output_mean) ** piece


@register_jitable
def chain(
    price: Values, materials: Values, quantity: Values, markup: Values, kept: Values, pay: Values
) -> tuple[Values, ...]:
    """Parts of the retail value P_r Q of each job: materials, worker, broker, owner, trader, in IDR (E5).

    `kept` is (1 - tau)^n, the share of the surplus left after brokers; the five parts sum to P (1 + m) Q.
    """
    surplus = (price - materials) * quantity
    left = kept * surplus
    return materials * quantity, pay, surplus - left, left - pay, price * markup * quantity
