"""Late entry (E3, section 3): who of the counted pool of 35 and more looks for batik work, compiled.

Of the chances only a whole number of people is used, so the last digits of a logarithm change nothing.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Floats, Ints, Rows
from batiksim.codes import SETTLING_MONTHS
from batiksim.kernels.compiling import compiled
from batiksim.kernels.decision import Ahead, Tastes, pay_ahead, worth
from batiksim.kernels.streams import uniform_one
from batiksim.rules import choice

# Identities of late applicants begin here in those of their place; so many each place, sex and month.
LATE_ID = 1 << 29
LATE_SERIALS = 256


@compiled
def looking(  # pragma: no cover - compiled
    key: np.uint64,
    age: np.uint64,
    month: int,
    number: Ints,
    first: Ints,
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
    span: float,
    oldest: int,
    births: Ints,
    found: Rows,
) -> int:
    """Fill `found` with the identities of those of the pool who look for batik work; returns how many.

    `thinking` (places, sexes) people reconsider, of whom the share `typical` would do the work usual for
    their sex. By place and task group: pay `posted`, beside it (`transfer`) and in `other` work; the chance
    of an `offer` by task group. One is told what somebody of middling `talent` earns who knows what the place
    knows. Identities of a place begin at `first`; the k-th of a place, sex and month is always the same, and
    with it the age, up to `span` months more than 35 years. The pool may not have as many of that age:
    `births` (places, sexes, months from the `oldest` on).
    """
    count = np.zeros((2, number.size), dtype=np.int64)
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
            some = int(thinking[c, sex] * (women if sex == 0 else men) + lot)
            count[sex, c] = min(some, LATE_SERIALS)
    total, columns = 0, np.empty(LATE_SERIALS, dtype=np.int64)
    for sex in range(2):
        for c in range(number.size):
            for serial in range(count[sex, c]):
                id = first[c] + (2 * month + sex) * LATE_SERIALS + serial
                birth = month - SETTLING_MONTHS - int(uniform_one(age, id) * span)
                columns[serial] = birth - oldest
                before = 0
                for k in range(serial):
                    before += columns[k] == columns[serial]
                if before < births[c, sex, columns[serial]]:
                    found[total] = id
                    total += 1
    return total
