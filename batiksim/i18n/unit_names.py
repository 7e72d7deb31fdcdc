"""Units in words of the reader, and numbers as they stand in messages."""

from __future__ import annotations

import re

from batiksim.i18n.texts import catalogue, language, text

PURE = ("", "1")
_WORDS = (("million", 1e6), ("billion", 1e9), ("trillion", 1e12))
_DIGITS = 4  # a number of more digits that count is written out


def in_words(unit: str, lang: str | None = None) -> str:
    """A unit in words of the language; one nobody has words for as it is."""
    key = f"unit.{re.sub(r'[^a-z0-9]+', '_', unit.lower()).strip('_')}"
    return text(key, lang) if key in catalogue() else unit


def named(unit: str, lang: str | None = None) -> str:
    """A unit as it follows a number, "" for pure numbers: in English as scenario files have it."""
    if unit in PURE:
        return ""
    if language(lang) == "en":
        return unit
    if unit.startswith("share "):
        return f"{in_words('share', lang)} {in_words(unit, lang)}"
    money = re.fullmatch(r"IDR(?:[/ ](.+))?", unit)
    if money is None:
        return in_words(unit, lang)
    return f"rupiah {in_words(money[1], lang)}" if money[1] else "rupiah"


def plain(value: float | str, lang: str | None = None) -> str:
    """A number as one would type it, large round ones in words that a scenario file may have too."""
    if isinstance(value, str):
        return value
    for word, size in reversed(_WORDS):
        if abs(value) >= size and float(f"{value:.{_DIGITS}g}") == value:
            called = text(f"size.{word}", lang)
            return f"{value / size:.15g} {called}"
    return str(value) if isinstance(value, int) else f"{value:.15g}"
