from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batiksim.calendar import DEFAULT_UNTIL, FIRST_MONTH, LAST_MONTH, month_index, month_name
from batiksim.errors import UsageError


@pytest.mark.parametrize(
    ("name", "index"),
    [
        (FIRST_MONTH, 0),
        ("2011-12", 11),
        ("2010-12", -1),
        ("1980-05", -368),
        (DEFAULT_UNTIL, 359),
        (LAST_MONTH, 599),
    ],
)
def test_known_months(name, index):
    assert month_index(name) == index
    assert month_name(index) == name


@given(st.integers(-12 * 500, 12 * 500))
def test_name_and_index_are_inverse(month):
    assert month_index(month_name(month)) == month


@pytest.mark.parametrize(
    "bad", ["2011", "2011-13", "2011-00", "2011-1", "11-01", "2011-01-01", " 2011-01", "٢٠١١-01", 201101]
)
def test_what_is_not_a_month_is_refused(bad):
    with pytest.raises(UsageError, match="not a month"):
        month_index(bad)
