"""Compiled passes that turn people into sums by place and into ranks by row of the results.

A row of the results is a place or one of the groups after the last place: all, city, regency.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.arrays import Bools, Codes, Floats, Ints, Links, Months, Rows
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import fetch
from batiksim.rules import craft_skill, social_learning

# Columns of `worker_sums`; the components of social learning follow from LEARNING on.
WORKER = (
    "workers", "workers_under_30", "workers_over_50", "workers_under_50", "workers_15_24",
    "workers_women", "workers_hand", "workers_stamp", "workers_age", "workers_skill", "workers_searching",
    "certified", "masters", "empowerment", "learning_information", "learning_skills", "learning_capital",
    "learning_bargaining", "learning_togetherness", "workers_hand_women", "workers_hand_men",
    "workers_stamp_women", "workers_stamp_men", "workers_33_45", "workers_practised_10",
)  # fmt: skip
LEARNING = WORKER.index("learning_information")
TASKS = WORKER.index("workers_hand_women")
SURVEYED = WORKER.index("workers_33_45")  # as the study of Jenggot, 2016, grouped its workers
# Columns of `pay_sums`: task group by sex, in the order of their codes.
# Lower bounds of the age bands of `age_counts`, years; the last band is open.
AGE_BANDS = tuple(range(15, 80, 5))
# Columns of `job_sums`; the last six describe women in hand work for the targets of 2011.
JOB = (
    "jobs", "jobs_direct", "jobs_brokered", "job_pay", "job_pay_over_umk", "hand_small", "hand_small_age",
    "hand_small_tenure", "hand_large", "hand_large_age", "hand_large_tenure",
)  # fmt: skip
HAND = JOB.index("hand_small")
# Workers lie anywhere among people: so many ahead, what is read of them is asked for.
AHEAD = 8
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
    master: tuple[float, float],
    out: Floats,
) -> None:  # pragma: no cover - compiled
    """Add the batik workers of `rows` to `out` (places, len(WORKER)), each at her place.

    Ages in years at the end of `month`; a master has skill and months of practice of at least `master`.
    """
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        for months in (birth, practice, certified):
            fetch(months, ahead)
        fetch(employer, ahead)
        fetch(skill, ahead)
        fetch(learning, ahead)
        i = rows[k]
        c = place[i]
        age = (month + 1 - birth[i]) / 12.0
        out[c, 0] += 1.0
        out[c, 1] += age < 30.0
        out[c, 2] += age >= 50.0
        out[c, 3] += age < 50.0
        out[c, 4] += age < 25.0
        out[c, 5] += sex[i] == 0
        out[c, 6] += group[i] == 0
        out[c, 7] += group[i] == 1
        out[c, 8] += age
        out[c, 9] += skill[i]
        out[c, 10] += employer[i] < 0
        out[c, 11] += certified[i] >= month
        out[c, 12] += craft_skill.is_master(skill[i], practice[i], master[0], master[1])
        for d in range(learning.shape[1]):
            out[c, LEARNING + d] += learning[i, d]
        out[c, 13] += social_learning.empowerment(
            learning[i, 0], learning[i, 1], learning[i, 2], learning[i, 3], learning[i, 4]
        )
        out[c, TASKS + 2 * group[i] + sex[i]] += 1.0
        out[c, SURVEYED] += 33.0 <= age < 46.0
        out[c, SURVEYED + 1] += practice[i] > 120


@compiled
def pay_sums(
    rows: Rows, place: Codes, sex: Codes, group: Codes, pay: Floats, out: Floats
) -> None:  # pragma: no cover - compiled
    """Add the month's pay of `rows` to `out` (places, len(TASK_PAY)), each at her place."""
    for i in rows:
        out[place[i], 2 * group[i] + sex[i]] += pay[i]


@compiled
def age_counts(
    month: int, rows: Rows, place: Codes, birth: Months, sex: Codes, out: NDArray[np.int32]
) -> None:  # pragma: no cover - compiled
    """Count the batik workers `rows` by place, sex and age band at the end of `month`.

    `out` (places, 2, len(AGE_BANDS)); whoever is younger or older than the bands counts in the nearest.
    """
    last = out.shape[2] - 1
    for i in rows:
        band = (month + 1 - birth[i]) // 60 - 3
        out[place[i], sex[i], min(max(band, 0), last)] += 1


