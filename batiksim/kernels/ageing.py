"""Compiled passes over those who turn 15 and 35."""

from __future__ import annotations

import numpy as np

from batiksim.arrays import Codes, Floats, Ints, Months, Rows
from batiksim.codes import Presence
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.observed_learning import make_known
from batiksim.kernels.scan import BATIK, GARMENT, OWNER
from batiksim.kernels.streams import uniform_one

_SIMULATED, _SETTLED = Presence.SIMULATED, Presence.SETTLED


@compiled
def retiring(  # pragma: no cover - compiled
    rows: Rows, month: int, retires: Months, stage: Codes, found: Rows
) -> int:
    """Fill `found` with those of `rows` whose month of retirement is `month` or past and who are no owners;
    returns how many (E7).
    """
    count = 0
    for k in range(rows.size):
        fetch(retires, rows[min(k + AHEAD, rows.size - 1)])
        i = rows[k]
        if retires[i] <= month and stage[i] != OWNER:
            found[count] = i
            count += 1
    return count


@compiled
def turn_35(  # pragma: no cover - compiled
    first: Ints,
    stop: Ints,
    stage: Codes,
    practice: Months,
    sex: Codes,
    birth: Months,
    learning: Floats,
    presence: Codes,
    heard: Ints,
    oldest: int,
    turn_60: int,
    births: Ints,
    settled: Ints,
    followed: Rows,
    left: Rows,
) -> tuple[int, int, int]:
    """Fill `followed` with those who were ever in batik, of the rows of place c from `first[c]` up to,
    without, `stop[c]`, and `left` with the others, who move to the pool: `births` (places, sexes, months from
    the `oldest` on) and `settled` (places, sexes). Those born in the month `turn_60`, if it is one of these,
    leave the pool. Returns how many are followed, how many left, and how many of these did garment work
    (section 3).
    """
    stays = goes = garment = 0
    for c in range(first.size):
        for i in range(first[c], stop[c]):
            if practice[i] > 0 or stage[i] in (BATIK, OWNER):
                followed[stays] = i
                stays += 1
            else:
                left[goes] = i
                goes += 1
                garment += int(stage[i] == GARMENT)
                presence[i] = _SETTLED
                make_known(heard, i, learning[i])
                births[c, sex[i], birth[i] - oldest] += 1
                settled[c, sex[i]] += 1
        for s in range(2):
            if turn_60 >= oldest:
                settled[c, s] -= births[c, s, turn_60 - oldest]
                births[c, s, turn_60 - oldest] = 0
    return stays, goes, garment


@compiled
def turn_15(  # pragma: no cover - compiled
    first: Ints,
    stop: Ints,
    key: np.uint64,
    older: Rows,
    born_after: int,
    settled: Ints,
    participation: float,
    place_mean: Floats,
    id: Ints,
    place: Codes,
    birth: Months,
    stage: Codes,
    presence: Codes,
    learning: Floats,
    parent: Codes,
    heard: Ints,
    entrants: Rows,
) -> int:
    """Follow those of the rows of place c from `first[c]` up to, without, `stop[c]`, and fill `entrants` with
    them: they know what their place knows, and have a parent in batik in the share of batik among the active
    of 35-59, `older` people born after a month and, of those who have `settled` (places, sexes), the share
    `participation` (E2).
    """
    workers = np.zeros(first.size)
    for k in range(older.size):
        fetch(stage, older[min(k + AHEAD, older.size - 1)])
        i = older[k]
        if stage[i] == BATIK and birth[i] > born_after:
            workers[place[i]] += 1.0
    count = 0
    for c in range(first.size):
        active = (settled[c, 0] + settled[c, 1]) * participation
        share = workers[c] / max(workers[c] + active, 1.0)
        for i in range(first[c], stop[c]):
            entrants[count] = i
            count += 1
            presence[i] = _SIMULATED
            for d in range(5):
                learning[i, d] = place_mean[c, d]
            make_known(heard, i, learning[i])
            parent[i] = uniform_one(key, id[i]) < share
    return count
