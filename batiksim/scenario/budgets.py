"""Budgets on which several interventions of a scenario draw: read, written and said.

`budgets: {leavers: 4 billion IDR/year}`, and then `budget: leavers` in interventions. With a queue it is
`budgets: {leavers: {amount: 4 billion IDR/year, first: [training, apprenticeship]}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from batiksim.config import fields
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.yaml_file import Node
from batiksim.i18n.texts import suggestion
from batiksim.scenario.interventions import Intervention, kinds
from batiksim.scenario.keys import BUDGET_NAME, LARGEST_BUDGET

UNIT = "IDR/year"
MOST = 50


@dataclass(frozen=True)
class Budget:
    """IDR a year that several interventions share; kinds of `first` are served before others, in that
    order.
    """

    amount: float
    first: tuple[str, ...] = ()

    def rank(self, kind: str) -> int:
        """Return the place of a kind in the queue: those not in `first` come after these."""
        return self.first.index(kind) if kind in self.first else len(self.first)

    def written(self) -> Any:
        """Return what a scenario file says of it."""
        return {"amount": self.amount, "first": list(self.first)} if self.first else self.amount


def read(node: Node | None, wrong: Mistakes) -> Mapping[str, Budget]:
    """Return the budgets of a file by name; what cannot be read goes to `wrong`."""
    found: dict[str, Budget] = {}
    with wrong:
        entries = fields.mapping(node, "budgets") if node is not None else ()
        if len(entries) > MOST:
            raise entries[MOST][0].fail("field.too_many", name="budgets", count=len(entries), limit=MOST)
        for key, value in entries:
            with wrong:
                found[_name(key)] = _budget(value, f"budgets.{key.text}")
    return FrozenDict(found)


def _name(key: Node) -> str:
    if not re.fullmatch(BUDGET_NAME, key.text):
        raise key.fail("budget.name", name=key.shown)
    return key.text


def _budget(node: Node, name: str) -> Budget:
    limits = (0.0, LARGEST_BUDGET)
    if node.kind != "mapping":
        return Budget(fields.number(node, name, UNIT, limits))
    wrong = Mistakes()
    with wrong:
        fields.known_keys(node, ("amount", "first"), name)
    amount, first = node.get("amount"), node.get("first")
    if amount is None:
        with wrong:
            raise node.fail("field.missing", name=name, key="amount")
    read: dict[str, Any] = {"amount": 0.0, "first": ()}
    with wrong:
        if amount is not None:
            read["amount"] = fields.number(amount, f"{name}.amount", UNIT, limits)
    with wrong:
        if first is not None:
            listed = fields.items(first, f"{name}.first", MOST)
            each = read_each({place: partial(_kind, item) for place, item in enumerate(listed)})
            read["first"] = tuple(dict.fromkeys(each.values()))
    wrong.tell()
    return Budget(**read)


def _kind(item: Node) -> str:
    if item.text not in kinds():
        raise item.fail("kind.unknown", name=item.shown, near=suggestion(item.text, kinds()))
    return item.text


def drawing(measures: Iterable[Intervention], name: str) -> list[Intervention]:
    """Return the interventions that draw on a budget."""
    return [one for one in measures if one.budget == name]


def pots(measures: Iterable[Intervention], budgets: Mapping[str, Budget]) -> list[float]:
    """Return the IDR a year of each budget that interventions have, a shared one once; 0 for who has none."""
    measures = list(measures)
    own = [one.budget or 0.0 for one in measures if not isinstance(one.budget, str)]
    return own + [budget.amount for _, budget in drawn(measures, budgets)]


def times(
    measures: Iterable[Intervention], budgets: Mapping[str, Budget], factor: float
) -> Mapping[str, Budget]:
    """Return budgets of which those on which the interventions draw are `factor` times as large."""
    changed = {name: replace(one, amount=one.amount * factor) for name, one in drawn(measures, budgets)}
    return FrozenDict({**budgets, **changed})


def drawn(measures: Iterable[Intervention], budgets: Mapping[str, Budget]) -> Iterator[tuple[str, Budget]]:
    """Yield the budgets on which somebody draws, by name."""
    named = {one.budget for one in measures}
    yield from ((name, budget) for name, budget in sorted(budgets.items()) if name in named)


def queue(measures: Iterable[Intervention], name: str, budget: Budget) -> list[str]:
    """Return the kinds that draw on a budget, in the order in which they are served."""
    found = {one.kind for one in drawing(measures, name)}
    return sorted(found, key=lambda kind: (budget.rank(kind), kind))
