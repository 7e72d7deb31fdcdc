"""What one person weighs when she chooses (E3), person by person and compiled; `choice` has the formulas.

Arrays of people have one entry a row of the table; `Lives`, `World`, `Tastes` and `Luck` gather what is the
same for everybody this month.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np

from batiksim.arrays import Bools, Codes, Floats, Ints, Links, Months, Rows
from batiksim.codes import ADULT_MONTHS, SETTLING_MONTHS, YOUNG_MONTHS, Schooling, Stage
from batiksim.kernels.compiling import compiled
from batiksim.kernels.intrinsics import AHEAD, fetch
from batiksim.kernels.scan import BATIK, GARMENT, OTHER, OWNER, SCHOOL, SEEKING
from batiksim.kernels.streams import gumbel_one, uniform_one
from batiksim.rules import choice, contracts, craft_skill

_OPTIONS = 4  # batik, garment work, other work, seeking on
_SEEK = 3
_PRESENT = np.full(len(Stage), 2)  # the option that each stage is: other work, but for these
_PRESENT[SCHOOL] = _PRESENT[SEEKING] = _SEEK
_PRESENT[BATIK], _PRESENT[GARMENT] = 0, 1
_JUNIOR = Schooling.JUNIOR


class Lives(NamedTuple):
    """Columns of people."""

    id: Ints
    birth: Months
    place: Codes
    group: Codes
    schooling: Codes
    stage: Codes
    parent: Codes
    interest: Codes
    search: Months
    employer: Links
    rate: Floats
    skill: Floats
    talent: Floats
    practice: Months
    learning: Floats
    peers: Links


class World(NamedTuple):
    """What is on offer this month, by place or for all; pay in IDR a month.

    `posted` (places, 2) by task group; `other_older` (places, 2) pay of other work from 35 on by task group;
    `batik_offer` (2,) chance of an offer by task group. Chances and `other_youth` as shares.
    """

    month: int
    minimum_wage: Floats
    posted: Floats
    old_share: Floats
    other_older: Floats
    other_youth: float
    garment_pay: float
    garment_spread: float
    batik_offer: Floats
    garment_offer: float
    other_offer: float


class Ahead(NamedTuple):
    """What the skill and pay of a newcomer's first months depend on, as E4 and E5 have it.

    By place: `ceiling`, `faster` (what policy adds to learning speed), `master_time`; by task group: `speed`,
    `piece` (exponent of pay by output); the rest for all.
    """

    ceiling: Floats
    faster: Floats
    master_time: Floats
    speed: tuple[float, float]
    piece: tuple[float, float]
    per_skills: float
    entry: float
    family: float
    horizon: float
    unskilled: float
    reference: float


class Tastes(NamedTuple):
    """Weights of E3, as `choice.*` of the parameters; `hours` by task group."""

    pay: float
    hourly: float
    conformity: float
    togetherness: float
    interest: float
    image: float
    batik: float
    garment: float
    circle_weight: float
    contact_gate: float
    hoped_young: float
    hoped_adult: float
    hoped_junior: float
    hope_fades: float
    more_acceptances: float
    hours: tuple[float, float]


class Luck(NamedTuple):
    """Keys of the random streams of this month; `garment_pay` is for life."""

    gate: np.uint64
    batik_offer: np.uint64
    garment_offer: np.uint64
    other_offer: np.uint64
    garment_pay: np.uint64
    batik: np.uint64
    garment: np.uint64
    other: np.uint64
    seek: np.uint64
    accept: np.uint64


class Weighed(NamedTuple):
    """What each of `rows` weighed: columns for batik, garment work, other work and seeking on.

    `share` has the first two; `pay` of seeking is what she hopes for; `noise` is 0 of what is not available;
    `present` is the column of what she does now, `chosen` that of what she takes.
    """

    pay: Floats
    share: Floats
    utility: Floats
    noise: Floats
    available: Bools
    gate: Floats
    present: Ints
    chosen: Ints


def room(n: int, whole: bool = True) -> Weighed:
    """Room for what `n` people weigh, or for what they choose only, unless the `whole` of it is wanted."""
    some = n if whole else 0
    pay, utility, noise = np.empty((3, some, _OPTIONS))
    available = np.empty((some, _OPTIONS), dtype=np.bool_)
    present, chosen = np.empty((2, n), dtype=np.int64)
    return Weighed(pay, np.empty((some, 2)), utility, noise, available, np.empty(some), present, chosen)


# These helpers take columns and numbers one by one: where a pass hands on a tuple with arrays in it, compiled
# code counts who holds each of them, for every person, and that takes longer than the choice.


@compiled(inline="always")
def _company(  # pragma: no cover - compiled
    stages: Codes, peers: Links, i: int, parent: int, circle_weight: float
) -> tuple[float, float, bool]:
    """Shares x of batik and garment among peers and own circle, and whether a parent or two contacts are in
    batik.

    The circle holds a parent, one of kin (the last link), and coworkers, who do what one does; owners count
    as batik.
    """
    last = peers.shape[1] - 1
    batik = garment = kin_batik = kin_garment = 0
    for j in range(last + 1):
        other = peers[i, j]
        if other >= 0:
            stage = stages[other]
            in_batik, in_garment = int(stage in (BATIK, OWNER)), int(stage == GARMENT)
            if j < last:
                batik += in_batik
                garment += in_garment
            else:
                kin_batik, kin_garment = in_batik, in_garment
    own, has_kin = stages[i], peers[i, last] >= 0
    circle = 1.0 + has_kin + (own in (BATIK, GARMENT, OTHER))
    x_batik = choice.conformity(batik / last, (parent + kin_batik + (own == BATIK)) / circle, circle_weight)
    x_garment = choice.conformity(garment / last, (kin_garment + (own == GARMENT)) / circle, circle_weight)
    return x_batik, x_garment, parent > 0 or batik + kin_batik >= 2


@compiled(inline="always")
def _hoped(age: int, schooling: int, months: int, tastes: Tastes) -> float:  # pragma: no cover - compiled
    """What a seeker hopes for, over the UMK; from 35 on nothing."""
    if age >= SETTLING_MONTHS:
        return 0.0
    hope = tastes.hoped_young if age < ADULT_MONTHS else tastes.hoped_adult
    school = tastes.hoped_junior if schooling == _JUNIOR else 1.0
    return choice.hoped_pay(hope, school, tastes.hope_fades, months)


@compiled(inline="always")
def worth(pay: float, minimum_wage: float, weight: float) -> float:  # pragma: no cover - compiled
    """`choice.pay_utility` of one option."""
    return weight * np.log(pay / minimum_wage) if pay > 0.0 else -inf


@compiled(inline="always")
def pay_ahead(  # pragma: no cover - compiled
    c: int, group: int, skill: float, practice: int, parent: int, talent: float, skills: float, ahead: Ahead
) -> float:
    """Pay that a newcomer is told of, with what she would learn in her first months, over pay at entry skill
    (E3, E4): (Q(s) / Q(entry))^psi.
    """
    own = craft_skill.at_entry(skill, practice, parent, ahead.entry, ahead.family)
    speed = craft_skill.learning_speed(ahead.speed[group], skills, ahead.per_skills, ahead.faster[c])
    months = craft_skill.skill_ahead(
        own, ahead.ceiling[c] * talent, speed * ahead.master_time[c], ahead.horizon
    )
    entry = contracts.output(ahead.entry, ahead.unskilled, ahead.reference)
    relative = contracts.output(months, ahead.unskilled, ahead.reference) / entry if entry > 0.0 else 1.0
    return contracts.piece_pay(1.0, relative, 1.0, ahead.piece[group])


@compiled(inline="always")
def _offers(  # pragma: no cover - compiled
    id: int, young: bool, posted: float, batik: float, garment: float, other: float, luck: Luck
) -> tuple[bool, bool, bool]:
    """Which options she is offered besides what she does now, with these chances; batik as far as it is open
    to her, and where pay is `posted`; factories take nobody of 35 and more.
    """
    return (
        (posted > 0.0) & (uniform_one(luck.batik_offer, id) < batik),
        young & (uniform_one(luck.garment_offer, id) < garment),
        uniform_one(luck.other_offer, id) < other,
    )


@compiled
def tempted(  # pragma: no cover - compiled
    rows: Rows,
    lives: Lives,
    world: World,
    contact_gate: float,
    luck: Luck,
    whole: bool,
    found: Rows,
    offers: Bools,
) -> int:
    """Fill `found` with those of `rows` who may have an offer, or with the `whole` of them everybody, and
    `offers` (n, 3) with what each may be offered: the others can only go on as they do, and need not weigh
    it.

    What she does already is no offer to go by. Of batik the gate is left at its widest, that of people with
    contacts: to know them takes much longer.
    """
    count = 0
    for k in range(rows.size):
        ahead = rows[min(k + AHEAD, rows.size - 1)]
        fetch(lives.id, ahead)
        fetch(lives.birth, ahead)
        fetch(lives.group, ahead)
        fetch(lives.place, ahead)
        fetch(lives.stage, ahead)
        fetch(lives.learning, ahead)
        i = rows[k]
        id, group, present = lives.id[i], lives.group[i], _PRESENT[lives.stage[i]]
        batik, garment, other = _offers(
            id, world.month - lives.birth[i] < SETTLING_MONTHS, world.posted[lives.place[i], group],
            world.batik_offer[group], world.garment_offer, world.other_offer, luck,
        )  # fmt: skip
        batik &= uniform_one(luck.gate, id) < choice.awareness_gate(lives.learning[i, 0], True, contact_gate)
        found[count] = i  # and the next one over her, if nothing is on offer
        offers[count, 0], offers[count, 1], offers[count, 2] = batik, garment, other
        count += whole | (batik & (present != 0)) | (garment & (present != 1)) | (other & (present != 2))
    return count


@compiled
def decide(  # pragma: no cover - compiled
    rows: Rows,
    offers: Bools,
    lives: Lives,
    world: World,
    tastes: Tastes,
    ahead: Ahead,
    luck: Luck,
    beside: Floats,
    image_left: Floats,
    whole: bool,
    out: Weighed,
) -> None:
    """Let the people of `rows` choose among what they do now and what they are offered (E3).

    `offers` (rows, 3) as `tempted` tells them; the gate of batik is looked at again, with her contacts.
    `beside` (rows,) IDR a month that policies add to batik pay; `image_left` (rows,) the part of its image as
    old people's work that policies leave. Fills `out`. Unless the `whole` of it is wanted, what nobody offers
    is not looked into, and only `present` and `chosen` are told.
    """
    n = rows.size
    # People lie anywhere: what is read of one is asked for before it is needed, or most of the time goes by
    # waiting for it. Most of those who choose seek, are offered other work, and are done with few columns.
    tastes_luck = luck.batik, luck.garment, luck.other, luck.seek
    for k in range(n):
        if k + 2 * AHEAD < n:
            later = rows[k + 2 * AHEAD]
            fetch(lives.birth, later)
            fetch(lives.search, later)
            fetch(lives.place, later)
            fetch(lives.stage, later)
            fetch(lives.schooling, later)
            fetch(lives.id, later)
            if whole or offers[k + 2 * AHEAD, 0] or offers[k + 2 * AHEAD, 1]:
                fetch(lives.parent, later)
                fetch(lives.peers, later)
            if whole or offers[k + 2 * AHEAD, 0]:
                fetch(lives.group, later)
                fetch(lives.interest, later)
                fetch(lives.employer, later)
                fetch(lives.rate, later)
                fetch(lives.skill, later)
                fetch(lives.talent, later)
                fetch(lives.practice, later)
                fetch(lives.learning, later)
        if k + AHEAD < n and (whole or offers[k + AHEAD, 0] or offers[k + AHEAD, 1]):
            for j in range(lives.peers.shape[1]):
                fetch(lives.stage, lives.peers[rows[k + AHEAD], j])
        i = rows[k]
        id, c, present = lives.id[i], lives.place[i], _PRESENT[lives.stage[i]]
        age, umk = world.month - lives.birth[i], world.minimum_wage[c]
        batik, garment, other = offers[k, 0], offers[k, 1], offers[k, 2]
        x_batik = x_garment = gate = 0.0
        if whole or batik or garment or present < 2:
            x_batik, x_garment, contact = _company(
                lives.stage, lives.peers, i, lives.parent[i], tastes.circle_weight
            )
            if whole or batik:
                gate = choice.awareness_gate(lives.learning[i, 0], contact, tastes.contact_gate)
                batik = batik and uniform_one(luck.gate, id) < gate
        available = batik or present == 0, garment or present == 1, other or present == 2, present == _SEEK
        p_batik = p_garment = p_other = p_seeking = 0.0
        v_batik = v_garment = v_other = v_seeking = 0.0
        if whole or available[0]:
            group = lives.group[i]
            if lives.employer[i] >= 0:
                p_batik = lives.rate[i] + beside[k]
            else:
                posted, talent = world.posted[c, group], lives.talent[i]
                told = pay_ahead(
                    c,
                    group,
                    lives.skill[i],
                    lives.practice[i],
                    lives.parent[i],
                    talent,
                    lives.learning[i, 1],
                    ahead,
                )
                p_batik = posted + (posted * (told - 1.0) + beside[k])
            v_batik = worth(p_batik, umk, tastes.pay) + tastes.conformity * x_batik + tastes.batik
            v_batik += choice.time_left(tastes.hours[group], tastes.pay * tastes.hourly)
            v_batik += choice.batik_extras(
                x_batik, lives.learning[i, 4], float(lives.interest[i]), world.old_share[c] * image_left[k],
                age < YOUNG_MONTHS, tastes.conformity, tastes.togetherness, tastes.interest, tastes.image,
            )  # fmt: skip
        if whole or available[1]:
            lot, spread = uniform_one(luck.garment_pay, id), world.garment_spread
            p_garment = umk * world.garment_pay * (1.0 - spread + 2.0 * spread * lot)
            v_garment = worth(p_garment, umk, tastes.pay) + tastes.conformity * x_garment + tastes.garment
        if whole or available[2]:
            settled = age >= SETTLING_MONTHS
            p_other = world.other_older[c, lives.group[i]] if settled else world.other_youth * umk
            v_other = worth(p_other, umk, tastes.pay)
        if whole or available[3]:
            p_seeking = _hoped(age, lives.schooling[i], lives.search[i], tastes) * umk
            v_seeking = worth(p_seeking, umk, tastes.pay)
        pay = p_batik, p_garment, p_other, p_seeking
        utility = v_batik, v_garment, v_other, v_seeking
        best, chosen = -inf, present
        for option in range(_OPTIONS):
            noise = gumbel_one(tastes_luck[option], id) if available[option] else 0.0
            if available[option] and utility[option] + noise > best:
                best, chosen = utility[option] + noise, option
            if whole:
                out.pay[k, option], out.utility[k, option] = pay[option], utility[option]
                out.noise[k, option], out.available[k, option] = noise, available[option]
        if tastes.more_acceptances > 0.0 and batik and present != 0 and chosen != 0:
            rivals = 0.0
            for option in range(1, _OPTIONS):
                if available[option]:
                    rivals += np.exp(utility[option] - utility[0])
            if choice.accepts_after_all(uniform_one(luck.accept, id), rivals, tastes.more_acceptances):
                chosen = 0
        out.present[k], out.chosen[k] = present, chosen
        if whole:
            out.share[k, 0], out.share[k, 1], out.gate[k] = x_batik, x_garment, gate
