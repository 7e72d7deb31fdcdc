"""Numbers as readers of English and Bahasa Indonesia write them: 10,523.4 and 10.523,4."""

from __future__ import annotations

import math

from batiksim.i18n.texts import language

UNDEFINED = "–"
_MINUS = "\N{MINUS SIGN}"


def number(value: float | None, decimals: int = 0, lang: str | None = None) -> str:
    """A number with a fixed count of decimals, written as in the language; a dash for None or NaN."""
    if value is None or math.isnan(value):
        return UNDEFINED
    written = f"{value:,.{decimals}f}".replace("-", _MINUS)
    if not written.strip(f"{_MINUS}0."):
        written = written.removeprefix(_MINUS)  # a little below zero is not minus zero
    return punctuated(written, lang)


def percent(share: float | None, decimals: int = 0, lang: str | None = None) -> str:
    """A share of 1 as percent: 12 %."""
    if share is None or math.isnan(share):
        return UNDEFINED
    return f"{number(100 * share, decimals, lang)} %"


def punctuated(written: str, lang: str | None = None) -> str:
    """A number as Python writes it, 10,523.4, with the point and comma of the language."""
    return written.translate(str.maketrans(",.", ".,")) if language(lang) == "id" else written
