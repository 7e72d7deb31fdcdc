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


def win_direct_contracts(state: State) -> None:
    """Brokered workers move to direct contracts with their employers, the sooner the more empowered they are
    (E1-e).
    """
    if not state.on("learning.empowerment"):
        return
    people, won = state.people, np.empty_like(state.batik)
    count = moves.direct_contracts(
        state.batik, stream_key(state.seed, "empowerment.contract", state.month),
        state.now["learning.empowerment_contract"], people.id, people.tier, people.learning, won,
    )  # fmt: skip
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
