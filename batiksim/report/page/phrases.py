"""The words of the page in cells, and the table that all its tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import LANGUAGES, language
from batiksim.studies.study.answers import EVERY

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


def over_worlds(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `Study.winners` as one a policy and group: of all worlds, where those are a sample; otherwise
    the mean of the worlds, with a verdict where they agree on it.
    """
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["scenario"], row["group"]), []).append(row)
    return [_one(some) for some in found.values()]


def _one(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    whole = next((row for row in rows if row["regime"] == EVERY), None)
    if whole is not None or len(rows) == 1:
        return dict(whole or rows[0])
    means = {key: sum(row[key] for row in rows) / len(rows) for key in ("baseline", "expected", "relative")}
    verdicts = {row["verdict"] for row in rows}
    return {**rows[0], **means, "verdict": verdicts.pop() if len(verdicts) == 1 else "unclear"}
