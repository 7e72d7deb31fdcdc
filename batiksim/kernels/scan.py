"""Compiled passes over everybody: who thinks again this month, and what the places look like at its end.

They read people one after the other, where a numpy expression would read all of them once per operation.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import Group, Stage
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.observed_learning import make_known
from batiksim.kernels.streams import fill_uniform, uniform_one
from batiksim.rules import craft_skill

_HAND = Group.HAND
SCHOOL, SEEKING, BATIK, GARMENT, OTHER, HOME, OWNER, RETIRED = Stage


@compiled
def rows_between(first: Ints, stop: Ints) -> Rows:  # pragma: no cover - compiled
    """Whole numbers from `first[c]` up to, without, `stop[c]`, one place c after the other."""
    count = 0
    for c in range(first.size):
        count += max(stop[c] - first[c], 0)
    found = np.empty(count, dtype=np.int64)
    count = 0
    for c in range(first.size):
        for i in range(first[c], stop[c]):
            found[count] = i
            count += 1
    return found


@compiled
def choosers(  # pragma: no cover - compiled
    key: np.uint64,
    month: int,
    spans: Ints,
    older: Rows,
    ids: Ints,
    stage: Codes,
    employer: Links,
    leaves_school: Months,
    hazards: tuple[float, float, float],
    lots: Floats,
    found: Rows,
) -> int:
    """Fill `found` with the people who choose this month: school leavers, seekers, and whoever reconsiders
    (E3); returns how many.

    `spans` (places, 3): rows of 25-34 from the first to the second number, of 15-24 from there to the third;
    `hazards`: chance of a month to reconsider for either and for `older`. Batik workers without an employer
    do not choose. `lots` is room for a number each of the longest span.
    """
    count = 0
    for c in range(spans.shape[0]):
        for half in range(2):
            first, stop = spans[c, half], spans[c, half + 1]
            # Several at a time, because nothing else goes on meanwhile.
            fill_uniform(key, ids[first:stop], lots)
            for i in range(first, stop):
                now = stage[i]
                chooses = (now == SEEKING) | ((now == SCHOOL) & (leaves_school[i] <= month))
                if lots[i - first] < hazards[half] and now != SCHOOL:
                    chooses = now <= HOME and (now != BATIK or employer[i] >= 0)
                found[count] = i  # and the next one over her, if she does not
                count += chooses
    for i in older:
        now = stage[i]
        chooses = employer[i] >= 0 if now == BATIK else GARMENT <= now <= HOME
        if now == SEEKING or (chooses and uniform_one(key, ids[i]) < hazards[2]):
            found[count] = i
            count += 1
    return count


@compiled
def sort_out(  # pragma: no cover - compiled
    thinking: Rows,
    rows: Rows,
    present: Ints,
    chosen: Ints,
    stage: Codes,
    search: Months,
    leavers: Rows,
    moves: Rows,
) -> tuple[int, int, int, int]:
    """Count another month for those of `thinking` who seek, fill `leavers` with those at school, and the rows
    of `moves` (3, n) with those of `rows` who go to batik, factories, other work; returns how many of each.
    """
    count = batik = garment = other = 0
    for i in thinking:
        if stage[i] == SEEKING:
            search[i] += 1
        elif stage[i] == SCHOOL:
            leavers[count] = i
            count += 1
    for k in range(rows.size):
        if chosen[k] != present[k]:
            if chosen[k] == 0:
                moves[0, batik] = rows[k]
                batik += 1
            elif chosen[k] == 1:
                moves[1, garment] = rows[k]
                garment += 1
            elif chosen[k] == 2:
                moves[2, other] = rows[k]
                other += 1
    return count, batik, garment, other


@compiled
def interests(  # pragma: no cover - compiled
    rows: Rows,
    key: np.uint64,
    id: Ints,
    place: Codes,
    parent: Codes,
    pull: Floats,
    vertical: float,
    vertical_against: float,
    interest: Codes,
    turned: Floats,
    cares: Floats,
) -> None:
    """Draw the interest of those who turned fifteen (E2); count them and who cares by place."""
    for i in rows:
        c = place[i]
        chance = craft_skill.interest_probability(parent[i] > 0, pull[c], vertical, vertical_against)
        interest[i] = uniform_one(key, id[i]) < chance
        turned[c] += 1.0
        cares[c] += interest[i]


@compiled
def losers(  # pragma: no cover - compiled
    key: np.uint64, spans: Ints, ids: Ints, stage: Codes, hazards: Floats, lots: Floats, found: Rows
) -> int:
    """Fill `found` with the rows of the young whose work ends this month by chance (E3-s); returns how many.

    `hazards` (2, stages): chance of a month for 25-34 and for 15-24, by what they do; `spans` and `lots` as
    in `choosers`.
    """
    count, most = 0, 0.0
    for half in range(2):
        for doing in range(hazards.shape[1]):
            most = max(most, hazards[half, doing])
    for c in range(spans.shape[0]):
        for half in range(2):
            first, stop = spans[c, half], spans[c, half + 1]
            fill_uniform(key, ids[first:stop], lots)
            for i in range(first, stop):
                # Most are through by the highest chance, whatever they do.
                if lots[i - first] < most and lots[i - first] < hazards[half, np.uint8(stage[i])]:
                    found[count] = i
                    count += 1
    return count


@compiled
def hand_masters(  # pragma: no cover - compiled
    rows: Rows,
    employer: Links,
    group: Codes,
    skill: Floats,
    practice: Months,
    firm_place: Codes,
    region: Ints,
    skill_needed: float,
    months_needed: float,
    found: Floats,
) -> None:
    """Add the masters of hand work among `rows` who have an employer to `found` (regions,), by the region of
    the firm.
    """
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(group, ahead)
        fetch(skill, ahead)
        fetch(practice, ahead)
        i = rows[k]
        master = craft_skill.is_master(skill[i], practice[i], skill_needed, months_needed)
        if master and group[i] == _HAND and employer[i] >= 0:
            found[region[firm_place[employer[i]]]] += 1.0


@compiled
def look_round(  # pragma: no cover - compiled
    spans: Ints,
    older: Rows,
    born_after: int,
    place: Codes,
    birth: Months,
    learning: Floats,
    stage: Codes,
    schooling: Codes,
    interest: Codes,
    heard: Ints,
    stages: Ints,
    active: Floats,
    mean: Floats,
) -> None:
    """Look once at everybody: count them into `stages` (under 25, 25-34 or older, places, stages, schooling,
    interest no or yes), and those who are `active` by place; set the `mean` components (places, 5) of the
    young and of older batik workers; make what all of them know known in `heard`.

    `spans` (places, 3): rows of 25-34 from the first to the second number, of 15-24 from there to the third.
    The `older` are active if they were born after a month. `stages` and `active` are zeros before. Nobody
    compares herself with the late entrants past `heard`.
    """
    elders, number, known = np.zeros(mean.shape), np.zeros(len(mean)), heard.shape[0] - 1
    for c in range(spans.shape[0]):
        t0 = t1 = t2 = t3 = t4 = 0.0
        at_school = 0
        for half in range(2):
            seen = stages[1 - half, c]
            for i in range(spans[c, half], spans[c, half + 1]):
                now = np.uint8(stage[i])
                seen[now, np.uint8(schooling[i]), np.uint8(interest[i] == 1)] += 1
                at_school += now == SCHOOL
                make_known(heard, i, learning[i])
                t0 += learning[i, 0]
                t1 += learning[i, 1]
                t2 += learning[i, 2]
                t3 += learning[i, 3]
                t4 += learning[i, 4]
        mean[c, 0], mean[c, 1], mean[c, 2], mean[c, 3], mean[c, 4] = t0, t1, t2, t3, t4
        number[c] = spans[c, 2] - spans[c, 0]
        active[c] = number[c] - at_school
    for i in older:
        c, now = place[i], stage[i]
        stages[2, c, now, schooling[i], np.int64(interest[i] == 1)] += 1
        active[c] += birth[i] > born_after and now != HOME and now != RETIRED
        if now == BATIK:
            number[c] += 1.0
            for d in range(5):
                elders[c, d] += learning[i, d]
        if i < known:
            make_known(heard, i, learning[i])
    for c in range(len(mean)):
        for d in range(5):
            mean[c, d] = (mean[c, d] + elders[c, d]) / max(number[c], 1.0)
