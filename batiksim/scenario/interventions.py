"""Which kinds of interventions there are: those that ship, and those of files of one's own.

Kinds are described here, those that ship by data/interventions.yaml; what they do is in
`batiksim.interventions`, which this floor does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from batiksim.codes import STAKEHOLDERS, WHO
from batiksim.config.frozen_dict import FrozenDict
from batiksim.data import text as data_text
from batiksim.errors import ScenarioError
from batiksim.i18n.texts import LANGUAGES, suggestion, text
from batiksim.scenario import plugins
from batiksim.scenario.keys import RESERVED
from batiksim.scenario.keys import in_order as in_order
from batiksim.scenario.values import Intervention as Intervention
from batiksim.scenario.values import Kind as Kind
from batiksim.scenario.values import Option as Option
from batiksim.scenario.values import closable as closable


@cache
def _described() -> dict[str, Kind]:
    """Descriptions of kinds by name: those in data/interventions.yaml, and what `describe` adds to them."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load(data_text("interventions.yaml"))
    for about in tree.values():
        about["strength"] = _option(about["strength"]) if "strength" in about else None
        about["options"] = {key: _option(option) for key, option in about.get("options", {}).items()}
    return {name: _kind(name, about) for name, about in tree.items()}


def _option(about: Mapping[str, Any]) -> Option:
    return Option(**{**about, "replaces": tuple(about.get("replaces", ()))})


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
    for part in ("options", "sign", "declared"):
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
        if option in RESERVED and option != "strength":
            raise ScenarioError(text("kind.reserved", name=new.name, option=option))
        if limits is None or limits.default is None:
            continue
        if not limits.low <= limits.default <= limits.high:
            raise ScenarioError(text("kind.option", name=new.name, option=option))
    if any(not set(LANGUAGES) <= set(words) for words in (new.label, new.channel, new.cost_source)):
        raise ScenarioError(text("kind.label", name=new.name, languages=", ".join(LANGUAGES)))
