"""Step 7: days, output, who is paid what of it, and the account to the rupiah (E5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.errors import AccountingError
from batiksim.kernels import account, firms
from batiksim.state.state import State

Floats = NDArray[np.float64]


def work(state: State) -> tuple[Floats, Floats]:
    """Set the share of full days each firm's groups work; returns by owner the share of output that she sells
    directly, and what she earns with her own hands, IDR a month (E5, E6).
    """
    owners, now = state.owners, state.now
    direct, own = np.empty((2, owners.n))
    firms.work(
        state.market.load, owners.open, owners.staff, owners.place, owners.order_only, owners.online,
        owners.surplus, now["demand.days_least"], now["demand.days_most"], state.drivers.flood[state.month],
        state.levers.flood_protection, now["contracts.direct_sales"], now["online.direct_sales"],
        now["firms.own_labour"], now["firms.small"], owners.days, direct, own,
    )  # fmt: skip
    return direct, own


def produce(state: State) -> None:
    """Step 7: pay every job for the days worked, share the value along the chain, check the account."""
    direct, own = work(state)
    people, owners, now = state.people, state.owners, state.now
    # Whoever lost a job after last month's pay earned that pay, and earns none now.
    people.pay[state.former] = 0.0
    kept = account.empty(state.n_places, owners.n)
    wrong = account.keep(
        state.batik,
        account.Jobs(*(getattr(people, column) for column in account.Jobs._fields)),
        account.Firms(owners.place, owners.days, owners.surplus, owners.passed_on, direct),
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
    np.add(kept.income, own, out=owners.income)
    owners.wage_bill[:] = kept.wages
    _book(state, kept.flows)


def _book(state: State, kept: Floats) -> None:
    """Add what was `kept` (places, flows) to the flows of the places; the market remembers it."""
    flows, market = state.flows, state.market
    flows.add(account.FLOWS, kept.T)
    market.output, market.materials_used = flows["output"].copy(), flows["materials"].copy()
    market.worked = flows["days_worked"].copy()
    for memory, now in (
        (market.costs, flows["worker"] + flows["broker"]),
        (market.base_output, flows["base_output"]),
    ):
        memory[:-1] = memory[1:]
        memory[-1] = now
