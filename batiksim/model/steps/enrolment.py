"""What programmes do to single people and firms: step 0 carries out what was decided, later steps ask.

Without a measure every function here returns at once and changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import COMPONENTS, STAKEHOLDERS, Presence, Stage
from batiksim.interventions import targets
from batiksim.rules import contracts, craft_skill
from batiksim.state.decisions import Appeal, Inspection
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SKILLS = COMPONENTS.index("skills")


def carry_out(state: State) -> None:
    """Enrol, certify and lend as measures decided this month; what two of them decide does not depend on
    their order.
    """
    decisions, people, owners = state.decisions, state.people, state.owners
    for rows in decisions.attending:
        people.attended[rows] = state.month + 1
        state.count("trained", rows)
    for course in decisions.courses:
        now = people.lessons[course.rows, course.component]
        people.lessons[course.rows, course.component] = np.maximum(now, course.until)
        if course.component == SKILLS:
            people.lesson_months[course.rows] = people.lessons[course.rows, SKILLS] - state.month
        decisions.pupils = np.union1d(decisions.pupils, course.rows)
    for rows, skill in decisions.schooled:
        people.skill[rows] = np.maximum(people.skill[rows], skill)
        state.former = np.concatenate((state.former, rows))
    for certificate in decisions.certificates:
        people.certified[certificate.rows] = certificate.until
        people.premium[certificate.rows] = certificate.premium
        state.decisions.certified_until = max(state.decisions.certified_until, certificate.until)
        state.count("certificates", certificate.rows)
    for design in decisions.designs:
        owners.design[design.rows] = np.maximum(fresh_design(state)[design.rows], design.premium)
        owners.design_until[design.rows] = np.maximum(owners.design_until[design.rows], design.until)
    for loan in decisions.loans:
        owners.capital[loan.rows] += loan.amount
        owners.debt[loan.rows] = loan.amount
        owners.instalment[loan.rows] = loan.amount / loan.months
        owners.debt_rate[loan.rows] = loan.rate
        state.flows["lent"] += _at_firms(state, loan.rows, np.full(loan.rows.size, loan.amount))


def _at_firms(state: State, rows: Ints, amount: Floats) -> Floats:
    sums = np.bincount(state.owners.place[rows], weights=amount, minlength=state.n_places)
    return sums.astype(np.float64)


def raise_talent(state: State) -> None:
    """A course in skills in force lets those who take it in attain more (E4)."""
    people, rows = state.people, state.decisions.pupils
    if not rows.size:
        return
    rows = rows[(people.lessons[rows, SKILLS] > state.month) & (people.presence[rows] == Presence.SIMULATED)]
    people.talent[rows] += craft_skill.talent_gain(
        people.talent[rows],
        people.learning[rows, SKILLS],
        state.now["skill.course_talent"],
        people.lesson_months[rows],
    )


def teach_pupils(state: State, openness: float, speed: float) -> None:
    """Pull those with a course in force the rest of the way to what it teaches: u_d = 1 for them (E1).

    The step of everybody has already counted what reaches her audience, `taught`; E1 is linear in u.
    """
    decisions, people = state.decisions, state.people
    if decisions.pupils.size:
        pupils = decisions.pupils
        attends = (people.lessons[pupils] > state.month).any(axis=1)
        decisions.pupils = rows = pupils[attends & (people.presence[pupils] == Presence.SIMULATED)]
        on = np.array([state.on(f"learning.{name}") for name in COMPONENTS])
        learns = (people.lessons[rows] > state.month) & on
        missing = 1.0 - state.taught[people.place[rows], audience_of(state, rows)]
        people.learning[rows] += speed * (1.0 - openness) * missing * learns


def audience_of(state: State, rows: Ints) -> Ints:
    """Audience of programmes that people belong to: 0 youth, 1 direct and 2 casual workers (E1)."""
    people = state.people
    return np.where(people.stage[rows] == Stage.BATIK, np.where(people.tier[rows] > 0, 2, 1), 0)


def transfer(state: State, rows: Ints) -> Floats:
    """IDR a month beside the pay of the job that each of `rows` can count on in batik work (E3)."""
    total = np.zeros(rows.size)
    for appeal in state.decisions.appeals:
        if np.any(appeal.pay):
            pay = np.broadcast_to(appeal.pay, state.n_places)[state.people.place[rows]]
            total += pay * _counts_on(state, appeal, rows)
    return total


def image_left(state: State, rows: Ints) -> Floats:
    """The part of the image of old people's work that is left for each of `rows` (E3)."""
    left = np.ones(rows.size)
    for appeal in state.decisions.appeals:
        if appeal.image > 0.0:
            left *= 1.0 - appeal.image * _counts_on(state, appeal, rows)
    return left


