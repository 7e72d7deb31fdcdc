"""The keys of an intervention in a scenario file, each declared once.

What reads, writes, sorts and explains interventions, the schema for editors, `new` and the report go by this
table: a new key is an entry here, an attribute of `Intervention`, and its name in words (`key.NAME` in
i18n/catalogue/keys.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

from batiksim.calendar import month_name
from batiksim.codes import STAKEHOLDERS
from batiksim.config import fields
from batiksim.config.dated_values import LAST
from batiksim.config.mistakes import read_each
from batiksim.config.units import convert, split_quantity
from batiksim.config.yaml_file import Node
from batiksim.i18n.texts import LANGUAGES, catalogue, language, suggestion, text
from batiksim.scenario.values import Intervention, Kind, Option, closable
from batiksim.world import places

MONTH = r"20[1-6]\d-(0[1-9]|1[0-2])"
MOST_PLACES = 200
LONGEST_RAMP = 600  # months; the whole horizon
BUDGET_NAME = r"[A-Za-z][A-Za-z_-]{0,59}"  # no digits, so that it is no number
LARGEST_COST = 1e12  # IDR for one of anything; a place for a year is the dearest
LARGEST_BUDGET = 1e15  # IDR a year; about a third of the state budget of Indonesia
# Words of the first edition, in files and folders that are still read, and what they are called now.
_FIRST_EDITION = {"beside_pay": "transfer"}
# Other words for people: the model knows whose contract goes through a broker, not who works at home.
_ALSO = {"brokered": "casual", "home": "casual"}
# What `every`, a number of months, was there in these kinds.
_EVERY_FIRST = {"training": "lasts", "young_entrepreneurs": "again"}


class Speaker(Protocol):
    """How months, places and numbers are said where somebody reads them."""

    def month(self, index: int) -> str: ...
    def places(self, ids: tuple[str, ...]) -> str: ...
    def quantity(self, value: float, unit: str) -> str: ...


class Type(Protocol):
    """What the value of a key can be."""

    def read(self, node: Node, name: str, which: str) -> Any: ...
    def write(self, value: Any) -> Any: ...
    def schema(self, lang: str) -> list[dict[str, Any]]: ...
    def said(self, value: Any, speaker: Speaker, lang: str) -> str: ...


@dataclass(frozen=True)
class Month:
    """A month, YYYY-MM in files."""

    def read(self, node: Node, name: str, which: str) -> int:
        return fields.month(node, name)

    def write(self, value: int) -> str:
        return month_name(value)

    def schema(self, lang: str) -> list[dict[str, Any]]:
        return [{"type": "string", "pattern": f"^{MONTH}$"}]

    def said(self, value: int, speaker: Speaker, lang: str) -> str:
        return speaker.month(value)


@dataclass(frozen=True)
class MonthsOfYear:
    """Months of the year, by name or number in files, 1 to 12 in their order here."""

    def read(self, node: Node, name: str, which: str) -> tuple[int, ...]:
        listed = fields.items(node, name, 12)
        one = fields.month_of_year
        read = read_each({count: partial(one, item, name) for count, item in enumerate(listed)})
        return tuple(sorted({*read.values()}))

    def write(self, value: tuple[int, ...]) -> list[str]:
        return [_called(number, "en") for number in value]

    def schema(self, lang: str) -> list[dict[str, Any]]:
        spoken = dict.fromkeys(_called(number, each) for each in LANGUAGES for number in range(1, 13))
        one = {"enum": [*spoken, *range(1, 13)]}
        return [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 12}]

    def said(self, value: tuple[int, ...], speaker: Speaker, lang: str) -> str:
        *others, last = (_called(number, lang) for number in value)
        return text("report.and", lang, first=", ".join(others), last=last) if others else last


def _called(number: int, lang: str) -> str:
    return text(f"report.month.{number:02d}", lang)


@dataclass(frozen=True)
class Number:
    """A number in a unit, from `low` to `high`; `label` says what it is where the kind knows better."""

    unit: str
    low: float
    high: float
    whole: bool = False
    label: Mapping[str, str] | None = None

    def read(self, node: Node, name: str, which: str) -> float:
        reader = fields.integer if self.whole else fields.number
        about = "" if self.label is None else self.label[language()]
        return reader(node, name, self.unit, (self.low, self.high), about)

    def write(self, value: float) -> float:
        return value

    def schema(self, lang: str) -> list[dict[str, Any]]:
        number = {"type": "integer" if self.whole else "number", "minimum": self.low, "maximum": self.high}
        return [number, {"type": "string", "pattern": r"\d", "description": text("schema.with_unit", lang)}]

    def said(self, value: float, speaker: Speaker, lang: str) -> str:
        return speaker.quantity(value, self.unit)


@dataclass(frozen=True)
class Price(Number):
    """What one of something costs: "Rp 1,500,000" as it is, or with what it is for behind it."""

    def read(self, node: Node, name: str, which: str) -> float:
        quantity = split_quantity(node.text) if node.kind == "scalar" else None
        bare = quantity is not None and convert(Fraction(1), quantity[1], "IDR") is not None
        return fields.number(node, name, "IDR" if bare else self.unit, (self.low, self.high))


@dataclass(frozen=True)
class Purse(Number):
    """IDR a year, or the name of a budget of the scenario on which several draw."""

    def read(self, node: Node, name: str, which: str) -> float | str:  # type: ignore[override]
        named = node.kind == "scalar" and re.fullmatch(BUDGET_NAME, node.text)
        return node.text if named else super().read(node, name, which)

    def schema(self, lang: str) -> list[dict[str, Any]]:
        return [*super().schema(lang), {"type": "string", "pattern": f"^{BUDGET_NAME}$"}]

    def said(self, value: float | str, speaker: Speaker, lang: str) -> str:
        return (
            text("budget.named", lang, name=value)
            if isinstance(value, str)
            else super().said(value, speaker, lang)
        )


@dataclass(frozen=True)
class Word:
    """One of some words, which the catalogue has under `names`."""

    allowed: tuple[str, ...]
    names: str

    def read(self, node: Node, name: str, which: str) -> str:
        written = node.text.replace(" ", "_")  # "school leavers"
        called = {**_FIRST_EDITION, **_ALSO}.get(written, written)
        if called in self.allowed:
            return called
        return fields.word(node, name, self.allowed)

    def write(self, value: str) -> str:
        return value

    def schema(self, lang: str) -> list[dict[str, Any]]:
        return [{"enum": list(self.allowed)}]

    def said(self, value: str, speaker: Speaker, lang: str) -> str:
        return text(f"{self.names}.{value}", lang)


@dataclass(frozen=True)
class Words(Word):
    """A list of some words, kept in the order in which they are allowed."""

    def read(self, node: Node, name: str, which: str) -> tuple[str, ...]:  # type: ignore[override]
        listed = fields.items(node, name, len(self.allowed))
        one = super().read
        read = read_each({count: partial(one, item, name, which) for count, item in enumerate(listed)})
        return tuple(sorted({*read.values()}, key=self.allowed.index))

    def write(self, value: tuple[str, ...]) -> list[str]:  # type: ignore[override]
        return list(value)

    def schema(self, lang: str) -> list[dict[str, Any]]:
        one = {"enum": [*self.allowed, *(word for word, called in _ALSO.items() if called in self.allowed)]}
        return [one, {"type": "array", "items": one, "minItems": 1}]

    def said(self, value: tuple[str, ...], speaker: Speaker, lang: str) -> str:  # type: ignore[override]
        return ", ".join(super(Words, self).said(word, speaker, lang) for word in value)


@dataclass(frozen=True)
class Places:
    """Places and groups of them, in the order of the data."""

    def read(self, node: Node, name: str, which: str) -> tuple[str, ...]:
        listed = fields.items(node, name, MOST_PLACES)
        found = read_each({count: partial(_place, item, name, which) for count, item in enumerate(listed)})
        chosen = {place for group in found.values() for place in group}
        return tuple(place for place in places.regions(which) if place in chosen)

    def write(self, value: tuple[str, ...]) -> list[str]:
        return list(places.summary(value))

    def schema(self, lang: str) -> list[dict[str, Any]]:
        ids = [*places.GROUPS, *(name for which in places.FILES for name in places.regions(which))]
        one = {"enum": list(dict.fromkeys([*ids, *(name.replace("-", " ").title() for name in ids)]))}
        return [one, {"type": "array", "items": one, "minItems": 1}]

    def said(self, value: tuple[str, ...], speaker: Speaker, lang: str) -> str:
        return speaker.places(value)


def named_place(item: Node, name: str, which: str) -> str:
    """Return the id of one place or group of a set."""
    _place(item, name, which)
    return places.canonical(item.text)


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


@dataclass(frozen=True)
class Key:
    """One key: its name in files, the attribute of `Intervention` it becomes, and by kind what it can be.

    `type` is None for a kind that has no such key, `default` what holds where a file says nothing (by kind
    and set of places); without one it must be said. `option` is a key that belongs to the kind.
    """

    name: str
    attribute: str
    type: Callable[[Kind], Type | None]
    default: Callable[[Kind, str], Any] | None = None
    option: bool = False

    def read(self, body: Node, kind: Kind, which: str) -> Any:
        """Return the value that the mapping `body` gives it; raises the error of what is wrong with it."""
        node, what = body.get(self.name), self.type(kind)
        if rival := self._out_of_place(body, kind):
            if node is not None:
                raise node.fail(f"field.{rival[0]}", name=f"{kind.name}.{self.name}", other=rival[1])
            return None
        if node is not None and what is not None:
            return what.read(node, f"{kind.name}.{self.name}", which)
        if self.default is None:
            raise body.fail("field.missing", name=kind.name, key=self.name)
        return self.default(kind, which)

    def _out_of_place(self, body: Node, kind: Kind) -> tuple[str, str] | None:
        """Why a mapping cannot say this key: an option that is there says it all, or one is not there."""
        said = {name for name in kind.options if body.get(name) is not None}
        if self.option and (beside := kind.options[self.name].beside) and beside not in said:
            return "beside", beside
        rivals = (name for name in sorted(said) if self.name in kind.options[name].replaces)
        return next((("replaced", name) for name in rivals), None)

    def value(self, measure: Intervention) -> Any:
        """Return its value in an intervention, None if it has none."""
        found = getattr(measure, self.attribute)
        return found.get(self.name) if self.option else found

    def label(self, kind: Kind, lang: str) -> str:
        """Return what it is, in words."""
        own = getattr(self.type(kind), "label", None)
        return own[lang] if own is not None else text(f"key.{self.name}", lang)

    def phrase(self, kind: Kind, said: str, lang: str) -> str:
        """Return it with its value as a part of a sentence: in its own words, or "label: value"."""
        own = f"explain.{self.name}"
        return text(own, lang, value=said) if own in catalogue() else f"{self.label(kind, lang)}: {said}"


def _strength(kind: Kind) -> Number | None:
    """Strength as the kind has it; none at all is always allowed."""
    about = kind.strength
    return None if about is None else _number(about, min(about.low, 0))


def _number(about: Option, low: float) -> Number:
    money, _, each = about.unit.partition("/")
    price = money == "IDR" and each not in ("", "month", "year")
    return (Price if price else Number)(about.unit, low, about.high, label=about.label)


def _unit_cost(kind: Kind) -> Price:
    return Price(kind.cost_unit, 0.0, LARGEST_COST)


def _option(name: str) -> Key:
    return Key(
        name,
        "options",
        lambda kind: _number(kind.options[name], kind.options[name].low),
        lambda kind, which: _default(kind.options[name]),
        option=True,
    )


def _words(of: Callable[[Kind], tuple[str, ...]], names: str) -> Callable[[Kind], Words | None]:
    return lambda kind: Words(of(kind), names) if of(kind) or names == "who" else None


OPTIONS = Key("options", "options", lambda kind: None)  # stands for the options of a kind, whichever it has
TABLE: tuple[Key, ...] = (
    Key("from", "start", lambda kind: Month()),
    Key("to", "end", lambda kind: Month(), lambda kind, which: LAST),
    Key("every", "every", lambda kind: MonthsOfYear(), lambda kind, which: ()),
    Key("ramp", "ramp", lambda kind: Number("months", 0, LONGEST_RAMP, whole=True), lambda kind, which: 0),
    Key("where", "where", lambda kind: Places(), lambda kind, which: places.members("all", which)),
    Key("who", "who", _words(lambda kind: kind.who, "who"), lambda kind, which: ()),
    Key("coverage", "coverage", lambda kind: Number("share", 0, 1), lambda kind, which: 1.0),
    Key("strength", "strength", _strength, lambda kind, which: _default(kind.strength)),
    Key("budget", "budget", lambda kind: Purse("IDR/year", 0.0, LARGEST_BUDGET), lambda kind, which: None),
    Key("unit_cost", "unit_cost", _unit_cost, lambda kind, which: None),
    Key("by", "by", lambda kind: Word(STAKEHOLDERS, "stakeholder"), lambda kind, which: kind.payer),
    OPTIONS,
    Key("without", "without", _words(closable, "acts_on"), lambda kind, which: ()),
)
RESERVED = tuple(key.name for key in TABLE if key is not OPTIONS)  # no kind can have an option of that name


def _default(about: Option | None) -> float | None:
    return None if about is None or about.default is None else float(about.default)


def keys(kind: Kind) -> Iterator[Key]:
    """Return the keys that interventions of a kind can have, its options among them."""
    for key in TABLE:
        if key is OPTIONS:
            yield from map(_option, sorted(kind.options))
        elif key.type(kind) is not None:
            yield key


def as_now(body: Node, kind: Kind) -> Node:
    """Return the mapping of a kind with keys of the first edition under their names of today.

    Raises the error of a number in `every` that could be a month of the year or, as then, so many months.
    """
    node, now = body.get("every"), _EVERY_FIRST.get(kind.name)
    if node is None or now is None or not node.text[:1].isdigit():
        return body
    if node.text.isdecimal() and 1 <= int(node.text) <= 12:
        about = {"value": node.shown, "option": now, "month": _called(int(node.text), language())}
        raise node.fail("interventions.every", name=kind.name, **about)
    entries = ((replace(key, text=now) if key.text == "every" else key, value) for key, value in body.entries)
    return replace(body, entries=tuple(entries))


def given(measure: Intervention, kind: Kind) -> Iterator[tuple[Key, Type, Any]]:
    """Return the keys that say something of an intervention, with what they can be and their values."""
    for key in keys(kind):
        value, what = key.value(measure), key.type(kind)
        if what is not None and value is not None and value != ():
            yield key, what, value


def in_order(measures: tuple[Intervention, ...]) -> tuple[Intervention, ...]:
    """Return measures in the order in which they act, whatever the order in which they are written: by kind,
    then by what is a number, then by the rest.
    """

    def place(measure: Intervention) -> tuple[Any, ...]:
        numbers, others = [], []
        for key in TABLE:
            value = getattr(measure, key.attribute)
            if key.name == "budget":  # a number or a name
                named = isinstance(value, str)
                others.append(value if named else "")
                numbers.append(-1.0 if named or value is None else value)
            elif isinstance(value, Mapping):
                others.append(tuple(sorted(value.items())))
            elif isinstance(value, int | float) or value is None:
                numbers.append(-1.0 if value is None else value)
            else:
                others.append(value)
        return measure.kind, *numbers, *others

    return tuple(sorted(measures, key=place))
