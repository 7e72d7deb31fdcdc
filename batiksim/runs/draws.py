"""Draws: named sets of parameter values that are laid under every scenario of a design.

A regime is a draw that says `choice.regime` and nothing else. Regimes share the number 0 and their seeds, so
that the same people meet the same luck in each; the column `regime` tells them apart. The two `WORLDS`
are the regimes the known facts cannot tell apart (docs/worlds.md); whatever is asked is asked of both.
A draw of a sample says many uncertain values at once; the column `regime` holds the world it was found to be,
or `DRAWN` where nobody measured it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import REGIME, RENAMED, WORLDS
from batiksim.runs.store import fingerprint
from batiksim.scenario import Scenario

DRAWN = "drawn"


@dataclass(frozen=True)
class Draw:
    """A set of parameter values by name, what it is called, its number in the column `draw`, and its world
    where its values say none.
    """

    name: str = ""
    values: Mapping[str, Value] = field(default_factory=FrozenDict)
    number: int = 0
    world: str = ""

    @cached_property
    def mark(self) -> str:
        """A fingerprint of everything the draw says, worked out once however many runs are made under it."""
        return fingerprint(self.as_json())

    def __hash__(self) -> int:
        return hash((self.name, self.number, self.world))  # not its values: it is looked up for every run

    def as_json(self) -> dict[str, Any]:
        """The draw as `study.json` keeps it."""
        said = {"name": self.name, "number": self.number, "values": dict(self.values)}
        return said | ({"world": self.world} if self.world else {})


NOTHING = Draw()  # leaves every scenario as it is


def regime(name: str) -> Draw:
    """The draw that is a regime, under its name of today."""
    name = RENAMED.get(name, name)
    return Draw(name, FrozenDict({REGIME: name}))


def usual_regimes(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The regimes a comparison is run in if nobody says which: both worlds, and those its scenarios set."""
    own = (str(one.regime) for one in scenarios if REGIME in one.spans)
    return tuple(dict.fromkeys((*WORLDS, *own)))


def fits(scenario: Scenario, draw: Draw) -> bool:
    """Whether a scenario can be run under a draw: not if its own file says another regime."""
    return REGIME not in scenario.spans or scenario.regime == _regime(scenario, draw)


def regime_of(scenario: Scenario, draw: Draw) -> str:
    """The regime a scenario has under a draw."""
    return str(_regime(scenario, draw) or "")


def _regime(scenario: Scenario, draw: Draw) -> Value | None:
    return draw.world or draw.values.get(REGIME, scenario.regime)


def under(scenario: Scenario, draw: Draw) -> Scenario | None:
    """A scenario with a draw laid under it; None if its own file says another regime.

    What the scenario says of a parameter stays in the months for which it says it. Raises ScenarioError for
    a value that is none.
    """
    if not fits(scenario, draw):
        return None
    whole = {name: value for name, value in draw.values.items() if name not in scenario.spans}
    case = scenario.but(whole) if whole else scenario
    covered = {name: draw.values[name] for name in draw.values if name in scenario.spans and name != REGIME}
    if not covered:
        return case
    spans = dict(case.spans)
    for name in covered:
        below = Scenario().but({name: covered[name]}).timeline(name)
        spans[name] = below.under(scenario.spans[name]).spans
    return replace(case, spans=FrozenDict(sorted(spans.items())))
