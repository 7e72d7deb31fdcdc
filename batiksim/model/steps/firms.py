"""Step 10: money, credit, going online, closure and founding (E6, E7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import month_index
from batiksim.codes import Stage
from batiksim.kernels import firms
from batiksim.kernels.streams import stream_key
from batiksim.model.steps import enrolment
from batiksim.model.steps.empowerment import empowerment
from batiksim.model.traits import retirement, settle_traits
from batiksim.rules import lifecycle
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = lifecycle.Values

# Added to a founder's identity for each firm she has founded before; above all identities of people.
AGAIN = 1 << 44
FIRST_YEAR_ENDS = month_index("2011-12")


def settle_firms(state: State) -> None:
    """Step 10: count the money, close who cannot go on, let masters found firms, let firms go online."""
    close(state, keep_accounts(state))
    remember_returns(state)
    found(state)
    go_online(state)


def keep_accounts(state: State) -> Ints:
    """Capital: income less living cost, interest on what is owed, and what a programme lent; returns the
    firms that cannot go on (E7).
    """
    owners, now, ruined = state.owners, state.now, np.empty(state.owners.n, dtype=np.int64)
    count = firms.keep_accounts(
        owners.open, owners.place, now["firms.living_cost"], state.umk, now["firms.interest_rate"],
        now["firms.credit_months"], state.levers.credit, now["firms.idle_months"], now["firms.poor_months"],
        owners.income, owners.wage_bill, owners.learning, owners.staff, owners.debt, owners.instalment,
        owners.debt_rate, owners.capital, owners.idle_months, owners.poor_months, state.flows["repaid"],
        ruined,
    )  # fmt: skip
    return ruined[:count]


def close(state: State, rows: Ints) -> None:
    """Close firms: their workers search, their orders go to survivors of the place, a founder turns
    elsewhere.
    """
    people, owners = state.people, state.owners
    if not rows.size:
        return
    owners.open[rows] = 0
    if owners.staff[rows].any():
        employer = people.employer[state.batik]
        state.end_jobs(state.batik[(owners.open[employer] == 0) & (employer >= 0)])
    owners.posts[rows] = 0
    owners.target[rows] = 0
    enrolment.write_off(state, rows)
    state.flows["closures"] += np.bincount(owners.place[rows], minlength=state.n_places)
    founders = owners.person[rows]
    founders = founders[founders >= 0]
    state.enter_stage(founders[people.stage[founders] == Stage.OWNER], Stage.OTHER)


def remember_returns(state: State) -> None:
    """What an owner of a founder's size and a worker earned this month, in the whole region (E7-f)."""
    owners, flows, now, market = state.owners, state.flows, state.now, state.market
    jobs = max(flows["days_full"].sum(), 1.0)
    rows = state.open_rows
    own = now["firms.own_labour"] * owners.surplus[:, 1][rows].sum() / max(rows.size, 1)
    income = now["firms.founder_size"] * flows["owner"].sum() / jobs + own
    market.small_firms[:-1] = market.small_firms[1:]
    market.small_firms[-1] = income, flows["worker"].sum() / jobs
    if state.month == FIRST_YEAR_ENDS:
        market.usual_return = _return(state)


def _return(state: State) -> float:
    """Income of an owner of a founder's size over mean pay, of the last twelve months; 0 without pay."""
    income, pay = state.market.small_firms.sum(axis=0).tolist()
    return income / pay if pay > 0.0 else 0.0


def profit(state: State) -> float:
    """What founding brings against being paid, r / r0, compared with the first year (E7-f)."""
    usual = state.market.usual_return
    return _return(state) / usual if usual > 0.0 else 1.0


def found(state: State) -> None:
    """Masters of an age to dare found firms, the more so with access to capital, when empowered, and where
    owners earn well; they keep their identity (E7-f).
    """
    people, now, able = state.people, state.now, np.empty_like(state.batik)
    count = firms.able_founders(
        state.batik, stream_key(state.seed, "founding", state.month), _chance_at_most(state),
        state.month - now["firms.founder_most_age"] * 12, state.month - now["firms.founder_least_age"] * 12,
        now["skill.master"], now["skill.master_years"] * 12, people.id, people.birth, people.skill,
        people.practice, able,
    )  # fmt: skip
    if not count:
        return
    rows = able[:count]
    chance = chance_to_found(state, people.learning[rows, 2], empowerment(state, rows))
    chance = chance + enrolment.invitation(state, rows)
    rows = rows[state.draw("founding", people.id[rows]) < chance]
    rows = rows[np.argsort(people.id[rows], kind="stable")]
    if rows.size:
        _register(state, rows)
        state.drop_leavers()


def chance_to_found(state: State, capital: Values, empowered: Values) -> Values:
    """Chance a month that masters found firms of their own accord (E7-f)."""
    now = state.now
    chance = lifecycle.founding_chance(
        capital,
        empowered,
        profit(state),
        most=now["firms.founding"],
        per_empowerment=now["firms.founding_empowerment"],
    )
    return lifecycle.monthly(chance)


