"""Compiled passes over firms: money, owners' averages and counts, and who founds one or goes online.

Columns of owners have one entry a firm, open or not; only those that are open count. Buffers that are filled
are large enough, and how many entries were filled is returned.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Bools, Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import YOUNG_MONTHS
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.streams import uniform_one
from batiksim.rules import craft_skill, lifecycle, orders, social_learning
from batiksim.rules.either import within
from batiksim.rules.survey import answers

# What `owner_sums` tells of firms and those who run them.
OWNER = (
    "firms", "owners_age", "owners_order_only", "owners_online", "owners_member", "staff", "kauman_firms",
    "kauman_staff",
)  # fmt: skip
REPLIES = ("survey_yes", "survey_no", "survey_dont_know", "survey_asked")


@compiled
def pass_costs_on(  # pragma: no cover - compiled
    costs: Floats, output: Floats, usual: Floats, pass_through: float, share: Floats, ratio: Floats
) -> None:
    """Set the `share` of costs in the output of the months (months, places), NaN without output, and the
    price `ratio` that follows where it differs from the `usual` one, (places,) (E6-d).
    """
    for c in range(share.size):
        paid = made = 0.0
        for month in range(len(costs)):
            paid += costs[month, c]
            made += output[month, c]
        share[c] = paid / made if made > 0.0 else np.nan
        ratio[c] = orders.price_passed_on(share[c], usual[c], pass_through)


@compiled
def fine_orders(  # pragma: no cover - compiled
    size: Floats,
    region: Ints,
    masters: Floats,
    share: float,
    most: float,
    wanted: Floats,
    premium: Floats,
    ordered: Floats,
    unfilled: Floats,
) -> None:
    """Take from the hand orders of `size` (places, groups) what finds no hands of `masters` (regions,) of the
    part `share` for fine cloth, and set the `premium` (places,) of masters, `most` where fine cloth takes all
    their time (E6-f). Adds to `ordered` and `unfilled` (places,) and to `wanted` (regions,), zeros before.
    """
    for c in range(len(size)):
        wanted[region[c]] += share * size[c, 0]
    for c in range(len(size)):
        fine, there, here = share * size[c, 0], wanted[region[c]], masters[region[c]]
        served = orders.fine_served(there, here)
        premium[c] = most * orders.time_on_fine(there, here)
        ordered[c] += fine
        unfilled[c] += fine * (1.0 - served)
        size[c, 0] *= orders.hand_orders_left(served, share)


@compiled
def weigh(  # pragma: no cover - compiled
    open: Codes,
    place: Codes,
    order_only: Codes,
    online: Codes,
    weight: Floats,
    of_order_only: float,
    per_online: float,
    own: Floats,
    everyone: Floats,
) -> int:
    """Weight of each firm in the market, `own` (owners, groups), by its size and access, and that of
    `everyone` (places, groups), zeros before; returns for how many of these there is no firm (E6).
    """
    for f in range(open.size):
        reach = orders.access(order_only[f], online[f], of_order_only, per_online) * open[f]
        for g in range(2):
            own[f, g] = weight[f, g] * reach
            everyone[place[f], g] += own[f, g]
    nobody = 0
    for c in range(len(everyone)):
        for g in range(2):
            nobody += everyone[c, g] <= 0.0
    return nobody


@compiled
def take_orders(  # pragma: no cover - compiled
    place: Codes,
    weight: Floats,
    placed: Floats,
    everyone: Floats,
    months: float,
    season: float,
    ordered: Floats,
    wanted: Floats,
    load: Floats,
) -> None:
    """Give firms what is `ordered` of what is `placed`, by their `weight` (owners, groups) in that of
    `everyone` (places, groups); the staff `wanted` follows in so many months, and `load` is what this month's
    `season` makes of it (E6).
    """
    for f in range(place.size):
        for g in range(2):
            ordered[f, g] = orders.taken(weight[f, g], placed[place[f], g], everyone[place[f], g])
            wanted[f, g] = orders.staff_wanted(wanted[f, g], ordered[f, g], months)
            load[f, g] = ordered[f, g] * season


@compiled
def set_prices(  # pragma: no cover - compiled
    month: int,
    place: Codes,
    order_only: Codes,
    online: Codes,
    design: Floats,
    design_until: Months,
    own_market: float,
    for_orders: float,
    online_price: float,
    least_umk: Floats,
    index: Floats,
    surplus_share: Floats,
    materials_share: float,
    mori: float,
    materials_factor: Floats,
    price_factor: Floats,
    ratio: Floats,
    materials: Floats,
    passed_on: Floats,
    surplus: Floats,
) -> None:
    """Set what `materials` of a unit cost (places, groups), the `surplus` (owners, groups) of a unit of each
    firm, and what of it was `passed_on` (E5).

    By place: the first minimum wage, `least_umk`, with the `index` of prices since, the factors of policy,
    and the price `ratio` that costs make. The surplus is a share of the minimum wage (groups,); margins are
    those of firms with a market of their own and of those that work on orders only.
    """
    price, passed = np.empty(materials.shape), np.empty(materials.shape)
    for c in range(ratio.size):
        mori_price = mori * max(1.0 + materials_factor[c], 0.0)
        for g in range(2):
            usual = least_umk[c] * index[c] * surplus_share[g] / (1.0 - materials_share)
            materials[c, g] = usual * materials_share * mori_price
            usual *= 1.0 + price_factor[c]
            passed[c, g] = usual * (ratio[c] - 1.0)
            price[c, g] = usual + passed[c, g] - materials[c, g]
    for f in range(place.size):
        fresh = design[f] if design_until[f] > month else 0.0
        kind = for_orders if order_only[f] == 1 else own_market
        kind = kind * (1.0 + online_price * online[f]) * (1.0 + fresh)
        for g in range(2):
            passed_on[f, g] = passed[place[f], g] * kind
            surplus[f, g] = price[place[f], g] * kind


@compiled
def work(  # pragma: no cover - compiled
    load: Floats,
    open: Codes,
    staff: Months,
    place: Codes,
    order_only: Codes,
    online: Codes,
    surplus: Floats,
    least: float,
    most: float,
    flood: Floats,
    protected: Floats,
    sales: float,
    per_online: float,
    own_labour: float,
    small: float,
    days: Floats,
    direct: Floats,
    own: Floats,
) -> None:
    """Share of full `days` (owners, groups) that each firm's groups work, less those of a `flood`, as far as
    places are not `protected` (E6); by owner, the share of output that she sells `direct`, and so receives
    the trader's part of, and what she earns with her `own` hands where the firm is small, IDR a month (E5).
    """
    for f in range(place.size):
        c = place[f]
        dry = 1.0 - (1.0 - flood[c]) * (1.0 - within(protected[c], 0.0, 1.0))
        for g in range(2):
            days[f, g] = orders.days_worked(load[f, g], staff[f, g], least, most) * dry
        direct[f] = within(sales + per_online * online[f], 0.0, 1.0) * (order_only[f] == 0)
        works = open[f] and staff[f, 0] + staff[f, 1] < small
        own[f] = own_labour * surplus[f, 1] if works else 0.0


@compiled
def keep_accounts(  # pragma: no cover - compiled
    open: Codes,
    place: Codes,
    living_cost: float,
    umk: Floats,
    interest: float,
    months_of_credit: float,
    easier: Floats,
    idle_at_most: float,
    poor_at_most: float,
    income: Floats,
    wage_bill: Floats,
    learning: Floats,
    staff: Months,
    debt: Floats,
    instalment: Floats,
    debt_rate: Floats,
    capital: Floats,
    idle_months: Months,
    poor_months: Months,
    repaid: Floats,
    ruined: Rows,
) -> int:
    """Capital: income less living cost, as a share of the `umk` (places,), and `interest` a year on what is
    owed; interest and instalment of a programme's loan, which count as `repaid` (places,); months without
    staff, and months in which that does not feed its owner. Fills `ruined` with those who cannot go on (E7).
    """
    count = 0
    for f in range(open.size):
        if open[f]:
            c = place[f]
            cost = living_cost * umk[c]
            owed = max(-capital[f], 0.0)
            capital[f] += income[f] - cost - owed * interest / 12.0
            idle = staff[f, 0] + staff[f, 1] == 0
            idle_months[f] = idle_months[f] + 1 if idle else 0
            poor_months[f] = poor_months[f] + 1 if idle and income[f] < cost else 0
            if debt[f] > 0.0:
                part = min(instalment[f], debt[f])
                capital[f] -= part + debt[f] * debt_rate[f] / 12.0
                debt[f] -= part
                repaid[c] += part
            limit = lifecycle.credit_limit(learning[f, 2], months_of_credit, easier[c], wage_bill[f])
            if lifecycle.should_close(
                capital[f], limit, idle_months[f], poor_months[f], idle_at_most, poor_at_most
            ):
                ruined[count] = f
                count += 1
    return count


@compiled
def mean_learning(  # pragma: no cover - compiled
    open: Codes, place: Codes, learning: Floats, means: Floats
) -> None:
    """Mean components of the open owners of each place, `means` (places, 5); zeros before (E1)."""
    number = np.zeros(len(means))
    for f in range(open.size):
        if open[f]:
            number[place[f]] += 1.0
            for d in range(5):
                means[place[f], d] += learning[f, d]
    for c in range(len(means)):
        for d in range(5):
            means[c, d] /= max(number[c], 1.0)


@compiled
def online_share(  # pragma: no cover - compiled
    open: Codes, online: Codes, place: Codes, share: Floats
) -> None:
    """Share of the open firms of each place that sell online, `share` (places,); zeros before."""
    number = np.zeros(share.size)
    for f in range(open.size):
        if open[f]:
            number[place[f]] += 1.0
            share[place[f]] += online[f]
    for c in range(share.size):
        if number[c] > 0.0:
            share[c] /= number[c]


@compiled
def influence_owners(  # pragma: no cover - compiled
    open: Codes,
    place: Codes,
    member: Codes,
    peers: float,
    home: float,
    owner_mean: Floats,
    place_mean: Floats,
    taught: Floats,
    audience: tuple[int, int],
    openness: float,
    speed: float,
    learning: Floats,
) -> None:
    """Move the components of the open owners on by one step: their peers are the other owners of the place,
    their `audience` is that of owners or, of members, the second (E1).
    """
    for f in range(open.size):
        if open[f]:
            c, kind = place[f], audience[int(member[f] == 1)]
            for d in range(5):
                heard = (peers * owner_mean[c, d] + home * place_mean[c, d]) / (peers + home)
                learning[f, d] = social_learning.friedkin_johnsen(
                    learning[f, d], heard, taught[c, kind, d], openness, speed
                )


@compiled
def able_founders(  # pragma: no cover - compiled
    rows: Rows,
    key: np.uint64,
    most: float,
    born_from: float,
    born_until: float,
    master_skill: float,
    master_months: float,
    id: Ints,
    birth: Months,
    skill: Floats,
    practice: Months,
    able: Rows,
) -> int:
    """Fill `able` with the masters among `rows`, born in the months in which those are who dare to found a
    firm, whose lot is below the chance that any of them has at `most` (E7-f).
    """
    count = 0
    for k in range(rows.size):
        fetch(id, rows[min(k + AHEAD, rows.size - 1)])
        i = rows[k]
        if uniform_one(key, id[i]) >= most:  # few are ever that lucky
            continue
        master = craft_skill.is_master(skill[i], practice[i], master_skill, master_months)
        if master and born_from <= birth[i] <= born_until:
            able[count] = i
            count += 1
    return count


@compiled
def go_online(  # pragma: no cover - compiled
    key: np.uint64,
    month: int,
    rows: Rows,
    employer: Links,
    birth: Months,
    id: Ints,
    owner_birth: Months,
    open: Codes,
    place: Codes,
    hazard: float,
    more: Floats,
    online: Codes,
) -> None:
    """Open firms begin to sell online with the chance `hazard`, and `more` (places,) by policy, where the
    owner or somebody on the staff, of the batik workers `rows`, is under thirty (E6).
    """
    would, asked = np.zeros(open.size, dtype=np.bool_), 0
    for f in range(open.size):
        if open[f] and online[f] == 0 and uniform_one(key, id[f]) < hazard + more[place[f]]:
            if month - owner_birth[f] < YOUNG_MONTHS:
                online[f] = 1
            else:
                would[f] = True
                asked += 1
    for k in range(rows.size if asked > 0 else 0):
        f = employer[rows[k]]
        if f >= 0 and would[f] and month - birth[rows[k]] < YOUNG_MONTHS:
            online[f] = 1


@compiled
def owner_sums(  # pragma: no cover - compiled
    month: int,
    kauman: int,
    open: Codes,
    place: Codes,
    birth: Months,
    order_only: Codes,
    online: Codes,
    member: Codes,
    staff: Months,
    out: Floats,
) -> None:
    """Add the open firms to `out` (places, len(OWNER)), zeros before; `kauman` is a place told apart, or
    -1.
    """
    for f in range(open.size):
        if open[f]:
            c, hands = place[f], staff[f, 0] + staff[f, 1]
            out[c, 0] += 1.0
            out[c, 1] += (month + 1 - birth[f]) / 12.0
            out[c, 2] += order_only[f]
            out[c, 3] += online[f]
            out[c, 4] += member[f]
            out[c, 5] += hands
            if c == kauman:
                out[c, 6] += 1.0
                out[c, 7] += hands


@compiled
def survey(  # pragma: no cover - compiled
    key: np.uint64,
    open: Codes,
    member: Codes,
    place: Codes,
    id: Ints,
    learning: Floats,
    organised: Bools,
    alone: Floats,
    effect: float,
    out: Floats,
) -> None:
    """Add what the owners reply who are members of `organised` places, and their number, to `out` (places,
    len(REPLIES)), zeros before; `alone` (places, 5) is what they would know without the cluster (E1).
    """
    for f in range(open.size):
        c = place[f]
        if open[f] == 1 and member[f] == 1 and organised[c]:
            yes, no, unknown = answers(learning[f], alone[c], uniform_one(key, id[f]), effect)
            out[c, 0] += yes
            out[c, 1] += no
            out[c, 2] += unknown
            out[c, 3] += 1.0
