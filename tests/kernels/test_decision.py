"""The compiled choice is E3 for everybody: the formulas of `rules.choice`, of arrays, and the best option."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from batiksim.arrays import Bools, Floats, Rows
from batiksim.codes import ADULT_MONTHS, LINKS, PEERS, SETTLING_MONTHS, YOUNG_MONTHS, Schooling, Stage
from batiksim.kernels.decision import Ahead, Lives, Luck, Tastes, Weighed, World, decide, room, tempted
from batiksim.kernels.streams import gumbel, stream_key, uniform
from batiksim.rules import choice, contracts, craft_skill

PLACES = 3
LUCK = Luck(*(stream_key(1, name, 5) for name in Luck._fields))
seeds = st.integers(0, 10_000)


def some_lives(rng: np.random.Generator, n: int) -> Lives:
    codes = {"place": PLACES, "group": 2, "schooling": 3, "stage": len(Stage), "parent": 2, "interest": 2}
    return Lives(
        id=rng.permutation(10 * n)[:n],
        birth=-rng.integers(15 * 12, 60 * 12, n).astype(np.int32),
        search=rng.integers(0, 12, n).astype(np.int32),
        employer=rng.integers(-1, 3, n).astype(np.int32),
        rate=rng.uniform(0.0, 3e6, n),
        skill=rng.random(n),
        talent=rng.random(n),
        practice=rng.integers(0, 3, n).astype(np.int32),
        learning=rng.random((n, 5)),
        peers=rng.integers(-1, n, (n, LINKS)).astype(np.int32),
        **{name: rng.integers(0, kinds, n).astype(np.int8) for name, kinds in codes.items()},
    )


def some_world(rng: np.random.Generator) -> World:
    posted = rng.uniform(0.0, 3e6, (PLACES, 2)) * (rng.random((PLACES, 2)) < 0.8)  # nothing posted: no post
    return World(
        month=5, minimum_wage=rng.uniform(1e6, 2e6, PLACES), posted=posted, old_share=rng.random(PLACES),
        other_older=rng.uniform(5e5, 2e6, (PLACES, 2)), other_youth=0.6, garment_pay=1.1, garment_spread=0.2,
        batik_offer=rng.random(2), garment_offer=rng.random(), other_offer=rng.random(),
    )  # fmt: skip


def some_tastes(rng: np.random.Generator) -> Tastes:
    weights = dict(zip(Tastes._fields, rng.uniform(0.1, 2.0, len(Tastes._fields)).tolist(), strict=True))
    within = {"circle_weight": rng.random(), "contact_gate": rng.random()}
    within |= {"hours": (rng.uniform(0.3, 1.0), rng.uniform(0.3, 1.0))}
    within |= {"hope_fades": rng.uniform(0.0, 0.1), "more_acceptances": float(rng.choice([0.0, 0.5]))}
    return Tastes(**weights | within)


# A world in which newcomers differ by talent, home and place; hand work is paid by the piece.
AHEAD = Ahead(
    ceiling=np.array([0.8, 0.9, 1.0]), faster=np.array([0.0, 0.5, 0.0]),
    master_time=np.array([1.0, 0.3, 0.6]), speed=(0.05, 0.1), piece=(0.9, 0.0), per_skills=0.4, entry=0.2,
    family=0.1, horizon=12.0, unskilled=0.3, reference=0.85,
)  # fmt: skip


def told_ahead(lives: Lives, rows: Rows) -> Floats:
    """Pay of a newcomer's first months over pay at entry skill, by arrays."""
    place, group = lives.place[rows], lives.group[rows]
    own = craft_skill.at_entry(
        lives.skill[rows], lives.practice[rows], lives.parent[rows], AHEAD.entry, AHEAD.family
    )
    speed = craft_skill.learning_speed(
        np.array(AHEAD.speed)[group], lives.learning[rows, 1], AHEAD.per_skills, AHEAD.faster[place]
    )
    reach = AHEAD.ceiling[place] * lives.talent[rows]
    skill = craft_skill.skill_ahead(own, reach, speed * AHEAD.master_time[place], AHEAD.horizon)
    output = contracts.output(np.stack((skill, np.full(rows.size, AHEAD.entry))), AHEAD.unskilled, 0.85)
    return contracts.piece_pay(1.0, output[0], output[1], np.array(AHEAD.piece)[group])


