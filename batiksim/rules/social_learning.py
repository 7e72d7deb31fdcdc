"""Social learning (E1): programmes reach people, people pull each other (Friedkin & Johnsen).

l += rho (A W l + (I - A) u - l),   W = .5 peers and kin, .2 employer, .3 place, renormalised when one is
missing
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

# A number or an array of numbers, also in compiled functions.
Values = Any


@register_jitable
def missed(content: Values, intensity: Values) -> Values:
    """The part of people whom one group of programmes leaves without a component, 1 - B_dg I_g (E1).

    `content` B in 0..1. What programmes alone leave with people is u_d = 1 - prod_g (1 - B_dg I_g).
    """
    return 1.0 - content * np.minimum(np.maximum(intensity, 0.0), 1.0)


@register_jitable
def friedkin_johnsen(own: Values, pull: Values, taught: Values, openness: float, speed: float) -> Values:
    """One step of opinion change: own + rho (A pull + (1 - A) taught - own) (E1)."""
    return own + speed * (openness * pull + (1.0 - openness) * taught - own)


@register_jitable
def empowerment(
    information: Values, skills: Values, capital: Values, bargaining: Values, togetherness: Values
) -> Values:
    """Empowerment e = min(l1, second highest of l2..l5): information and two other components (E1-e)."""
    high = np.minimum(np.maximum(skills, capital), np.maximum(bargaining, togetherness))
    low = np.maximum(np.minimum(skills, capital), np.minimum(bargaining, togetherness))
    return np.minimum(information, np.maximum(high, low))


@register_jitable
def contract_chance(empowered: Values, most: float) -> Values:
    """Chance a month, h e, that a brokered worker moves to a direct contract with her employer (E1-e)."""
    return most * empowered
