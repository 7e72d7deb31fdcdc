"""What an intervention is: when x where x who x how much; and which kinds of them there are.

Kinds are described here, those that ship by data/interventions.yaml; what they do is in
`batiksim.interventions`, which this floor does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from batiksim.codes import AUDIENCES, CHANNELS, STAKEHOLDERS, WHO
from batiksim.config.frozen_dict import FrozenDict
from batiksim.data import text as data_text
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES, suggestion, text
from batiksim.scenario import plugins

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
    strength: Option | None = None
    options: Mapping[str, Option] = field(default_factory=FrozenDict)
    who: tuple[str, ...] = AUDIENCES
    acts_on: tuple[str, ...] = ()
    sign: Mapping[str, int] = field(default_factory=FrozenDict)


@cache
def _described() -> dict[str, Kind]:
    """Descriptions of kinds by name: those in data/interventions.yaml, and what `describe` adds to them."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load(data_text("interventions.yaml"))
    for about in tree.values():
        about["strength"] = Option(**about["strength"]) if "strength" in about else None
        about["options"] = {key: Option(**option) for key, option in about.get("options", {}).items()}
    return {name: _kind(name, about) for name, about in tree.items()}


def describe(name: str, again: bool = False, **about: Any) -> None:
    """Add a kind of one's own; `about` are the fields of `Kind`, `again` lets it replace its namesake.

    Raises ScenarioError if the name is taken or the description does not hold together.
    """
    if name in _described() and not again:
        raise ScenarioError(text("kind.taken", name=name))
    new = _kind(name, about)
    _check(new)
    _described()[name] = new


def _kind(name: str, about: Mapping[str, Any]) -> Kind:
    given = dict(about)
    for part in ("label", "channel", "cost_source"):
        words = about[part]
        given[part] = FrozenDict(dict.fromkeys(LANGUAGES, words) if isinstance(words, str) else words)
    for part in ("options", "sign"):
        given[part] = FrozenDict(about.get(part, {}))
    for part in ("who", "acts_on"):
        if part in about:
            given[part] = tuple(about[part])
    return Kind(name=name, **given)


def kinds() -> Mapping[str, Kind]:
    """Return every kind by name, sorted: those that ship and those of files of one's own."""
    plugins.load_named()
    return FrozenDict(sorted(_described().items()))


def kind(name: str) -> Kind:
    """Return a kind by name; raises ScenarioError, with the nearest name, if there is none."""
    found = _described().get(name) or kinds().get(name)
    if found is None:
        raise ScenarioError(text("kind.unknown", name=name, near=suggestion(name, kinds())))
    return found


def closable(kind: Kind) -> tuple[str, ...]:
    """What of that on which a kind acts it can be kept from, with everything else as it was."""
    return tuple(thing for thing in kind.acts_on if thing in CHANNELS)


def _check(new: Kind) -> None:
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
