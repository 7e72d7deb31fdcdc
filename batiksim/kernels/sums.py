"""Compiled passes that turn people into sums by place and into ranks by row of the results.

A row of the results is a place or one of the groups after the last place: all, city, regency.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.arrays import Bools, Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import ADULT_MONTHS, SETTLING_MONTHS, Schooling, Stage, names
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.scan import BATIK, GARMENT, OTHER, OWNER, SEEKING
from batiksim.rules import craft_skill, social_learning

# What `worker_sums` tells of workers; the components of social learning follow from LEARNING on.
WORKER = (
    "workers", "workers_under_30", "workers_over_50", "workers_under_50", "workers_15_24",
    "workers_women", "workers_hand", "workers_stamp", "workers_age", "workers_skill", "workers_searching",
    "certified", "masters", "empowerment", "learning_information", "learning_skills", "learning_capital",
    "learning_bargaining", "learning_togetherness", "workers_hand_women", "workers_hand_men",
    "workers_stamp_women", "workers_stamp_men", "workers_33_45", "workers_practised_10",
    "masters_hand",
)  # fmt: skip
LEARNING = WORKER.index("learning_information")
TASKS = WORKER.index("workers_hand_women")
MASTERS_HAND = WORKER.index("masters_hand")
SURVEYED = WORKER.index("workers_33_45")  # as the study of Jenggot, 2016, grouped its workers
# Lower bounds of the age bands, years; the last band is open.
AGE_BANDS = tuple(range(15, 80, 5))
# What `worker_sums` tells of jobs; the last six describe women in hand work for the targets of 2011.
JOB = (
    "jobs", "jobs_direct", "jobs_brokered", "job_pay_over_umk", "job_rate_over_umk", "jobs_hand",
    "rate_hand", "rate_over_umk_hand", "jobs_stamp", "rate_stamp", "rate_over_umk_stamp", "hand_small",
    "hand_small_age", "hand_small_tenure", "hand_large", "hand_large_age", "hand_large_tenure",
)  # fmt: skip
HAND = JOB.index("hand_small")
RATE = JOB.index("jobs_hand")
# The young of 15-34 who want work, by age and by schooling: how many, and how many of them have none.
UNEMPLOYED = ("15_24", "25_34", *names(Schooling))
WITHOUT_WORK = tuple(f"unemployed_{who}" for who in UNEMPLOYED)
WANT_WORK = tuple(f"labour_force_{who}" for who in UNEMPLOYED)
PEOPLE = tuple(f"youth_{stage}" for stage in names(Stage))
# What `people_sums` tells of people by place.
COUNTED = (
    *PEOPLE, "youth", "youth_interested", "garment", "unemployed", *WITHOUT_WORK, *WANT_WORK,
)  # fmt: skip
YOUTH, WITHOUT, WANT = (COUNTED.index(name) for name in ("youth", WITHOUT_WORK[0], WANT_WORK[0]))
# Sets of workers whose pay is ranked.
SETS = ("all", "hand", "stamp", "direct", "brokered")


@compiled
def worker_sums(
    month: int,
    rows: Rows,
    place: Codes,
    birth: Months,
    sex: Codes,
    group: Codes,
    employer: Links,
    skill: Floats,
    practice: Months,
    certified: Months,
    learning: Floats,
    tier: Codes,
    hired: Months,
    rate: Floats,
    pay: Floats,
    master: tuple[float, float],
    umk: Floats,
    large: Bools,
    out: Floats,
    jobs: Floats,
    pays: Floats,
    ages: NDArray[np.int32],
) -> None:  # pragma: no cover - compiled
    """Sum the batik workers of `rows`, each at her place: all of them in `out` (places, len(WORKER)), those
    with an employer in `jobs` (places, len(JOB)), the pay of all in `pays` (places, len(TASK_PAY)), how many
    there are by sex and age in `ages` (places, 2, len(AGE_BANDS)); zeros before.

    Ages and tenures in years at the end of `month`; a master has skill and months of practice of at least
    `master`; `rate`, the pay of a full month, and `umk` (places,) in IDR a month; `large` (owners,) tells the
    firms that are not small. Whoever is younger or older than the bands counts in the nearest.
    """
    last = ages.shape[2] - 1
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(place, ahead)
        fetch(birth, ahead)
        fetch(sex, ahead)
        fetch(group, ahead)
        fetch(tier, ahead)
        fetch(practice, ahead)
        fetch(certified, ahead)
        fetch(hired, ahead)
        fetch(employer, ahead)
        fetch(skill, ahead)
        fetch(rate, ahead)
        fetch(pay, ahead)
        fetch(learning, ahead)
        i = rows[k]
        c, task = place[i], 2 * group[i] + sex[i]
        months = month + 1 - birth[i]
        age = months / 12.0
        ages[c, sex[i], min(max(months // 60 - 3, 0), last)] += 1
        out[c, 1] += age < 30.0
        out[c, 2] += age >= 50.0
        out[c, 4] += age < 25.0
        out[c, 8] += age
        out[c, 9] += skill[i]
        out[c, 10] += employer[i] < 0
        out[c, 11] += certified[i] >= month
        is_master = craft_skill.is_master(skill[i], practice[i], master[0], master[1])
        out[c, 12] += is_master
        out[c, MASTERS_HAND] += is_master and group[i] == 0
        for d in range(learning.shape[1]):
            out[c, LEARNING + d] += learning[i, d]
        out[c, 13] += social_learning.empowerment(
            learning[i, 0], learning[i, 1], learning[i, 2], learning[i, 3], learning[i, 4]
        )
        out[c, TASKS + task] += 1.0
        out[c, SURVEYED] += 33.0 <= age < 46.0
        out[c, SURVEYED + 1] += practice[i] > 120
        pays[c, task] += pay[i]
        if employer[i] >= 0:
            jobs[c, 2] += tier[i] > 0
            jobs[c, 3] += pay[i] / umk[c]
            first = RATE + 3 * group[i]
            jobs[c, first] += 1.0
            jobs[c, first + 1] += rate[i]
            jobs[c, first + 2] += rate[i] / umk[c]
            if task == 0:
                first = HAND + 3 * large[employer[i]]
                jobs[c, first] += 1.0
                jobs[c, first + 1] += age
                jobs[c, first + 2] += (month + 1 - hired[i]) / 12.0
    for c in range(len(out)):
        out[c, 5] = out[c, TASKS] + out[c, TASKS + 2]
        out[c, 6] = out[c, TASKS] + out[c, TASKS + 1]
        out[c, 7] = out[c, TASKS + 2] + out[c, TASKS + 3]
        out[c, 0] = out[c, 6] + out[c, 7]
        out[c, 3] = out[c, 0] - out[c, 2]
        jobs[c, 0] = jobs[c, RATE] + jobs[c, RATE + 3]
        jobs[c, 1] = jobs[c, 0] - jobs[c, 2]
        jobs[c, 4] = jobs[c, RATE + 2] + jobs[c, RATE + 5]


@compiled
def pay_sums(
    rows: Rows, stage: Codes, place: Codes, sex: Codes, group: Codes, pay: Floats, out: Floats
) -> None:  # pragma: no cover - compiled
    """Add what those of `rows` who left batik have earned this month to `out` (places, len(TASK_PAY)), each
    at her place, in the order of their rows; some are there twice.
    """
    left, count = np.empty(rows.size, dtype=np.int64), 0
    for i in rows:
        if pay[i] > 0.0 and stage[i] != BATIK:
            k = count
            while k > 0 and left[k - 1] > i:
                left[k] = left[k - 1]
                k -= 1
            left[k] = i
            count += 1
    for k in range(count):
        i = left[k]
        if k == 0 or left[k - 1] != i:
            out[place[i], 2 * group[i] + sex[i]] += pay[i]


@compiled
def people_sums(
    counts: Ints,
    share: float,
    settled_active: Floats,
    month: int,
    rows: Rows,
    employer: Links,
    birth: Months,
    place: Codes,
    schooling: Codes,
    out: Floats,
) -> None:  # pragma: no cover - compiled
    """Who there is and who has no work and wants some, `out` (places, len(COUNTED)), zeros before.

    `counts` as `State.stages`; without work are seekers, batik workers of `rows` between two jobs, and of the
    people of 35 and more who are only counted, `settled_active`, the `share` that losing and finding work
    leaves without.
    """
    for c in range(len(out)):
        for age in range(3):
            for stage in range(counts.shape[2]):
                working = stage in (BATIK, GARMENT, OTHER, OWNER)
                for school in range(3):
                    cares = counts[age, c, stage, school, 1]
                    number = counts[age, c, stage, school, 0] + cares
                    if age == 0:
                        out[c, stage] += number
                        out[c, YOUTH] += number
                        out[c, YOUTH + 1] += cares
                    if stage == GARMENT:
                        out[c, YOUTH + 2] += number
                    if stage == SEEKING:
                        out[c, YOUTH + 3] += number
                    if age < 2 and (stage == SEEKING or working):
                        without = number if stage == SEEKING else 0
                        out[c, WITHOUT + age] += without
                        out[c, WITHOUT + 2 + school] += without
                        out[c, WANT + age] += number
                        out[c, WANT + 2 + school] += number
    for i in rows:
        months = month + 1 - birth[i]
        if employer[i] < 0 and months < 60 * 12:
            c, age = place[i], int(months >= ADULT_MONTHS) + int(months >= SETTLING_MONTHS)
            out[c, YOUTH + 3] += 1.0
            if age < 2:
                out[c, WITHOUT + age] += 1.0
                out[c, WITHOUT + 2 + schooling[i]] += 1.0
    for c in range(len(out)):
        out[c, YOUTH + 3] += share * settled_active[c]


@compiled
def group_sums(
    block: Floats, places: int, measures: int, scale: float, region: Codes
) -> None:  # pragma: no cover - compiled
    """Bring the first `measures` of the rows of `places` to full scale, and add them up in the rows after the
    last place: all, and by `region` the city and the regency.
    """
    for c in range(places):
        for k in range(measures):
            block[c, k] /= scale
            block[places, k] += block[c, k]
            if region[c] < 2:
                block[places + 1 + region[c], k] += block[c, k]


@compiled(inline="always")
def _over(top: float, bottom: float) -> float:  # pragma: no cover - compiled
    return top / bottom if bottom != 0.0 else np.nan


@compiled
def compare(
    block: Floats,
    places: int,
    listed: Rows,
    listed_staff: float,
    first: int,
    pay: int,
    owner: int,
    worker: int,
    firms: int,
    staff: int,
) -> None:  # pragma: no cover - compiled
    """Comparisons between rows or of flows with stocks, which no sum over places or months can give, in three
    columns of `block` from `first` on: pay of the city over that of the regency, in the row of all; what an
    owner earns over what a worker does; the part of the places `listed` in their staff. NaN where undefined.
    """
    for row in range(block.shape[0]):
        an_owner = _over(block[row, owner], block[row, firms])
        a_worker = _over(block[row, worker], block[row, staff])
        block[row, first] = block[row, first + 2] = np.nan
        block[row, first + 1] = _over(an_owner, a_worker)
    block[places, first] = _over(block[places + 1, pay], block[places + 2, pay])
    for row in listed:
        block[row, first + 2] = _over(block[row, staff], listed_staff)


@compiled
def put_in_order(
    values: Floats, order: Rows, other: Rows, start: Ints
) -> None:  # pragma: no cover - compiled
    """Fill `order` with what sorts `values`, none of them negative or NaN, ties by position.

    A radix sort of whole numbers (IDR), four times as fast here as a comparison sort, leaves few to move.
    `other`, as long as `values`, and `start` (2049,) are room.
    """
    n = values.size
    for k in range(n):
        order[k] = k
    for digit in range(0, 33, 11):
        for d in range(start.size):
            start[d] = 0
        for k in range(n):
            start[(_whole(values[k]) >> digit & 2047) + 1] += 1
        for d in range(1, start.size):
            start[d] += start[d - 1]
        for k in range(n):
            d = _whole(values[order[k]]) >> digit & 2047
            other[start[d]] = order[k]
            start[d] += 1
        for k in range(n):
            order[k] = other[k]
    for k in range(1, n):
        one, place = order[k], k
        while place > 0 and values[order[place - 1]] > values[one]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = one


@compiled(inline="always")
def _whole(value: float) -> int:  # pragma: no cover - compiled
    return int(min(value, 2.0**33 - 1.0))


@compiled
def rank_pay(
    workers: Rows,
    employer: Links,
    pay: Floats,
    place: Codes,
    group: Codes,
    tier: Codes,
    region: Codes,
    umk: Floats,
    out: Floats,
) -> None:  # pragma: no cover - compiled
    """Medians of pay over the minimum wage, medians of pay, and the Gini coefficient of pay, by row of `out`,
    among those of `workers` who have an employer.

    `out` (places + 3, 2 len(SETS) + 1): its rows are the places, then all, city, regency; NaN where nobody
    is. `umk` (places,) is one number a `region`, so within a place and a region one order does for both
    medians, and over all regions a median is looked for in the lists of the regions. Gini of n sorted values
    x_1 .. x_n: 2 sum i x_i / (n sum x) - (n + 1) / n.
    """
    places, sets, regions = umk.size, len(SETS), 1
    for c in range(places):
        regions = max(regions, int(region[c]) + 1)
    # Of those with an employer: pay, and place, group and tier in one number.
    earned, kind = np.empty(workers.size), np.empty(workers.size, dtype=np.int64)
    of_place, n = np.zeros((places, sets), dtype=np.int64), 0
    for k in range(workers.size):
        ahead = workers[min(k + AHEAD, workers.size - 1)]
        fetch(employer, ahead)
        fetch(tier, ahead)
        fetch(place, ahead)
        fetch(group, ahead)
        fetch(pay, ahead)
        i = workers[k]
        if employer[i] >= 0:
            brokered = np.int64(tier[i] > 0)
            of_place[place[i], 0] += 1
            of_place[place[i], 1 + group[i]] += 1
            of_place[place[i], 3 + brokered] += 1
            earned[n], kind[n] = pay[i], 4 * np.int64(place[i]) + 2 * np.int64(group[i]) + brokered
            n += 1
    order, other = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    put_in_order(earned[:n], order, other, np.empty(2049, dtype=np.int64))
    of_region, wage, even = np.zeros((regions, sets), dtype=np.int64), np.zeros(regions), np.zeros(regions)
    for c in range(places):
        for s in range(sets):
            of_region[region[c], s] += of_place[c, s]
        wage[region[c]] = umk[c]
    # What is earned in one region and set lies together in `found`, in its order.
    begins, free = np.zeros((regions, sets), dtype=np.int64), np.zeros((regions, sets), dtype=np.int64)
    ends = np.zeros((regions, sets), dtype=np.int64)
    total = 0
    for r in range(regions):
        even[r] = 1.0
        for s in range(sets):
            begins[r, s] = free[r, s] = total
            total += of_region[r, s]
            ends[r, s] = total
    found = np.empty(total)
    seen, middle = np.zeros((places, sets), dtype=np.int64), np.zeros((places, 2 * sets))
    rows = places + 1 + regions
    sums = np.zeros((3, rows))  # number, pay, pay times rank
    for one in order:
        x, own_group, own_tier = earned[one], 1 + (kind[one] >> 1 & 1), 3 + (kind[one] & 1)
        home = kind[one] >> 2
        part = np.int64(region[home])
        for s in (0, own_group, own_tier):
            found[free[part, s]] = x
            free[part, s] += 1
            seen[home, s] += 1
            if seen[home, s] == (of_place[home, s] + 1) // 2:
                middle[home, s] = x
            if seen[home, s] == of_place[home, s] // 2 + 1:
                middle[home, sets + s] = x
        for row in (home, places, places + 1 + part):
            sums[0, row] += 1.0
            sums[1, row] += x
            sums[2, row] += sums[0, row] * x
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] = np.nan
    for s in range(sets):
        for c in range(places):
            if of_place[c, s]:
                out[c, sets + s] = 0.5 * (middle[c, s] + middle[c, sets + s])
                out[c, s] = out[c, sets + s] / umk[c]
        for row in range(1 + min(regions, 2)):  # all, the city, the regency
            first, stop = (row - 1, row) if row else (row, regions)
            anybody = 0
            for r in range(first, stop):
                anybody += of_region[r, s]
            if anybody:
                out[places + row, sets + s] = _median(found, begins, ends, s, first, stop, even)
                if row:
                    out[places + row, s] = out[places + row, sets + s] / wage[first]
                else:
                    out[places, s] = _median(found, begins, ends, s, first, stop, wage)
    for row in range(min(rows, out.shape[0])):
        n = sums[0, row]
        if sums[1, row] > 0.0:
            out[row, 2 * sets] = 2.0 * sums[2, row] / (n * sums[1, row]) - (n + 1.0) / n


@compiled(no_cpython_wrapper=True)
def _median(
    values: Floats, begins: Ints, ends: Ints, s: int, first: int, stop: int, by: Floats
) -> float:  # pragma: no cover - compiled
    """Median of the lists of the regions from `first` to `stop` together, of which that of region r is
    `values[begins[r, s]:ends[r, s]] / by[r]`, sorted.
    """
    n = 0
    for r in range(first, stop):
        n += ends[r, s] - begins[r, s]
    low = _smallest(values, begins, ends, s, first, stop, by, (n - 1) // 2)
    return 0.5 * (low + _smallest(values, begins, ends, s, first, stop, by, n // 2))


@compiled(no_cpython_wrapper=True)
def _smallest(
    values: Floats, begins: Ints, ends: Ints, s: int, first: int, stop: int, by: Floats, k: int
) -> float:  # pragma: no cover - compiled
    """The value of all lists together with `k` before it: a list whose next few end lowest loses them."""
    at = np.empty(stop, dtype=np.int64)
    for r in range(first, stop):
        at[r] = begins[r, s]
    while True:
        few = max(k // (stop - first), 1)
        best, lowest = -1, np.inf
        for r in range(first, stop):
            if at[r] < ends[r, s]:
                last = values[min(at[r] + few, ends[r, s]) - 1] / by[r]
                if best < 0 or last < lowest:
                    best, lowest = r, last
        if k == 0:
            return lowest
        gone = min(few, ends[best, s] - at[best])
        at[best] += gone
        k -= gone
