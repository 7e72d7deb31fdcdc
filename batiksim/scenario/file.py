"""The strict reader of scenario files: from a tree with line numbers to values, interventions and ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from batiksim.calendar import LAST_MONTH, month_index
from batiksim.config import fields
from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.parameters import Parameter, load_parameters, uncertain, unknown_parameter
from batiksim.config.yaml_file import Node
from batiksim.i18n.texts import LANGUAGES, language, suggestion
from batiksim.scenario.interventions import COMMON, STAKEHOLDERS, Intervention, Kind, Option, closable, kinds
from batiksim.world import places

KEYS = ("title", "language", "extends", "why", "parameters", "interventions", "uncertainty")
MOST_INTERVENTIONS = 200
MOST_PLACES = 200
LONGEST_WHY = 5000
LONGEST_RAMP = 600  # months; the whole horizon
LARGEST_BUDGET = 1e15  # IDR a year; about a third of the state budget of Indonesia


@dataclass(frozen=True)
class Draft:
    """What a scenario file says, before it is laid over its parent.

    `interventions` are not read yet: which places they can name is known with the parent.
    """

    title: Mapping[str, str] | None
    why: Mapping[str, str]
    extends: Node | None
    parameters: tuple[tuple[Parameter, Node], ...]
    interventions: Node | None
    uncertainty: Mapping[str, tuple[Value, ...]]


def read_draft(root: Node, wrong: Mistakes) -> Draft:
    """Return what a scenario file says as far as it can be read; what cannot goes to `wrong`.

    Raises ScenarioError with file, line and column if it is no scenario at all.
    """
    fields.mapping(root, "scenario")
    with wrong:
        fields.known_keys(root, KEYS, "scenario")
    title: Mapping[str, str] | None = None
    why: Mapping[str, str] = FrozenDict()
    with wrong:
        if node := root.get("language"):
            root = root.written_in(fields.word(node, "language", LANGUAGES))
    with wrong:
        if node := root.get("title"):
            title = fields.label(node, "title")
    with wrong:
        if node := root.get("why"):
            why = fields.label(node, "why", LONGEST_WHY)
    return Draft(
        title=title,
        why=why,
        extends=root.get("extends"),
        parameters=read_parameters(_section(root, "parameters"), wrong),
        interventions=_section(root, "interventions"),
        uncertainty=_uncertainty(_section(root, "uncertainty"), wrong),
    )


def _section(root: Node, name: str) -> Node | None:
    """A section of the file; one without content counts as absent."""
    node = root.get(name)
    return None if node is None or (node.kind == "scalar" and not node.text) else node


def read_parameters(node: Node | None, wrong: Mistakes) -> tuple[tuple[Parameter, Node], ...]:
    """Return the parameters a mapping changes, each with its new value, which is not read yet."""
    if node is None:
        return ()
    known = load_parameters()
    found = []
    entries: tuple[tuple[Node, Node], ...] = ()
    with wrong:
        entries = fields.mapping(node, "parameters")
    for key, value in entries:
        with wrong:
            if key.text not in known:
                fields.check_split(node, key)
                raise unknown_parameter(key, known)
            found.append((known[key.text], value))
    return tuple(found)


def _uncertainty(node: Node | None, wrong: Mistakes) -> Mapping[str, tuple[Value, ...]]:
    found = {}
    for parameter, value in read_parameters(node, wrong):
        with wrong:
            found[parameter.name] = uncertain(parameter, value, parameter.name)
    return FrozenDict(found)


def read_interventions(node: Node | None, origin: str, which: str) -> tuple[Intervention, ...]:
    """Return the interventions of a file over a set of places; `origin` is noted as whose they are."""
    if node is None:
        return ()
    if node.kind != "list":
        raise node.fail("interventions.list", value=node.shown)
    found = fields.items(node, "interventions", MOST_INTERVENTIONS) if node.items else ()
    read = {place: partial(_intervention, item, origin, which) for place, item in enumerate(found)}
    return tuple(read_each(read).values())


def moved(measures: tuple[Intervention, ...], which: str, at: Node) -> tuple[Intervention, ...]:
    """Return measures as they stand over another set of places: everywhere stays everywhere.

    Raises the error of `at` if one names places that are not in that set.
    """
    here = places.regions(which)
    return tuple(
        measure if here.keys() >= {*measure.where} else _moved(measure, which, at) for measure in measures
    )


def _moved(measure: Intervention, which: str, at: Node) -> Intervention:
    names = places.summary(measure.where)
    if names != (places.GROUPS[0],):
        raise at.fail("place.elsewhere", name=measure.kind, place=", ".join(names), places=which)
    return replace(measure, where=places.members(*names, which))


def _intervention(item: Node, origin: str, which: str) -> Intervention:
    if item.kind != "mapping" or len(item.entries) != 1:
        raise item.fail("interventions.one", value=item.shown)
    name, body = item.entries[0]
    known = kinds()
    if name.text not in known:
        raise name.fail("kind.unknown", name=name.shown, near=suggestion(name.text, known))
    kind = known[name.text]
    fields.mapping(body, kind.name)
    unknown = {"strength": not kind.strength, "without": not closable(kind)}
    common = [key for key in COMMON if not unknown.get(key)]
    read: dict[str, Callable[[], Any]] = {
        "keys": partial(fields.known_keys, body, [*common, *kind.options], kind.name),
        "months": partial(_months, body, kind.name),
        "ramp": partial(_whole, body, kind.name, "ramp"),
        "where": partial(_where, body, kind.name, which),
        "who": partial(_words, body, kind.name, "who", kind.who),
        "coverage": partial(_share, body, kind.name, "coverage"),
        "strength": partial(_option, body, kind, "strength", kind.strength),
        "budget": partial(_budget, body, kind.name),
        "by": partial(_payer, body, kind),
        "options": partial(_options, body, kind),
        "without": partial(_words, body, kind.name, "without", closable(kind)),
    }
    found = read_each(read)
    del found["keys"]
    start, end = found.pop("months")
    return Intervention(kind=kind.name, start=start, end=end, origin=origin, **found)


def _months(body: Node, name: str) -> tuple[int, int]:
    begin, finish = body.get("from"), body.get("to")
    if begin is None:
        raise body.fail("field.missing", name=name, key="from")
    read = {"from": partial(fields.month, begin, f"{name}.from")}
    if finish is not None:
        read["to"] = partial(fields.month, finish, f"{name}.to")
    found = read_each(read)
    start, end = found["from"], found.get("to", month_index(LAST_MONTH))
    if finish is not None and end < start:
        raise finish.fail("interventions.backwards", name=name, end=finish.shown, start=begin.shown)
    return start, end


def _whole(body: Node, name: str, key: str) -> int:
    node = body.get(key)
    return 0 if node is None else fields.integer(node, f"{name}.{key}", "months", (0, LONGEST_RAMP))


def _share(body: Node, name: str, key: str) -> float:
    node = body.get(key)
    return 1.0 if node is None else fields.number(node, f"{name}.{key}", "share", (0, 1))


def _budget(body: Node, name: str) -> float | None:
    node = body.get("budget")
    return None if node is None else fields.number(node, f"{name}.budget", "IDR/year", (0.0, LARGEST_BUDGET))


def _payer(body: Node, kind: Kind) -> str:
    node = body.get("by")
    return kind.payer if node is None else fields.word(node, f"{kind.name}.by", STAKEHOLDERS)


def _options(body: Node, kind: Kind) -> Mapping[str, float | None]:
    options = sorted(kind.options.items())
    return FrozenDict(read_each({key: partial(_option, body, kind, key, about) for key, about in options}))


def _option(body: Node, kind: Kind, name: str, option: Option | None) -> float | None:
    """The strength or an option of the kind, or its default; zero strength is always allowed."""
    if option is None:
        return None
    node = body.get(name)
    if node is None:
        return float(option.default)
    low = min(option.low, 0) if name == "strength" else option.low
    return fields.number(
        node, f"{kind.name}.{name}", option.unit, (low, option.high), option.label[language()]
    )


def _where(body: Node, name: str, which: str) -> tuple[str, ...]:
    """The places in the order of the data; all of them if nothing is said."""
    node = body.get("where")
    if node is None:
        return places.members("all", which)
    named = fields.items(node, f"{name}.where", MOST_PLACES)
    found = read_each({count: partial(_place, item, name, which) for count, item in enumerate(named)})
    chosen = {place for group in found.values() for place in group}
    return tuple(place for place in places.regions(which) if place in chosen)


def _place(item: Node, name: str, which: str) -> tuple[str, ...]:
    found = places.members(places.canonical(item.text), which) if item.kind == "scalar" else ()
    if not found:
        raise _unknown_place(item, name, which)
    return found


def _unknown_place(item: Node, name: str, which: str) -> Exception:
    written = places.canonical(item.text)
    if places.home(written) or written in places.GROUPS:
        return item.fail("place.elsewhere", name=name, place=item.shown, places=which)
    same = [place for place in places.regions(which) if written and place.endswith(f"-{written}")]
    if len(same) > 1:
        return item.fail("place.ambiguous", name=name, place=item.shown, choices=" / ".join(same))
    known = [*(group for group in places.GROUPS if places.members(group, which)), *places.regions(which)]
    about = {"near": suggestion(item.text, known), "kind": places.LISTED[which]}
    return item.fail("place.unknown", name=name, place=item.shown, **about)


def _words(body: Node, name: str, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a list in the order in which they are allowed; none if nothing is said."""
    node = body.get(key)
    if node is None:
        return ()
    named = fields.items(node, f"{name}.{key}", len(allowed))
    read = {count: partial(fields.word, item, f"{name}.{key}", allowed) for count, item in enumerate(named)}
    return tuple(sorted({*read_each(read).values()}, key=allowed.index))
