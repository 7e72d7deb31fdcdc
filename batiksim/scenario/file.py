"""The strict reader of scenario files: from a tree with line numbers to values, interventions and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from batiksim.calendar import month_name
from batiksim.config import fields
from batiksim.config.dated_values import LAST, Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.parameters import Parameter, load_parameters, uncertain, unknown_parameter
from batiksim.config.units import NOTATIONS
from batiksim.config.yaml_file import Node
from batiksim.i18n.texts import suggestion
from batiksim.scenario import budgets
from batiksim.scenario.budgets import Budget
from batiksim.scenario.interventions import Intervention, kinds
from batiksim.scenario.keys import as_now, keys
from batiksim.world import places

KEYS = (
    "title",
    "language",
    "extends",
    "why",
    "parameters",
    "budgets",
    "interventions",
    "uncertainty",
    "target",
)
MOST_INTERVENTIONS = 200
LONGEST_WHY = 5000


@dataclass(frozen=True)
class Draft:
    """What a scenario file says, before it is laid over its parent.

    `interventions` and `target` are not read yet: which places they can name is known with the parent.
    """

    title: Mapping[str, str] | None
    why: Mapping[str, str]
    extends: Node | None
    parameters: tuple[tuple[Parameter, Node], ...]
    interventions: Node | None
    uncertainty: Mapping[str, tuple[Value, ...]]
    budgets: Mapping[str, Budget]
    target: Node | None


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
            root = root.written_in(fields.word(node, "language", NOTATIONS))
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
        budgets=budgets.read(_section(root, "budgets"), wrong),
        target=_section(root, "target"),
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


def read_interventions(
    node: Node | None, origin: str, which: str, shared: Mapping[str, Budget]
) -> tuple[Intervention, ...]:
    """Return the interventions of a file over a set of places; `origin` is noted as whose they are, `shared`
    are the budgets they can draw on.
    """
    if node is None:
        return ()
    if node.kind != "list":
        raise node.fail("interventions.list", value=node.shown)
    found = fields.items(node, "interventions", MOST_INTERVENTIONS) if node.items else ()
    read = {place: partial(_intervention, item, origin, which, shared) for place, item in enumerate(found)}
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
        raise at.fail("place.elsewhere", name=f"{measure.kind}.where", place=", ".join(names), places=which)
    return replace(measure, where=places.members(*names, which))


def _intervention(item: Node, origin: str, which: str, shared: Mapping[str, Budget]) -> Intervention:
    if item.kind != "mapping" or len(item.entries) != 1:
        raise item.fail("interventions.one", value=item.shown)
    name, body = item.entries[0]
    known = kinds()
    if name.text not in known:
        raise name.fail("kind.unknown", name=name.shown, near=suggestion(name.text, known))
    kind = known[name.text]
    fields.mapping(body, kind.name)
    body = as_now(body, kind)
    wrong = Mistakes()
    with wrong:
        fields.known_keys(body, [key.name for key in keys(kind)], kind.name)
    found: dict[str, Any] = {}
    options: dict[str, float | None] = {}
    for key in keys(kind):
        with wrong:
            (options if key.option else found)[key.name if key.option else key.attribute] = key.read(
                body, kind, which
            )
    with wrong:
        _check_order(body, kind.name, found)
    with wrong:
        _check_budget(body, kind.name, found, shared)
    wrong.tell()
    said = {name: value for name, value in options.items() if value is not None}
    return Intervention(kind=kind.name, origin=origin, options=FrozenDict(said), **found)


def _check_budget(body: Node, kind: str, found: Mapping[str, Any], shared: Mapping[str, Budget]) -> None:
    """Refuse the name of a budget that there is not."""
    node, name = body.get("budget"), found.get("budget")
    if node is not None and isinstance(name, str) and name not in shared:
        raise node.fail("budget.unknown", kind=kind, name=node.shown, near=suggestion(name, shared))


def _check_order(body: Node, name: str, found: Mapping[str, Any]) -> None:
    """Refuse an end before the beginning, and months of the year that never come, as far as read."""
    finish, begin, every = body.get("to"), body.get("from"), found.get("every")
    start, end = found.get("start", 0), found.get("end", LAST)
    if finish and begin and end < start:
        raise finish.fail("interventions.backwards", name=name, end=finish.shown, start=begin.shown)
    node = body.get("every")
    if node and every and not any(month % 12 + 1 in every for month in range(start, end + 1)):
        raise node.fail("interventions.never", name=name, start=month_name(start), end=month_name(end))
