"""Orders, staff and days (E6): what a firm wants, which posts stay open, and what a slack month does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from batiksim.arrays import Floats
from batiksim.rules.either import either

# A number or an array of numbers: some of these formulas take either, also in compiled functions.
Values = Any


@register_jitable
def access(order_only: Values, online: Values, of_order_only: float, per_online: float) -> Values:
    """How far an owner's size reaches into the market: order-only below own market, online above (E6)."""
    return either(order_only == 1, of_order_only, 1.0) * (1.0 + per_online * online)


@register_jitable
def taken(weight: Values, orders: Values, everyone: Values) -> Values:
    """What a firm has of the `orders` of its place by its share in the weight of `everyone` there (E6)."""
    return weight * (either(everyone > 0.0, orders, 0.0) / either(everyone > 0.0, everyone, 1.0))


def moved(orders: Floats, everyone: Floats) -> Floats:
    """`orders` (places, groups) where those of a place in which no firm is left, by the weight of `everyone`
    there, go to firms of all other places, as much as they have (E6).
    """
    served = [float(orders[everyone[:, g] > 0.0, g].sum()) for g in (0, 1)]
    return orders * [orders[:, g].sum() / served[g] if served[g] > 0.0 else 0.0 for g in (0, 1)]


LEAST_LOAD = 1e-6  # of usual orders, so that a month in which shocks leave none is divided by something
LEAST_PRICE = 0.1  # of the price without what is passed on, so that no price is nothing


@register_jitable
def price_passed_on(cost_share: Values, usual: Values, pass_through: float) -> Values:
    """Price against what it would be at the usual costs, P'/P = 1 + rho (c - c_2012) (E6-d).

    `cost_share` c is what workers and brokers get of the output at prices without pass-through; where it or
    the usual one is unknown (NaN), for want of output, nothing is passed on.
    """
    change = either(np.isfinite(cost_share) & np.isfinite(usual), cost_share - usual, 0.0)
    return np.maximum(1.0 + pass_through * change, LEAST_PRICE)


def orders_at_price(price_ratio: Floats, elasticity: float) -> Floats:
    """Factor on orders where buyers can go to rival regions, (P'/P)^-eps (E6-d)."""
    return price_ratio**-elasticity


def staff_months_for(money: float, value: float, worked: Floats) -> Floats:
    """Staff-months (places,) that `money` buys where `worked` of them made cloth of `value`, B = Y W / V
    (E6-b).
    """
    return worked * (money / value)


def orders_bought(bought: Floats, orders: Floats) -> Floats:
    """Staff-months bought of each place, split over its groups as its other `orders` are, (places, groups)
    (E6-b).
    """
    everything = orders.sum(axis=1)
    each = np.divide(bought, everything, out=np.zeros_like(bought), where=everything > 0.0)
    return orders * each[:, None]


@register_jitable
def fine_served(fine: Values, masters: Values) -> Values:
    """Share of the orders for fine cloth that find a master's hands, q = min(1, M / (f D)) (E6-f)."""
    return np.minimum(1.0, either(fine > 0.0, masters, 1.0) / either(fine > 0.0, fine, 1.0))


@register_jitable
def time_on_fine(fine: Values, masters: Values) -> Values:
    """Share of the masters' time that fine cloth takes, min(1, f D / M) (E6-f)."""
    return np.minimum(1.0, fine / np.maximum(masters, 1.0))


@register_jitable
def hand_orders_left(served: Values, share: float) -> Values:
    """Factor on hand orders of which the part `share` is for fine cloth, 1 - f + f q (E6-f)."""
    return 1.0 - share + share * served


def hand_orders_behind(placed: Floats, masters: Floats, share: float) -> Floats:
    """Hand orders D of which (1 - f) D + min(f D, M) are `placed` (E6-f)."""
    return np.where(masters >= share * placed, placed, (placed - masters) / (1.0 - share))


@register_jitable
def whole(amount: Values, offset: Values) -> Values:
    """Round to whole people with a fixed `offset` in 0..1 each, so that small firms are right on average."""
    return np.floor(amount + offset)


@register_jitable
def staff_wanted(wanted: Values, orders: Values, months: float) -> Values:
    """Staff that a firm wants: it closes 1/`months` of the distance to its orders each month (E6)."""
    return wanted + (orders - wanted) / months


@register_jitable
def long_open(before: Values, posted: Values, after: Values) -> Values:
    """Posts left open that were so a month ago: L = min(G', V) (1 - fill), 1 - fill = G / V (E6).

    G' posts were open `before`, V are `posted` this month and G of them are open `after` matching; whether a
    post is filled does not depend on how long it has been open.
    """
    left = either(posted > 0.0, after, 0.0) / either(posted > 0.0, posted, 1.0)
    return np.minimum(before, posted) * left


@register_jitable
def days_worked(load: Values, staff: Values, least: float, most: float) -> Values:
    """Share of full days worked by a staff that faces `load` staff-months of orders, within bounds (E6)."""
    days = either(staff > 0, load / np.maximum(staff, 1), 1.0)
    return np.minimum(np.maximum(days, least), most)


@register_jitable
def staff_carried(load: Values, least: float) -> Values:
    """The largest staff that a firm keeps at the least days; people beyond it are laid off (E6)."""
    return np.ceil(load / least - 1e-9)


@register_jitable
def demand_left(unfilled_share: Values, loss: float) -> Values:
    """Factor on next month's orders: unfilled orders partly leave to other regions (E6)."""
    return 1.0 - loss / 12.0 * unfilled_share