def with_money(lives: Lives, world: World, factor: float) -> tuple[Lives, World]:
    more = {name: getattr(world, name) * factor for name in ("minimum_wage", "posted", "other_older")}
    return lives._replace(rate=lives.rate * factor), world._replace(**more)


def weigh(
    rows: Rows, lives: Lives, world: World, tastes: Tastes, beside: Floats, left: Floats, whole: bool = True
) -> Weighed:
    """The compiled choice of everybody, after the look at what is on offer."""
    _, offers = some_tempted(rows, lives, world, tastes, True)
    weighed = room(rows.size, whole)
    decide(rows, offers, lives, world, tastes, AHEAD, LUCK, beside, left, whole, weighed)
    return weighed


def some_tempted(
    rows: Rows, lives: Lives, world: World, tastes: Tastes, whole: bool = False
) -> tuple[Rows, Bools]:
    found, offers = np.empty_like(rows), np.empty((rows.size, 3), dtype=np.bool_)
    count = tempted(rows, lives, world, tastes.contact_gate, LUCK, whole, found, offers)
    return found[:count], offers[:count]


def by_formula(
    rows: Rows, lives: Lives, world: World, tastes: Tastes, beside: Floats, left: Floats
) -> Weighed:
    """E3 by arrays."""
    place, group, stage = lives.place[rows], lives.group[rows], lives.stage[rows]
    umk, age = world.minimum_wage[place], world.month - lives.birth[rows]
    posted = world.posted[place, group]
    lot = uniform(LUCK.garment_pay, lives.id[rows])
    hope = np.where(age < ADULT_MONTHS, tastes.hoped_young, tastes.hoped_adult) * (age < SETTLING_MONTHS)
    schooling = np.where(lives.schooling[rows] == Schooling.JUNIOR, tastes.hoped_junior, 1.0)
    pay = np.stack((
        np.where(lives.employer[rows] >= 0, lives.rate[rows], posted * told_ahead(lives, rows)) + beside,
        umk * world.garment_pay * (1.0 + world.garment_spread * (2.0 * lot - 1.0)),
        np.where(age >= SETTLING_MONTHS, world.other_older[place, group], world.other_youth * umk),
        choice.hoped_pay(hope, schooling, tastes.hope_fades, lives.search[rows]) * umk,
    ), axis=1)  # fmt: skip
    known = lives.peers[rows] >= 0
    theirs = np.where(known, lives.stage[lives.peers[rows]], -1)
    inside = np.stack((np.isin(theirs, (Stage.BATIK, Stage.OWNER)), theirs == Stage.GARMENT), axis=1)
    parent = np.stack((lives.parent[rows], 0 * rows), axis=1)
    own = np.stack((stage == Stage.BATIK, stage == Stage.GARMENT), axis=1)
    circle = 1 + known[:, -1] + np.isin(stage, (Stage.BATIK, Stage.GARMENT, Stage.OTHER))
    share = choice.conformity(
        inside[:, :, :PEERS].sum(axis=2) / PEERS,
        (parent + inside[:, :, -1] + own) / circle[:, None],
        tastes.circle_weight,
    )
    utility = choice.pay_utility(pay, umk[:, None], tastes.pay)
    utility[:, :2] += tastes.conformity * share + [tastes.batik, tastes.garment]
    utility[:, 0] += choice.time_left(np.array(tastes.hours)[group], tastes.pay * tastes.hourly)
    utility[:, 0] += choice.batik_extras(
        share[:, 0], lives.learning[rows, 4], lives.interest[rows], world.old_share[place] * left,
        age < YOUNG_MONTHS, tastes.conformity, tastes.togetherness, tastes.interest, tastes.image,
    )  # fmt: skip
    contact = (parent[:, 0] > 0) | (inside[:, 0].sum(axis=1) >= 2)
    gate = choice.awareness_gate(lives.learning[rows, 0], contact, tastes.contact_gate)
    ids = lives.id[rows]
    offered = np.stack((
        (world.posted[place, group] > 0.0)
        & (uniform(LUCK.gate, ids) < gate)
        & (uniform(LUCK.batik_offer, ids) < world.batik_offer[group]),
        (age < SETTLING_MONTHS) & (uniform(LUCK.garment_offer, ids) < world.garment_offer),
        uniform(LUCK.other_offer, ids) < world.other_offer,
        np.zeros(rows.size, dtype=np.bool_),
    ), axis=1)  # fmt: skip
    does = {Stage.BATIK: 0, Stage.GARMENT: 1, Stage.SCHOOL: 3, Stage.SEEKING: 3}
    present = np.array([does.get(int(code), 2) for code in stage])
    available = offered | (present[:, None] == np.arange(4))
    noise = np.stack([gumbel(key, ids) for key in (LUCK.batik, LUCK.garment, LUCK.other, LUCK.seek)], axis=1)
    noise = np.where(available, noise, 0.0)
    total = np.where(available, utility + noise, -np.inf)
    chosen = np.where(total.max(axis=1) > -np.inf, total.argmax(axis=1), present)
    with np.errstate(over="ignore", invalid="ignore"):
        rivals = np.where(available[:, 1:], np.exp(utility[:, 1:] - utility[:, :1]), 0.0).sum(axis=1)
    refused = offered[:, 0] & (present != 0) & (chosen != 0)
    late = refused & choice.accepts_after_all(uniform(LUCK.accept, ids), rivals, tastes.more_acceptances)
    chosen[late] = 0
    return Weighed(pay, share, utility, noise, available, gate, present, chosen)


