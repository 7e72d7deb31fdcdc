"""What a kind of intervention does, month by month: one function each, registered under the name of the kind.

    @intervention("cooperative", label={"en": "Cooperative", "id": "Koperasi"}, channel="bargaining",
                  stakeholder="associations", payer="government", unit_cost=250_000,
                  cost_unit="IDR/worker/year", cost_source="...",
                  strength=Option(0.1, 0, 0.5, "share", {"en": "...", "id": "..."}))
    def cooperative(model, measure, dose):
        ...

A scenario file then says `- cooperative: {from: 2026-01, where: city, coverage: 0.6}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from batiksim.scenario.interventions import Intervention, Kind, describe, kind

Act = Callable[[Any, Intervention, float], None]

_ACTS: dict[str, Act] = {}
_ADOPTED: set[str] = set()


def intervention(name: str, **about: Any) -> Callable[[Act], Act]:
    """Register the decorated `act(model, measure, dose)` as the kind `name`; `about` are fields of `Kind`.

    A kind that ships with batiksim is described in data/interventions.yaml instead, where its numbers have
    sources. Raises ScenarioError if the name is taken or the description does not hold together.
    """

    def register(act: Act) -> Act:
        if about:
            describe(name, again=name in _ACTS and _same(_ACTS[name], act), **about)
        _ACTS[name] = act
        return act

    return register


def _same(one: Act, other: Act) -> bool:
    """Whether two functions are one that was read twice, as by `importlib.reload`."""
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def adopt(new: Kind, act: Act) -> None:
    """Register a kind that another process has registered before, in place of one adopted earlier."""
    if new.name not in _ACTS or new.name in _ADOPTED:
        _ADOPTED.add(new.name)
        about = {key: value for key, value in vars(new).items() if key != "name"}
        describe(new.name, again=True, **about)
        _ACTS[new.name] = act


def act(name: str) -> Act:
    """Return what a kind does; raises ScenarioError, with the nearest name, if there is no such kind."""
    return _ACTS[kind(name).name]
