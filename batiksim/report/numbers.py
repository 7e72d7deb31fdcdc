"""Numbers as readers of English and Bahasa Indonesia write them: 10,523.4 and 10.523,4."""

from __future__ import annotations

import math

from batiksim.texts import language

UNDEFINED = "–"
# Numbers from here on are counts or money, where a fraction says nothing.
_WHOLE_FROM = 100


def number(value: float | None, decimals: int = 0, lang: str | None = None) -> str:
    """A number with a fixed count of decimals, written as in the language; a dash for None or NaN."""
    if value is None or math.isnan(value):
        return UNDEFINED
    written = f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return written.translate(str.maketrans(",.", ".,")) if language(lang) == "id" else written


def quantity(value: float | None, unit: str, lang: str | None = None) -> str:
    """A number in the form that suits its unit: shares as percent, large numbers whole, others to .01."""
    if value is None or math.isnan(value):
        return UNDEFINED
    if unit == "share":
        return f"{number(100 * value, 1, lang)} %"
    return number(value, 0 if abs(value) >= _WHOLE_FROM else 2, lang)


def interval(low: float | None, high: float | None, unit: str, lang: str | None = None) -> str:
    """Two limits as one text: 9.3–12.8 %."""
    first, last = quantity(low, unit, lang), quantity(high, unit, lang)
    return f"{first.removesuffix(' %')}–{last}"
