"""What an intervention is: when x where x who x how much; and the registry of kinds.

A kind is registered by a decorator on the function that acts on the model each month:

    @intervention("cooperative", label={"en": "Cooperative", "id": "Koperasi"}, channel="bargaining",
                  stakeholder="associations", payer="government", unit_cost=250_000,
                  cost_unit="IDR/worker/year", cost_source="...",
                  strength=Option(0.1, 0, 0.5, "share", {"en": "...", "id": "..."}))
    def cooperative(model, measure, dose):
        ...

A scenario file then says `- cooperative: {from: 2026-01, where: city, coverage: 0.6}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from batiksim.config.frozen_dict import FrozenDict
from batiksim.data import text as data_text
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES, suggestion, text

STAKEHOLDERS = ("craft", "government", "private", "finance", "academia", "associations")
# Whom an intervention can be limited to; a kind takes some of these. Words of one line widen the circle,
# words of different lines narrow it: [casual, women] are women among the casual workers.
STANDINGS = (
    *("workers", "direct", "casual", "members", "apprentices", "masters"),
    *("owners", "youth", "school_leavers"),
)
SEXES = ("women", "men")
TASKS = ("hand", "stamp")
WHO = (*STANDINGS, *SEXES, *TASKS)
# Things to act on that a measure can be kept from (`without`); batiksim.interventions.ablation does it.
CHANNELS = (
    *("information", "skills", "capital", "bargaining", "togetherness"),
    *("surplus_cut", "tiers", "bargaining_share", "wage_floor", "certificate", "committee", "exposure"),
    *(
        "skill",
        "orders",
        "transfer",
        "image",
        "materials",
        "online",
        "price",
        "credit",
        "founding",
        "flood",
    ),
)
AUDIENCES = ("youth", "direct", "casual", "owners", "members")  # of a kind that does not say
COMMON = ("from", "to", "ramp", "where", "who", "coverage", "strength", "budget", "by", "without")


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
    """One measure of a scenario: a kind, its months, places, people and size.

    `start` and `end` are month indices, both included; `ramp` is the number of months until the full dose;
    `where` holds place ids; `who` the people it is limited to (empty: whomever the kind is for); `coverage`
    the share of them reached; `strength` and `options` are in the units of the kind; `budget` is IDR a year;
    `without` names what it acts on and is kept from.
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
    without: tuple[str, ...] = ()
    origin: str = field(default="", compare=False)

    def dose(self, month: int) -> float:
        """Return how far the intervention is in effect: 0 outside its months, 1 after the ramp."""
        if not self.start <= month <= self.end:
            return 0.0
        return min(1.0, (month - self.start + 1) / self.ramp) if self.ramp else 1.0


Act = Callable[[Any, Intervention, float], None]


def in_order(measures: tuple[Intervention, ...]) -> tuple[Intervention, ...]:
    """Return measures in the order in which they act, whatever the order in which they are written."""

    def key(measure: Intervention) -> tuple[Any, ...]:
        numbers = (measure.start, measure.end, measure.ramp, measure.coverage)
        unset = tuple(-1.0 if value is None else value for value in (measure.strength, measure.budget))
        words = (
            measure.where,
            measure.who,
            measure.by,
            tuple(sorted(measure.options.items())),
            measure.without,
        )
        return measure.kind, *numbers, *unset, *words

    return tuple(sorted(measures, key=key))


@dataclass(frozen=True)
class Kind:
    """A kind of intervention: what it is called, through which channel it acts, who pays how much.

    Label, channel and source of the cost are texts by language; plain text is the same in all. `acts_on`
    names what it moves, so that two measures on the same thing can be pointed out; `sign` says of indicators
    whether it raises (1) or lowers (-1) them, which the tests hold it to.
    """

    name: str
    label: Mapping[str, str]
    channel: Mapping[str, str]
    stakeholder: str
    payer: str
    unit_cost: float
    cost_unit: str
    cost_source: Mapping[str, str]
    act: Act
    strength: Option | None = None
    options: Mapping[str, Option] = field(default_factory=FrozenDict)
    who: tuple[str, ...] = AUDIENCES
    acts_on: tuple[str, ...] = ()
    sign: Mapping[str, int] = field(default_factory=FrozenDict)


_KINDS: dict[str, Kind] = {}


def _registered() -> dict[str, Kind]:
    """All kinds; those that ship with batiksim register when their package is first imported."""
    import_module("batiksim.interventions")
    return _KINDS


def kinds() -> Mapping[str, Kind]:
    """Return every registered kind by name, sorted."""
    return FrozenDict(sorted(_registered().items()))


def closable(kind: Kind) -> tuple[str, ...]:
    """What of that on which a kind acts it can be kept from, with everything else as it was."""
    return tuple(thing for thing in kind.acts_on if thing in CHANNELS)


def kind(name: str) -> Kind:
    """Return a kind by name; raises ScenarioError, with the nearest name, if there is none."""
    if name not in _registered():
        raise ScenarioError(text("kind.unknown", name=name, near=suggestion(name, _KINDS)))
    return _KINDS[name]


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """Descriptions of the kinds in data/interventions.yaml, by name."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load(data_text("interventions.yaml"))
    for about in tree.values():
        about["who"] = tuple(about["who"])
        about["strength"] = Option(**about["strength"]) if "strength" in about else None
        about["options"] = {key: Option(**option) for key, option in about.get("options", {}).items()}
        about["acts_on"] = tuple(about.get("acts_on", ()))
    return tree


def intervention(name: str, **about: Any) -> Callable[[Act], Act]:
    """Register the decorated `act(model, measure, dose)` as the kind `name`; `about` are fields of `Kind`.

    A kind that ships with batiksim is described in data/interventions.yaml instead, where its numbers have
    sources. Raises ScenarioError if the name is taken or the description does not hold together.
    """

    def register(act: Act) -> Act:
        described = about or shipped()[name]
        words = {part: _in_languages(described[part]) for part in ("label", "channel", "cost_source")}
        fields = {**described, **words}
        for part in ("options", "sign"):
            fields[part] = FrozenDict(described.get(part, {}))
        new = Kind(name=name, act=act, **fields)
        _check(new)
        _KINDS[name] = new
        return act

    return register


def _in_languages(words: str | Mapping[str, str]) -> Mapping[str, str]:
    return FrozenDict(dict.fromkeys(LANGUAGES, words) if isinstance(words, str) else words)


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
    if strange := [word for word in new.who if word not in WHO]:
        raise ScenarioError(text("kind.audience", name=new.name, who=strange[0], allowed=", ".join(WHO)))
    for option, limits in {**new.options, "strength": new.strength}.items():
        if option in COMMON and option != "strength":
            raise ScenarioError(text("kind.reserved", name=new.name, option=option))
        if limits is not None and not limits.low <= limits.default <= limits.high:
            raise ScenarioError(text("kind.option", name=new.name, option=option))
    if any(not set(LANGUAGES) <= set(words) for words in (new.label, new.channel, new.cost_source)):
        raise ScenarioError(text("kind.label", name=new.name, languages=", ".join(LANGUAGES)))
