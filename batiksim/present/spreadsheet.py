"""Tables as CSV that a spreadsheet of the reader's country opens as it is, and that cannot make it calculate.

In English cells are parted by a comma and numbers have a decimal point; in Bahasa Indonesia it is a semicolon
and a decimal comma, and the file begins with the mark by which spreadsheets know UTF-8.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from batiksim.i18n.texts import LANGUAGES, language

if TYPE_CHECKING:
    import pandas as pd

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A text that begins so is a formula to a spreadsheet, unless it is a number with its sign.
_FORMULA = tuple("=+-@\t\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*(e[+-]?\d+)? ?%?", re.ASCII | re.IGNORECASE)


def spreadsheet(
    rows: Iterable[Mapping[str, Any]], lang: str | None = None, columns: Sequence[str] = ()
) -> str:
    """Rows as CSV for a reader of a language; without `columns` those are the keys of all rows in order.

    Numbers keep every digit; None, NaN and infinity leave a cell empty. A text in two languages is that of
    the reader, further mappings and lists are written out in one cell.
    """
    lang = language(lang)
    rows = list(rows)
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if lang == "id" else ",", lineterminator="\n")
    writer.writerow(defused(column) for column in columns)
    writer.writerows([cell(row.get(column), lang) for column in columns] for row in rows)
    return (_MARK if lang == "id" else "") + written.getvalue()


def of_frame(frame: pd.DataFrame, lang: str | None = None) -> str:
    """A table as CSV for a reader of a language, its index left out."""
    rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    return spreadsheet(rows, lang, [str(column) for column in frame.columns])


def cell(value: Any, lang: str) -> str:
    """One value as a cell."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, lang)
    return "" if value is None else defused(_words(value, lang))


def defused(words: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before one that looks like it.

    Lines end as in the file, or a spreadsheet would see another row.
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{words}" if words.startswith(_FORMULA) and not _NUMBER.fullmatch(words) else words


def _number(value: float, lang: str) -> str:
    if not math.isfinite(value):
        return ""
    return repr(value).replace(".", ",") if lang == "id" else repr(value)


def _words(value: Any, lang: str) -> str:
    if isinstance(value, Mapping):
        if set(value) == set(LANGUAGES):
            return str(value[lang])
        return "; ".join(f"{key}: {_words(one, lang)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_words(one, lang) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, lang)
    return cell(value, lang) if value is None or isinstance(value, bool) else str(value)
