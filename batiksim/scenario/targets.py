"""What a city wants to reach: `target: {indicator: batik.workers_under_30, at_least: 2000, by: 2035}`.

A target changes no result; it is there to be held against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from batiksim.calendar import FIRST_MONTH, LAST_MONTH
from batiksim.config import fields
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.units import LARGEST
from batiksim.config.yaml_file import Node
from batiksim.data import text as data_text
from batiksim.i18n.texts import suggestion
from batiksim.scenario.keys import named_place
from batiksim.world.places import GROUPS, members

SENSES = ("at_least", "at_most")
KEYS = ("indicator", *SENSES, "by", "place")
YEARS = (int(FIRST_MONTH[:4]), int(LAST_MONTH[:4]))
MOST = 50


@dataclass(frozen=True)
class Target:
    """An indicator that is to be `at_least` or `at_most` a value in the year `by`, in one place or group.

    The value is in the unit of the indicator in yearly records.
    """

    indicator: str
    by: int
    at_least: float | None = None
    at_most: float | None = None
    place: str = GROUPS[0]

    @property
    def sense(self) -> str:
        """Which of the two it is, "at_least" or "at_most"."""
        return SENSES[self.at_least is None]

    @property
    def value(self) -> float:
        """The value itself."""
        return float(getattr(self, self.sense))

    def met(self, value: float) -> bool:
        """Return whether a value of the indicator reaches it; one that is undefined (NaN) does not."""
        return value >= self.value if self.at_most is None else value <= self.value

    def written(self) -> dict[str, Any]:
        """Return what a scenario file says of it."""
        place = {} if self.place == GROUPS[0] else {"place": self.place}
        return {"indicator": self.indicator, self.sense: self.value, "by": self.by, **place}


@cache
def indicators() -> Mapping[str, Mapping[str, Any]]:
    """Return label, unit in yearly records (`unit`) and range of every indicator."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe").load(data_text("indicators.yaml"))
    for about in tree.values():
        if about["kind"] == "flow":  # a year of it is the sum of the months
            about["unit"] = about["unit"].replace("/month", "/year")
    return dict(tree)


def read(node: Node | None, which: str) -> tuple[Target, ...]:
    """Return the target of a file, or the several of a list, over a set of places."""
    if node is None:
        return ()
    listed = node.items if node.kind == "list" else (node,)
    if len(listed) > MOST:
        raise listed[MOST].fail("field.too_many", name="target", count=len(listed), limit=MOST)
    return tuple(
        read_each({place: partial(_target, one, which) for place, one in enumerate(listed)}).values()
    )


def _target(node: Node, which: str) -> Target:
    fields.mapping(node, "target")
    wrong, found = Mistakes(), dict[str, Any]()
    fields.known_keys(node, KEYS, "target")
    with wrong:
        found["indicator"] = _indicator(_said(node, "indicator"))
    senses = [sense for sense in SENSES if node.get(sense) is not None]
    with wrong:
        if len(senses) != 1:
            raise node.fail("target.sense")
        if "indicator" in found:
            found[senses[0]] = _value(_said(node, senses[0]), senses[0], indicators()[found["indicator"]])
    with wrong:
        found["by"] = fields.integer(_said(node, "by"), "target.by", "", YEARS)
    with wrong:
        if place := node.get("place"):
            found["place"] = named_place(place, "target.place", which)
    wrong.tell()
    return Target(**found)


def _said(node: Node, key: str) -> Node:
    found = node.get(key)
    if found is None:
        raise node.fail("field.missing", name="target", key=key)
    return found


def _indicator(node: Node) -> str:
    if node.text not in indicators():
        raise node.fail("target.indicator", name=node.shown, near=suggestion(node.text, indicators()))
    return node.text


def _value(node: Node, sense: str, about: Mapping[str, Any]) -> float:
    low, high = about["range"]
    limits = (-LARGEST if low is None else low, LARGEST if high is None else high)
    return fields.number(node, f"target.{sense}", about["unit"], limits)


def moved(targets: tuple[Target, ...], which: str, at: Node) -> tuple[Target, ...]:
    """Return targets as they stand over another set of places; raises the error of `at` where one cannot."""
    for one in targets:
        if not members(one.place, which):
            raise at.fail("place.elsewhere", name="target.place", place=one.place, places=which)
    return targets


def renewed(old: tuple[Target, ...], new: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return the targets of a parent with those of a child, which take the place of the same aim."""
    aims = {(one.indicator, one.sense, one.by, one.place): one for one in (*old, *new)}
    return tuple(aims.values())
