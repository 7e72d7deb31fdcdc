"""Compiled passes that move people between stages and jobs, and tell who does not stay this month.

They take rows of people, write into the columns they are given, fill buffers that are large enough and return
how many entries of those they filled.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import SETTLING_MONTHS, YOUNG_MONTHS
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.scan import BATIK, GARMENT, OWNER
from batiksim.kernels.streams import uniform_one
from batiksim.rules import lifecycle, orders, social_learning


@compiled
def enter_stage(  # pragma: no cover - compiled
    rows: Rows,
    new: int,
    month: int,
    stage: Codes,
    search: Months,
    place: Codes,
    birth: Months,
    came: Floats,
    came_young: Floats,
    gone: Floats,
    left: Rows,
) -> tuple[int, int]:
    """Move `rows` to the stage `new`; count by place who comes to batik, those under thirty, and who goes.

    Fills `left` with those who give up batik or a firm; returns how many, and how many more do garment work.
    """
    number = garment = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(stage, ahead)
        fetch(place, ahead)
        fetch(search, ahead)
        i = rows[k]
        now, c = stage[i], place[i]
        if new == BATIK:
            came[c] += now != BATIK
            came_young[c] += now != BATIK and month - birth[i] < YOUNG_MONTHS
        else:
            gone[c] += now == BATIK
            if now in (BATIK, OWNER):
                left[number] = i
                number += 1
        garment += int(new == GARMENT) - int(now == GARMENT)
        stage[i] = new
        search[i] = 0
    return number, garment


@compiled
def end_jobs(  # pragma: no cover - compiled
    rows: Rows,
    laid_off_in: int,
    employer: Links,
    group: Codes,
    tier: Codes,
    rate: Floats,
    search: Months,
    staff: Months,
    laid_off_by: Links,
    laid_off: Ints,
) -> None:
    """End the jobs of `rows`; `staff` (owners, groups). In a month from 0 on employers remember whom to call
    back (E7-r).
    """
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(tier, ahead)
        fetch(rate, ahead)
        fetch(search, ahead)
        i = rows[k]
        f = employer[i]
        if f >= 0:
            staff[f, group[i]] -= 1
            if laid_off_in >= 0:
                laid_off_by[i], laid_off[i] = f, laid_off_in
        employer[i] = -1
        tier[i] = -1
        rate[i] = 0.0
        search[i] = 0


@compiled
def split_other(  # pragma: no cover - compiled
    rows: Rows, month: int, group: Codes, birth: Months, practice: Months, home: Rows, other: Rows
) -> int:
    """Who of `rows` turns to the home, former hand workers of 35 and more, and who to other work; returns how
    many are at home.
    """
    at_home = elsewhere = 0
    for i in rows:
        if group[i] == 0 and month - birth[i] >= SETTLING_MONTHS and practice[i] > 0:
            home[at_home] = i
            at_home += 1
        else:
            other[elsewhere] = i
            elsewhere += 1
    return at_home


@compiled
def still_in(rows: Rows, stage: Codes, kept: Rows, wanted: int) -> int:  # pragma: no cover - compiled
    """Fill `kept` with those of `rows` who are in one stage."""
    count = 0
    for i in rows:
        if stage[i] == wanted:
            kept[count] = i
            count += 1
    return count


@compiled
def separations(  # pragma: no cover - compiled
    rows: Rows,
    key: np.uint64,
    id: Ints,
    employer: Links,
    search: Months,
    patience: float,
    staff: Months,
    small: float,
    of_small: float,
    of_large: float,
    contract_key: np.uint64,
    contract: float,
    tired: Rows,
    ending: Rows,
    lucky: Rows,
    kept: Rows,
) -> tuple[int, int, int]:
    """Batik workers `rows` who have searched for so many months that they give up, those whose jobs end by
    chance, which is another in `small` firms and in larger ones (E7), and those who may win a direct
    contract, which is what the most empowered do with the chance `contract` (E1-e); returns how many each.
    Fills `kept` with those who do not give up.
    """
    gives_up = ends = may_win = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(id, ahead)
        i = rows[k]
        if employer[i] < 0:
            search[i] += 1
            if search[i] >= patience:
                tired[gives_up] = i
                gives_up += 1
                continue
        else:
            hands = staff[employer[i], 0] + staff[employer[i], 1]
            if uniform_one(key, id[i]) < lifecycle.separation(hands, small, of_small, of_large):
                ending[ends] = i
                ends += 1
            elif uniform_one(contract_key, id[i]) < contract:  # few are ever that lucky
                lucky[may_win] = i
                may_win += 1
        kept[k - gives_up] = i
    return gives_up, ends, may_win


@compiled
def slack(  # pragma: no cover - compiled
    rows: Rows,
    employer: Links,
    group: Codes,
    load: Floats,
    staff: Months,
    open: Codes,
    least: float,
    excess: Floats,
    found: Rows,
) -> int:
    """Count the workers beyond those whom firms can give the least days in `excess` (owners, groups), and
    fill `found` with everybody of those desks (E6).
    """
    most = 0.0
    for f in range(open.size):
        for g in range(2):
            carried = orders.staff_carried(load[f, g], least)
            excess[f, g] = max(staff[f, g] - carried, 0.0) * open[f]
            most = max(most, excess[f, g])
    count = 0
    for k in range(rows.size if most > 0.0 else 0):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(group, ahead)
        i = rows[k]
        if employer[i] >= 0 and excess[employer[i], group[i]] > 0.0:
            found[count] = i
            count += 1
    return count


@compiled
def direct_contracts(  # pragma: no cover - compiled
    rows: Rows, key: np.uint64, most: float, id: Ints, tier: Codes, learning: Floats, won: Rows
) -> int:
    """Those of the `rows` who leave their brokers for direct contracts, as they are empowered (E1-e)."""
    count = 0
    for i in rows:
        if tier[i] > 0:
            known = learning[i]
            empowered = social_learning.empowerment(known[0], known[1], known[2], known[3], known[4])
            if uniform_one(key, id[i]) < social_learning.contract_chance(empowered, most):
                tier[i] = 0
                won[count] = i
                count += 1
    return count
