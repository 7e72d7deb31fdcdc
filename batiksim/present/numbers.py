"""Quantities in the form that suits their unit: shares in percent, money in words, differences signed."""

from __future__ import annotations

import math
import re

from batiksim.i18n.numbers import UNDEFINED as UNDEFINED
from batiksim.i18n.numbers import number as number
from batiksim.i18n.numbers import percent as percent
from batiksim.i18n.texts import text

# Numbers from here on are counts or money, where a fraction says nothing.
_WHOLE_FROM = 100
_COUNTED = ("people", "firms")
_MONEY = (("trillion", 1e12), ("billion", 1e9), ("million", 1e6))


def quantity(value: float | None, unit: str, lang: str | None = None) -> str:
    """A number in the form that suits its unit: shares as percent, large numbers whole, others to .01."""
    if value is None or math.isnan(value):
        return UNDEFINED
    if unit == "share":
        return percent(value, 1, lang)
    return number(value, 0 if abs(value) >= _WHOLE_FROM or unit in _COUNTED else 2, lang)


def probability(value: float) -> str:
    """A probability in percent; what is not quite certain is not said to be."""
    if math.isnan(value) or 0.005 <= value < 0.995:
        return percent(value)
    return f"> {percent(0.99)}" if value > 0.5 else f"< {percent(0.01)}"


def interval(low: float | None, high: float | None, unit: str, lang: str | None = None) -> str:
    """Two limits as one text: 9.3–12.8 %."""
    return "–".join(limits(quantity(low, unit, lang), quantity(high, unit, lang)))


def signed(value: float | None, unit: str, lang: str | None = None) -> str:
    """A difference with its sign, one of shares in percentage points: +1.4 points, +1,4 poin."""
    if value is None or math.isnan(value):
        return UNDEFINED
    written = number(100 * value, 1, lang) if unit == "share" else quantity(value, unit, lang)
    if not written.strip("0.,") and unit not in _COUNTED:
        # What is not nothing shall not look like nothing, if one more decimal can tell.
        finer = number(100 * value, 2, lang) if unit == "share" else number(value, 3, lang)
        written = finer if finer.strip("0.,") else written
    seen = f"+{written}" if value > 0 and written.strip("0.,") else written
    return f"{seen} {text('number.points', lang)}" if unit == "share" else seen


def limits(low: str, high: str) -> tuple[str, str]:
    """Two written limits without what both would say: "Rp 12.5" and "13.0 billion", "9.3" and "12.8 %"."""
    if unit := re.search(r"(?<=\d)\D+$", high):
        low = low.removesuffix(unit[0])
    if low.startswith("Rp") and high.startswith("Rp"):
        high = high.removeprefix("Rp").strip()
    return low, high


def rupiah(value: float | None, lang: str | None = None) -> str:
    """An amount of money in words a reader can say: Rp 31.2 million, Rp31,2 juta."""
    if value is None or math.isnan(value):
        return UNDEFINED
    if math.isinf(value):
        return text("money.endless", lang)
    for name, size in _MONEY:
        if abs(value) >= size:
            decimals = 0 if abs(value) >= 100 * size else 1
            return text(f"money.{name}", lang, amount=number(value / size, decimals, lang))
    return text("money.plain", lang, amount=number(value, 0, lang))


def money(value: float) -> str:
    """An amount in words, the minus before the currency."""
    return f"\N{MINUS SIGN}{rupiah(-value)}" if value < 0 else rupiah(value)


def change(value: float, unit: str) -> str:
    """A difference with its sign; of shares in percentage points, of rupiah in words."""
    if unit == "IDR":
        return f"+{rupiah(value)}" if value > 0 else money(value)
    return signed(value, unit)


def amount(value: float, unit: str) -> str:
    """A level in the form that suits its unit, rupiah in words."""
    return money(value) if unit == "IDR" else quantity(value, unit)


def known(value: float | None) -> bool:
    """Whether a number is there at all."""
    return value is not None and not math.isnan(value)
