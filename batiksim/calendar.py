"""Months as whole numbers: month 0 is January 2011, the first month of the model."""

from __future__ import annotations

import re

from batiksim.errors import UsageError
from batiksim.i18n.texts import text

FIRST_MONTH = "2011-01"
DEFAULT_UNTIL = "2040-12"
LAST_MONTH = "2060-12"
# Days of a full month, six a week (work_days_week): Rp 70,000 a day are Rp 1.68 million (wage_nglorod_day).
WORKING_DAYS = 24

_YEAR_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_FIRST_YEAR = int(FIRST_MONTH[:4])


def month_index(name: str) -> int:
    """Return the month index of a month written like "2011-01".

    Months before `FIRST_MONTH` are negative; people of the model were born in them.
    Raises UsageError if the text is not a year and a month.
    """
    match = _YEAR_MONTH.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise UsageError(text("usage.month", value=repr(name)[:60], example=FIRST_MONTH))
    return 12 * (int(match[1]) - _FIRST_YEAR) + int(match[2]) - 1


def month_name(month: int) -> str:
    """Return the name of a month index: `month_name(0)` is "2011-01"."""
    years, months = divmod(int(month), 12)
    return f"{_FIRST_YEAR + years:04d}-{months + 1:02d}"
