"""Compiled passes that post pay (E5): what work is worth, what owners offer for it, which jobs pay."""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Links, Months, Rows
from batiksim.codes import Group
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.rules import contracts, craft_skill

_HAND = Group.HAND


@compiled
def worth(  # pragma: no cover - compiled
    rows: Rows,
    employer: Links,
    group: Codes,
    skill: Floats,
    practice: Months,
    firm_place: Codes,
    fine: Floats,
    master: tuple[float, float],
    unskilled: float,
    reference: float,
    found: Rows,
    own: Floats,
) -> int:
    """Fill `found` with those of `rows` who have an employer, and `own` with what a full month of each is
    worth, in months of plain cloth at reference skill: her output, and the premium `fine` (places,) of fine
    cloth in the hands of masters (E5, E6-f).
    """
    count = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(group, ahead)
        fetch(skill, ahead)
        fetch(practice, ahead)
        i = rows[k]
        if employer[i] >= 0:
            premium = 0.0
            if group[i] == _HAND and craft_skill.is_master(skill[i], practice[i], master[0], master[1]):
                premium = fine[firm_place[employer[i]]]
            found[count] = i
            own[count] = contracts.output(skill[i], unskilled, reference) * (1.0 + premium)
            count += 1
    return count


@compiled
def staff_worth(  # pragma: no cover - compiled
    rows: Rows, own: Floats, employer: Links, group: Codes, mean_worth: Floats
) -> None:
    """Mean worth of the work of each desk, of that of all employed workers, `own` (rows,); an empty desk
    keeps the last mean.
    """
    total = np.zeros(mean_worth.shape)
    count = np.zeros(mean_worth.shape)
    for k in range(rows.size):
        f, g = employer[rows[k]], group[rows[k]]
        total[f, g] += own[k]
        count[f, g] += 1.0
    for f in range(len(total)):
        for g in range(2):
            if count[f, g] > 0.0:
                mean_worth[f, g] = total[f, g] / count[f, g]


@compiled
def post_rates(  # pragma: no cover - compiled
    place: Codes,
    surplus: Floats,
    mean_worth: Floats,
    complier: Floats,
    outside: Floats,
    cut: Floats,
    share: Floats,
    scarcity: Floats,
    compliance: Floats,
    umk: Floats,
    hours: Floats,
    floor: float,
    floors: Floats,
    left: Floats,
    rate: Floats,
    viable: Codes,
) -> None:
    """Each owner's posted `rate` (owners, groups, tiers), what the brokers leave, `left`, and whether the
    job pays for itself (E5).

    By place: `outside` and `scarcity` (places, groups), `cut`, `share`, `compliance` with the `floor` of pay
    as a share of the `umk`; `floors` (tiers, owners) are those that measures have obeyed.
    """
    for f in range(place.size):
        c = place[f]
        obeys = complier[f] < compliance[c]
        for g in range(2):
            worth = surplus[f, g] * mean_worth[f, g]
            for tier in range(3):
                left[f, g, tier] = contracts.after_brokers(worth, cut[c], tier)
                least = max(floor * obeys, floors[tier, f]) * umk[c] * hours[g]
                pay = contracts.bargained_pay(left[f, g, tier], outside[c, g], share[c], scarcity[c, g])
                rate[f, g, tier] = max(pay, least)
                viable[f, g, tier] = left[f, g, tier] >= rate[f, g, tier]


@compiled
def terms(  # pragma: no cover - compiled
    rows: Rows,
    own: Floats,
    employer: Links,
    group: Codes,
    tier: Codes,
    viable: Codes,
    rate: Floats,
    mean_worth: Floats,
    piece: Floats,
    ended: Rows,
    found: Floats,
) -> tuple[int, int]:
    """Keep those of `rows` and of `own` in front whose jobs pay for themselves, with what their pay is made
    of in `found` (3, rows): her owner's posted rate, the mean worth of the staff, how far pay follows own
    output (E5). Fills `ended` with the others; returns how many either are.
    """
    kept = gone = 0
    for k in range(rows.size):
        i = rows[k]
        f, g, t = employer[i], group[i], tier[i]
        if viable[f, g, t] == 1:
            rows[kept], own[kept] = i, own[k]
            found[0, kept], found[1, kept], found[2, kept] = rate[f, g, t], mean_worth[f, g], piece[g]
            kept += 1
        else:
            ended[gone] = i
            gone += 1
    return kept, gone