@compiled
def job_sums(
    month: int,
    jobs: Rows,
    place: Codes,
    birth: Months,
    sex: Codes,
    group: Codes,
    employer: Links,
    tier: Codes,
    hired: Months,
    pay: Floats,
    umk: Floats,
    large: Bools,
    out: Floats,
) -> None:  # pragma: no cover - compiled
    """Add the employed batik workers `jobs` to `out` (places, len(JOB)), each at her place.

    `umk` (places,) in IDR a month; `large` (owners,) tells the firms that are not small; ages and tenures in
    years at the end of `month`.
    """
    for k in range(jobs.size):
        ahead = jobs[min(k + AHEAD, jobs.size - 1)]
        fetch(pay, ahead)
        fetch(hired, ahead)
        i = jobs[k]
        c = place[i]
        out[c, 0] += 1.0
        out[c, 1] += tier[i] <= 0
        out[c, 2] += tier[i] > 0
        out[c, 3] += pay[i]
        out[c, 4] += pay[i] / umk[c]
        if group[i] == 0 and sex[i] == 0:
            first = HAND + 3 * large[employer[i]]
            out[c, first] += 1.0
            out[c, first + 1] += (month + 1 - birth[i]) / 12.0
            out[c, first + 2] += (month + 1 - hired[i]) / 12.0


@compiled
def order_of(values: Floats) -> Rows:  # pragma: no cover - compiled
    """Rows that sort `values`, none of them negative or NaN, ties by row: a radix sort of their bits.

    Bits of a double of one sign sort like the number; four times as fast here as a comparison sort.
    """
    keys = values.view(np.uint64)
    order, other = np.arange(values.size), np.empty(values.size, dtype=np.int64)
    for digit in range(6):
        shift = np.uint64(11 * digit)
        start = np.zeros(2049, dtype=np.int64)
        for key in keys:
            start[np.int64((key >> shift) & np.uint64(2047)) + 1] += 1
        if start.max() == values.size:  # the digit is the same everywhere
            continue
        start = np.cumsum(start)
        for k in order:
            d = np.int64((keys[k] >> shift) & np.uint64(2047))
            other[start[d]] = k
            start[d] += 1
        order, other = other, order
    return order


def merged_order(order: Rows, value: Floats, part: Codes) -> Rows:
    """Rows that sort `value`, given an `order` that sorts it within each `part` (rows,): merging is
    quicker than sorting anew.
    """
    by_part = order[np.argsort(part[order], kind="stable")]
    return by_part[np.argsort(value[by_part], kind="stable")]


@compiled
def ranked(
    order: Rows, value: Floats, place: Codes, group: Codes, tier: Codes, rows: Ints, out: Floats
) -> None:  # pragma: no cover - compiled
    """Medians by row and set of workers, then the Gini coefficient by row, into `out` (rows, len(SETS) + 1).

    `order` sorts `value`; `rows` (places, any) are the rows of `out` in which workers of a place count. NaN
    where nobody does. Gini of n sorted values x_1 .. x_n: 2 sum i x_i / (n sum x) - (n + 1) / n.
    """
    last = out.shape[1] - 1
    number = _set_sizes(place, group, tier, rows, out.shape[0])
    # The values of one row and set lie together in `found`, in their order.
    first = np.cumsum(number).reshape(number.shape) - number
    free, found = first.copy(), np.empty(number.sum())
    total, weighted = np.zeros(out.shape[0]), np.zeros(out.shape[0])
    for k in order:
        x, c, own_group, own_tier = value[k], place[k], 1 + group[k], 3 + (tier[k] > 0)
        for j in range(rows.shape[1]):
            row = rows[c, j]
            total[row] += x
            weighted[row] += (free[row, 0] - first[row, 0] + 1) * x
            for s in (0, own_group, own_tier):
                found[free[row, s]] = x
                free[row, s] += 1
    for row in range(out.shape[0]):
        n = number[row, 0]
        out[row, last] = np.nan
        if total[row] > 0.0:
            out[row, last] = 2.0 * weighted[row] / (n * total[row]) - (n + 1.0) / n
        for s in range(last):
            n, at = number[row, s], first[row, s]
            out[row, s] = 0.5 * (found[at + (n - 1) // 2] + found[at + n // 2]) if n else np.nan


@compiled
def _set_sizes(
    place: Codes, group: Codes, tier: Codes, rows: Ints, n: int
) -> Ints:  # pragma: no cover - compiled
    """How many workers are in each of `n` rows and each set, (n, len(SETS))."""
    number = np.zeros((n, len(SETS)), dtype=np.int64)
    cells = np.zeros((rows.shape[0], 2, 2), dtype=np.int64)
    for k in range(place.size):
        cells[place[k], group[k], np.int64(tier[k] > 0)] += 1
    for c in range(rows.shape[0]):
        for row in rows[c]:
            number[row, 0] += cells[c].sum()
            for code in range(2):
                number[row, 1 + code] += cells[c, code].sum()
                number[row, 3 + code] += cells[c, :, code].sum()
    return number
