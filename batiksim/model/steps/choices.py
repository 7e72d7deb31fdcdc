"""Step 5: interest at fifteen, offers, and what people choose to do (E2, E3)."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import COMPONENTS, Stage
from batiksim.kernels import decision, firms, scan
from batiksim.kernels.streams import stream_key
from batiksim.model.steps import enrolment
from batiksim.model.steps.jobs import offer_chance, piece_exponents, take_chosen_work
from batiksim.model.steps.late import late_applicants
from batiksim.rules import choice, craft_skill
from batiksim.rules.either import within
from batiksim.state.now import Now
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Terms = tuple[decision.World, decision.Tastes, decision.Ahead]

_LIVES = attrgetter(*decision.Lives._fields)
# What the utility of an option is made of, in the order in which it is written down.
TERMS = ("pay", "hours", "company", "interest", "image", "advantages")


def form_interest(state: State) -> None:
    """Draw interest z of those who turned fifteen, from a parent, the place and exposure (E2)."""
    people, now, flows = state.people, state.now, state.flows
    online = now["online.interest"] * online_share(state)
    exposure = within(now["interest.exposure"] + online + state.levers.exposure, 0.0, 1.0)
    scan.interests(
        state.entrants, stream_key(state.seed, "interest"), people.id, people.place, people.parent,
        craft_skill.surroundings(state.batik_share, exposure), now["interest.vertical"],
        now["interest.vertical_against"], people.interest, flows["turned_15"], flows["interested_at_15"],
    )  # fmt: skip


def online_share(state: State) -> Floats:
    """Share of the open firms of each place that sell online."""
    owners, share = state.owners, np.zeros(state.n_places)
    firms.online_share(owners.open, owners.online, owners.place, share)
    return share


def choosers(state: State) -> Ints:
    """Rows of those who choose this month: school leavers, seekers, and whoever reconsiders (E3)."""
    people, now = state.people, state.now
    lots, found = state.room_for_young()
    hazards = now["choice.reconsider_adult"], now["choice.reconsider_youth"], now["choice.reconsider_older"]
    count = scan.choosers(
        stream_key(state.seed, "reconsider", state.month), state.month, state.spans, state.older, people.id,
        people.stage, people.employer, people.leaves_school, hazards, lots, found,
    )  # fmt: skip
    return found[:count]


def terms_of_choice(state: State) -> Terms:
    """What is on offer this month, what people care for, and what newcomers are told."""
    return world(state), state.now.once(tastes, state.now), ahead(state)


def weigh(
    state: State, rows: Ints, terms: Terms | None = None, whole: bool = False
) -> tuple[Ints, decision.Weighed]:
    """Let those of `rows` who may have an offer weigh it against what they do now (E3).

    The `whole` of it tells of everybody, and of what was not on offer, too.
    """
    people, decisions = state.people, state.decisions
    offers, weights, told = terms or terms_of_choice(state)
    lives = decision.Lives(*_LIVES(people))
    luck = decision.Luck(*(stream_key(state.seed, name, month) for name, month in _streams(state.month)))
    gate = state.now["choice.contact_gate"]
    found, offered = np.empty_like(rows), np.empty((rows.size, 3), dtype=np.bool_)
    count = decision.tempted(rows, lives, offers, gate, luck, whole, found, offered)
    rows, offered = found[:count], offered[:count]
    beside, image_left = np.zeros(rows.size), np.ones(rows.size)
    if decisions.appeals:
        beside += enrolment.transfer(state, rows)
        image_left = enrolment.image_left(state, rows)
    weighed = decision.room(count, whole)
    decision.decide(rows, offered, lives, offers, weights, told, luck, beside, image_left, whole, weighed)
    return rows, weighed


def ahead(state: State) -> decision.Ahead:
    """What a newcomer is told of her first months (E3, E4)."""
    now = state.now
    hand, stamp = piece_exponents(state).tolist()
    return decision.Ahead(
        ceiling=state.ceiling,
        faster=state.levers.skill_speed,
        master_time=state.master_time,
        speed=(now["skill.speed_hand"], now["skill.speed_stamp"]),
        piece=(hand, stamp),
        per_skills=now["skill.learning"],
        entry=now["skill.entry"],
        family=now["skill.family"],
        horizon=now["skill.horizon"],
        unskilled=now["contracts.unskilled_output"],
        reference=now["skill.reference"],
    )


def _streams(month: int) -> tuple[tuple[str, int], ...]:
    """Random streams in the order of `decision.Luck`; what a factory would pay her is for life."""
    drawn = ("gate", "offer.batik", "offer.garment", "offer.other")
    taste = ("taste.batik", "taste.garment", "taste.other", "taste.seek", "accept")
    return *((name, month) for name in drawn), ("garment.pay", 0), *((name, month) for name in taste)


def world(state: State) -> decision.World:
    """What is on offer this month (E3)."""
    now, market = state.now, state.market
    other_older = np.empty((state.n_places, 2))
    other_older[:, 0] = now["other.pay_older_hand"] * market.outside[:, 0]
    other_older[:, 1] = now["other.pay_older_stamp"] * state.umk
    return decision.World(
        month=state.month,
        minimum_wage=state.umk,
        posted=market.posted_rate,
        old_share=state.old_share,
        other_older=other_older,
        other_youth=now["other.pay_youth"],
        garment_pay=now["garment.pay"],
        garment_spread=now["garment.pay_spread"],
        batik_offer=offer_chance(state),
        garment_offer=min(1.0, market.garment_posts / max(market.garment_applicants, 1.0)),
        other_offer=choice.offers_left(
            now["other.offer"], now["other.covid_dip"], state.drivers.covid[state.month]
        ),
    )


def tastes(now: Now) -> decision.Tastes:
    """What people care for (E3)."""
    named = [field for field in decision.Tastes._fields if field != "hours"]
    hours = now["wage.hours_hand"], now["wage.hours_stamp"]
    return decision.Tastes(**{field: now[f"choice.{field}"] for field in named}, hours=hours)


def choose(state: State) -> None:
    """Step 5: interest, then choices; changes to other work happen now, the rest apply for a post."""
    form_interest(state)
    people, market = state.people, state.market
    thinking = choosers(state)
    terms = terms_of_choice(state)
    rows, weighed = weigh(state, thinking, terms)
    told = weigh(state, thinking[state.watches(thinking)], terms, whole=True) if state.watched.size else None
    leavers, moves = np.empty_like(thinking), np.empty((3, rows.size), dtype=np.int64)
    count, batik, garment, other = scan.sort_out(
        thinking, rows, weighed.present, weighed.chosen, people.stage, people.search, leavers, moves
    )
    state.enter_stage(leavers[:count], Stage.SEEKING)
    if told:
        note_choices(state, *told)
    market.batik_applicants, market.garment_queue = moves[0, :batik].copy(), moves[1, :garment].copy()
    take_chosen_work(state, moves[2, :other])
    state.drop_leavers()
    market.late_applicants = late_applicants(state, *terms)


def note_choices(state: State, rows: Ints, weighed: decision.Weighed) -> None:
    """Write the choices of watched people into the diary, with the reasons."""
    people = state.people
    state.note(
        "choice", rows, **weighed._asdict(), stage=people.stage[rows],
        offer=offer_chance(state)[people.group[rows]],
        hours=np.array(tastes(state.now).hours)[people.group[rows]],
        terms=utility_terms(state, rows, weighed),
    )  # fmt: skip


def utility_terms(state: State, rows: Ints, weighed: decision.Weighed) -> Floats:
    """What the utility of each option consists of, (rows, options, `TERMS`): V_k is the sum (E3)."""
    people, weights = state.people, tastes(state.now)
    out = np.zeros((*weighed.utility.shape, len(TERMS)))
    pay, hours, company, interest, image, advantages = np.moveaxis(out, 2, 0)
    pay[:] = choice.pay_utility(weighed.pay, state.umk[people.place[rows], None], weights.pay)
    hours[:, 0] = choice.time_left(np.array(weights.hours)[people.group[rows]], weights.pay * weights.hourly)
    company[:, :2] = weights.conformity * weighed.share
    company[:, 0] *= 1.0 + weights.togetherness * people.learning[rows, COMPONENTS.index("togetherness")]
    interest[:, 0] = weights.interest * (people.interest[rows] == 1)
    advantages[:, :2] = weights.batik, weights.garment
    with np.errstate(invalid="ignore"):  # batik that pays nothing
        image[:, 0] = weighed.utility[:, 0] - out[:, 0].sum(axis=1)
    return out
