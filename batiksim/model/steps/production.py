"""Step 7: days, output, who is paid what of it, and the account to the rupiah (E5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.errors import AccountingError
from batiksim.kernels import account, firms
from batiksim.state.state import State

Floats = NDArray[np.float64]


def work_days(state: State) -> None:
    """Share of full days each firm's groups work: orders of the month against staff, less floods (E6)."""
    owners, now = state.owners, state.now
    protected = np.clip(state.levers.flood_protection, 0.0, 1.0)
    firms.work_days(
        state.market.load, owners.staff, owners.place, now["demand.days_least"], now["demand.days_most"],
        1.0 - (1.0 - state.drivers.flood[state.month]) * (1.0 - protected), owners.days,
    )  # fmt: skip


def produce(state: State) -> None:
    """Step 7: pay every job for the days worked, share the value along the chain, check the account."""
    work_days(state)
    people, owners, now = state.people, state.owners, state.now
    # Whoever lost a job after last month's pay earned that pay, and earns none now.
    people.pay[state.former] = 0.0
    kept = account.empty(state.n_places, owners.n)
    wrong = account.keep(
        state.batik,
        account.Jobs(*(getattr(people, column) for column in account.Jobs._fields)),
        account.Firms(owners.place, owners.days, owners.surplus, owners.passed_on, direct_sales(state)),
        account.Terms(
            state.market.materials,
            state.market.cut,
            state.market.fine_premium,
            (now["skill.master"], now["skill.master_years"] * 12),
            now["contracts.trade_markup"],
            now["contracts.unskilled_output"],
            now["skill.reference"],
        ),
        kept,
    )
    if wrong:
        raise AccountingError(
            f"month {state.month}: the value of {wrong} jobs is not what its parts add up to"
        )
    _book(state, kept)


def _book(state: State, kept: account.Account) -> None:
    """Add what was kept to the flows of the places, and what owners earn to their accounts."""
    owners, flows, market = state.owners, state.flows, state.market
    flows.add(account.FLOWS, kept.flows.T)
    market.output, market.materials_used = flows["output"].copy(), flows["materials"].copy()
    market.worked = flows["days_worked"].copy()
    market.costs = np.vstack((market.costs[1:], flows["worker"] + flows["broker"]))
    market.base_output = np.vstack((market.base_output[1:], flows["base_output"]))
    owners.income[:] = kept.income + own_labour(state)
    owners.wage_bill[:] = kept.wages


def direct_sales(state: State) -> Floats:
    """Share of output that an owner sells directly and so receives the trader's part of (E5)."""
    now, owners = state.now, state.owners
    direct = np.clip(now["contracts.direct_sales"] + now["online.direct_sales"] * owners.online, 0.0, 1.0)
    return direct * (owners.order_only == 0)


def own_labour(state: State) -> Floats:
    """What the owner of a small firm earns with her own hands, IDR a month."""
    owners, now = state.owners, state.now
    small = state.staff < now["firms.small"]
    return now["firms.own_labour"] * owners.surplus[:, 1] * small * owners.open
