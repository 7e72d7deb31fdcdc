"""Late entry (E3, section 3): who of the counted pool of 35 and more looks for batik work, compiled.

Of the chances only a whole number of people is used, so the last digits of a logarithm change nothing.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Bools, Floats, Ints
from batiksim.kernels.compiling import compiled
from batiksim.kernels.decision import Ahead, Tastes, pay_ahead, worth
from batiksim.kernels.streams import uniform_one
from batiksim.rules import choice


@compiled
def looking(  # pragma: no cover - compiled
    key: np.uint64,
    number: Ints,
    thinking: Floats,
    typical: float,
    talent: float,
    posted: Floats,
    transfer: Floats,
    other: Floats,
    offer: Floats,
    place_mean: Floats,
    batik_share: Floats,
    tastes: Tastes,
    ahead: Ahead,
    most: int,
    count: Ints,
) -> int:
    """Fill `count` (sexes, places) with those of the pool who look for batik work, `most` at most; returns
    their sum.

    `thinking` (places, sexes) people reconsider, of whom the share `typical` would do the work usual for
    their sex. By place and task group: pay `posted`, beside it (`transfer`) and in `other` work; the chance
    of an `offer` by task group. One is told what somebody of middling `talent` earns who knows what the place
    knows.
    """
    total = 0
    for c in range(number.size):
        women = men = 0.0
        for g in range(2):
            if posted[c, g] <= 0.0:
                continue
            told = posted[c, g] * pay_ahead(c, g, ahead.entry, 1, 0, talent, place_mean[c, 1], ahead)
            gain = worth(told + transfer[c, g], other[c, g], tastes.pay)
            gain += choice.time_left(tastes.hours[g], tastes.pay * tastes.hourly)
            gain += tastes.batik + tastes.conformity * batik_share[c]
            prefers = min((1.0 + tastes.more_acceptances) / (1.0 + np.exp(-gain)), 1.0)
            opening = prefers * offer[g] * place_mean[c, 0]
            women += opening * (typical if g == 0 else 1.0 - typical)
            men += opening * (1.0 - typical if g == 0 else typical)
        for sex in range(2):
            lot = uniform_one(key, 2 * number[c] + sex)
            count[sex, c] = min(int(thinking[c, sex] * (women if sex == 0 else men) + lot), most)
            total += count[sex, c]
    return total


@compiled
def in_pool(  # pragma: no cover - compiled
    place: Ints, sex: Ints, column: Ints, births: Ints
) -> Bools:
    """Whether the pool has somebody of that place, sex and birth month, a `column` of `births` (places,
    sexes, columns), for each of these people, first come first served.
    """
    found, taken = np.empty(place.size, dtype=np.bool_), np.zeros(births.shape, dtype=np.int64)
    for k in range(place.size):
        c, s, b = place[k], sex[k], column[k]
        found[k] = taken[c, s, b] < births[c, s, b]
        taken[c, s, b] += 1
    return found
