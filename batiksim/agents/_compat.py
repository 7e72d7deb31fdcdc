"""The parts of Mesa that batiksim uses; the only file that asks which Mesa this is.

Supported: 3.3 (the newest for Python 3.11) to 3.5. Import Mesa's names from here and use only what both have:
`Model(rng=...)`, `agents`, `agents_by_type`, `agent_types`, `random`, `rng`, `running`, `step()` without
arguments, the verbs of `AgentSet`, and `DataCollector`. Traps of Mesa 3.5: it owns the name `scenario` on
models and agents, and it warns when `seed=` is used or a stock `AgentSet` is indexed.
"""

from __future__ import annotations

import mesa
from mesa import Agent, DataCollector, Model
from mesa.agent import AgentSet

MESA_VERSION: tuple[int, int] = tuple(int(part) for part in mesa.__version__.split(".")[:2])  # type: ignore[assignment]

if not (3, 3) <= MESA_VERSION < (4, 0):
    raise ImportError(f"batiksim needs Mesa 3.3 to 3.5; this is Mesa {mesa.__version__}")

if MESA_VERSION >= (3, 5):
    from mesa.agentset import GroupBy  # moved out of mesa.agent
    from mesa.experimental.scenarios import Scenario as MesasScenario
else:
    from mesa.agent import GroupBy

    MesasScenario = None

__all__ = ["MESA_VERSION", "Agent", "AgentSet", "DataCollector", "GroupBy", "Model", "is_empty_scenario"]


def is_empty_scenario(value: object) -> bool:
    """Whether this is what Mesa 3.5 hands to a model it makes anew: its own Scenario, with nothing in it."""
    return MesasScenario is not None and type(value) is MesasScenario and vars(value) == {"rng": None}
