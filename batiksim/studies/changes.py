"""What a policy changes of its baseline, piece by piece, and the policy without one of the pieces.

A measure is one intervention, or one parameter that has other values. A channel is a thing that interventions
act on, or a family of parameters: several measures may use one channel, and one measure several channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import REGIME, load_parameters
from batiksim.i18n.texts import LANGUAGES, text
from batiksim.scenario import Scenario
from batiksim.scenario.differences import ABOUT_STUDIES
from batiksim.scenario.interventions import Intervention, closable, kind


@dataclass(frozen=True)
class Piece:
    """A measure or a channel: its key, what it is called (language -> text), which measures it is part of,
    and the policy without it.
    """

    key: str
    label: Mapping[str, str]
    measures: frozenset[str]
    rest: Scenario


def measures(policy: Scenario, base: Scenario) -> list[Piece]:
    """The measures of a policy, its parameters by name and then its interventions in order."""
    found = []
    for name in changed_parameters(policy, base):
        label = dict(load_parameters()[name].label)
        found.append(Piece(name, label, frozenset([name]), _reset(policy, base, [name])))
    mine, others = own_interventions(policy, base), own_interventions(base, policy)
    for key, one in _numbered(mine):
        left = _without_one(policy.interventions, one)
        label = dict(kind(one.kind).label)
        found.append(Piece(key, label, frozenset([key]), replace(policy, interventions=left)))
    for key, one in _numbered(others):
        key = f"no-{key}"
        label = {lang: text("why.dropped", lang, name=kind(one.kind).label[lang]) for lang in LANGUAGES}
        back = (*policy.interventions, one)
        found.append(Piece(key, label, frozenset([key]), replace(policy, interventions=back)))
    return found


def channels(policy: Scenario, base: Scenario) -> list[Piece]:
    """The channels of a policy: families of its parameters, then what its interventions act on.

    Without a channel every intervention of the policy still acts, is paid for, and moves everything else;
    interventions that the baseline has too keep the channel. What acts on nothing that can be held still is a
    channel of its own.
    """
    found = []
    families: dict[str, list[str]] = {}
    for name in changed_parameters(policy, base):
        families.setdefault(name.partition(".")[0], []).append(name)
    for family, names in families.items():
        label = {lang: text(f"why.family.{family}", lang) for lang in LANGUAGES}
        found.append(Piece(family, label, frozenset(names), _reset(policy, base, names)))
    mine = _numbered(own_interventions(policy, base))
    for channel in dict.fromkeys(thing for _, one in mine for thing in _moved(one)):
        users = [(key, one) for key, one in mine if channel in _moved(one)]
        left = list(policy.interventions)
        for _, one in users:
            kept_from = tuple(thing for thing in closable(kind(one.kind)) if thing in (*one.without, channel))
            left[left.index(one)] = replace(one, without=kept_from)
        label = {lang: text(f"acts_on.{channel}", lang) for lang in LANGUAGES}
        rest = replace(policy, interventions=tuple(left))
        found.append(Piece(channel, label, frozenset(key for key, _ in users), rest))
    whole = {key for key, one in mine if not _moved(one)}
    return found + [piece for piece in measures(policy, base) if piece.key in whole or piece.key[:3] == "no-"]


def changed_parameters(policy: Scenario, base: Scenario) -> list[str]:
    """Names of parameters that have other values under the policy, the regime and what only sums up left
    out.
    """
    return [
        name
        for name in sorted({*policy.spans, *base.spans})
        if name != REGIME
        and not name.startswith(ABOUT_STUDIES)
        and policy.timeline(name).values != base.timeline(name).values
    ]


def own_interventions(one: Scenario, other: Scenario) -> list[Intervention]:
    """The interventions of a scenario that another one does not have."""
    found, shared = [], list(other.interventions)
    for policy in one.interventions:
        if policy in shared:
            shared.remove(policy)
        else:
            found.append(policy)
    return found


def _moved(policy: Intervention) -> tuple[str, ...]:
    return tuple(channel for channel in closable(kind(policy.kind)) if channel not in policy.without)


def _numbered(policies: list[Intervention]) -> list[tuple[str, Intervention]]:
    """Interventions by a key each: the kind, with a number where there are several of it."""
    kinds, found = [policy.kind for policy in policies], []
    for place, policy in enumerate(policies):
        number = kinds[: place + 1].count(policy.kind)
        found.append((policy.kind if kinds.count(policy.kind) == 1 else f"{policy.kind}-{number}", policy))
    return found


def _without_one(policies: tuple[Intervention, ...], one: Intervention) -> tuple[Intervention, ...]:
    place = policies.index(one)
    return policies[:place] + policies[place + 1 :]


def _reset(policy: Scenario, base: Scenario, names: list[str]) -> Scenario:
    """The policy with the baseline's values of some parameters."""
    spans = {name: laid for name, laid in policy.spans.items() if name not in names}
    spans |= {name: base.spans[name] for name in names if name in base.spans}
    return replace(policy, spans=FrozenDict(sorted(spans.items())))