def _chance_at_most(state: State) -> float:
    """No master has a higher chance to found a firm this month."""
    if state.decisions.invited:
        return 1.0
    empowered = 1.0 if state.now["firms.founding_empowerment"] > 0.0 else 0.0
    # A little more, because the last digits of a power may differ from one number to several.
    return float(chance_to_found(state, 1.0, empowered)) * (1.0 + 1e-9)


def _register(state: State, rows: Ints) -> None:
    people, owners, now = state.people, state.owners, state.now
    state.end_jobs(rows)
    state.enter_stage(rows, Stage.OWNER)
    ids = _identities(state, people.id[rows])
    added = owners.append(rows.size)
    new = np.arange(added.start, added.stop)
    owners.id[new], owners.person[new] = ids, rows
    owners.place[new], owners.birth[new] = people.place[rows], people.birth[rows]
    owners.founded[new] = state.month
    owners.retires[new] = retirement(
        state, ids, owners.birth[new], "owner", (state.month - owners.birth[new]) / 12.0
    )
    owners.order_only[new] = state.trait("owner.order_only", ids) < now["start.order_only_share"]
    owners.interest[new] = people.interest[rows]
    owners.learning[new] = people.learning[rows]
    owners.open[new] = 1
    hand = now["start.hand_share"]
    owners.weight[new] = now["firms.founder_size"] * np.array([hand, 1.0 - hand])
    owners.orders[new] = owners.weight[new]
    owners.wanted[new] = owners.weight[new]
    settle_traits(state, new)
    owners.capital[new] = now["firms.founder_money"] * state.umk[owners.place[new]]
    state.count("foundings", rows)


def _identities(state: State, ids: Ints) -> Ints:
    """Identities of the firms these people found: their own, and another for each firm after the first."""
    founded = state.owners.id % AGAIN
    return ids + AGAIN * np.array([np.count_nonzero(founded == one) for one in ids.tolist()])


def go_online(state: State) -> None:
    """Firms begin to sell online where the owner or somebody on the staff is under thirty (E6)."""
    people, owners = state.people, state.owners
    firms.go_online(
        stream_key(state.seed, "online", state.month), state.month, state.batik, people.employer,
        people.birth, owners.id, owners.birth, owners.open, owners.place,
        state.now["online.adoption"] / 12.0, state.levers.online, owners.online,
    )  # fmt: skip


def succeed(state: State) -> None:
    """Owners who reach their age hand on to an heir or a buyer, or close (E7)."""
    owners = state.owners
    rows = state.open_rows
    rows = rows[owners.retires[rows] <= state.month + 1]
    if not rows.size:
        return
    heir = heirs(state, rows)
    buyer = ~heir & (
        state.draw("succession.buyer", owners.id[rows]) >= state.now["firms.closure_without_heir"]
    )
    _hand_on(state, rows[heir | buyer])
    state.flows["successions"] += np.bincount(owners.place[rows[heir | buyer]], minlength=state.n_places)
    gone = rows[~(heir | buyer)]
    _retire_founders(state, rows)
    close(state, gone)


def heirs(state: State, rows: Ints) -> NDArray[np.bool_]:
    """Whether an heir exists, was brought up to it, cares for the craft, and prefers it to a factory (E7)."""
    owners, now = state.owners, state.now
    ids, umk = owners.id[rows], state.umk[owners.place[rows]]
    exists = state.draw("succession.exists", ids) < now["firms.heir_exists"] * now["firms.heir_prepared"]
    interest = (state.draw("succession.interest", ids) < now["interest.vertical"]).astype(np.float64)
    income = np.maximum(owners.income[rows], 1.0)
    utility = now["choice.pay"] * np.log(income / umk)
    chance = lifecycle.takes_over(
        utility, interest, now["choice.interest"], now["choice.batik"] - now["choice.garment"]
    )
    return exists & (interest > 0.0) & (state.draw("succession.choice", ids) < chance)


def _hand_on(state: State, rows: Ints) -> None:
    """A younger owner takes over the firm; what the place knows is what she knows."""
    owners, now = state.owners, state.now
    ids = owners.id[rows]
    low, span = now["firms.heir_least_age"], now["firms.heir_age_span"]
    age = low + span * state.draw("succession.age", ids)
    owners.birth[rows] = state.month - np.floor(age * 12).astype(np.int64)
    lot = state.draw("succession.retires", ids)
    least, mode, most = (now[f"lifecycle.owner_retirement_{part}"] for part in ("least", "mode", "most"))
    owners.retires[rows] = owners.birth[rows] + np.ceil(
        lifecycle.triangular(lot, least, mode, most) * 12
    ).astype(np.int64)
    owners.learning[rows] = state.place_mean[owners.place[rows]]


def _retire_founders(state: State, rows: Ints) -> None:
    """A founder who hands on or closes at her age retires as a person too."""
    founders = state.owners.person[rows]
    state.retire(founders[founders >= 0])
    state.owners.person[rows] = -1
