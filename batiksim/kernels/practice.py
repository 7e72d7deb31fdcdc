"""Compiled passes of the craft: masters and pupils, skill gained and forgotten (E4), what one sees of it."""

from __future__ import annotations

from batiksim.arrays import Codes, Floats, Ints, Links, Months, Rows
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.scan import BATIK, OWNER, RETIRED, SCHOOL
from batiksim.rules import craft_skill


@compiled
def masters_and_pupils(  # pragma: no cover - compiled
    rows: Rows,
    employer: Links,
    place: Codes,
    skill: Floats,
    practice: Months,
    master: tuple[float, float],
    masters: Floats,
    pupils: Floats,
) -> None:
    """Count the employed of `rows` by place, (places,) (E4)."""
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(place, ahead)
        fetch(skill, ahead)
        fetch(practice, ahead)
        i = rows[k]
        if employer[i] >= 0:
            if craft_skill.is_master(skill[i], practice[i], master[0], master[1]):
                masters[place[i]] += 1.0
            else:
                pupils[place[i]] += 1.0


@compiled
def practise(  # pragma: no cover - compiled
    rows: Rows,
    former: Rows,
    stage: Codes,
    employer: Links,
    group: Codes,
    place: Codes,
    talent: Floats,
    learning: Floats,
    ceiling: Floats,
    master_time: Floats,
    faster: Floats,
    speeds: tuple[float, float],
    per_skills: float,
    forgetting: float,
    skill: Floats,
    practice: Months,
) -> None:
    """Batik workers `rows` with an employer gain skill, the others and the `former`, unless at school, forget
    (E4, E8). By place: `ceiling`, `master_time`, what policy adds to the speed, `faster`.
    """
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(employer, ahead)
        fetch(place, ahead)
        fetch(group, ahead)
        fetch(learning, ahead)
        fetch(skill, ahead)
        fetch(talent, ahead)
        fetch(practice, ahead)
        i = rows[k]
        if employer[i] >= 0:
            c = place[i]
            speed = craft_skill.learning_speed(speeds[group[i]], learning[i, 1], per_skills, faster[c])
            skill[i] += craft_skill.skill_gain(skill[i], ceiling[c] * talent[i], speed, master_time[c])
            practice[i] += 1
        else:
            skill[i] -= craft_skill.skill_loss(skill[i], forgetting)
    for i in former:
        if stage[i] != SCHOOL:
            skill[i] -= craft_skill.skill_loss(skill[i], forgetting)


@compiled
def still_former(  # pragma: no cover - compiled
    rows: Rows, stage: Codes, presence: Codes, simulated: int, kept: Rows
) -> int:
    """Fill `kept` with those of `rows` who have neither come back to the trade nor retired, in order, each
    once; returns how many.

    Those of last month are sorted already, so that only the few who came since are moved.
    """
    count = 0
    for i in rows:
        if presence[i] == simulated and stage[i] not in (BATIK, OWNER, RETIRED):
            place = count
            while place > 0 and kept[place - 1] > i:
                place -= 1
            if place == 0 or kept[place - 1] != i:
                for k in range(count, place, -1):
                    kept[k] = kept[k - 1]
                kept[place] = i
                count += 1
    return count


@compiled
def look_at_workers(  # pragma: no cover - compiled
    rows: Rows,
    born_until: int,
    place: Codes,
    birth: Months,
    learning: Floats,
    number: Ints,
    old_share: Floats,
    bargaining: Floats,
) -> None:
    """Number of the batik workers `rows` by place, the share of those born up to a month, and their mean
    bargaining power, all (places,); zeros before (E1, E3).
    """
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(place, ahead)
        fetch(birth, ahead)
        fetch(learning, ahead)
        i = rows[k]
        c = place[i]
        number[c] += 1
        old_share[c] += birth[i] <= born_until
        bargaining[c] += learning[i, 3]
    for c in range(number.size):
        old_share[c] /= max(number[c], 1)
        bargaining[c] /= max(number[c], 1)
