"""Tables for spreadsheets: numbers of the country, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batiksim.present.spreadsheet import cell, defused, spreadsheet


@pytest.mark.parametrize(
    ("value", "en", "id"),
    [
        (0.1, "0.1", "0,1"), (-1234.5, "-1234.5", "-1234,5"), (3, "3", "3"), (1e-7, "1e-07", "1e-07"),
        (True, "true", "true"), (None, "", ""), (float("nan"), "", ""), (float("inf"), "", ""),
        ({"en": "one", "id": "satu"}, "one", "satu"),
        ({"2011-01": 0.5, "2012-01": 1}, "2011-01: 0.5; 2012-01: 1", "2011-01: 0,5; 2012-01: 1"),
        ([1.5, "x"], "1.5; x", "1,5; x"), ([True], "true", "true"),
    ],
)  # fmt: skip
def test_cells(value: object, en: str, id: str) -> None:
    assert (cell(value, "en"), cell(value, "id")) == (en, id)


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "＝1", "-x", "+", "=-1"],
)
def test_formulas_are_defused(formula: str) -> None:
    assert defused("\r=1") == "'\n=1"
    assert defused(formula) == f"'{formula}"
    assert list(csv.reader(io.StringIO(spreadsheet([{formula: formula}], "en"), newline="")))[1] == [
        f"'{formula}"
    ]


@pytest.mark.parametrize("number", ["-5", "+1.25", "-1.234,5", "-3e-7", "-4 %", "+0"])
def test_numbers_with_a_sign_are_left_alone(number: str) -> None:
    assert defused(number) == number


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8), min_size=1
    )
)
def test_texts_come_back_and_none_begins_like_a_formula(texts: list[str]) -> None:
    same = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    for lang, delimiter in (("en", ","), ("id", ";")):
        content = spreadsheet([{"text": text, "end": 1} for text in texts], lang).removeprefix("\ufeff")
        _, *rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        assert [row[0].removeprefix("'") for row in rows] == [one.removeprefix("'") for one in same]
        assert not [row for row in rows if row[0].startswith(("=", "@", "\t", "\r", "\n"))]


def test_columns_are_those_of_all_rows() -> None:
    assert spreadsheet([{"a": 1}, {"b": 2.5, "a": None}], "en") == "a,b\n1,\n,2.5\n"
    assert spreadsheet([], "id") == "\ufeff\n"
