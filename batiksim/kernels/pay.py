"""Compiled passes that post pay (E5): what work is worth, what owners offer for it, which jobs pay."""

from __future__ import annotations

from batiksim.arrays import Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import Group
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.rules import contracts, craft_skill
from batiksim.rules.either import within

_HAND = Group.HAND
_TIERS = 3


@compiled
def worth(  # pragma: no cover - compiled
    rows: Rows,
    employer: Links,
    group: Codes,
    tier: Codes,
    skill: Floats,
    practice: Months,
    firm_place: Codes,
    fine: Floats,
    master_skill: float,
    master_months: float,
    unskilled: float,
    reference: float,
    found: Rows,
    jobs: Ints,
    own: Floats,
    total: Floats,
    mean_worth: Floats,
) -> int:
    """Fill `found` with those of `rows` who have an employer, `jobs` with the owner, group and tier of each
    as one number for `terms`, and `own` with what a full month of each is worth, in months of plain cloth at
    reference skill: her output, and the premium `fine` (places,) of fine cloth in the hands of masters (E5,
    E6-f). Sets the mean of each desk, `mean_worth` (owners, groups), from sums in `total` (2, owners,
    groups), zeros before; an empty desk keeps the last mean.
    """
    count = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(group, ahead)
        fetch(tier, ahead)
        fetch(skill, ahead)
        fetch(practice, ahead)
        i = rows[k]
        f, g = employer[i], group[i]
        if f >= 0:
            master = craft_skill.is_master(skill[i], practice[i], master_skill, master_months)
            better = contracts.better_with(fine[firm_place[f]], master and g == _HAND)
            found[count], jobs[count] = i, _TIERS * (2 * f + g) + tier[i]
            own[count] = contracts.output(skill[i], unskilled, reference) * better
            total[0, f, g] += own[count]
            total[1, f, g] += 1.0
            count += 1
    for f in range(len(mean_worth)):
        for g in range(2):
            if total[1, f, g] > 0.0:
                mean_worth[f, g] = total[0, f, g] / total[1, f, g]
    return count


@compiled
def post_rates(  # pragma: no cover - compiled
    place: Codes,
    surplus: Floats,
    mean_worth: Floats,
    complier: Floats,
    outside: Floats,
    cut: Floats,
    share: Floats,
    scarcity: float,
    unfilled: Floats,
    compliance: float,
    more_comply: Floats,
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

    By place: `outside` and the share of posts `unfilled` (places, groups), `cut`, `share`; in how many more
    than the share `compliance` owners `more_comply` with the `floor` of pay as a share of the `umk`; `floors`
    (tiers, owners) are those that measures have obeyed.
    """
    for f in range(place.size):
        c = place[f]
        obeys = complier[f] < within(compliance + more_comply[c], 0.0, 1.0)
        for g in range(2):
            worth, scarce = surplus[f, g] * mean_worth[f, g], scarcity * unfilled[c, g]
            for tier in range(3):
                left[f, g, tier] = contracts.after_brokers(worth, cut[c], tier)
                least = max(floor * obeys, floors[tier, f]) * umk[c] * hours[g]
                pay = contracts.bargained_pay(left[f, g, tier], outside[c, g], share[c], scarce)
                rate[f, g, tier] = max(pay, least)
                viable[f, g, tier] = left[f, g, tier] >= rate[f, g, tier]


@compiled
def terms(  # pragma: no cover - compiled
    rows: Rows,
    jobs: Ints,
    own: Floats,
    viable: Codes,
    rate: Floats,
    mean_worth: Floats,
    piece: Floats,
    ended: Rows,
    found: Floats,
) -> tuple[int, int]:
    """Keep those of `rows` and of `own` in front whose `jobs` pay for themselves, with what their pay is made
    of in `found` (3, rows): her owner's posted rate, the mean worth of the staff, how far pay follows own
    output (E5). Fills `ended` with the others; returns how many either are.
    """
    kept = gone = 0
    for k in range(rows.size):
        i, desk, t = rows[k], jobs[k] // _TIERS, jobs[k] % _TIERS
        f, g = desk // 2, desk % 2
        if viable[f, g, t] == 1:
            rows[kept], own[kept] = i, own[k]
            found[0, kept], found[1, kept], found[2, kept] = rate[f, g, t], mean_worth[f, g], piece[g]
            kept += 1
        else:
            ended[gone] = i
            gone += 1
    return kept, gone
