"""The words of the page in cells, and the table that all its tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import LANGUAGES, language

if TYPE_CHECKING:
    import pandas as pd

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


def records(table: pd.DataFrame, **wanted: str) -> list[dict[str, Any]]:
    """Rows of a table in which the columns have the wanted values."""
    found = table.to_dict("records")
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]
