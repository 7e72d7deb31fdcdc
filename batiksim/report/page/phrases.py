"""How the page says things: months, regimes, titles, differences; and the table all its tables are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from batiksim.data import rows
from batiksim.i18n.texts import LANGUAGES, catalogue, language, text
from batiksim.present.numbers import UNDEFINED, limits, quantity, rupiah, signed

if TYPE_CHECKING:
    import pandas as pd

    from batiksim.studies.study import Study

SCENARIO, NUMBER = "scenario", "number"


@dataclass(frozen=True)
class Said:
    """Words that may be in another language than the page: `lang` is "" where that is not known."""

    words: str
    lang: str | None = None


@dataclass(frozen=True)
class Cell:
    """One cell: `words`, a `note` in smaller letters under it, `kind` for its look, `lang` as in Said."""

    words: str
    note: str = ""
    kind: str = ""
    lang: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of the page; the first cell of a row heads it, columns in `numeric` are numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[int] = field(default_factory=frozenset)


def said(texts: Mapping[str, str]) -> Said:
    """A scenario's own words; where both languages have the same ones, nobody knows in which they are."""
    unknown = len({texts[one] for one in LANGUAGES}) == 1
    return Said(texts[language()], "" if unknown else None)


def title(study: Study, name: str) -> str:
    """The title of a scenario in one language."""
    return str(study.about["titles"][name][language()])


def when(name: str) -> str:
    """The end of 2040 for a December, otherwise the month."""
    return text("report.end_of", year=name[:4]) if name.endswith("-12") else month(name)


def month(name: str) -> str:
    """December 2040 for "2040-12"."""
    written = text(f"report.month.{name[5:]}")
    return f"{written} {name[:4]}"


def regime(name: str) -> str:
    """A parameter set in words, or its name where it is somebody's own."""
    return text(f"report.regime.{name}") if f"report.regime.{name}" in catalogue() else name


def place(name: str) -> str:
    """The name of a place by its id."""
    return {row["id"]: row["name"] for row in rows("places.csv")}.get(name, name)


def records(table: pd.DataFrame, **wanted: str) -> list[dict[str, Any]]:
    """Rows of a table in which the columns have the wanted values."""
    found = table.to_dict("records")
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def known(value: Any) -> bool:
    """Whether a number is there at all."""
    return value is not None and not math.isnan(value)


def change(value: float, unit: str) -> str:
    """A difference with its sign; of shares in percentage points."""
    if unit == "IDR":
        return f"+{rupiah(value)}" if value > 0 else money(value)
    return signed(value, unit)


def money(value: float) -> str:
    """An amount in words, the minus before the currency."""
    return f"\N{MINUS SIGN}{rupiah(-value)}" if value < 0 else rupiah(value)


def amount(value: float, unit: str) -> str:
    """A level in the form that suits its unit."""
    return money(value) if unit == "IDR" else quantity(value, unit)


def band(low: float, high: float, unit: str, *, signs: bool = False) -> str:
    """ "90 %: 1 to 2", or nothing where there is no band."""
    if not (known(low) and known(high)):
        return text("report.no_band")
    write = change if signs else amount
    ends = write(low, unit), write(high, unit)
    if ends[0] == ends[1]:
        return text("report.band_same", value=ends[0])
    first, last = limits(*ends)
    return text("report.band", low=first, high=last)


def difference(row: Mapping[str, Any], unit: str) -> Cell:
    """A paired difference with its band and in how many pairs the policy is better."""
    if not row["pairs"] or not known(row["difference"]):
        return Cell(UNDEFINED, text("report.no_pair"), NUMBER)
    if row["difference"] == row["difference_low_90"] == row["difference_high_90"] == 0:
        return Cell(change(0.0, unit), text("report.no_difference"), NUMBER)
    note = band(row["difference_low_90"], row["difference_high_90"], unit, signs=True)
    if known(row.get("wins")):
        counts = {"wins": int(row["wins"]), "pairs": int(row["pairs"])}
        note += "; " + text("report.better_in", **counts)
    words = change(row["difference"], unit)
    if row["difference"] and not any(sign in "123456789" for sign in words):
        return Cell(text("report.almost", zero=words), note, NUMBER)
    return Cell(words, note, f"{NUMBER} {tone(row)}")


def tone(row: Mapping[str, Any]) -> str:
    """ "clear" where the 90 % band lies on one side of 0, otherwise "unclear"."""
    low, high = row["difference_low_90"], row["difference_high_90"]
    return "clear" if known(low) and (low > 0 or high < 0) else "unclear"


def level(row: Mapping[str, Any], unit: str) -> Cell:
    """The median of the runs of a case with its band."""
    if not known(row["median"]):
        return Cell(UNDEFINED, "", NUMBER)
    return Cell(
        amount(row["median"], unit), band(row["low_90"], row["high_90"], unit), NUMBER
    )  # fmt: skip


def joined(words: Sequence[str]) -> str:
    """A list as it is read aloud: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return text("report.and", first=", ".join(words[:-1]), last=words[-1])