def _counts_on(state: State, appeal: Appeal, rows: Ints) -> Floats:
    """1 for those who have or would have what a measure offers, 0 for the others."""
    people, measure = state.people, appeal.measure
    ids = people.id[rows]
    counts = targets.qualifies(state, measure, rows)
    counts &= state.trait(f"policy.{measure.kind}", ids) < measure.coverage * appeal.dose
    if appeal.holders is not None:
        promised = counts & (state.draw(f"policy.{measure.kind}.promise", ids) < appeal.chance)
        has = np.isin(rows, appeal.holders)
        counts = np.where(people.employer[rows] >= 0, has, promised)
    return counts.astype(np.float64)


def transfer_late(state: State) -> Floats:
    """IDR a month that people of 35 and more who never were in batik expect beside pay, (places, groups).

    They hear only of what is for everybody of a task group, in the share that is reached.
    """
    total = np.zeros((state.n_places, 2))
    for appeal in state.decisions.appeals:
        share = targets.open_to_late(state, appeal.measure) * appeal.measure.coverage * appeal.dose
        total += np.broadcast_to(appeal.pay, state.n_places)[:, None] * appeal.chance * share
    return total


def obeyed_floors(state: State) -> Floats:
    """The highest wage floor that each owner obeys for contracts of a tier, (tiers, owners), of those that
    measures enforce by a share of compliance, as a share of the UMK (E5).
    """
    owners = state.owners
    highest = np.zeros((3, owners.n))
    for floor in state.decisions.floors:
        if not isinstance(floor.obeyed, Inspection):
            obeys = owners.complier < np.clip(floor.obeyed, 0.0, 1.0)[owners.place]
            highest[floor.tiers] = np.maximum(highest[floor.tiers], floor.share * obeys)
    return highest


def inspected(state: State) -> bool:
    """Whether inspections of a measure are anything that owners have to weigh this month (E5-i)."""
    return any(isinstance(floor.obeyed, Inspection) for floor in state.decisions.floors)


def deterred_pay(state: State, pay: Floats, tier: int, minimum: Floats) -> Floats:
    """Pay (owners, groups) of a tier that would be `pay`, raised by owners who fear to be found out (E5-i).

    `minimum` is the UMK for the hours worked, IDR a month. Each inspection is weighed by itself against the
    same pay, and the highest floor that is obeyed holds.
    """
    owners, raised = state.owners, pay
    for floor in state.decisions.floors:
        if floor.tiers[tier] and isinstance(about := floor.obeyed, Inspection):
            least = floor.share * minimum
            found = about.found[owners.place, None]
            fines = (about.fine, about.arrears, about.months, about.sharpness)
            deterred = contracts.deterred(np.maximum(least - pay, 0.0), found, *fines)
            raised = np.where(owners.complier[:, None] < deterred, np.maximum(raised, least), raised)
    return raised


def certified_pay(state: State, rows: Ints, rate: Floats, worth: Floats, cut: Floats) -> Floats:
    """Full-month pay of workers whose rate would be `rate`, with what a valid certificate adds (E5).

    The rise comes out of the owner's part, so it ends where her work pays for itself; `worth` is
    what her month is worth, `cut` the share of the surplus that one broker keeps, by place.
    """
    if state.decisions.certified_until < state.month:
        return rate
    people, owners = state.people, state.owners
    premium = np.where(people.certified[rows] >= state.month, people.premium[rows], 0.0)
    some = np.flatnonzero(premium > 0.0)
    if some.size:
        who = rows[some]
        owner = people.employer[who]
        surplus = owners.surplus[owner, people.group[who]] * worth[some]
        most = contracts.after_brokers(surplus, cut[owners.place[owner]], people.tier[who].astype(np.int64))
        raised = np.minimum(rate[some] * (1.0 + premium[some]), most)
        rate = rate.copy()
        rate[some] = np.maximum(rate[some], raised)
    return rate


def fresh_design(state: State) -> Floats:
    """Part by which designs that are still new raise the price of each owner (E5)."""
    owners = state.owners
    return np.where(owners.design_until > state.month, owners.design, 0.0)


def invitation(state: State, rows: Ints) -> Floats:
    """Chance that each of `rows` founds a firm this month because a programme helps her to (E7)."""
    stays = np.ones(rows.size)
    if not state.on("learning.capital"):
        return 1.0 - stays
    for invited, chance in state.decisions.invited:
        stays *= 1.0 - chance * np.isin(rows, invited)
    return 1.0 - stays


def write_off(state: State, rows: Ints) -> None:
    """Firms that close do not repay: the lender bears what is left."""
    owners = state.owners
    if not owners.debt[rows].any():
        return
    lost = _at_firms(state, rows, owners.debt[rows])
    state.flows["lost"] += lost
    state.costs[STAKEHOLDERS.index("finance")] += lost
    owners.debt[rows] = 0.0
