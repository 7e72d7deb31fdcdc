"""What empowered workers do for themselves: they leave brokers for contracts with their owners (E1-e)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batiksim.codes import Tier
from batiksim.kernels import moves
from batiksim.kernels.streams import stream_key
from batiksim.rules import social_learning
from batiksim.state.state import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def empowerment(state: State, rows: Ints) -> Floats:
    """How empowered these people are, 0..1; nobody is where the switch is off (E1-e)."""
    if not state.on("learning.empowerment"):
        return np.zeros(rows.size)
    return social_learning.empowerment(*state.people.learning[rows].T)


def contract_key(state: State) -> np.uint64:
    """Key of the stream that draws who wins a direct contract this month."""
    return stream_key(state.seed, "empowerment.contract", state.month)


def contract_hazard(state: State) -> float:
    """Chance a month that the most empowered win direct contracts (E1-e)."""
    return state.on("learning.empowerment") * state.now["learning.empowerment_contract"]


def win_direct_contracts(state: State, rows: Ints) -> None:
    """Those of `rows` whose contracts go through brokers move to direct ones with their employers, the sooner
    the more empowered they are (E1-e).
    """
    people, won = state.people, np.empty_like(rows)
    count = moves.direct_contracts(
        rows, contract_key(state), contract_hazard(state), people.id, people.tier, people.learning, won
    )
    state.note("direct_contract", won[:count])


def contracts_won_before(state: State) -> None:
    """Of those who came through brokers before January 2011, the ones who have won direct contracts since, so
    that the share of brokers does not fall because the run begins (E1-e, E9).
    """
    people = state.people
    rows = state.batik[people.tier[state.batik] > Tier.DIRECT]
    monthly = social_learning.contract_chance(
        empowerment(state, rows), state.now["learning.empowerment_contract"]
    )
    won = 1.0 - (1.0 - monthly) ** (state.month - people.hired[rows])
    people.tier[rows[state.trait("start.direct_contract", people.id[rows]) < won]] = Tier.DIRECT
