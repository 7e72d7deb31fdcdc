"""What an intervention is: when x where x who x how much; and the registry of kinds.

A kind is registered by a decorator on the function that acts on the model each month:

    @intervention("cooperative", label={"en": "Cooperative", "id": "Koperasi"}, channel="bargaining",
                  stakeholder="associations", payer="government", unit_cost=250_000,
                  cost_unit="IDR/worker/year", cost_source="...",
                  strength=Option(0.1, 0, 0.5, "share", {"en": "...", "id": "..."}))
    def cooperative(model, policy, dose):
        ...

A scenario file then says `- cooperative: {from: 2026-01, where: city, coverage: 0.6}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from batiksim.data import text as data_text
from batiksim.errors import ScenarioError
from batiksim.frozen import FrozenDict
from batiksim.texts import LANGUAGES, suggestion, text

STAKEHOLDERS = ("craft", "government", "private", "finance", "academia", "associations")
# Whom an intervention can be limited to; a kind may take fewer.
AUDIENCES = ("youth", "direct", "casual", "owners", "members")
COMMON = ("from", "to", "ramp", "where", "who", "coverage", "strength", "budget", "by")


@dataclass(frozen=True)
class Option:
    """A number a kind can be given: default, bounds, unit and what it is (language -> text)."""

    default: float
    low: float
    high: float
    unit: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Intervention:
    """One policy of a scenario: a kind, its months, places, people and size.

    `start` and `end` are month indices, both included; `ramp` is the number of months until the full dose;
    `where` holds place ids; `who` the people it is limited to (empty: whomever the kind is for); `coverage`
    the share of them reached; `strength` and `options` are in the units of the kind; `budget` is IDR a year.
    """

    kind: str
    start: int
    end: int
    ramp: int = 0
    where: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    coverage: float = 1.0
    strength: float | None = None
    budget: float | None = None
    by: str = "government"
    options: Mapping[str, float] = field(default_factory=FrozenDict)
    origin: str = field(default="", compare=False)

    def dose(self, month: int) -> float:
        """Return how far the intervention is in effect: 0 outside its months, 1 after the ramp."""
        if not self.start <= month <= self.end:
            return 0.0
        return min(1.0, (month - self.start + 1) / self.ramp) if self.ramp else 1.0


Act = Callable[[Any, Intervention, float], None]


@dataclass(frozen=True)
class Kind:
    """A kind of intervention: what it is called, through which channel it acts, who pays how much."""

    name: str
    label: Mapping[str, str]
    channel: str
    stakeholder: str
    payer: str
    unit_cost: float
    cost_unit: str
    cost_source: str
    act: Act
    strength: Option | None = None
    options: Mapping[str, Option] = field(default_factory=FrozenDict)
    who: tuple[str, ...] = AUDIENCES


_KINDS: dict[str, Kind] = {}


def kinds() -> Mapping[str, Kind]:
    """Return every registered kind by name, sorted."""
    return FrozenDict(sorted(_KINDS.items()))


def kind(name: str) -> Kind:
    """Return a kind by name; raises ScenarioError, with the nearest name, if there is none."""
    if name not in _KINDS:
        raise ScenarioError(text("kind.unknown", name=name, near=suggestion(name, _KINDS)))
    return _KINDS[name]


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """Descriptions of the kinds in data/interventions.yaml, by name."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe", pure=True).load(data_text("interventions.yaml"))
    for about in tree.values():
        about["who"] = tuple(about["who"])
        about["strength"] = Option(**about["strength"]) if "strength" in about else None
        about["options"] = {key: Option(**option) for key, option in about.get("options", {}).items()}
    return tree


def intervention(name: str, **about: Any) -> Callable[[Act], Act]:
    """Register the decorated `act(model, policy, dose)` as the kind `name`; `about` are the fields of `Kind`.

    A kind that ships with batiksim is described in data/interventions.yaml instead, where its numbers have
    sources. Raises ScenarioError if the name is taken or the description does not hold together.
    """

    def register(act: Act) -> Act:
        described = about or shipped()[name]
        fields = {**described, "label": FrozenDict(described["label"])}
        fields["options"] = FrozenDict(described.get("options", {}))
        new = Kind(name=name, act=act, **fields)
        _check(new)
        _KINDS[name] = new
        return act

    return register


def _check(new: Kind) -> None:
    same = _KINDS.get(new.name)
    if same is not None and (same.act.__module__, same.act.__qualname__) != (
        new.act.__module__,
        new.act.__qualname__,
    ):
        raise ScenarioError(text("kind.taken", name=new.name))
    if not new.name.isidentifier():
        raise ScenarioError(text("kind.name", name=new.name))
    for role, who in (("stakeholder", new.stakeholder), ("payer", new.payer)):
        if who not in STAKEHOLDERS:
            raise ScenarioError(
                text("kind.who", name=new.name, role=role, who=who, allowed=", ".join(STAKEHOLDERS))
            )
    for option, limits in {**new.options, "strength": new.strength}.items():
        if option in COMMON and option != "strength":
            raise ScenarioError(text("kind.reserved", name=new.name, option=option))
        if limits is not None and not limits.low <= limits.default <= limits.high:
            raise ScenarioError(text("kind.option", name=new.name, option=option))
    if not set(LANGUAGES) <= set(new.label):
        raise ScenarioError(text("kind.label", name=new.name, languages=", ".join(LANGUAGES)))
