"""Readers of single values from a strict tree: numbers with units, months, words, texts in two languages.

Every reader takes the node and the name it has for the user, and raises the node's error, placed, when the
value is not what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from functools import partial
from unicodedata import category

from batiksim.calendar import FIRST_MONTH, LAST_MONTH, month_index
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.mistakes import Mistakes, read_each
from batiksim.config.units import AMBIGUOUS, LARGEST, PLAIN_NUMBER, convert, readings, split_quantity
from batiksim.config.yaml_file import Node
from batiksim.errors import UsageError
from batiksim.i18n.texts import LANGUAGES, shown, suggestion, text
from batiksim.i18n.unit_names import named, plain

_UNWRITABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of characters, odd line ends
_YES = {"true": True, "false": False}
_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_ODD_NUMBER = re.compile(
    r"[-+]?(?:0[xob]?[\d_a-f]+|\d[\d_]*_[\d_]*|\.(?:inf|nan)|inf|nan|infinity)", re.I | re.ASCII
)


def mapping(node: Node, name: str) -> tuple[tuple[Node, Node], ...]:
    """Return the entries of a mapping."""
    if node.kind != "mapping":
        raise node.fail("field.mapping", name=name, value=node.shown)
    return node.entries


def items(node: Node, name: str, most: int) -> tuple[Node, ...]:
    """Return the items of a list, at least one; a single word or number counts as a list of one."""
    found = node.items if node.kind == "list" else (node,)
    if not found or node.kind == "mapping" or (node.kind == "scalar" and not node.text):
        raise node.fail("field.list", name=name, value=node.shown)
    if len(found) > most:
        raise found[most].fail("field.too_many", name=name, count=len(found), limit=most)
    return found


def known_keys(node: Node, known: Iterable[str], inside: str) -> None:
    """Raise the errors of the keys that are not known, with all that are, the nearest first."""
    known = list(known)
    wrong = Mistakes()
    for key, _ in node.entries:
        with wrong:
            if key.text not in known:
                check_split(node, key)
                near, written = suggestion(key.text, known), key.text[:60].lower()
                nearest = sorted(known, key=lambda name: -SequenceMatcher(None, written, name).ratio())
                about = {"inside": inside, "near": near, "known": ", ".join(nearest)}
                raise key.fail("field.unknown_key", key=key.shown, **about)
    wrong.tell()


def check_split(node: Node, stray: Node) -> None:
    """Raise the error of a comma without quotes inside { }, which makes `stray` a name in what was one value.

    `{budget: 4,5 miliar}` is a budget of 4 and a name "5 miliar" without value.
    """
    before: tuple[Node, Node] | None = None
    pieces: list[Node] = []
    for key, value in node.entries:
        alone = value.kind == "scalar" and value.plain and not value.text
        pieces = [*pieces, key] if alone else []
        before = before if alone else (key, value)
        if key is stray:
            break
    if before is None or not pieces or before[1].kind != "scalar" or pieces[0].line != before[1].line:
        return
    name, start = before
    whole, ends = start.text, (start.column or 0) + len(start.text) + (0 if start.plain else 2)
    for piece in pieces:
        whole += "," + " " * max((piece.column or 0) - ends - 1, 0) + piece.text
        ends = (piece.column or 0) + len(piece.text)
    raise start.fail("field.split", name=name.shown, value=shown(whole, 60))


def word(node: Node, name: str, allowed: Sequence[str]) -> str:
    """Return one of the allowed words."""
    if node.kind != "scalar" or node.text not in allowed:
        near = suggestion(node.text, allowed)
        raise node.fail("field.word", name=name, value=node.shown, allowed=", ".join(allowed), near=near)
    return node.text


def switch(node: Node, name: str) -> bool:
    """Return true or false; "no", "off" and 0 are refused, because YAML readers disagree about them."""
    if node.kind != "scalar" or not node.plain or node.text not in _YES:
        raise node.fail("field.switch", name=name, value=node.shown)
    return _YES[node.text]


def line(node: Node, name: str, most: int = 200) -> str:
    """Return a text of limited length."""
    if node.kind != "scalar" or not node.text.strip():
        raise node.fail("field.text", name=name, value=node.shown)
    if any(category(c) in _UNWRITABLE and c not in "\n\t" for c in node.text):
        raise node.fail("field.text_control", name=name)
    if len(node.text) > most:
        raise node.fail("field.text_long", name=name, count=len(node.text), limit=most)
    return node.text.strip()


def label(node: Node, name: str, most: int = 200) -> Mapping[str, str]:
    """Return language -> text; a plain text, or a missing language, is the same in both."""
    if node.kind == "mapping":
        known_keys(node, LANGUAGES, name)
        found = read_each(
            {key.text: partial(line, value, f"{name}.{key.text}", most) for key, value in node.entries}
        )
        if not found:
            raise node.fail("field.text", name=name, value=node.shown)
    else:
        found = {"en": line(node, name, most)}
    first = next(iter(found.values()))
    return FrozenDict({lang: found.get(lang, first) for lang in LANGUAGES})


def number(
    node: Node, name: str, unit: str = "", bounds: tuple[float, float] = (-LARGEST, LARGEST), about: str = ""
) -> float:
    """Return a number in `unit` within `bounds`; text such as "24 months" is converted.

    `about` is what the number is, for the message about a value out of bounds.
    """
    value = _quantity(node, name, unit, bounds)
    low, high = bounds
    if not low <= value <= high:
        allowed = f"{plain(low)}..{plain(high)}"
        thousands = AMBIGUOUS.fullmatch(node.text) and float(node.text.replace(",", ".")) != value
        read = f"{node.shown} ({in_thousands(value)})" if thousands else node.shown
        raise node.fail(
            "field.outside", name=name, value=read, range=allowed, unit=unit_text(unit),
            about=f" ({about})" if about else "",
        )  # fmt: skip
    return value + 0.0  # -0.0 becomes 0.0: two scenarios that are equal must have one hash


def _quantity(node: Node, name: str, unit: str, bounds: tuple[float, float]) -> float:
    if node.kind != "scalar" or not node.text.strip():
        raise node.fail("field.number", name=name, value=node.shown, unit=unit_text(unit))
    if _ODD_NUMBER.fullmatch(node.text):
        raise node.fail("field.odd_number", name=name, value=node.shown)
    value = _plain(node, name, unit, bounds) if PLAIN_NUMBER.fullmatch(node.text) else None
    if value is None:
        value = _written(node, name, unit)
    if abs(value) > LARGEST:
        raise node.fail("field.huge", name=name, value=node.shown)
    return value


def _plain(node: Node, name: str, unit: str, bounds: tuple[float, float]) -> float:
    """What is a number for YAML too. If it could be thousands, that is asked where thousands are usual: of
    money, and where so many are allowed.
    """
    if not node.plain and node.source.language is None:
        raise node.fail("field.quoted", name=name, value=node.shown)
    if AMBIGUOUS.fullmatch(node.text):
        found = readings(node.text)
        usual = unit.startswith("IDR") or bounds[0] <= found["id"] <= bounds[1]
        if usual or node.source.language is not None:
            return float(_one(node, name, found))
    return float(node.text)


def _written(node: Node, name: str, unit: str) -> float:
    """What is a number for people only: with thousands, a decimal comma, words, a unit."""
    doubtful = node.plain if node.source.language is None else node.source.language == "en"
    if doubtful and _COMMA.fullmatch(node.text) and not AMBIGUOUS.fullmatch(node.text):
        raise node.fail("field.comma", name=name, value=node.shown, better=node.text.replace(",", "."))
    quantity = split_quantity(node.text)
    if quantity is None:
        raise node.fail("field.number", name=name, value=node.shown, unit=unit_text(unit))
    found, given = quantity
    value = _one(node, name, found)
    if not given or given in {named(unit, lang) for lang in LANGUAGES}:
        return float(value)
    converted = convert(value, given, wanted=unit)
    if converted is None:
        raise node.fail("field.unit", name=name, value=node.shown, given=given, unit=unit or "1")
    return converted


def _one(node: Node, name: str, found: Mapping[str, Fraction]) -> Fraction:
    """The number that is meant, of those it can be by language: the language of the file decides."""
    values = {*found.values()}
    if len(values) == 1:
        return values.pop()
    if (lang := node.source.language) and lang in found:
        return found[lang]
    both = {lang: in_thousands(float(value)) for lang, value in found.items()}
    raise node.fail("field.ambiguous", name=name, value=node.shown, **both)


def in_thousands(value: float) -> str:
    """A number in words, 750 thousand, which nobody can take for another."""
    if 1000 <= abs(value) < 1e6 and value % 1000 == 0:
        return f"{value / 1000:.15g} {text('size.thousand')}"
    return plain(value)


def integer(
    node: Node, name: str, unit: str = "", bounds: tuple[float, float] = (-1e15, 1e15), about: str = ""
) -> int:
    """Return a whole number in `unit` within `bounds`."""
    value = number(node, name, unit, bounds, about)
    if not value.is_integer():
        raise node.fail("field.integer", name=name, value=node.shown)
    return int(value)


def month(node: Node, name: str, first: str = FIRST_MONTH) -> int:
    """Return the index of a month written YYYY-MM, from `first` to the last month of the model."""
    if node.kind != "scalar":
        raise node.fail("field.month", name=name, value=node.shown)
    return _month(node, name, node.text, first)


def month_of_year(node: Node, name: str) -> int:
    """Return a month of the year, 1 to 12, written by its name in any language or by its number."""
    spoken = [text(f"report.month.{number:02d}", lang) for lang in LANGUAGES for number in range(1, 13)]
    number = {spelling.lower(): place % 12 + 1 for place, spelling in enumerate(spoken)}
    number |= {str(count): count for count in range(1, 13)}
    written = node.text.strip().lower()
    if node.kind != "scalar" or written not in number:
        near = suggestion(node.text, spoken)
        raise node.fail("field.month_of_year", name=name, value=node.shown, near=near)
    return number[written]


def period(node: Node, name: str, first: str = FIRST_MONTH) -> tuple[int, int | None]:
    """Return (start, end) of a key "YYYY-MM..YYYY-MM", or (start, None) of "YYYY-MM"."""
    start, dots, end = node.text.partition("..")
    begin = _month(node, name, start, first)
    if not dots:
        return begin, None
    finish = _month(node, name, end, first)
    if finish < begin:
        raise node.fail("field.backwards", name=name, value=node.shown)
    return begin, finish


def _month(node: Node, name: str, written: str, first: str) -> int:
    try:
        index = month_index(written.strip())
    except UsageError:
        raise node.fail("field.month", name=name, value=node.shown) from None
    if not month_index(first) <= index <= month_index(LAST_MONTH):
        raise node.fail("field.month_outside", name=name, value=node.shown, range=f"{first}..{LAST_MONTH}")
    return index


def span(low: float, high: float) -> str:
    """Return a range as text: "0..0.6"."""
    return f"{low:.15g}..{high:.15g}"


def unit_text(unit: str) -> str:
    """Return a unit as it follows a number, with a blank before it, or nothing for pure numbers."""
    return f" {named(unit)}".rstrip()
