"""Compiled passes of the labour market: posts open, people are called back, applicants meet posts (E6, E7).

They fill buffers that are large enough and return how many entries of those they filled.
"""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import Group
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.late import LATE_ID, LATE_SERIALS
from batiksim.kernels.scan import BATIK, GARMENT, HOME, OTHER, SEEKING
from batiksim.kernels.streams import uniform_one
from batiksim.rules import contracts, craft_skill, orders
from batiksim.rules.either import within

HAND = Group.HAND
_POST_ID = 1024
_BLOCK = 64  # people looked at at once for somebody who waits to be called back


@compiled
def open_posts(  # pragma: no cover - compiled
    key: np.uint64,
    wanted: Floats,
    offset: Floats,
    load: Floats,
    least: float,
    open: Codes,
    staff: Months,
    id: Ints,
    place: Codes,
    online: Codes,
    viable: Codes,
    brokered: float,
    more_brokered: Floats,
    direct: float,
    two_tier: float,
    more_two_tier: Floats,
    target: Months,
    posts: Months,
    posted: Floats,
    post: Ints,
) -> int:
    """Set the staff `target` (owners, groups) of firms, draw the contracts of what is missing of it, as far
    as this month can carry it, and open the posts that pay for themselves (E5, E6): owner, group and tier of
    each in the rows of `post` (3, n), desk by desk.

    `brokered` and `two_tier` shares of new contracts, and how many more (places,); `direct` what selling
    online takes off. Counts posts in `posts` (owners, groups) and adds to `posted` (places, groups).
    """
    count = 0
    for f in range(id.size):
        c = place[f]
        share = contracts.brokered_share(within(brokered + more_brokered[c], 0.0, 1.0), direct, online[f])
        for g in range(2):
            posts[f, g] = 0
            target[f, g] = int(orders.whole(wanted[f, g], offset[f, g])) * open[f]
            room = int(orders.staff_carried(load[f, g], least))
            for serial in range(min(target[f, g], room) - staff[f, g]):
                lot = uniform_one(key, id[f] * _POST_ID + g * (_POST_ID // 2) + serial)
                tier = contracts.tier(lot, share, within(two_tier + more_two_tier[c], 0.0, 1.0))
                if viable[f, g, tier] == 1:
                    post[0, count], post[1, count], post[2, count] = f, g, tier
                    posts[f, g] += 1
                    posted[c, g] += 1.0
                    count += 1
    return count


@compiled
def call_back(  # pragma: no cover - compiled
    month: int,
    months: float,
    key: np.uint64,
    id: Ints,
    laid_off_by: Links,
    laid_off: Ints,
    group: Codes,
    stage: Codes,
    employer: Links,
    open: Codes,
    target: Months,
    load: Floats,
    least: float,
    posts: Months,
    back: Rows,
    taken: Ints,
    lot: Floats,
) -> int:
    """Desks call those back whom they have laid off, by lot, until their `posts` (owners, groups) are taken;
    who is called comes. Fills `back` with them and `taken` with their posts, in the order of posts, of which
    there are as many as entries; forgets who does not wait any more (E7-r).

    The `months` in which she may be called do not begin before this month's `load` keeps busy the staff
    `target` of her desk (owners, groups). `lot` (posts,) holds those of the ones called.
    """
    first, number = np.empty(posts.shape, dtype=np.int64), 0
    for f in range(len(posts)):
        for g in range(2):
            first[f, g] = number
            number += posts[f, g]
    for post in range(number):
        back[post] = -1
    for block in range(0, laid_off_by.size, _BLOCK):
        end, somebody = min(block + _BLOCK, laid_off_by.size), 0
        for i in range(block, end):  # several at a time, as long as there is no branch and no negative row
            somebody |= laid_off_by[np.uint64(i)] >= 0
        for i in range(block if somebody else end, end):
            f, g = laid_off_by[i], group[i]
            if f < 0:
                continue
            if target[f, g] > orders.staff_carried(load[f, g], least):
                laid_off[i] = max(laid_off[i], month - 1)
            now, since = stage[i], month - laid_off[i]
            free = now in (SEEKING, OTHER, HOME) or (now == BATIK and employer[i] < 0)
            if not (free and open[f] == 1 and since <= months):
                laid_off_by[i] = -1
            elif since > 0 and posts[f, g] > 0:
                # Her place is before those with higher lots, the last of whom may lose hers.
                own, at = uniform_one(key, id[i]), first[f, g] + posts[f, g]
                while at > first[f, g] and (back[at - 1] < 0 or lot[at - 1] > own):
                    at -= 1
                    if at + 1 < first[f, g] + posts[f, g]:
                        back[at + 1], lot[at + 1] = back[at], lot[at]
                if at < first[f, g] + posts[f, g]:
                    back[at], lot[at] = i, own
    count = 0
    for post in range(number):
        if back[post] >= 0:
            back[count], taken[count] = back[post], post
            laid_off_by[back[count]] = -1
            count += 1
    return count


@compiled
def list_posts(  # pragma: no cover - compiled
    post: Ints,
    taken: Ints,
    place: Codes,
    block: Ints,
    entry: float,
    mean_worth: Floats,
    rate: Floats,
    piece: Floats,
    vacancies: Floats,
    within_reach: Ints,
    first_post: Ints,
    listed: Ints,
    about: Floats,
) -> int:
    """List the posts of `post` (3, n) that are not `taken`, urn by urn, in `listed` (3, n) (E6).

    Counts `vacancies` (places, groups), and those `within_reach` with the number of the first. `about` (3, n)
    is what a newcomer's pay is made of: posted rate, worth at `entry` over that of the staff, exponent (E5).
    """
    left, start = np.empty(post.shape[1], dtype=np.bool_), np.zeros(2 * len(block) + 1, dtype=np.int64)
    for k in range(left.size):
        left[k] = True
    for k in taken:
        left[k] = False
    for k in range(post.shape[1]):
        if left[k]:
            c, g = place[post[0, k]], post[1, k]
            vacancies[c, g] += 1.0
            start[2 * block[c] + g + 1] += 1
    for urn in range(2 * len(block)):
        start[urn + 1] += start[urn]
    for c in range(len(block)):
        for g in range(2):
            urn = 2 * block[c] + g
            within_reach[c, g], first_post[c, g] = start[urn + 1] - start[urn], start[urn]
    for k in range(post.shape[1]):
        if left[k]:
            f, g, tier = post[0, k], post[1, k], post[2, k]
            urn = 2 * block[place[f]] + g
            at = start[urn]
            start[urn] += 1
            listed[0, at], listed[1, at], listed[2, at] = f, g, tier
            about[0, at], about[1, at], about[2, at] = rate[f, g, tier], entry / mean_worth[f, g], piece[g]
    return start[2 * len(block)]


@compiled
def known_pay(  # pragma: no cover - compiled
    listed: Ints, pay: Floats, place: Codes, vacancies: Floats, posted_rate: Floats
) -> None:
    """Mean `pay` of the posts `listed` by place and task group; of all places where there are none (E3)."""
    for c in range(len(vacancies)):
        posted_rate[c, 0] = posted_rate[c, 1] = 0.0
    for k in range(pay.size):
        posted_rate[place[listed[0, k]], listed[1, k]] += pay[k]
    for g in range(2):
        total = number = 0.0
        for c in range(len(vacancies)):
            total += posted_rate[c, g]
            number += vacancies[c, g]
        for c in range(len(vacancies)):
            if vacancies[c, g] > 0.0:
                posted_rate[c, g] /= vacancies[c, g]
            else:
                posted_rate[c, g] = total / max(number, 1.0)


@compiled
def start_jobs(  # pragma: no cover - compiled
    rows: Rows,
    owner: Rows,
    new_tier: Rows,
    month: int,
    entry: float,
    family: float,
    master_skill: float,
    master_months: float,
    unskilled: float,
    reference: float,
    stage: Codes,
    employer: Links,
    tier: Codes,
    hired: Months,
    search: Months,
    group: Codes,
    parent: Codes,
    practice: Months,
    skill: Floats,
    place: Codes,
    rate: Floats,
    mean_worth: Floats,
    fine: Floats,
    piece: Floats,
    staff: Months,
    filled: Floats,
    newcomers: Rows,
    terms: Floats,
) -> int:
    """Give `rows` jobs with these owners, in `place` (owners,), through so many brokers; novices bring the
    skill of E4. Fills `newcomers` with those who are not in batik yet, whose stage the caller settles, and
    `terms` (4, n) with what their pay is made of, as `pay.terms` does, and the worth of their own work (E5).
    """
    count = 0
    for k in range(rows.size):
        i, f, t = rows[k], owner[k], new_tier[k]
        g = group[i]
        employer[i], tier[i], hired[i], search[i] = f, t, month, 0
        skill[i] = craft_skill.at_entry(skill[i], practice[i], parent[i], entry, family)
        staff[f, g] += 1
        filled[place[f], g] += 1.0
        master = craft_skill.is_master(skill[i], practice[i], master_skill, master_months)
        better = contracts.better_with(fine[place[f]], master and g == HAND)
        terms[0, k], terms[1, k], terms[2, k] = rate[f, g, t], mean_worth[f, g], piece[g]
        terms[3, k] = contracts.output(skill[i], unskilled, reference) * better
        if stage[i] != BATIK:
            newcomers[count] = i
            count += 1
    return count


@compiled
def urn_ball(vacancy: Ints, priority: Ints, queue: Floats) -> Rows:  # pragma: no cover - compiled
    """Indices of the applicants who are hired; `vacancy` is the one each drew (-1: none to draw).

    Among those who drew the same vacancy the lowest `priority` wins, then the lowest `queue` number.
    With U = V the expected number hired is V (1 - (1 - 1/V)^U). Hired are told by vacancy.
    """
    posts = hired = 0
    for drawn in vacancy:
        posts = max(posts, drawn + 1)
    winner = np.empty(posts, dtype=np.int64)
    for post in range(posts):
        winner[post] = -1
    for k in range(vacancy.size):
        if vacancy[k] >= 0:
            first = winner[vacancy[k]]
            if (
                first < 0
                or priority[k] < priority[first]
                or (priority[k] == priority[first] and queue[k] < queue[first])
            ):
                hired += first < 0
                winner[vacancy[k]] = k
    found = np.empty(hired, dtype=np.int64)
    hired = 0
    for one in winner:
        if one >= 0:
            found[hired] = one
            hired += 1
    return found


@compiled
def fill_posts(  # pragma: no cover - compiled
    batik: Rows,
    choosers: Rows,
    late: Ints,
    first: Ints,
    employer: Links,
    id: Ints,
    home: Codes,
    group: Codes,
    keys: Ints,
    commuting: float,
    typical: float,
    nearby: int,
    nearest: Ints,
    within_reach: Ints,
    first_post: Ints,
    applicants: Floats,
    hired: Ints,
    posts: Ints,
) -> tuple[int, int]:
    """Let each applicant draw one post of the block in which she looks, if there is one, and fill `hired`
    with who gets hers and `posts` with which that is (E6).

    First come the workers of `batik` without an employer, then `choosers`, then the `late` ones, of whom
    there are only the identities, from `first` on of each place. She looks at home, or with the chance
    `commuting` in one of the `nearby` places; where that block has no post for her, in the block of the next
    place. `keys` (5,) of whether, where, which, who is first in the queue, and the task of late ones, who
    with the chance `typical` do the work usual for their sex; `applicants` counts. Returns how many are hired
    who are followed already, told by row, and how many with the late ones after them, told by identity.
    """
    searching, rows = 0, np.empty(batik.size + choosers.size, dtype=np.int64)
    for k in range(batik.size):
        fetch(employer, batik[min(k + AHEAD, batik.size - 1)])
        if employer[batik[k]] < 0:
            rows[searching] = batik[k]
            searching += 1
    known = searching + choosers.size
    queue = np.empty(known + late.size)
    drawn, priority = np.empty(queue.size, dtype=np.int64), np.empty(queue.size, dtype=np.int64)
    for k in range(choosers.size):
        rows[searching + k] = choosers[k]
    for k in range(known + late.size):
        if k < known:
            who, c, g = id[rows[k]], np.int64(home[rows[k]]), np.int64(group[rows[k]])
        else:
            who, c = late[k - known], np.int64(0)
            while not 0 <= who - first[c] < LATE_ID:
                c += 1
            sex = who // LATE_SERIALS % 2
            g = sex if uniform_one(keys[4], who) < typical else 1 - sex
        priority[k], queue[k] = k >= searching, uniform_one(keys[3], who)
        if uniform_one(keys[0], who) < commuting:
            c = nearest[c, int(uniform_one(keys[1], who) * nearby)]
        if within_reach[c, g] == 0:
            for onward in nearest[c]:
                if within_reach[onward, g] > 0:
                    c = onward
                    break
        there = within_reach[c, g]
        drawn[k] = first_post[c, g] + int(uniform_one(keys[2], who) * there) if there > 0 else -1
        applicants[c, g] += 1.0
    winners = urn_ball(drawn, priority, queue)
    followed = number = 0
    for begin in range(2):
        for k in winners:
            if begin == (k >= known):
                hired[number] = rows[k] if k < known else late[k - known]
                posts[number] = drawn[k]
                number += 1
                followed += k < known
    return followed, number


@compiled
def queue_up(  # pragma: no cover - compiled
    rows: Rows, key: np.uint64, id: Ints, stage: Codes, queue: Rows, lot: Floats, start: Ints
) -> int:
    """Fill `queue` with those of `rows` who do no garment work yet, the lowest `lot` first; returns how many.

    Lots fall evenly from 0 to 1, so each finds her place near where she is put first. `lot` holds zeros
    before, and `start` has four entries more than `rows`: where as many parts of the queue begin.
    """
    count, parts = 0, rows.size + 1
    for k in range(start.size):
        start[k] = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(stage, ahead)
        fetch(id, ahead)
        if stage[rows[k]] != GARMENT:
            start[int(uniform_one(key, id[rows[k]]) * parts) + 2] += 1
            count += 1
    for part in range(2, start.size):
        start[part] += start[part - 1]
    for i in rows:
        if stage[i] != GARMENT:
            own = uniform_one(key, id[i])
            part = int(own * parts) + 1
            at = start[part]
            start[part] += 1
            while at > 0 and lot[at - 1] > own:
                queue[at], lot[at] = queue[at - 1], lot[at - 1]
                at -= 1
            queue[at], lot[at] = i, own
    return count


@compiled
def unfilled(  # pragma: no cover - compiled
    place: Codes,
    target: Months,
    block: Ints,
    posted: Floats,
    filled: Floats,
    open_posts: Floats,
    loss: float,
    level: Floats,
    left: Floats,
    share: Floats,
    flows: Floats,
) -> None:
    """Posts `left` open, the `share` of the staff wanted that has been so for more than a month, block by
    block, and the `level` of orders that it leaves, all (places, groups) (E6).

    `open_posts` were open before. Adds to `flows` (5, places): posts, filled, left, unfilled, staff wanted.
    """
    places = len(block)
    sums, wanted = np.zeros((4, places, 2)), np.zeros((places, 2))
    for f in range(place.size):
        for g in range(2):
            wanted[place[f], g] += target[f, g]
    for c in range(places):
        for g in range(2):
            left[c, g] = posted[c, g] - filled[c, g]
            sums[0, block[c], g] += open_posts[c, g]
            sums[1, block[c], g] += posted[c, g]
            sums[2, block[c], g] += left[c, g]
            sums[3, block[c], g] += wanted[c, g]
    for c in range(places):
        for g in range(2):
            b = block[c]
            long = orders.long_open(sums[0, b, g], sums[1, b, g], sums[2, b, g])
            share[c, g] = long / sums[3, b, g] if sums[3, b, g] > 0.0 else 0.0
            level[c, g] *= orders.demand_left(share[c, g], loss)
        flows[0, c] += posted[c, 0] + posted[c, 1]
        flows[1, c] += filled[c, 0] + filled[c, 1]
        flows[2, c] += left[c, 0] + left[c, 1]
        flows[3, c] += share[c, 0] * wanted[c, 0] + share[c, 1] * wanted[c, 1]
        flows[4, c] += wanted[c, 0] + wanted[c, 1]