@settings(max_examples=60)
@given(seed=seeds, n=st.integers(1, 60))
def test_everybody_weighs_and_chooses_as_the_formulas_say(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    lives, world, tastes = some_lives(rng, n), some_world(rng), some_tastes(rng)
    rows = rng.permutation(n)[: rng.integers(1, n + 1)]
    beside, left = rng.uniform(0.0, 1e5, rows.size), rng.random(rows.size)
    got = weigh(rows, lives, world, tastes, beside, left)
    want = by_formula(rows, lives, world, tastes, beside, left)
    for name in ("pay", "share", "utility", "noise", "gate"):
        np.testing.assert_allclose(
            getattr(got, name), getattr(want, name), rtol=1e-9, atol=1e-9, err_msg=name
        )
    for name in ("available", "present", "chosen"):
        np.testing.assert_array_equal(getattr(got, name), getattr(want, name), err_msg=name)


@given(seed=seeds)
def test_who_is_not_asked_for_reasons_chooses_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lives, world, tastes = some_lives(rng, 60), some_world(rng), some_tastes(rng)
    rows, beside, left = np.arange(60), rng.uniform(0.0, 1e5, 60), rng.random(60)
    want = weigh(rows, lives, world, tastes, beside, left)
    got = weigh(rows, lives, world, tastes, beside, left, False)
    np.testing.assert_array_equal(got.present, want.present)
    np.testing.assert_array_equal(got.chosen, want.chosen)
    some, offers = some_tempted(rows, lives, world, tastes)
    assert set(np.flatnonzero(want.chosen != want.present)) <= set(some)
    offered = want.available & (want.present[:, None] != np.arange(4))
    assert set(np.flatnonzero(offered[:, 0])) <= set(some[offers[:, 0]])


@given(seed=seeds, factor=st.floats(1e-3, 1e3))
def test_doubling_all_money_changes_no_choice(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    lives, world, tastes = some_lives(rng, 30), some_world(rng), some_tastes(rng)
    rows, beside, left = np.arange(30), np.zeros(30), np.ones(30)
    before = weigh(rows, lives, world, tastes, beside, left)
    after = weigh(rows, *with_money(lives, world, factor), tastes, beside, left)
    np.testing.assert_allclose(after.utility, before.utility, atol=1e-9)
    np.testing.assert_array_equal(after.chosen, before.chosen)


@given(seed=seeds)
def test_the_order_of_people_changes_no_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lives, world, tastes = some_lives(rng, 40), some_world(rng), some_tastes(rng)
    beside, left, order = rng.uniform(0.0, 1e5, 40), rng.random(40), rng.permutation(40)
    one = weigh(np.arange(40), lives, world, tastes, beside, left)
    other = weigh(order, lives, world, tastes, beside[order], left[order])
    for name in Weighed._fields:
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name)[order])


@given(seed=seeds, weight=st.floats(0.0, 10.0))
def test_work_without_pay_is_never_chosen(seed: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    lives, world, tastes = some_lives(rng, 20), some_world(rng), some_tastes(rng)._replace(pay=weight)
    lives = lives._replace(employer=np.zeros(20, dtype=np.int32), rate=np.zeros(20))
    got = weigh(np.arange(20), lives, world, tastes, np.zeros(20), np.ones(20))
    assert ((got.chosen != 0) | (got.available.sum(axis=1) == 1)).all()  # nothing else to do
