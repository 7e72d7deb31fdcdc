"""Step 5: interest at fifteen, offers, and what people choose to do (E2, E3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batiksim.agents import PEERS, Stage
from batiksim.rules import choice, learning, scan
from batiksim.state import State
from batiksim.steps import enrolment
from batiksim.steps.jobs import offer_chance, outside_option
from batiksim.steps.late import late_applicants
from batiksim.streams import stream_key, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TASTES = ("taste.batik", "taste.garment", "taste.other")


@dataclass(frozen=True)
class Options:
    """What choosers weigh, one row each and a column for batik, garment and other work."""

    rows: Ints
    present: Ints
    pay: Floats
    share: Floats
    utility: Floats
    available: Bools
    gate: Floats
    offer: Floats


def form_interest(state: State) -> None:
    """Draw interest z of those who turned fifteen, from a parent, the place and exposure (E2)."""
    people, now = state.people, state.now
    rows = state.entrants
    place = people.place[rows]
    exposure = np.clip(
        now["interest.exposure"] + now["online.interest"] * online_share(state) + state.levers.exposure,
        0.0,
        1.0,
    )
    pull = learning.surroundings(state.batik_share, exposure)[place]
    chance = learning.interest_probability(
        people.parent[rows] > 0, pull, now["interest.vertical"], now["interest.vertical_against"]
    )
    people.interest[rows] = state.trait("interest", people.id[rows]) < chance
    state.count("turned_15", rows)
    state.count("interested_at_15", rows[people.interest[rows] == 1])


def online_share(state: State) -> Floats:
    """Share of the open firms of each place that sell online."""
    owners, places = state.owners, state.n_places
    all_firms = np.bincount(owners.place, weights=owners.open, minlength=places)
    online = np.bincount(owners.place, weights=owners.open * owners.online, minlength=places)
    return np.divide(online, all_firms, out=np.zeros(places), where=all_firms > 0)


def choosers(state: State) -> Ints:
    """Rows of those who choose this month: school leavers, seekers, and whoever reconsiders (E3)."""
    people, now = state.people, state.now
    older = state.older
    hazards = np.array([now["choice.reconsider_adult"], now["choice.reconsider_youth"]])
    key = stream_key(state.seed, "reconsider", state.month)
    rows = scan.choosers(
        key, state.month, state.spans, people.id, people.stage, people.employer,
        people.leaves_school, hazards,
    )  # fmt: skip
    stage = people.stage[older]
    working = ((stage >= Stage.GARMENT) & (stage <= Stage.HOME)) | (
        (stage == Stage.BATIK) & (people.employer[older] >= 0)
    )
    thinks = working & (uniform(key, people.id[older]) < now["choice.reconsider_older"])
    return np.concatenate((rows, older[thinks | (stage == Stage.SEEKING)]))


def exposure(state: State, rows: Ints) -> tuple[Floats, Bools]:
    """Shares x_k of batik and garment among peers and own circle, and whether a parent or two of them are in
    batik (E3).

    The circle holds a parent, one of kin, and coworkers (all of whom do what one does); owners count as
    batik. Returns (n, 2) and (n,).
    """
    people = state.people
    peers, kin, has_kin = scan.company(rows, people.peers, people.stage)
    own, parent = people.stage[rows], people.parent[rows]
    circle = np.zeros((rows.size, 2))
    circle[:, 0] = parent + kin[:, 0] + (own == Stage.BATIK)
    circle[:, 1] = kin[:, 1] + (own == Stage.GARMENT)
    circle /= (1.0 + has_kin + ((own >= Stage.BATIK) & (own <= Stage.OTHER)))[:, None]
    shares = choice.conformity(peers / PEERS, circle, state.now["choice.circle_weight"])
    return shares, (parent > 0) | (peers[:, 0] + kin[:, 0] >= 2)


def expected_pay(state: State, rows: Ints) -> Floats:
    """Pay a person can count on in batik, garment and other work, IDR a month (n, 3) (E3)."""
    people, now = state.people, state.now
    place, group = people.place[rows], people.group[rows]
    umk = state.umk[place]
    batik = np.where(people.employer[rows] >= 0, people.rate[rows], state.market.posted_rate[place, group])
    if state.programmes.appeals:
        batik = batik + enrolment.beside_pay(state, rows)
    spread = now["garment.pay_spread"]
    garment = (
        umk * now["garment.pay"] * (1.0 - spread + 2.0 * spread * state.trait("garment.pay", people.id[rows]))
    )
    older = state.month - people.birth[rows] >= 35 * 12
    hand = now["other.pay_older_hand"] * outside_option(state)[place, 0]
    other = np.where(
        older, np.where(group == 0, hand, now["other.pay_older_stamp"] * umk), now["other.pay_youth"] * umk
    )
    return np.stack((batik, garment, other), axis=1)


def offers(state: State, rows: Ints, contact: Bools) -> tuple[Bools, Floats, Floats]:
    """Which options are on offer besides the present stage (n, 3), with the gate and the chance of an offer
    (E3).
    """
    people, now, market = state.people, state.now, state.market
    ids, place, group = people.id[rows], people.place[rows], people.group[rows]
    gate = choice.awareness_gate(people.learning[rows, 0], contact, now["choice.contact_gate"])
    chance = offer_chance(state)[group]
    paid = market.posted_rate[place, group] > 0
    batik = paid & (state.draw("gate", ids) < gate) & (state.draw("offer.batik", ids) < chance)
    garment_chance = min(1.0, market.garment_posts / max(market.garment_applicants, 1.0))
    young = state.month - people.birth[rows] < 35 * 12
    garment = young & (state.draw("offer.garment", ids) < garment_chance)
    waited = people.search[rows] >= now["other.certain_after"]
    other = waited | (state.draw("offer.other", ids) < now["other.offer"])
    return np.stack((batik, garment, other), axis=1), gate, chance


def weigh(state: State, rows: Ints) -> Options:
    """Utilities and availability of the three options for these people (E3)."""
    people, now = state.people, state.now
    shares, contact = exposure(state, rows)
    pay = expected_pay(state, rows)
    place = people.place[rows]
    utility = choice.pay_utility(pay, state.umk[place][:, None], now["choice.pay"])
    kappa = now["choice.conformity"]
    utility[:, :2] += kappa * shares
    hours = np.array([now["wage.hours_hand"], now["wage.hours_stamp"]])[people.group[rows]]
    utility[:, 0] += choice.time_left(hours, now["choice.pay"] * now["choice.hourly"])
    utility[:, 0] += now["choice.batik"] + choice.batik_extras(
        shares[:, 0],
        people.learning[rows, 4],
        people.interest[rows].astype(np.float64),
        state.old_share[place] * enrolment.image_left(state, rows),
        state.month - people.birth[rows] < 30 * 12,
        conformity_weight=kappa,
        togetherness_weight=now["choice.togetherness"],
        interest_weight=now["choice.interest"],
        image_weight=now["choice.image"],
    )
    utility[:, 1] += now["choice.garment"]
    available, gate, offer = offers(state, rows, contact)
    stage = people.stage[rows]
    present = np.select(
        [stage == Stage.BATIK, stage == Stage.GARMENT, (stage == Stage.OTHER) | (stage == Stage.HOME)],
        [0, 1, 2],
        -1,
    )
    employed = np.flatnonzero(present >= 0)
    available[employed, present[employed]] = True
    return Options(rows, present, pay, shares, utility, available, gate, offer)


def choose(state: State) -> None:
    """Step 5: interest, then choices; changes to other work happen now, the rest apply for a post."""
    form_interest(state)
    people, market = state.people, state.market
    rows = choosers(state)
    options = weigh(state, rows)
    ids = people.id[rows]
    noise = np.stack([state.noise(taste, ids) for taste in TASTES], axis=1)
    chosen = choice.choose(options.utility, noise, options.available)
    moves = (chosen >= 0) & (chosen != options.present)
    note_choices(state, options, noise, chosen)
    school = people.stage[rows] == Stage.SCHOOL
    state.enter_stage(rows[school], Stage.SEEKING)
    waiting = rows[(people.stage[rows] == Stage.SEEKING) & ~school]
    people.search[waiting] += 1
    market.batik_applicants = rows[moves & (chosen == 0)]
    market.garment_queue = rows[moves & (chosen == 1)]
    apart = rows[moves & (chosen == 2)]
    state.leave_trade(apart)
    state.drop_leavers()
    market.late_applicants = late_applicants(state)


def note_choices(state: State, options: Options, noise: Floats, chosen: Ints) -> None:
    """Write the choices of watched people into the diary, with the reasons."""
    if state.watched:
        people, rows = state.people, options.rows
        columns = {
            "stage": people.stage[rows].tolist(),
            "pay": options.pay.tolist(),
            "share": options.share.tolist(),
            "utility": options.utility.tolist(),
            "noise": noise.tolist(),
            "available": options.available.tolist(),
            "gate": options.gate.tolist(),
            "offer": options.offer.tolist(),
            "chosen": chosen.tolist(),
        }
        state.note("choice", rows, **columns)
